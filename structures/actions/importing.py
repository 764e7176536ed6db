"""How do the rows of the national list become structures, as many times as one likes?

Each structure keeps the row of its last import (`national_row`). Only what has changed in the file since is written,
and only where what is stored still says what that import wrote: what was corrected by hand survives, and the report
tells it. Nothing is ever deleted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.text import slugify

from accounts.models import Team, User, journal
from accounts.permissions import TeamKind
from schedules.models import Schedule, Slot
from schedules.opening_hours import Frequency
from structures.merging import merge
from structures.models import Location, LocationKind, Structure, StructureKind
from structures.national_hours import Ranges
from structures.national_list import DAYS, NationalRow, Problem
from territories.models import Commune
from territories.spelling import plain

HOURS = tuple(f"hours_{weekday}" for weekday in range(6))
OF_STRUCTURE = ("name", "kind", "phone", "mail", "by_appointment", "comment", "group_name", "labelled_on")
OF_LOCATION = ("address", "complement", "postcode", "commune_id", "latitude", "longitude")
POINT = frozenset({"latitude", "longitude"})
COLUMNS = {
    "name": "lib_fs",
    "kind": "format_fs",
    "phone": "telephone",
    "mail": "mail",
    "by_appointment": "prise_rdv",
    "comment": "commentaire",
    "group_name": "groupe_fs",
    "labelled_on": "labellisation_fs",
    "address": "adresse",
    "complement": "complement_adresse",
    "postcode": "code_postal",
    "commune_id": "insee_com",
    "latitude": "latitude",
    "longitude": "longitude",
    **dict(zip(HOURS, DAYS, strict=True)),
}
CORRECTED = "Corrigé à la main depuis le dernier import\u00a0: gardé."
ENTERED = "Saisi à la main avant le premier import\u00a0: gardé."
LONGEST_SLUG = 110  # a number may follow, in 120 characters
BATCH = 500

Values = dict[str, Any]
Departements = Mapping[str, str]  # of each known commune
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Rows created, changed, and left as they were; `warnings` name what a person's hand kept unlike the file."""

    created: int
    changed: int
    unchanged: int
    warnings: tuple[Problem, ...] = ()


@transaction.atomic
def import_rows(rows: Sequence[NationalRow], *, now: datetime, by: User | None = None) -> ImportReport:
    """Create or update structures by `id_fs`, with their main location and its hours; all of it or nothing.

    KeyError for a row whose commune is not known: `national_list.read` has refused those.
    """
    known = _known([row.id_fs for row in rows])
    departements = dict(Commune.objects.values_list("insee", "departement_id"))
    new = [row for row in rows if row.id_fs not in known]
    _create(new, departements)
    changed, warnings = _update([(known[row.id_fs], row) for row in rows if row.id_fs in known], departements)
    report = ImportReport(len(new), changed, len(rows) - len(new) - changed, tuple(warnings))
    if report.created or report.changed:
        journal(verb="import de la liste nationale", subject="structures", now=now, by=by, actor="import")
    return report


def _known(ids: Sequence[str]) -> dict[str, Structure]:
    found = {}
    for some in _batched(ids):
        for structure in Structure.objects.filter(id_fs__in=some):
            found[str(structure.id_fs)] = structure
    return found


