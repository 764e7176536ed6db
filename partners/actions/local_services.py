"""What can be done to a local service: a social centre, a paperwork session, a digital advisor?"""

from typing import Any, TypedDict, Unpack

from django.db import transaction

from accounts.models import Team
from partners.actions.contacts import apply
from partners.models import LocalService, LocalServiceKind
from partners.weeks import Week, week_of, write_week
from territories.models import Commune


class LocalServiceValues(TypedDict, total=False):
    """A screen gives the fields it shows; the others keep their value."""

    kind: LocalServiceKind
    name: str
    host: str
    serves: str
    limits: str
    access: str
    delay: str
    address: str
    commune: Commune
    phone: str


@transaction.atomic
def create_local_service(
    *,
    hours: Week,
    hours_note: str = "",
    office: Team | None = None,
    digital_team: Team | None = None,
    **values: Unpack[LocalServiceValues],
) -> LocalService:
    """A new local service, kept by a partner office or by a digital coordination.

    One that says the same in every field is already there: the form was sent twice, and it is given back.
    """
    keepers = [team.pk for team in (office, digital_team) if team]
    list(Team.objects.select_for_update(no_key=True).filter(pk__in=keepers))  # the second sending waits for the first
    same = LocalService.objects.in_service().filter(office=office, digital_team=digital_team, **values)
    for twin in same.select_related("schedule").prefetch_related("schedule__slots"):
        if week_of(twin.schedule) == hours and (twin.schedule.note if twin.schedule else "") == hours_note:
            return twin
    schedule, _ = write_week(None, hours, hours_note)
    return LocalService.objects.create(schedule=schedule, office=office, digital_team=digital_team, **values)


@transaction.atomic
def update_local_service(
    *, service: LocalService, hours: Week, hours_note: str = "", **values: Unpack[LocalServiceValues]
) -> bool:
    """Says whether anything differed."""
    fresh = LocalService.objects.select_for_update().get(pk=service.pk)
    changed = apply(fresh, dict[str, Any](values))
    fresh.schedule, other_hours = write_week(fresh.schedule, hours, hours_note)
    if changed or other_hours:
        fresh.save()
    return changed or other_hours


def deactivate_local_service(*, service: LocalService) -> None:
    """Proposed to nobody any more; nothing is deleted."""
    LocalService.objects.filter(pk=service.pk).update(is_active=False)


def reactivate_local_service(*, service: LocalService) -> None:
    LocalService.objects.filter(pk=service.pk).update(is_active=True)
