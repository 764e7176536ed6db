"""What can be done to a digital advisor: her sheet, her workshops, the months of her activity?"""

from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from accounts.models import Team, User
from partners.actions.rows import change, change_beside
from partners.actions.rows_beside import not_yet
from partners.actions.surroundings import remember_rows
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
def create_workshop(
    *, advisor: LocalService, by: User, now: datetime, **values: Unpack[WorkshopValues]
) -> tuple[Workshop, bool]:
    """A workshop, and whether it is new: the same one at the same time is given back."""
    fresh = locked(advisor, None)
    workshop, is_new = Workshop.objects.get_or_create(service=fresh, cancelled_at=None, **values)
    if is_new:
        remember_rows(fresh, not_yet([workshop]), by=by, now=now)
    return workshop, is_new


def update_workshop(
    *, workshop: Workshop, version: int | None, by: User, now: datetime, **values: Unpack[WorkshopValues]
) -> bool:
    """Says whether anything differed; one that was cancelled is announced again.

    ChangedMeanwhile when the workshop is no longer the version that was opened: cancelled since, for instance.
    """
    return change_beside(workshop, version, {**values, "cancelled_at": None}, by=by, now=now)


@transaction.atomic
def cancel_workshop(*, workshop: Workshop, by: User, now: datetime) -> None:
    """It stays on the sheet, said cancelled; a second time changes nothing."""
    locked(workshop.service, None)
    if Workshop.objects.filter(pk=workshop.pk, cancelled_at__isnull=True).exists():
        change_beside(workshop, None, {"cancelled_at": now}, by=by, now=now)


@transaction.atomic
def record_month(
    *, advisor: LocalService, month: date, version: int | None, by: User, now: datetime, **counts: Unpack[Counts]
) -> bool:
    """What was done in a month (its first day), entered or corrected; says whether it was the first time.

    `version`: of the month that was opened, 0 when there was none. ChangedMeanwhile when there is another now, or
    none any more.
    """
    fresh = locked(advisor, None)  # two people who enter the same month wait for each other
    stored = MonthOfActivity.objects.filter(service=fresh, month=month).select_related("author").first()
    values = {**counts, "author": by, "recorded_at": now}
    if stored is None:
        if version:
            raise ChangedMeanwhile
        made = MonthOfActivity.objects.create(service=fresh, month=month, **values)
        remember_rows(fresh, not_yet([made]), by=by, now=now)
        return True
    if all(getattr(stored, name) == value for name, value in counts.items()):
        return False
    if version is not None and version != version_of(stored):
        raise ChangedMeanwhile(stored.author, stored.recorded_at)
    change_beside(stored, None, values, by=by, now=now)
    return False
