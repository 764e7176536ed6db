"""What can be done to a local service: its sheet, what it does not do, where the people it serves live?

Each verb writes a line of history of the service, signed `by` and dated `now`. Nothing is deleted that a request refers
to: a service goes out of service, and only its limits and areas are taken away.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import models, transaction

from accounts.models import Team, User
from partners.actions.rows import apply, set_active
from partners.actions.surroundings import remember, surroundings
from partners.models import LocalService, LocalServiceArea, LocalServiceKind, LocalServiceLimit, Procedure, Subject
from partners.twins import one_at_a_time, twin_of
from partners.versions import locked, sign
from territories.models import Arrondissement, Commune, Departement, Epci


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


class Territory(TypedDict, total=False):
    """One of them."""

    commune: Commune | None
    epci: Epci | None
    arrondissement: Arrondissement | None
    departement: Departement | None


@transaction.atomic
def create_local_service(
    *,
    office: Team,
    by: User,
    now: datetime,
    needs: Iterable[Subject] = (),
    procedures: Iterable[Procedure] = (),
    **values: Unpack[LocalServiceValues],
) -> LocalService:
    """A new local service, kept by a partner office. The same form twice gives the same one."""
    one_at_a_time(by)
    twin = twin_of(LocalService, {"office": office, **values}, now)
    if twin is not None:
        return twin
    service = LocalService(office=office, **values)
    sign(service, by=by, now=now, reason="Fiche créée").save()
    sign(service, by=by, now=now, reason="Besoins et démarches")
    _serve(service, needs=needs, procedures=procedures)
    return service


@transaction.atomic
def update_local_service(
    *,
    service: LocalService,
    version: int | None,
    by: User,
    now: datetime,
    needs: Collection[Subject],
    procedures: Collection[Procedure],
    **values: Unpack[LocalServiceValues],
) -> bool:
    """Says whether anything differed, and writes no line of history when nothing did.

    Raises ChangedMeanwhile when someone saved it since `version`.
    """
    fresh = locked(service, version)
    changed = apply(fresh, dict[str, Any](values))
    sign(fresh, by=by, now=now)
    if changed:
        fresh.save()
    return _serve(fresh, needs=needs, procedures=procedures) or changed


def set_service_active(*, service: LocalService, is_active: bool, by: User, now: datetime) -> None:
    """Proposed or not any more, be it a service, an advisor or a local action; nothing is deleted."""
    set_active(service, is_active, by=by, now=now)


@transaction.atomic
def add_limit(
    *,
    service: LocalService,
    text: str,
    by: User,
    now: datetime,
    need: Subject | None = None,
    procedure: Procedure | None = None,
) -> LocalServiceLimit:
    """What it does not do: for everything, for a need or for a démarche. The same one twice is one limit."""
    fresh = locked(service, None)
    before = surroundings(fresh)
    limit, is_new = LocalServiceLimit.objects.get_or_create(service=fresh, text=text, need=need, procedure=procedure)
    if is_new:
        remember(fresh, f"Limite ajoutée\u00a0: {text}", before, by=by, now=now)
    return limit


@transaction.atomic
def remove_limit(*, limit: LocalServiceLimit, by: User, now: datetime) -> None:
    fresh = locked(limit.service, None)
    before = surroundings(fresh)
    if LocalServiceLimit.objects.filter(pk=limit.pk).delete()[0]:
        remember(fresh, f"Limite retirée\u00a0: {limit.text}", before, by=by, now=now)


@transaction.atomic
def add_area(
    *, service: LocalService, by: User, now: datetime, note: str = "", **territory: Unpack[Territory]
) -> LocalServiceArea:
    """Where the people it serves live; `note` is a part of it that only an address can tell. Twice is once."""
    fresh = locked(service, None)
    before = surroundings(fresh)
    whole: dict[str, Any] = dict.fromkeys(("commune", "epci", "arrondissement", "departement"))
    whole.update(territory)
    area, is_new = LocalServiceArea.objects.get_or_create(service=fresh, note=note, **whole)
    if is_new:
        remember(fresh, f"Territoire ajouté\u00a0: {area}", before, by=by, now=now)
    return area


@transaction.atomic
def remove_area(*, area: LocalServiceArea, by: User, now: datetime) -> None:
    fresh = locked(area.service, None)
    before = surroundings(fresh)
    if LocalServiceArea.objects.filter(pk=area.pk).delete()[0]:
        remember(fresh, f"Territoire retiré\u00a0: {area}", before, by=by, now=now)


def _serve(service: LocalService, *, needs: Iterable[Subject], procedures: Iterable[Procedure]) -> bool:
    """Write what it serves, each change a line of history; says whether anything differed."""
    return any([_set(service.needs, needs), _set(service.procedures, procedures)])


def _set(rows: Any, wanted: Iterable[models.Model]) -> bool:
    pks = {row.pk for row in wanted}
    if pks == set(rows.values_list("pk", flat=True)):
        return False
    rows.set(pks)
    return True
