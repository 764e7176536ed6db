"""What a coordination writes about trainings: which courses exist, which sessions come, who has a seat, who came."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from accounts.models import Team, User, journal
from schedules.calendars import PARIS
from structures.actions.people import AlreadyRecorded, add_training
from structures.models import Counsellor, Course, TrainingSession

_LONGEST_CODE = 20


class SessionFull(ValueError):
    """No seat is left; `left` were before."""

    def __init__(self, left: int) -> None:
        super().__init__("full")
        self.left = left


class FewerSeatsThanPeople(ValueError):
    """Somebody would lose her seat without being told."""


class NotYetHeld(ValueError):
    """Nobody has followed a session that is not over."""


# Courses


@transaction.atomic
def create_course(
    *,
    family: str,
    name: str,
    provider: str,
    days: Decimal,
    modules: list[str],
    validity_months: int | None,
    by: User,
    now: datetime,
) -> Course:
    """A course, or a new edition of one: `family` is what the charter asks (`core`, `operators`) or anything else.

    Its code is made here: `core`, then `core-2`.
    """
    taken = set(Course.objects.filter(code__startswith=family).values_list("code", flat=True))
    code = next(code for code in _codes(family) if code not in taken)
    course = Course.objects.create(
        code=code, name=name, provider=provider, days=days, modules=modules, validity_months=validity_months
    )
    journal(verb="formation ajoutée", subject=f"formation {code}", now=now, by=by)
    return course


def _codes(family: str) -> Iterable[str]:
    yield family[:_LONGEST_CODE]
    number = 2
    while True:
        ending = f"-{number}"
        yield family[: _LONGEST_CODE - len(ending)] + ending
        number += 1


@transaction.atomic
def correct_course(
    *,
    course: Course,
    name: str,
    provider: str,
    days: Decimal,
    modules: list[str],
    validity_months: int | None,
    by: User,
    now: datetime,
) -> None:
    """Certificates already given keep their dates, and count with the new number of days."""
    course.name, course.provider, course.days = name, provider, days
    course.modules, course.validity_months = modules, validity_months
    course.save(update_fields=["name", "provider", "days", "modules", "validity_months"])
    journal(verb="formation corrigée", subject=f"formation {course.code}", now=now, by=by)


# Sessions


@transaction.atomic
def create_session(
    *,
    coordination: Team,
    course: Course,
    starts_on: date,
    ends_on: date,
    place: str,
    seats: int,
    note: str,
    by: User,
    now: datetime,
) -> TrainingSession:
    """A session to fill. Sent twice, it is one session."""
    session, is_new = TrainingSession.objects.get_or_create(
        coordination=coordination,
        course=course,
        starts_on=starts_on,
        ends_on=ends_on,
        place=place,
        defaults={"seats": seats, "note": note},
    )
    if is_new:
        journal(verb="session créée", subject=f"session {session.pk}", now=now, by=by)
    return session


@transaction.atomic
def correct_session(
    *,
    session: TrainingSession,
    course: Course,
    starts_on: date,
    ends_on: date,
    place: str,
    seats: int,
    note: str,
    by: User,
    now: datetime,
) -> None:
    """Raises FewerSeatsThanPeople."""
    _hold(session)
    if seats < session.participants.count():
        raise FewerSeatsThanPeople
    session.course, session.starts_on, session.ends_on = course, starts_on, ends_on
    session.place, session.seats, session.note = place, seats, note
    session.save()
    journal(verb="session corrigée", subject=f"session {session.pk}", now=now, by=by)


@transaction.atomic
def enrol(*, session: TrainingSession, counsellors: Iterable[Counsellor], by: User, now: datetime) -> int:
    """Give a seat to each of them or to none; who has one keeps it. Counts the new ones. Raises SessionFull."""
    _hold(session)
    seated = set(session.participants.values_list("pk", flat=True))
    new = [counsellor for counsellor in counsellors if counsellor.pk not in seated]
    left = session.seats - len(seated)
    if len(new) > left:
        raise SessionFull(max(0, left))
    session.participants.add(*new)
    for counsellor in new:
        journal(verb="inscription à une session", subject=_seat(session, counsellor), now=now, by=by)
    return len(new)


@transaction.atomic
def withdraw(*, session: TrainingSession, counsellor: Counsellor, by: User, now: datetime) -> bool:
    """Give her seat back; False when she had none."""
    _hold(session)
    if not session.participants.filter(pk=counsellor.pk).exists():
        return False
    session.participants.remove(counsellor)
    journal(verb="désinscription d’une session", subject=_seat(session, counsellor), now=now, by=by)
    return True


@transaction.atomic
def mark_attended(*, session: TrainingSession, counsellors: Iterable[Counsellor], by: User, now: datetime) -> int:
    """Those who were there have followed the course, on its last day; counts the certificates that are new.

    Raises NotYetHeld before the last day.
    """
    if session.ends_on > now.astimezone(PARIS).date():
        raise NotYetHeld
    written = 0
    for counsellor in counsellors:
        try:
            add_training(counsellor=counsellor, course=session.course, completed_on=session.ends_on, by=by, now=now)
        except AlreadyRecorded:
            continue
        written += 1
    return written


def _hold(session: TrainingSession) -> None:
    """Take the row for the rest of this transaction, on both databases: two people never share the last seat."""
    TrainingSession.objects.filter(pk=session.pk).update(seats=F("seats"))
    session.refresh_from_db(fields=["seats"])


def _seat(session: TrainingSession, counsellor: Counsellor) -> str:
    return f"session {session.pk} · conseiller {counsellor.pk}"
