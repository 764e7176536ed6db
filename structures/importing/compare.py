"""What does a row of the national list change of a structure, and what did a person's hand change before?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schedules.hours_in_words import in_words
from schedules.models import Schedule, Slot
from schedules.opening_hours import Frequency, Timetable
from structures.importing.rows import HOURS, OF_LOCATION, OF_STRUCTURE, POINT, Values, kept_hours, only, said_by
from structures.merging import merge
from structures.models import Location, LocationKind, Structure, StructureKind
from structures.national_hours import Ranges
from structures.national_list import NationalRow

READ_WITH = "locations__schedule__slots"
"""What to prefetch before comparing many."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`taken`: fields whose value is the list's from now on; `kept`: those where a person's stays unlike it.

    `location` is the place that the list describes, None when somebody took it away. Values are as in JSON.
    """

    location: Location | None
    taken: tuple[str, ...]
    kept: tuple[str, ...]
    stored: Values
    said: Values


def is_behind(structure: Structure, row: NationalRow) -> bool:
    """Whether the list says anything else than at the last import; the places are not read for it."""
    last = structure.national_row
    return any(name not in last or last[name] != value for name, value in said_by(row).items())


def compare(structure: Structure, row: NationalRow) -> Comparison:
    """Three ways: what is stored, what the list said last time, what it says now."""
    said, last = said_by(row), structure.national_row
    stored = _stored(structure)
    own = merge(stored=stored, last=last, file=only(said, OF_STRUCTURE))
    taken, kept = list(own.taken), list(own.kept)
    location = location_of(structure, row.kind if "kind" in taken else structure.kind)
    if location is None:
        taken.append("commune_id")
    else:
        stored |= _stored_place(location)
        file = only(said, (*OF_LOCATION, *HOURS))
        place = merge(stored=stored, last=last, file=file, together=[POINT])
        taken += place.taken
        kept += place.kept
    return Comparison(location, tuple(taken), tuple(kept), stored, said)


def location_kind(kind: str) -> LocationKind:
    """Where the structure works; the office of a bus receives nobody."""
    return LocationKind.OFFICE if kind == StructureKind.BUS else LocationKind.MAIN


def location_of(structure: Structure, kind: str) -> Location | None:
    """The location that the list describes; None when somebody took it away."""
    wanted = location_kind(kind)
    candidates = [
        place for place in structure.locations.all() if place.kind in (LocationKind.MAIN, LocationKind.OFFICE)
    ]
    return min(candidates, key=lambda place: (place.kind != wanted, place.pk), default=None)


def slots_of(schedule: Schedule, weekday: int, ranges: Ranges | None) -> list[Slot]:
    """One slot per range; a day to be confirmed is a slot without times, which opens nothing and counts no hour."""
    if ranges is None:
        return [Slot(schedule=schedule, weekday=weekday)]
    return [Slot(schedule=schedule, weekday=weekday, opens=opens, closes=closes) for opens, closes in ranges]


def _stored(structure: Structure) -> Values:
    """What the structure holds, as `said_by` remembers a row."""
    values = {name: getattr(structure, name) for name in OF_STRUCTURE}
    return values | {"labelled_on": structure.labelled_on.isoformat() if structure.labelled_on else None}


def _stored_place(location: Location) -> Values:
    days: Values = {name: _stored_day(location.schedule, weekday) for weekday, name in enumerate(HOURS)}
    return days | {name: getattr(location, name) for name in OF_LOCATION}


def _stored_day(schedule: Schedule, weekday: int) -> Any:
    """The weekly hours of a day; those that the list cannot say (by telephone, until a date) are a text, in words."""
    slots = [s for s in schedule.slots.all() if s.weekday == weekday and s.frequency == Frequency.WEEKLY]
    said = [(slot.opens, slot.closes) for slot in slots if slot.opens is not None and slot.closes is not None]
    ranges = None if slots and not said else tuple(sorted(said))
    written = [slot.as_value() for slot in slots_of(schedule, weekday, ranges)]
    if sorted(map(repr, written)) != sorted(repr(slot.as_value()) for slot in slots):
        return _in_words(slots)
    return kept_hours(ranges)


def _in_words(slots: Sequence[Slot]) -> str:
    return "\u00a0; ".join(in_words(Timetable(slots=tuple(slot.as_value() for slot in slots))))
