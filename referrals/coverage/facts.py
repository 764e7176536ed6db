"""What do the coverage screens show of the directory, and where does somebody have to be found?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from accounts.models import Team
from partners.models import Contact, ContactKind, Operator, Procedure
from referrals.candidates import bare_candidates, kept_by, place_of
from referrals.coverage.grid import Answering, Cell, Cover, grid
from referrals.places import Place
from structures.models import Structure
from territories.models import Commune

NO_EPCI = "aucune"
"""In an address: the communes that belong to no intercommunalité."""


@dataclass(frozen=True, slots=True)
class Zone:
    """An intercommunalité and its communes of the office's départements."""

    code: str
    name: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Hole:
    """Where nobody answers for an operator, at least for some démarche; `url` is the page that mends it."""

    operator: Operator
    area_name: str
    url: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole grid: `cells` by operator key and zone code."""

    office: Team
    operators: list[Operator]
    zones: list[Zone]
    cells: dict[tuple[int, str], Cell]
    contacts: list[Contact]

    def count(self, cover: Cover) -> int:
        return sum(cell.cover is cover for cell in self.cells.values())


def coverage(office: Team, day: date) -> Coverage:
    """The operators of that day × the intercommunalités, for the contacts that the office keeps: six queries."""
    operators = list(Operator.objects.in_bundle(day))
    contacts = kept_by(office)
    areas = zones(office)
    answering = {
        operator.pk: answering_for([c for c in contacts if c.operator_id == operator.pk], day) for operator in operators
    }
    cells = grid(answering, procedures_by_operator(operators), {zone.code: zone.places for zone in areas})
    return Coverage(office, operators, areas, cells, contacts)


def holes(office: Team, day: date) -> list[Hole]:
    """Each operator × intercommunalité with at least one démarche × commune that nobody answers for, by operator."""
    return holes_of(coverage(office, day))


def holes_of(found: Coverage) -> list[Hole]:
    """The same from a grid that is there already: no query."""
    return [
        Hole(operator, zone.name, mend_url(operator, zone.code, found.office), cell)
        for operator in found.operators
        for zone in found.zones
        if (cell := found.cells[operator.pk, zone.code]).cover is Cover.HOLE
    ]


def mend_url(operator: Operator, zone: str, office: Team) -> str:
    """The page of one operator in one area: what is missing, and who could answer."""
    return f"{reverse('referrals:coverage_area', args=[operator.code, zone])}?equipe={office.pk}"


def answering_for(contacts: Iterable[Contact], day: date) -> Answering:
    contacts = list(contacts)
    desks = [contact.pk for contact in contacts if contact.kind == ContactKind.DESK]
    return Answering(bare_candidates(contacts), day, desks)


def procedures_by_operator(operators: Iterable[Operator]) -> dict[int, Sequence[int]]:
    """The démarches in use of each operator, those that its question leads to included."""
    found: dict[int, list[int]] = {operator.pk: [] for operator in operators}
    rows = Procedure.objects.in_use().values_list("pk", "operator_id", "alternative_operator_id")
    for pk, operator, alternative in rows:
        for key in (operator, alternative):
            if key in found:
                found[key].append(pk)
    return {key: tuple(each) for key, each in found.items()}


def procedures_of(operator: Operator) -> list[Procedure]:
    """Its démarches in use, and those that the question of another operator leads to it."""
    served = Q(operator=operator) | Q(alternative_operator=operator)
    return list(Procedure.objects.in_use().filter(served).order_by("name", "pk"))


def zones(office: Team) -> list[Zone]:
    """The intercommunalités of the départements that the office works for, by name."""
    by_epci: dict[tuple[str, str], list[Place]] = {}
    for commune in communes_of(office):
        epci = (commune.epci.siren, commune.epci.name) if commune.epci else (NO_EPCI, "Sans intercommunalité")
        by_epci.setdefault(epci, []).append(place_of(commune))
    found = [Zone(code, name, tuple(places)) for (code, name), places in by_epci.items()]
    return sorted(found, key=lambda zone: (zone.code == NO_EPCI, zone.name, zone.code))


def communes_of(office: Team) -> list[Commune]:
    """Where the office's structures are, by département; every commune known while it has none."""
    ours = Structure.objects.filter(partner_office=office).values_list("departement", flat=True).distinct()
    departements = list(ours)
    communes = Commune.objects.filter(departement__in=departements) if departements else Commune.objects.all()
    return list(communes.select_related("epci"))
