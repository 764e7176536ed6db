"""What can be done to a local action: its sheet, its team, its calendar, the attendance of its sessions?"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import Any, TypedDict, Unpack

from django.db import transaction

from accounts.models import Team, User
from partners.actions.rows import apply, change, change_beside
from partners.actions.rows_beside import not_yet, said_by, write_lists
from partners.actions.surroundings import changed_meanwhile, put_hours, regular_hours, remember, remember_rows
from partners.models import ActionMember, ActionSession, LocalService, LocalServiceKind, Role
from partners.session_calendar import Rhythm
from partners.versions import locked, sign, version_of_values
from schedules.snapshots import snapshot_of_slots
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
def add_member(
    *, action: LocalService, by: User, now: datetime, **values: Unpack[MemberValues]
) -> tuple[ActionMember, bool]:
    """Somebody of the team, and whether she is new: the same person sent twice is given back."""
    fresh = locked(action, None)
    member, is_new = ActionMember.objects.get_or_create(service=fresh, **values)
    if is_new:
        remember_rows(fresh, not_yet([member]), by=by, now=now)
    return member, is_new


def update_member(
    *, member: ActionMember, version: int | None, by: User, now: datetime, **values: Unpack[MemberValues]
) -> bool:
    """Says whether anything differed. Who leaves keeps her place in the sessions she held. Raises ChangedMeanwhile."""
    return change_beside(member, version, values, by=by, now=now)


@transaction.atomic
def plan_sessions(*, action: LocalService, rhythm: Rhythm, days: Collection[date], by: User, now: datetime) -> int:
    """Put these days in the calendar and make the rhythm the regular hours; says how many sessions are new.

    A day that has a session already, even cancelled, is left alone: done twice, it makes nothing twice.
    """
    fresh = locked(action, None)
    known = set(ActionSession.objects.filter(service=fresh, day__in=days).values_list("day", flat=True))
    made = ActionSession.objects.bulk_create(
        ActionSession(service=fresh, day=day, opens=rhythm.opens, closes=rhythm.closes)
        for day in sorted(set(days) - known)
    )
    before = {"hours": regular_hours(fresh.schedule), **not_yet(made)}
    has_other_hours = put_hours(fresh, snapshot_of_slots([rhythm.as_slot()], before["hours"]["note"]))
    if made or has_other_hours:
        remember(fresh, "Calendrier des séances", before, by=by, now=now)
    return len(made)


@transaction.atomic
def add_session(
    *, action: LocalService, day: date, opens: time, closes: time, by: User, now: datetime
) -> tuple[ActionSession, bool]:
    """One session outside the rhythm, and whether it is new."""
    fresh = locked(action, None)
    values = {"closes": closes}
    session, is_new = ActionSession.objects.get_or_create(service=fresh, day=day, opens=opens, defaults=values)
    if is_new:
        remember_rows(fresh, not_yet([session]), by=by, now=now)
    return session, is_new


@transaction.atomic
def cancel_session(*, session: ActionSession, because: str, by: User, now: datetime) -> None:
    """`because` is shown in the calendar; SessionWasHeld when an attendance sheet says otherwise."""
    locked(session.service, None)
    if ActionSession.objects.filter(pk=session.pk, people_received__isnull=False).exists():
        raise SessionWasHeld
    change_beside(session, None, {"cancelled_because": because}, by=by, now=now)


def restore_session(*, session: ActionSession, by: User, now: datetime) -> None:
    """It takes place after all."""
    change_beside(session, None, {"cancelled_because": ""}, by=by, now=now)


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
    service = locked(session.service, None)
    fresh = ActionSession.objects.get(pk=session.pk)
    is_new, opened, before = fresh.people_received is None, sheet_version(fresh), said_by(fresh)
    lists = (list(fresh.sent.values_list("label", "count")), set(fresh.present.all()))
    values = {name: sheet[name] for name in ("people_received", "procedures_done", "note")}
    changed = apply(fresh, values | {"cancelled_because": ""})
    if not changed and lists == (list(sheet["sent"]), set(sheet["present"])):
        return is_new, False
    if version is not None and version != opened:
        raise changed_meanwhile(fresh)
    fresh.save()
    write_lists(fresh, present={member.pk for member in sheet["present"]}, sent=sheet["sent"])
    remember_rows(service, before, by=by, now=now)
    return is_new, True
