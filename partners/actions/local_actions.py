"""What can be done to a local action: its sheet, its team, its calendar, the attendance of its sessions?"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import Any, TypedDict, Unpack

from django.db import transaction

from accounts.models import Team, User
from partners.actions.rows import apply, change, change_unsigned
from partners.models import ActionMember, ActionSession, LocalService, LocalServiceKind, Role, SentTo
from partners.session_calendar import Rhythm
from partners.versions import ChangedMeanwhile, locked, sign, version_of_values
from schedules.models import Schedule
from schedules.snapshots import hours_of, snapshot_of_slots, write_hours
from schedules.wording import spoken_date
from territories.models import Commune


class ActionValues(TypedDict, total=False):
    kind: LocalServiceKind
    name: str
    host: str
    serves: str
    limits: str
    access: str
    address: str
    commune: Commune
    phone: str


class MemberValues(TypedDict):
    full_name: str
    role: Role
    occupation: str
    joined_on: date
    left_on: date | None


class Attendance(TypedDict):
    """`sent`: to whom people were sent, and how many."""

    people_received: int
    procedures_done: int
    note: str
    present: Collection[ActionMember]
    sent: Sequence[tuple[str, int]]


class SessionWasHeld(Exception):
    """It has an attendance sheet: it cannot be cancelled."""


@transaction.atomic
def create_action(
    *,
    by: User,
    now: datetime,
    coordination: Team | None = None,
    digital_team: Team | None = None,
    **values: Unpack[ActionValues],
) -> tuple[LocalService, bool]:
    """A new action, and whether it is: the same in every field is already there when a form was sent twice."""
    keepers = [team.pk for team in (coordination, digital_team) if team]
    list(Team.objects.select_for_update(no_key=True).filter(pk__in=keepers))  # the second sending waits for the first
    kept: dict[str, Any] = {"coordination": coordination, "digital_team": digital_team, **values}
    if twin := LocalService.objects.in_service().filter(**kept).first():
        return twin, False
    action = sign(LocalService(**kept), by=by, now=now, reason="création")
    action.save()
    return action, True


def update_action(
    *, action: LocalService, version: int | None, by: User, now: datetime, **values: Unpack[ActionValues]
) -> bool:
    """Says whether anything differed. ChangedMeanwhile when the sheet is no longer the version that was opened."""
    return change(action, version, values, by=by, now=now)


@transaction.atomic
def add_member(*, action: LocalService, **values: Unpack[MemberValues]) -> tuple[ActionMember, bool]:
    """Somebody of the team, and whether she is new: the same person sent twice is given back."""
    locked(action, None)
    return ActionMember.objects.get_or_create(service=action, **values)


def update_member(*, member: ActionMember, version: int | None, **values: Unpack[MemberValues]) -> bool:
    """Says whether anything differed. Who leaves keeps her place in the sessions she held. Raises ChangedMeanwhile."""
    return change_unsigned(member, version, values)


@transaction.atomic
def plan_sessions(*, action: LocalService, rhythm: Rhythm, days: Collection[date], by: User, now: datetime) -> int:
    """Put these days in the calendar and make the rhythm the regular hours; says how many sessions are new.

    A day that has a session already, even cancelled, is left alone: done twice, it makes nothing twice.
    """
    fresh = locked(action, None)
    known = set(ActionSession.objects.filter(service=fresh, day__in=days).values_list("day", flat=True))
    made = [
        ActionSession(service=fresh, day=day, opens=rhythm.opens, closes=rhythm.closes)
        for day in sorted(set(days) - known)
    ]
    ActionSession.objects.bulk_create(made)
    _write_rhythm(fresh, rhythm, by, now)
    return len(made)


@transaction.atomic
def add_session(*, action: LocalService, day: date, opens: time, closes: time) -> tuple[ActionSession, bool]:
    """One session outside the rhythm, and whether it is new."""
    locked(action, None)
    return ActionSession.objects.get_or_create(service=action, day=day, opens=opens, defaults={"closes": closes})


@transaction.atomic
def cancel_session(*, session: ActionSession, because: str, by: User, now: datetime) -> None:
    """`because` is shown in the calendar; SessionWasHeld when an attendance sheet says otherwise."""
    fresh = ActionSession.objects.select_for_update().get(pk=session.pk)
    if fresh.people_received is not None:
        raise SessionWasHeld
    _set_cancelled(fresh, because, by, now)


@transaction.atomic
def restore_session(*, session: ActionSession, by: User, now: datetime) -> None:
    """It takes place after all."""
    _set_cancelled(ActionSession.objects.select_for_update().get(pk=session.pk), "", by, now)


def sheet_version(session: ActionSession) -> int:
    """A number that is another as soon as the sheet says something else."""
    counts = (session.people_received, session.procedures_done, session.note, session.cancelled_because)
    present = sorted(member.pk for member in session.present.all())
    return version_of_values((counts, present, [(row.label, row.count) for row in session.sent.all()]))


@transaction.atomic
def record_attendance(
    *, session: ActionSession, version: int | None, by: User, now: datetime, **sheet: Unpack[Attendance]
) -> tuple[bool, bool]:
    """Fill or correct the sheet of a session: whether it was filled for the first time, and whether anything differed.

    What it says counts: a session that was said cancelled was held after all. Raises ChangedMeanwhile when the sheet
    is no longer the `version` that was opened.
    """
    fresh = ActionSession.objects.select_for_update().get(pk=session.pk)
    is_new, opened = fresh.people_received is None, sheet_version(fresh)
    before = (list(fresh.sent.values_list("label", "count")), set(fresh.present.all()))
    values = {name: sheet[name] for name in ("people_received", "procedures_done", "note")}
    changed = apply(fresh, values | {"cancelled_because": ""})
    after = (list(sheet["sent"]), set(sheet["present"]))
    if not changed and before == after:
        return is_new, False
    if version is not None and version != opened:
        raise ChangedMeanwhile
    fresh.save()
    fresh.present.set(sheet["present"])
    fresh.sent.all().delete()
    SentTo.objects.bulk_create(SentTo(session=fresh, label=label, count=count) for label, count in sheet["sent"])
    _remember(fresh, f"feuille de présence {'remplie' if is_new else 'corrigée'}", by, now)
    return is_new, True


def _set_cancelled(session: ActionSession, because: str, by: User, now: datetime) -> None:
    if session.cancelled_because == because:
        return
    session.cancelled_because = because
    session.save(update_fields=["cancelled_because"])
    _remember(session, f"séance {'annulée' if because else 'rétablie'}", by, now)


def _remember(session: ActionSession, what: str, by: User, now: datetime) -> None:
    """A line in the history of the action: what its sessions say is part of its sheet."""
    day = spoken_date(session.day, with_year=True)
    sign(locked(session.service, None), by=by, now=now, reason=f"{day} : {what}").save()


def _write_rhythm(action: LocalService, rhythm: Rhythm, by: User, now: datetime) -> None:
    note = action.schedule.note if action.schedule else ""
    hours = snapshot_of_slots([rhythm.as_slot()], note)
    if action.schedule is None:
        action.schedule = Schedule.objects.create()
    elif hours_of(action.schedule) == hours:
        return
    write_hours(action.schedule, hours)
    sign(action, by=by, now=now, reason="calendrier des séances").save()
