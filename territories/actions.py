"""How do the territory files become rows, as many times as one likes?"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import models, transaction

from territories import files
from territories.models import Arrondissement, Commune, Departement, Epci, PostalCode
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


@transaction.atomic
def load_territories(folder: Path = DATA_FOLDER) -> TerritoryLoad:
    """Create or change the places of a folder's files; nothing is deleted, a second run changes nothing.

    Raises TerritoryFileProblem, with nothing written, when a file is missing or wrong.
    """
    read = files.read(folder)
    return TerritoryLoad(
        departements=_write(Departement, [asdict(row) for row in read.departements]),
        arrondissements=_write(Arrondissement, [asdict(row) for row in read.arrondissements]),
        epcis=_write(Epci, [asdict(row) for row in read.epcis]),
        communes=_write(Commune, [asdict(row) | {"plain_name": plain(row.name)} for row in read.communes]),
        postal_codes=_write_postal_codes(read.postal_codes),
    )


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
