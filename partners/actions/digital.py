"""What can be done to a digital advisor: her sheet, her workshops, the months of her activity?"""

from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from accounts.models import Team, User
from partners.actions.rows import change, change_unsigned
from partners.models import Level, LocalService, LocalServiceKind, MonthOfActivity, Workshop
from partners.versions import ChangedMeanwhile, locked, sign, version_of
from territories.models import Commune


class AdvisorValues(TypedDict, total=False):
    name: str
    host: str
    serves: str
    limits: str
    access: str
    delay: str
    address: str
    commune: Commune
    phone: str


class WorkshopValues(TypedDict):
    title: str
    level: Level
    seats: int
    starts_at: datetime
    ends_at: datetime
    place: str
    commune: Commune


class Counts(TypedDict):
    """`themes`: how many times each theme of the closed list; one that was not met is left out."""

    people: int
    workshops: int
    attendees: int
    themes: dict[str, int]


@transaction.atomic
def create_advisor(
    *, digital_team: Team, by: User, now: datetime, **values: Unpack[AdvisorValues]
) -> tuple[LocalService, bool]:
    """A new advisor, and whether she is: the same in every field is already there when a form was sent twice."""
    Team.objects.select_for_update(no_key=True).get(pk=digital_team.pk)  # the second sending waits for the first
    kept: dict[str, Any] = {"kind": LocalServiceKind.DIGITAL_ADVISOR, "digital_team": digital_team, **values}
    if twin := LocalService.objects.in_service().filter(**kept).first():
        return twin, False
    advisor = sign(LocalService(**kept), by=by, now=now, reason="création")
    advisor.save()
    return advisor, True


def update_advisor(
    *, advisor: LocalService, version: int | None, by: User, now: datetime, **values: Unpack[AdvisorValues]
) -> bool:
    """Says whether anything differed. ChangedMeanwhile when the sheet is no longer the version that was opened."""
    return change(advisor, version, values, by=by, now=now)


@transaction.atomic
def create_workshop(*, advisor: LocalService, **values: Unpack[WorkshopValues]) -> tuple[Workshop, bool]:
    """A workshop, and whether it is new: the same one at the same time is given back."""
    locked(advisor, None)
    return Workshop.objects.get_or_create(service=advisor, cancelled_at=None, **values)


def update_workshop(*, workshop: Workshop, version: int | None, **values: Unpack[WorkshopValues]) -> bool:
    """Says whether anything differed. ChangedMeanwhile when the workshop is no longer the version that was opened."""
    return change_unsigned(workshop, version, values)


@transaction.atomic
def cancel_workshop(*, workshop: Workshop, now: datetime) -> None:
    """It stays on the sheet, said cancelled; a second time changes nothing."""
    Workshop.objects.filter(pk=workshop.pk, cancelled_at__isnull=True).update(cancelled_at=now)


@transaction.atomic
def record_month(
    *, advisor: LocalService, month: date, version: int | None, by: User, now: datetime, **counts: Unpack[Counts]
) -> bool:
    """What was done in a month (its first day), entered or corrected; says whether it was the first time.

    `version`: of the month that was opened, 0 when there was none. ChangedMeanwhile when there is another now.
    """
    locked(advisor, None)  # two people who enter the same month wait for each other
    stored = MonthOfActivity.objects.filter(service=advisor, month=month).select_related("author").first()
    values = {**counts, "author": by, "recorded_at": now}
    if stored is None:
        MonthOfActivity.objects.create(service=advisor, month=month, **values)
        return True
    if all(getattr(stored, name) == value for name, value in counts.items()):
        return False
    if version is not None and version != version_of(stored):
        raise ChangedMeanwhile(stored.author, stored.recorded_at)
    change_unsigned(stored, None, values)
    return False
