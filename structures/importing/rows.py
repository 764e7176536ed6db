"""What does a row of the national list say of a structure, field by field, in our words?"""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date, time
from typing import Any

from structures.national_hours import Ranges
from structures.national_list import DAYS, NationalRow

Values = dict[str, Any]

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


def values_of(row: NationalRow) -> Values:
    """Everything in the row, in Python's types; what the file does not say is empty."""
    values: Values = {name: getattr(row, name) for name in (*OF_STRUCTURE, "address", "complement", "postcode")}
    values |= {"commune_id": row.insee, "latitude": row.latitude, "longitude": row.longitude}
    return values | dict(zip(HOURS, row.hours, strict=True))


def said_by(row: NationalRow) -> Values:
    """What the row says, as it is remembered in JSON: without the columns that the file lacks or spoils."""
    said = values_of(row) | {name: kept_hours(ranges) for name, ranges in zip(HOURS, row.hours, strict=True)}
    said["labelled_on"] = row.labelled_on.isoformat() if row.labelled_on else None
    return {name: value for name, value in said.items() if COLUMNS[name] not in row.unknown}


def kept_hours(ranges: Ranges | None) -> list[list[str]] | None:
    return None if ranges is None else [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in ranges]


def hours_from(kept: Iterable[Iterable[str]] | None) -> Ranges | None:
    """The ranges of a day as they were kept."""
    if kept is None:
        return None
    pairs = (tuple(time.fromisoformat(text) for text in pair) for pair in kept)
    return tuple((opens, closes) for opens, closes in pairs)


def as_json(row: NationalRow) -> Values:
    """The whole row, as a draft keeps it."""
    return asdict(row) | {
        "hours": [kept_hours(ranges) for ranges in row.hours],
        "labelled_on": row.labelled_on.isoformat() if row.labelled_on else None,
        "unknown": sorted(row.unknown),
    }


def from_json(kept: Values) -> NationalRow:
    """The row that `as_json` kept."""
    values = {field.name: kept[field.name] for field in fields(NationalRow)}
    return NationalRow(
        **values
        | {
            "hours": tuple(hours_from(day) for day in kept["hours"]),
            "labelled_on": date.fromisoformat(kept["labelled_on"]) if kept["labelled_on"] else None,
            "unknown": frozenset(kept["unknown"]),
        }
    )


def only(values: Values, names: Iterable[str]) -> Values:
    return {name: values[name] for name in names if name in values}
