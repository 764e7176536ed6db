"""Where and when does a local service receive people: its own hours, and its other places?"""

from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from accounts.models import User
from partners.actions.rows import apply
from partners.actions.service_hours import set_regular_hours
from partners.models import LocalService, LocalServicePlace
from partners.versions import locked, sign
from schedules.snapshots import Snapshot
from territories.models import Commune


class ServicePlaceValues(TypedDict):
    name: str
    address: str
    commune: Commune
    is_active: bool


@transaction.atomic
def add_place(
    *, service: LocalService, by: User, now: datetime, **values: Unpack[ServicePlaceValues]
) -> LocalServicePlace:
    """Another place where it receives people; one of the same name in the same commune is given back."""
    fresh = locked(service, None)
    same = fresh.places.filter(name=values["name"], commune=values["commune"]).first()
    if same is not None:
        return same
    place = LocalServicePlace.objects.create(service=fresh, **values)
    sign(fresh, by=by, now=now, reason=f"Lieu ajouté : {place}").save()
    return place


@transaction.atomic
def change_place(*, place: LocalServicePlace, by: User, now: datetime, **values: Unpack[ServicePlaceValues]) -> bool:
    """Says whether anything differed; out of service, a place keeps its hours."""
    service = locked(place.service, None)
    fresh = LocalServicePlace.objects.select_for_update().get(pk=place.pk)
    changed = apply(fresh, dict[str, Any](values))
    if changed:
        fresh.save()
        sign(service, by=by, now=now, reason=f"Lieu modifié : {fresh}").save()
    return changed


@transaction.atomic
def set_hours_of(
    row: LocalService | LocalServicePlace, *, hours: Snapshot, opened: str, by: User, now: datetime
) -> bool:
    """Make these its regular hours; says whether they differed. Raises `service_hours.OtherHours`."""
    changed = set_regular_hours(row, hours=hours, opened=opened)
    if changed:
        service = locked(row if isinstance(row, LocalService) else row.service, None)
        where = "" if isinstance(row, LocalService) else f" : {row}"
        sign(service, by=by, now=now, reason=f"Horaires modifiés{where}").save()
    return changed
