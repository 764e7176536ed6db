"""What does the network say in the columns of the national list?

What is written is what the import reads back: importing this file into an empty database and exporting again gives
the same bytes. The list knows one place and one week per structure: stops, sessions and exceptions are elsewhere.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal

from schedules.opening_hours import IN_PERSON, Frequency, Slot
from structures.exports.csv_file import csv_bytes
from structures.exports.rows import day_in_paris, structures_in_force
from structures.models import Location, LocationKind, Structure, StructureKind
from structures.national_file import COLUMNS
from territories.spelling import plain

TO_BE_CONFIRMED = "à confirmer"
DAYS = range(6)  # the list has no Sunday
TYPES = {StructureKind.FIXED: "Principal", StructureKind.ANTENNA: "Antenne", StructureKind.BUS: "Principal"}
FORMATS = {StructureKind.FIXED: "Fixe", StructureKind.ANTENNA: "Fixe_antenne(s)", StructureKind.BUS: "Bus_équivalent"}


def national_csv(now: datetime) -> bytes:
    """The structures that have a matricule, as the national list orders them."""
    return csv_bytes(COLUMNS, national_rows(structures_in_force(), day_in_paris(now)))


def national_rows(structures: Iterable[Structure], today: date) -> list[list[str]]:
    rows = []
    for structure in structures:
        place = listed_place(structure)
        if structure.id_fs and place is not None:
            cells = _cells(structure, place, today)
            rows.append([cells[column] for column in COLUMNS])
    return rows


def listed_place(structure: Structure) -> Location | None:
    """The place that the list describes: the main site, or the office of a bus; any other when there is neither."""
    wanted = LocationKind.OFFICE if structure.is_bus else LocationKind.MAIN
    described = (LocationKind.MAIN, LocationKind.OFFICE)
    return min(
        structure.locations.all(),
        key=lambda place: (place.kind != wanted, place.kind not in described, place.pk),
        default=None,
    )


def _cells(structure: Structure, place: Location, today: date) -> dict[str, str]:
    kind = StructureKind(structure.kind)
    week = [slot for slot in place.timetable().slots if _in_the_list(slot, today)]
    return {
        "id_fs": structure.id_fs or "",
        "insee_dep": place.commune.departement_id,
        "lib_fs": _one_line(structure.name),
        "adresse": _one_line(place.address),
        "complement_adresse": _one_line(place.complement),
        "insee_com": place.commune_id,
        "code_postal": place.postcode,
        # The official list writes names as Insee does, with a straight apostrophe.
        "lib_com": place.commune.name.replace("’", "'"),
        "latitude": _degrees(place.latitude),
        "longitude": _degrees(place.longitude),
        "mail": structure.mail,
        "telephone": _phone(structure.phone),
        **{column: hours_cell([s for s in week if s.weekday == day]) for day, column in zip(DAYS, _HOURS, strict=True)},
        "prise_rdv": "Oui" if structure.by_appointment else "Non",
        "commentaire": structure.comment.replace("\r\n", "\n").strip(),
        "type_fs": _official(structure, "type_fs", TYPES[kind]),
        "format_fs": _official(structure, "format_fs", FORMATS[kind]),
        "groupe_fs": _one_line(structure.group_name),
        "labellisation_fs": f"Espace labellisé {structure.labelled_on:%d/%m/%Y}" if structure.labelled_on else "",
    }


_HOURS = tuple(column for column in COLUMNS if column.startswith("h_"))


def _in_the_list(slot: Slot, today: date) -> bool:
    """Each week, in person, in force: the rest has no column."""
    weekly = slot.frequency is Frequency.WEEKLY and slot.access in IN_PERSON
    return weekly and (slot.valid_from or today) <= today <= (slot.valid_until or today)


def hours_cell(slots: Iterable[Slot]) -> str:
    """The hours of one day: « 09:00 - 12:00 / 13:30 - 17:00 ». Ranges that touch or overlap are one, as at import."""
    slots = list(slots)
    joined: list[list[int]] = []
    for start, end in sorted(slot.minutes for slot in slots if slot.minutes is not None):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    if slots and not joined:
        return TO_BE_CONFIRMED
    return " / ".join(f"{_clock(start)} - {_clock(end)}" for start, end in joined)


def _clock(minutes: int) -> str:
    return "24:00" if minutes == 24 * 60 else f"{time(minutes // 60, minutes % 60):%H:%M}"


def _official(structure: Structure, column: str, canonical: str) -> str:
    """The official wording when the last import kept one that means the same, else the usual one."""
    kept = structure.national_row.get(column)
    return kept if isinstance(kept, str) and _means(kept) == _means(canonical) else canonical


def _means(wording: str) -> str:
    """A bus is « Bus_équivalent » or « Itinérant », a place « Fixe » or « Fixe_antenne(s) »."""
    spelled = plain(wording)
    return next((start for start in ("bus", "fixe") if spelled.startswith(start)), spelled).replace("itinerant", "bus")


def _degrees(value: float | None) -> str:
    """All the digits, never « 1e-05 »."""
    return "" if value is None else f"{Decimal(repr(value)):f}"


def _phone(number: str) -> str:
    """A French number begins with 0 in the list; a cell that begins with + could be taken for a formula."""
    return re.sub(r"^(?:\+|00)\s*33[\s.]*(?:\(0\)|0)?[\s.]*(?=[1-9])", "0", number.strip())


def _one_line(text: str) -> str:
    return " ".join(text.split())