def _batched(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """No statement names more rows than every database accepts."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def _values(row: NationalRow) -> tuple[Values, Values]:
    """What the row says: in Python's types, and as it is remembered in JSON."""
    values: Values = {name: getattr(row, name) for name in (*OF_STRUCTURE, "address", "complement", "postcode")}
    values |= {"commune_id": row.insee, "latitude": row.latitude, "longitude": row.longitude}
    values |= dict(zip(HOURS, row.hours, strict=True))
    kept = values | {name: _kept_hours(values[name]) for name in HOURS}
    kept["labelled_on"] = row.labelled_on.isoformat() if row.labelled_on else None
    return values, kept


def _kept_hours(ranges: Ranges | None) -> list[list[str]] | None:
    return None if ranges is None else [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in ranges]


# Creating, in one statement per few hundred rows


def _create(rows: Sequence[NationalRow], departements: Departements) -> None:
    slugs = set(Structure.objects.values_list("slug", flat=True)) if rows else set()
    teams = {
        "coordination": _only_team(TeamKind.COORDINATION),
        "partner_office": _only_team(TeamKind.PARTNER_OFFICE),
    }
    structures, locations, slots = [], [], []
    schedules = Schedule.objects.bulk_create([Schedule() for _ in rows])
    for row, schedule in zip(rows, schedules, strict=True):
        values, kept = _values(row)
        structure = Structure(
            id_fs=row.id_fs,
            slug=_free_slug(row, slugs),
            departement_id=departements[row.insee],
            national_row=kept,
            **teams,
            **_only(values, OF_STRUCTURE),
        )
        structures.append(structure)
        locations.append(_main_location(structure, schedule, values))
        slots += [slot for weekday, name in enumerate(HOURS) for slot in _slots(schedule, weekday, values[name])]
    Structure.objects.bulk_create(structures)
    Location.objects.bulk_create(locations)
    Slot.objects.bulk_create(slots)


def _only_team(kind: TeamKind) -> Team | None:
    """The one team of a kind: with two, only a person can tell which one it is."""
    teams = list(Team.objects.filter(kind=kind)[:2])
    return teams[0] if len(teams) == 1 else None


def _free_slug(row: NationalRow, taken: set[str]) -> str:
    base = slugify(plain(row.name))[:LONGEST_SLUG].strip("-") or f"structure-{slugify(row.id_fs)}"
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    taken.add(slug)
    return slug


def _main_location(structure: Structure, schedule: Schedule, values: Values) -> Location:
    """Where the structure works; the office of a bus receives nobody."""
    return Location(
        structure=structure, kind=_location_kind(values["kind"]), schedule=schedule, **_only(values, OF_LOCATION)
    )


def _location_kind(kind: str) -> LocationKind:
    return LocationKind.OFFICE if kind == StructureKind.BUS else LocationKind.MAIN


def _slots(schedule: Schedule, weekday: int, ranges: Ranges | None) -> list[Slot]:
    """One slot per range; a day to be confirmed is a slot without times, which opens nothing and counts no hour."""
    if ranges is None:
        return [Slot(schedule=schedule, weekday=weekday)]
    return [Slot(schedule=schedule, weekday=weekday, opens=opens, closes=closes) for opens, closes in ranges]


# Updating, only what changed in the file and nobody corrected


def _update(pairs: Sequence[tuple[Structure, NationalRow]], departements: Departements) -> tuple[int, list[Problem]]:
    """How many structures became different, and what was kept; the places are read only where the file changed."""
    behind = [(structure, row) for structure, row in pairs if _is_behind(structure, row)]
    changed, warnings = 0, list[Problem]()
    for some in _batched(behind):
        prefetch_related_objects([structure for structure, _ in some], "locations__schedule__slots")
        for structure, row in some:
            is_other, kept = _apply(structure, row, departements)
            changed += is_other
            warnings += kept
    return changed, warnings


def _is_behind(structure: Structure, row: NationalRow) -> bool:
    _, said = _values(row)
    last = structure.national_row
    return any(name not in last or last[name] != value for name, value in said.items())


def _apply(structure: Structure, row: NationalRow, departements: Departements) -> tuple[bool, list[Problem]]:
    """Write what may be taken from the row and remember all of it; whether anything differed, and what was kept."""
    values, said = _values(row)
    last = structure.national_row
    own = merge(stored=_stored(structure), last=last, file=_only(said, OF_STRUCTURE))
    taken, kept = list(own.taken), list(own.kept)
    kind = values["kind"] if "kind" in taken else structure.kind
    location = _location_of(structure, kind)
    if location is None:
        _make_location(structure, values | {"kind": kind})
        taken.append("commune_id")
    else:
        place = merge(
            stored=_stored_place(location),
            last=last,
            file=_only(said, (*OF_LOCATION, *HOURS)),
            together=[POINT],
        )
        taken += place.taken
        kept += place.kept
    news = _only(values, taken)
    _write(structure, _of_structure(news, departements) | {"national_row": said})
    if location is not None:
        _write(location, _of_location(news))
        for weekday, name in enumerate(HOURS):
            if name in news:
                _replace_day(location.schedule, weekday, values[name])
    return bool(taken), [Problem(row.line, COLUMNS[name], CORRECTED if name in last else ENTERED) for name in kept]


def _stored(structure: Structure) -> Values:
    """What the structure holds, as `_values` remembers a row."""
    values = {name: getattr(structure, name) for name in OF_STRUCTURE}
    return values | {"labelled_on": structure.labelled_on.isoformat() if structure.labelled_on else None}


def _stored_place(location: Location) -> Values:
    days: Values = {name: _stored_day(location.schedule, weekday) for weekday, name in enumerate(HOURS)}
    return days | {name: getattr(location, name) for name in OF_LOCATION}


def _stored_day(schedule: Schedule, weekday: int) -> Any:
    """The weekly hours of a day; those that the list cannot say (by telephone, until a date) are like none of its."""
    slots = [s for s in schedule.slots.all() if s.weekday == weekday and s.frequency == Frequency.WEEKLY]
    said = [(slot.opens, slot.closes) for slot in slots if slot.opens is not None and slot.closes is not None]
    ranges = None if slots and not said else tuple(sorted(said))
    written = [slot.as_value() for slot in _slots(schedule, weekday, ranges)]
    if sorted(map(repr, written)) != sorted(repr(slot.as_value()) for slot in slots):
        return "autrement"
    return _kept_hours(ranges)


def _of_structure(news: Values, departements: Departements) -> Values:
    found = _only(news, OF_STRUCTURE)
    if "name" in news:
        found["plain_name"] = plain(news["name"])
    if "commune_id" in news:
        found["departement_id"] = departements[news["commune_id"]]
    return found


def _of_location(news: Values) -> Values:
    found = _only(news, OF_LOCATION)
    if "kind" in news:
        found["kind"] = _location_kind(news["kind"])
    return found


def _location_of(structure: Structure, kind: str) -> Location | None:
    """The location that the list describes; None when somebody took it away."""
    wanted = _location_kind(kind)
    candidates = [
        place for place in structure.locations.all() if place.kind in (LocationKind.MAIN, LocationKind.OFFICE)
    ]
    return min(candidates, key=lambda place: (place.kind != wanted, place.pk), default=None)


def _make_location(structure: Structure, values: Values) -> None:
    location = _main_location(structure, Schedule.objects.create(), values)
    location.save()
    Slot.objects.bulk_create(
        [slot for weekday, name in enumerate(HOURS) for slot in _slots(location.schedule, weekday, values[name])]
    )


def _replace_day(schedule: Schedule, weekday: int, ranges: Ranges | None) -> None:
    """The weekly hours of a day; permanences one week in two and the like are not in the list, so they stay."""
    schedule.slots.filter(weekday=weekday, frequency=Frequency.WEEKLY).delete()
    Slot.objects.bulk_create(_slots(schedule, weekday, ranges))


def _write(row: Structure | Location, values: Values) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    if values:
        row.save(update_fields=list(values))


def _only(values: Values, names: Sequence[str]) -> Values:
    return {name: values[name] for name in names if name in values}
