"""How are the hours of a timetable said in French, in as few lines as possible?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time

from schedules.recurrences import occurrences
from schedules.slots import LAST_OF_MONTH, Access, Frequency, Slot, Timetable
from schedules.wording import WEEKDAYS, enumerated, spoken_date, spoken_day, spoken_time

NUMBERS = {2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six", 7: "sept", 8: "huit", 9: "neuf", 10: "dix"}
RANKS = {1: "premier", 2: "deuxième", 3: "troisième", 4: "quatrième", LAST_OF_MONTH: "dernier"}
TO_BE_CONFIRMED = "horaires à confirmer"
LONGEST_WAIT = 40  # days until the first weekday of a month, or the one of the first cycle for each of its weeks
SHORTEST_RUN = 3  # "du lundi au mercredi", but "les lundi et mardi"

Times = tuple[tuple[time | None, time | None], ...]


@dataclass
class _Line:
    """What shares one sentence: days of the same nature, under the same conditions."""

    days: str
    conditions: str
    order: tuple[int, int, int]
    slots: list[Slot] = field(default_factory=list)


def in_words(timetable: Timetable, today: date | None = None) -> list[str]:
    """The hours as sentences without capital or full stop, in the order of the week; none for an empty timetable.

    "du lundi au jeudi de 9 h à 12 h et de 13 h 30 à 17 h", "le vendredi de 9 h à 12 h, sur rendez-vous",
    "un vendredi sur deux de 14 h à 16 h 30", "le premier mercredi du mois, horaires à confirmer". Walk-in is not
    said. With `today`, what is over is left out and the year is said only when it is another one.
    """
    slots = [slot for slot in dict.fromkeys(timetable.slots) if today is None or not _is_over(slot, today)]
    weekly = [slot for slot in slots if slot.frequency is Frequency.WEEKLY and slot.weekday is not None]
    others = [slot for slot in slots if slot not in weekly]
    lines = [*_weekly_lines(weekly, today), *_other_lines(others, today)]
    sentences = [f"{line.days}{_times_in_words(line)}{line.conditions}" for line in sorted(lines, key=_by_order)]
    return [sentence.removeprefix(", ") for sentence in sentences]


def _by_order(line: _Line) -> tuple[int, int, int]:
    return line.order


def _is_over(slot: Slot, today: date) -> bool:
    ended = slot.valid_until is not None and slot.valid_until < today
    return ended or (slot.frequency is Frequency.DATES and max(slot.dates) < today)


def _weekly_lines(slots: list[Slot], today: date | None) -> list[_Line]:
    """Days with the same hours under the same conditions are said together."""
    by_day: dict[tuple[str, int], list[Slot]] = {}
    for slot in slots:
        by_day.setdefault((_conditions(slot, today), slot.weekday or 0), []).append(slot)
    alike: dict[tuple[str, Times], list[int]] = {}
    for (conditions, weekday), of_the_day in by_day.items():
        alike.setdefault((conditions, _times(of_the_day)), []).append(weekday)
    return [
        _Line(
            _weekdays_in_words(sorted(weekdays)),
            conditions,
            (0, min(weekdays), _first_minute(by_day[conditions, weekdays[0]])),
            by_day[conditions, weekdays[0]],
        )
        for (conditions, _), weekdays in alike.items()
    ]


def _other_lines(slots: list[Slot], today: date | None) -> list[_Line]:
    lines: dict[object, _Line] = {}
    for slot in slots:
        days, conditions = days_in_words(slot, today), _conditions(slot, today)
        phase = (slot.anchor.toordinal() - 1) // 7 % slot.interval if slot.anchor else 0
        order = (2, min(slot.dates).toordinal(), 0) if slot.dates else (1, slot.weekday or 0, slot.nth or 0)
        line = lines.setdefault((days, conditions, phase), _Line(days, conditions, order))
        line.slots.append(slot)
    return _ranks_together(list(lines.values()))


def _ranks_together(lines: list[_Line]) -> list[_Line]:
    """ "les premier et troisième mercredis du mois", when hours and conditions are the same."""
    together: dict[object, list[_Line]] = {}
    for number, line in enumerate(lines):
        slot = line.slots[0]
        is_monthly = slot.frequency is Frequency.NTH_WEEKDAY
        key = (slot.weekday, line.conditions, _times(line.slots)) if is_monthly else number
        together.setdefault(key, []).append(line)
    for alike in together.values():
        if len(alike) > 1:
            alike.sort(key=lambda line: list(RANKS).index(line.slots[0].nth or LAST_OF_MONTH))
            ranks = [RANKS[line.slots[0].nth or LAST_OF_MONTH] for line in alike]
            alike[0].days = f"les {enumerated(ranks)} {WEEKDAYS[alike[0].slots[0].weekday or 0]}s du mois"
    return [alike[0] for alike in together.values()]


def _first_minute(slots: Iterable[Slot]) -> int:
    return min((slot.minutes[0] for slot in slots if slot.minutes), default=24 * 60)


def _times(slots: Iterable[Slot]) -> Times:
    """In order, times to be confirmed last."""
    ordered = sorted(slots, key=lambda slot: slot.minutes or (24 * 60, 24 * 60))
    return tuple(dict.fromkeys((slot.opens, slot.closes) for slot in ordered))


def _times_in_words(line: _Line) -> str:
    known = [f"de {spoken_time(o)} à {_closing(c)}" for o, c in _times(line.slots) if o is not None and c is not None]
    unknown = f", {TO_BE_CONFIRMED}" if any(slot.has_unknown_times for slot in line.slots) else ""
    if not known:
        return unknown
    if unknown:
        unknown = ", autres horaires à confirmer"
    return f" {enumerated(known)}{unknown}"


def _closing(closes: time) -> str:
    return "minuit" if closes == time(0) else spoken_time(closes)


def _weekdays_in_words(weekdays: list[int]) -> str:
    if len(weekdays) == 7:
        return "tous les jours"
    runs: list[list[int]] = []
    for weekday in weekdays:
        if runs and runs[-1][-1] + 1 == weekday:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    if len(weekdays) > 1 and all(len(run) < SHORTEST_RUN for run in runs):
        return "les " + enumerated([WEEKDAYS[weekday] for weekday in weekdays])
    return enumerated([part for run in runs for part in _run_in_words(run)])


def _run_in_words(run: list[int]) -> list[str]:
    if len(run) >= SHORTEST_RUN:
        return [f"du {WEEKDAYS[run[0]]} au {WEEKDAYS[run[-1]]}"]
    return [f"le {WEEKDAYS[weekday]}" for weekday in run]


def days_in_words(slot: Slot, today: date | None) -> str:
    """On which days one slot comes back, without its hours nor its conditions: "un vendredi sur deux"."""
    if slot.frequency is Frequency.DATES:
        days = [day for day in sorted(set(slot.dates)) if today is None or day >= today]
        return enumerated([f"le {spoken_day(day, with_year=today is None or None, today=today)}" for day in days])
    weekday = slot.anchor.weekday() if slot.weekday is None and slot.anchor else slot.weekday
    if weekday is None:
        return ""
    if slot.frequency is Frequency.NTH_WEEKDAY and slot.nth is not None:
        return f"le {RANKS[slot.nth]} {WEEKDAYS[weekday]} du mois"
    if slot.interval == 1:
        return f"le {WEEKDAYS[weekday]}"
    return f"un {WEEKDAYS[weekday]} sur {NUMBERS.get(slot.interval, slot.interval)}"


def _conditions(slot: Slot, today: date | None) -> str:
    said = [
        slot.access.label if slot.access is not Access.WALK_IN else "",
        "hors vacances scolaires" if slot.except_school_holidays else "",
        "y compris les jours fériés" if slot.on_public_holidays else "",
        _validity(slot, today),
    ]
    return "".join(f", {condition}" for condition in said if condition)


def _validity(slot: Slot, today: date | None) -> str:
    with_year = True if today is None else None
    begins, ends = _first_day(slot), slot.valid_until
    if begins is not None and today is not None and begins <= today:
        begins = None
    end = "" if ends is None else spoken_date(ends, with_year=with_year, today=today)
    if begins is None:
        return f"jusqu’au {end}" if end else ""
    if ends is None:
        return f"à partir du {spoken_date(begins, with_year=with_year, today=today)}"
    start = spoken_date(begins, with_year=False if begins.year == ends.year else with_year, today=today)
    return f"du {start} au {end}"


def _first_day(slot: Slot) -> date | None:
    """The day from which the slot comes back; of a recurrence, the first one that takes place."""
    begins = max((day for day in (slot.anchor, slot.valid_from) if day is not None), default=None)
    if begins is None or slot.frequency in (Frequency.DATES, Frequency.WEEKLY):
        return slot.valid_from if slot.frequency is Frequency.DATES else begins
    cycle = slot.interval if slot.frequency is Frequency.EVERY_N_WEEKS else 1
    latest = date.fromordinal(min(begins.toordinal() + LONGEST_WAIT * cycle, date.max.toordinal()))
    return next(iter(occurrences(slot, begins, latest)), begins)
