"""What is written about the people of a structure: who comes and goes, what they are trained for, when they are there.

Every verb keeps what was before and after in the history of the structure, in the same transaction.
"""

from calendar import monthrange
from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from schedules.calendars import PARIS
from schedules.models import Schedule
from schedules.snapshots import hours_of, write_hours
from structures.changes import Snapshot, record, snapshot_of_counsellor
from structures.models import Counsellor, Course, Structure, Training, What
from structures.opened import hold, refuse_if_changed

NO_HOURS: Snapshot = {"note": "", "slots": []}


class LeavesBeforeArriving(ValueError):
    """Nobody leaves before she came."""


class AccountTaken(ValueError):
    """The account is already that of somebody present in the team."""


class TrainingInFuture(ValueError):
    """Nobody has finished tomorrow's training."""


class ExpiresBeforeCompletion(ValueError):
    """A certificate is valid for some time at least."""


class AlreadyRecorded(ValueError):
    """The same person has followed this course on this very day already."""


@transaction.atomic
def add_counsellor(
    *, structure: Structure, full_name: str, arrived_on: date, by: User, now: datetime, user: User | None = None
) -> Counsellor:
    """Somebody joins the team, with or without an account. Sent twice, she is one person. Raises AccountTaken."""
    structure = hold(structure)
    twin = structure.counsellors.filter(full_name=full_name, arrived_on=arrived_on, user=user).first()
    if twin is not None:
        return twin
    _check_account(structure, user, now)
    counsellor = Counsellor.objects.create(structure=structure, full_name=full_name, arrived_on=arrived_on, user=user)
    _record(counsellor, None, by, now)
    return counsellor


@transaction.atomic
def correct_counsellor(
    *,
    counsellor: Counsellor,
    full_name: str,
    arrived_on: date,
    user: User | None,
    by: User,
    now: datetime,
    opened: str | None = None,
) -> None:
    """Mend what was entered; `opened` is the digest of what the form showed.

    Raises LeavesBeforeArriving, AccountTaken and ChangedMeanwhile.
    """
    before = _hold(counsellor, opened)
    if counsellor.left_on is not None and counsellor.left_on < arrived_on:
        raise LeavesBeforeArriving
    if user is not None and user.pk != counsellor.user_id:
        _check_account(counsellor.structure, user, now)
    counsellor.full_name, counsellor.arrived_on, counsellor.user = full_name, arrived_on, user
    counsellor.save(update_fields=["full_name", "arrived_on", "user"])
    _record(counsellor, before, by, now)


def _check_account(structure: Structure, user: User | None, now: datetime) -> None:
    day = now.astimezone(PARIS).date()
    if user is not None and structure.counsellors.staying(day).filter(user=user).exists():
        raise AccountTaken


@transaction.atomic
def record_departure(
    *,
    counsellor: Counsellor,
    left_on: date | None,
    by: User,
    now: datetime,
    ends_access: bool = False,
    opened: str | None = None,
) -> None:
    """She is no longer there from this day on (None: she stays after all). Her account itself is left alone.

    `ends_access`: she leaves the team of the site that day; `structures.actions.access` sees to it. Raises
    LeavesBeforeArriving and ChangedMeanwhile.
    """
    before = _hold(counsellor, opened)
    if left_on is not None and left_on < counsellor.arrived_on:
        raise LeavesBeforeArriving
    counsellor.left_on = left_on
    counsellor.ends_access = ends_access and left_on is not None and counsellor.user_id is not None
    counsellor.save(update_fields=["left_on", "ends_access"])
    _record(counsellor, before, by, now)


# Trainings


@transaction.atomic
def add_training(
    *,
    counsellor: Counsellor,
    course: Course,
    completed_on: date,
    by: User | None,
    now: datetime,
    expires_on: date | None = None,
    actor: str = "",
) -> Training:
    """A certificate, as dates; without `expires_on` the course says how long it holds.

    Raises TrainingInFuture, ExpiresBeforeCompletion and AlreadyRecorded.
    """
    if completed_on > now.astimezone(PARIS).date():
        raise TrainingInFuture
    ends = expires_on or end_of_validity(completed_on, course.validity_months)
    if ends is not None and ends < completed_on:
        raise ExpiresBeforeCompletion
    before = _hold(counsellor)
    try:
        with transaction.atomic():
            training = Training.objects.create(
                counsellor=counsellor, course=course, completed_on=completed_on, expires_on=ends
            )
    except IntegrityError as twice:
        raise AlreadyRecorded from twice
    _record(counsellor, before, by, now, actor=actor)
    return training


