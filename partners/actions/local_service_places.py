"""Where else does a local service receive people?"""

from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from accounts.models import User
from partners.actions.rows import apply
from partners.actions.surroundings import remember, surroundings
from partners.models import LocalService, LocalServicePlace
from partners.versions import ChangedMeanwhile, locked, version_of
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
    """Another place where it receives people; one of the same name in the same commune is given back, in service."""
    fresh = locked(service, None)
    same = fresh.places.filter(name=values["name"], commune=values["commune"]).first()
    if same is not None:
        if not same.is_active:
            change_place(place=same, by=by, now=now, **values)
        return same
    before = surroundings(fresh)
    place = LocalServicePlace.objects.create(service=fresh, **values)
    remember(fresh, f"Lieu ajouté\u00a0: {place}", before, by=by, now=now)
    return place


@transaction.atomic
def change_place(
    *,
    place: LocalServicePlace,
    by: User,
    now: datetime,
    version: int | None = None,
    **values: Unpack[ServicePlaceValues],
) -> bool:
    """Says whether anything differed; out of service, a place keeps its hours. Raises ChangedMeanwhile."""
    service = locked(place.service, None)
    before = surroundings(service)
    fresh = LocalServicePlace.objects.select_for_update().get(pk=place.pk)
    present = version_of(fresh)
    changed = apply(fresh, dict[str, Any](values))
    if changed:
        if version is not None and version != present:
            raise ChangedMeanwhile
        fresh.save()
        remember(service, f"Lieu modifié\u00a0: {fresh}", before, by=by, now=now)
    return changed
