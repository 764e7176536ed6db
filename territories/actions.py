"""How do the territory files become rows, as many times as one likes?"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db import models, transaction

from territories import files, official
from territories.models import Arrondissement, Commune, Departement, Epci, PostalCode, PriorityDistrict
from territories.spelling import plain

DATA_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of one kind a load created, changed, and found right already."""

    created: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class TerritoryLoad:
    departements: Tally
    arrondissements: Tally
    epcis: Tally
    communes: Tally
    postal_codes: Tally


@dataclass(frozen=True, slots=True)
class OfficialLoad:
    """What each official file given alone changed; `ignored` counts its lines about places outside the network."""

    communes: Tally | None = None
    epcis: Tally | None = None
    communes_of_epcis: Tally | None = None
    priority_districts: Tally | None = None
    ignored: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def load_territories(folder: Path = DATA_FOLDER) -> TerritoryLoad:
    """Create or change the places of a folder's files; nothing is deleted, a second run changes nothing.

    Raises TerritoryFileProblem, with nothing written, when a file is missing or wrong.
    """
    read = files.read(folder)
    communes = [asdict(row) | {"plain_name": plain(row.name)} for row in read.communes]
    _prefer_official_districts(communes)
    return TerritoryLoad(
        departements=_write(Departement, [asdict(row) for row in read.departements]),
        arrondissements=_write(Arrondissement, [asdict(row) for row in read.arrondissements]),
        epcis=_write(Epci, [asdict(row) for row in read.epcis]),
        communes=_write(Commune, communes),
        postal_codes=_write_postal_codes(read.postal_codes),
    )


@transaction.atomic
def load_official(
    *, communes: Path | None = None, epcis: Path | None = None, priority_districts: Path | None = None
) -> OfficialLoad:
    """Create or change places from official files, each of them alone; nothing is deleted.

    Raises TerritoryFileProblem, with nothing written, when a file is wrong or no département is known yet.
    """
    departements = set(Departement.objects.values_list("code", flat=True))
    if not departements:
        raise files.TerritoryFileProblem("Aucun département n’est connu\u00a0: lancez d’abord la commande sans option.")
    done: dict[str, Tally] = {}
    ignored: dict[str, int] = {}
    if communes:
        listed = official.read_communes(communes, departements)
        done["communes"] = _write(Commune, [row | {"plain_name": plain(row["name"])} for row in listed.rows])
        ignored["communes"] = listed.ignored
    known = set(Commune.objects.values_list("insee", flat=True))
    if epcis:
        groups = official.read_epcis(epcis, known)
        done["epcis"] = _write(Epci, [asdict(row) for row in groups.epcis])
        done["communes_of_epcis"] = _write_members(groups.epci_of)
        ignored["epcis"] = groups.ignored
    if priority_districts:
        found = official.read_priority_districts(priority_districts, known)
        done["priority_districts"] = _write_districts(found.districts)
        ignored["priority_districts"] = found.ignored
    return OfficialLoad(**done, ignored=ignored)


def _write_members(epci_of: Mapping[str, str | None]) -> Tally:
    members = Commune.objects.in_bulk(list(epci_of))
    changed = [commune for insee, commune in members.items() if commune.epci_id != epci_of[insee]]
    for commune in changed:
        commune.epci_id = epci_of[commune.insee]
    Commune.objects.bulk_update(changed, ["epci"], batch_size=500)
    return Tally(created=0, changed=len(changed), unchanged=len(members) - len(changed))


def _write_districts(rows: Sequence[official.PriorityDistrictRow]) -> Tally:
    """In force as long as the list of their département cites them; those that it no longer cites are kept, ended."""
    values = {row.code: {"code": row.code, "name": row.name, "is_in_force": True} for row in rows}
    known = PriorityDistrict.objects.in_bulk(list(values))
    other = {code for code, district in known.items() if _differs(district, values[code])}
    _write(PriorityDistrict, list(values.values()))
    other |= _link_districts(rows) & known.keys()
    ended = _end_districts_unlike(rows)
    _mark_communes()
    return Tally(len(rows) - len(known), len(other) + ended, len(known) - len(other))


def _link_districts(rows: Sequence[official.PriorityDistrictRow]) -> set[str]:
    """Give each district its communes; the codes of those that had others."""
    links = PriorityDistrict.communes.through
    said = {(row.code, insee) for row in rows for insee in row.communes}
    stored = links.objects.filter(prioritydistrict_id__in=[row.code for row in rows])
    had = {(link.prioritydistrict_id, link.commune_id): link.pk for link in stored}
    new, gone = sorted(said - had.keys()), had.keys() - said
    links.objects.filter(pk__in=[had[pair] for pair in gone]).delete()
    links.objects.bulk_create([links(prioritydistrict_id=code, commune_id=insee) for code, insee in new])
    return {code for code, _ in (*new, *gone)}


def _end_districts_unlike(rows: Sequence[official.PriorityDistrictRow]) -> int:
    covered = {files.departement_of(insee) for row in rows for insee in row.communes}
    ended = PriorityDistrict.objects.filter(is_in_force=True, communes__departement__in=covered)
    codes = set(ended.values_list("code", flat=True)) - {row.code for row in rows}
    return PriorityDistrict.objects.filter(code__in=codes).update(is_in_force=False)


def _mark_communes() -> None:
    """`has_priority_district` where an official list of districts is known."""
    places = Commune.objects.filter(departement__in=_with_districts())
    in_force = set(PriorityDistrict.objects.filter(is_in_force=True).values_list("communes", flat=True))
    places.filter(has_priority_district=False, insee__in=in_force).update(has_priority_district=True)
    places.filter(has_priority_district=True).exclude(insee__in=in_force).update(has_priority_district=False)


def _prefer_official_districts(communes: list[dict[str, Any]]) -> None:
    """The list of districts, where there is one, knows better than the folder's list of communes."""
    covered = _with_districts()
    in_force = set(PriorityDistrict.objects.filter(is_in_force=True).values_list("communes", flat=True))
    for row in communes:
        if row["departement_id"] in covered:
            row["has_priority_district"] = row["insee"] in in_force


def _with_districts() -> set[str]:
    """The départements of which an official list of districts was loaded."""
    return set(Commune.objects.filter(priority_districts__isnull=False).values_list("departement_id", flat=True))


def _write(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> Tally:
    """Insert or update rows by primary key, in one statement per few hundred rows, only where something differs."""
    key = model._meta.pk.attname
    known = model._default_manager.in_bulk([row[key] for row in rows])
    new = [row for row in rows if row[key] not in known]
    changed = [row for row in rows if row[key] in known and _differs(known[row[key]], row)]
    if rows:
        model._default_manager.bulk_create(
            [model(**row) for row in (*new, *changed)],
            update_conflicts=True,
            unique_fields=[key],
            update_fields=[name for name in rows[0] if name != key],
        )
    return Tally(created=len(new), changed=len(changed), unchanged=len(rows) - len(new) - len(changed))


def _differs(place: models.Model, row: Mapping[str, Any]) -> bool:
    return any(getattr(place, name) != value for name, value in row.items())


def _write_postal_codes(rows: Sequence[files.PostalCodeRow]) -> Tally:
    known = set(PostalCode.objects.values_list("code", "commune_id"))
    new = [row for row in rows if (row.code, row.commune_id) not in known]
    PostalCode.objects.bulk_create([PostalCode(**asdict(row)) for row in new])
    return Tally(created=len(new), changed=0, unchanged=len(rows) - len(new))