@transaction.atomic
def remove_training(*, training: Training, by: User, now: datetime) -> None:
    """A certificate entered by mistake goes away; the history keeps it."""
    counsellor = training.counsellor
    before = _hold(counsellor)
    training.delete()
    _record(counsellor, before, by, now)


def end_of_validity(completed_on: date, months: int | None) -> date | None:
    """The last day on which a certificate holds, so many months later; None when it never ends."""
    if months is None:
        return None
    years, month = divmod(completed_on.month - 1 + months, 12)
    year = completed_on.year + years
    return date(year, month + 1, min(completed_on.day, monthrange(year, month + 1)[1]))


# Presence


@transaction.atomic
def set_presence(
    *, counsellor: Counsellor, hours: Snapshot, by: User, now: datetime, opened: str | None = None
) -> None:
    """Her ordinary week, as `schedules.snapshots.hours_of` writes it; nothing is kept when nothing changes.

    Raises ChangedMeanwhile.
    """
    counsellor.structure = hold(counsellor.structure)
    counsellor.refresh_from_db(fields=["schedule"])
    before = presence_of(counsellor)
    if opened is not None:
        refuse_if_changed(opened, before, structure=counsellor.structure, what=What.PRESENCE, counsellor=counsellor)
    if counsellor.schedule is None:
        counsellor.schedule = Schedule.objects.create()
        counsellor.save(update_fields=["schedule"])
    write_hours(counsellor.schedule, hours)
    record(
        structure=counsellor.structure,
        what=What.PRESENCE,
        before=before,
        after=hours_of(counsellor.schedule),
        by=by,
        now=now,
        counsellor=counsellor,
    )


def presence_of(counsellor: Counsellor) -> Snapshot:
    """Her ordinary week; without any slot when nobody has entered it."""
    return hours_of(counsellor.schedule) if counsellor.schedule else dict(NO_HOURS)


# History


def full_snapshot(counsellor: Counsellor) -> Snapshot:
    """A person and her certificates: what her page shows, what its form was opened on, and what the history keeps."""
    rows = counsellor.trainings.order_by("completed_on", "course__code").values_list(
        "course__code", "completed_on", "expires_on"
    )
    trainings = [
        {"course": code, "completed_on": done.isoformat(), "expires_on": ends.isoformat() if ends else None}
        for code, done, ends in rows
    ]
    return {**snapshot_of_counsellor(counsellor), "trainings": trainings}


def write_counsellor(counsellor: Counsellor, kept: Snapshot) -> None:
    """Make a person say what a snapshot says, certificates too when it has them; for undoing, inside a transaction."""
    counsellor.full_name, counsellor.user_id = kept["full_name"], kept["user_id"]
    counsellor.arrived_on = date.fromisoformat(kept["arrived_on"])
    counsellor.left_on = date.fromisoformat(kept["left_on"]) if kept["left_on"] else None
    counsellor.save(update_fields=["full_name", "user", "arrived_on", "left_on"])
    if "trainings" in kept:
        courses = Course.objects.in_bulk([row["course"] for row in kept["trainings"]], field_name="code")
        counsellor.trainings.all().delete()
        Training.objects.bulk_create(
            Training(counsellor=counsellor, **{**row, "course": courses[row["course"]]}) for row in kept["trainings"]
        )


def _hold(counsellor: Counsellor, opened: str | None = None) -> Snapshot:
    """What is stored of her, held until the end of the transaction."""
    counsellor.structure = hold(counsellor.structure)
    counsellor.refresh_from_db(fields=["full_name", "user", "arrived_on", "left_on"])
    before = full_snapshot(counsellor)
    if opened is not None:
        refuse_if_changed(opened, before, structure=counsellor.structure, what=What.COUNSELLOR, counsellor=counsellor)
    return before


def _record(
    counsellor: Counsellor, before: Snapshot | None, by: User | None, now: datetime, *, actor: str = ""
) -> None:
    record(
        structure=counsellor.structure,
        what=What.COUNSELLOR,
        before=before,
        after=full_snapshot(counsellor),
        by=by,
        now=now,
        actor=actor,
        counsellor=counsellor,
    )
