"""How are the hours of an invented place written in one line, and put in the database?

`lun-ven 9:00-12:00 13:30-17:00 | mer 14:00-16:00 1er | sam 9:00-12:00 /2`: days, times, then how they come back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, time, timedelta

from schedules import models
from schedules.opening_hours import Access, Closure, Frequency, Slot, Timetable

DAYS = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")
ANCHOR = date(2024, 1, 1)  # a Monday, long before the first request of the demonstration
RANKS = {"1er": 1, "2e": 2, "3e": 3, "4e": 4, "dernier": -1}
ACCESSES = {"rdv": Access.APPOINTMENT, "tel": Access.PHONE}


def timetable(text: str, closures: Sequence[Closure] = ()) -> Timetable:
    """The hours said in one line; ValueError on a word that means nothing here."""
    return Timetable(tuple(slot for part in text.split("|") if part.strip() for slot in _slots(part)), tuple(closures))


def _slots(part: str) -> list[Slot]:
    words = part.split()
    days = [word for word in words if set(word.split("-")) <= set(DAYS)]
    times = [word for word in words if ":" in word]
    if not days:
        raise ValueError(f"Jour inconnu dans des horaires : « {part.strip()} ».")
    rest = [word for word in words if word not in days and word not in times]
    spans: list[tuple[time | None, time | None]] = [_span(word) for word in times] or [(None, None)]
    return [_slot(weekday, span, rest) for word in days for weekday in _weekdays(word) for span in spans]


def _weekdays(word: str) -> range:
    first, _, last = word.partition("-")
    return range(DAYS.index(first), DAYS.index(last or first) + 1)


def _span(word: str) -> tuple[time, time]:
    opens, closes = word.split("-")
    return _time(opens), _time(closes)


def _time(at: str) -> time:
    hour, minute = at.split(":")
    return time(int(hour), int(minute))


def _slot(weekday: int, span: tuple[time | None, time | None], words: Sequence[str]) -> Slot:
    access, frequency, interval, anchor, nth, in_term = Access.WALK_IN, Frequency.WEEKLY, 1, None, None, False
    for word in words:
        if word in ACCESSES:
            access = ACCESSES[word]
        elif word in RANKS:
            frequency, nth = Frequency.NTH_WEEKDAY, RANKS[word]
        elif word in {"/2", "/2b"}:
            frequency, interval = Frequency.EVERY_N_WEEKS, 2
            anchor = ANCHOR + timedelta(days=weekday + (7 if word == "/2b" else 0))
        elif word == "scolaire":
            in_term = True
        else:
            raise ValueError(f"Mot inconnu dans des horaires : « {word} ».")
    return Slot(
        weekday, *span, access, frequency, interval=interval, anchor=anchor, nth=nth, except_school_holidays=in_term
    )


def write(timetables: Iterable[Timetable], notes: Iterable[str] = ()) -> list[models.Schedule]:
    """One schedule per timetable, in the same order; three statements or a few more."""
    wanted = list(timetables)
    said = [*notes] or [""] * len(wanted)
    schedules = models.Schedule.objects.bulk_create([models.Schedule(note=note) for note in said])
    pairs = list(zip(schedules, wanted, strict=True))
    models.Slot.objects.bulk_create(
        [models.Slot(schedule=schedule, **_columns(slot)) for schedule, hours in pairs for slot in hours.slots]
    )
    models.Closure.objects.bulk_create(
        [
            models.Closure(schedule=schedule, first_day=c.first_day, last_day=c.last_day, reason=c.reason)
            for schedule, hours in pairs
            for c in hours.closures
        ]
    )
    models.Extra.objects.bulk_create(
        [
            models.Extra(
                schedule=schedule,
                day=extra.day,
                opens=extra.opens,
                closes=extra.closes,
                access=extra.access.value,
                reason=extra.reason,
                replaces=extra.replaces,
            )
            for schedule, hours in pairs
            for extra in hours.extras
        ]
    )
    return schedules


def _columns(slot: Slot) -> dict[str, object]:
    columns = {field.name: getattr(slot, field.name) for field in fields(slot)}
    return columns | {
        "access": slot.access.value,
        "frequency": slot.frequency.value,
        "dates": [day.isoformat() for day in slot.dates],
    }
