"""How are hours laid out to be edited, and how is what was edited put back without losing anything?

What comes back every week without any condition is the grid of seven days; everything else is a list of rules. Laying
out and putting back gives the slots that were there, even when they hold values that mean nothing for their frequency.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import combinations

from schedules.opening_hours import has_unknown_times, in_words, weekly_hours
from schedules.slots import Access, Frequency, Slot, Timetable
from schedules.wording import A_MINUTE, NBSP, WEEKDAYS, spoken_day, spoken_duration

ASKED_OF_A_FIXED_SITE = timedelta(hours=24)
"""Opening to the public per week. Source: the charter, commitment 1."""
MOST_STARTS_PROPOSED = 6
A_WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)

Times = tuple[time, time]


@dataclass(frozen=True)
class Range:
    """A line of the grid: hours of one day, every week."""

    opens: time
    closes: time
    access: Access = Access.WALK_IN


@dataclass(frozen=True)
class Day:
    ranges: tuple[Range, ...] = ()
    has_unknown: bool = False


@dataclass(frozen=True)
class Rule:
    """Hours that come back by another rule; `slot` holds the rule, and no times."""

    slot: Slot
    ranges: tuple[Times, ...] = ()
    has_unknown: bool = False


@dataclass(frozen=True)
class Layout:
    """Seven days from Monday, then the rules."""

    days: tuple[Day, ...]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Start:
    """A date that may be chosen as the first of a cycle of several weeks, and how it is said."""

    day: date
    said: str


@dataclass(frozen=True)
class Preview:
    """What the hours come to: `total` and `against_charter` are sentences without full stop."""

    total: str
    against_charter: str
    is_enough: bool | None
    lines: tuple[str, ...]
    warnings: tuple[str, ...]


# Laying out, putting back


def laid_out(slots: Iterable[Slot]) -> Layout:
    ordered = sorted(slots, key=_order)
    days = [Day() for _ in WEEKDAYS]
    rules: dict[tuple[Slot, int], Rule] = {}
    for slot in ordered:
        if not _fits_in_grid(slot, days):
            _add_to_rules(rules, slot)
        elif slot.opens is None or slot.closes is None:
            days[slot.weekday or 0] = replace(days[slot.weekday or 0], has_unknown=True)
        else:
            day = days[slot.weekday or 0]
            days[slot.weekday or 0] = replace(day, ranges=(*day.ranges, Range(slot.opens, slot.closes, slot.access)))
    return Layout(tuple(days), tuple(rules.values()))


def slots_of_day(weekday: int, day: Day) -> list[Slot]:
    slots = [Slot(weekday=weekday, opens=r.opens, closes=r.closes, access=r.access) for r in day.ranges]
    return [*slots, Slot(weekday=weekday)] if day.has_unknown else slots


def slots_of_rule(rule: Rule) -> list[Slot]:
    slots = [replace(rule.slot, opens=opens, closes=closes) for opens, closes in rule.ranges]
    return [*slots, rule.slot] if rule.has_unknown else slots


def as_stored(edited: Iterable[Slot], stored: Iterable[Slot]) -> list[Slot]:
    """The edited slots, each as it was stored when it still means the same: nothing changes that nobody changed."""
    known: dict[Slot, list[Slot]] = {}
    for slot in stored:
        known.setdefault(meaning(slot), []).append(slot)
    found: list[Slot] = []
    for slot in edited:
        same = known.get(meaning(slot))
        found.append(same.pop(0) if same else slot)
    return found


def meaning(slot: Slot) -> Slot:
    """The slot without what its frequency does not read."""
    match slot.frequency:
        case Frequency.WEEKLY:
            return replace(slot, interval=1, nth=None, dates=())
        case Frequency.EVERY_N_WEEKS:
            weekday = slot.anchor.weekday() if slot.weekday is None and slot.anchor else slot.weekday
            return replace(slot, weekday=weekday, nth=None, dates=())
        case Frequency.NTH_WEEKDAY:
            return replace(slot, interval=1, dates=())
        case Frequency.DATES:
            days = tuple(sorted(set(slot.dates)))
            return replace(slot, weekday=None, interval=1, anchor=None, nth=None, dates=days)


def overlaps(slots: Sequence[Slot], stored: Iterable[Slot] = ()) -> list[tuple[int, int]]:
    """Pairs of slots, by index, of one day and one access that share a minute; those that were stored so are let be.

    An appointment may overlap a walk-in: two people receive. `slots` come back by the same rule.
    """
    left = Counter(meaning(slot) for slot in stored)
    found = []
    for (i, one), (j, other) in combinations(enumerate(slots), 2):
        if one.minutes is None or other.minutes is None or one.access is not other.access:
            continue
        was_so = not Counter([meaning(one), meaning(other)]) - left
        if one.minutes[0] < other.minutes[1] and other.minutes[0] < one.minutes[1] and not was_so:
            found.append((i, j))
    return found


def _order(slot: Slot) -> tuple[int, int, str]:
    return (7 if slot.weekday is None else slot.weekday, slot.minutes[0] if slot.minutes else 24 * 60, repr(slot))


def _is_plain(slot: Slot) -> bool:
    """Every week, without any condition."""
    if slot.frequency is not Frequency.WEEKLY or slot.weekday is None:
        return False
    return meaning(slot) == Slot(weekday=slot.weekday, opens=slot.opens, closes=slot.closes, access=slot.access)


def _fits_in_grid(slot: Slot, days: Sequence[Day]) -> bool:
    if slot.weekday is None or not _is_plain(slot):
        return False
    return not slot.has_unknown_times or (slot.access is Access.WALK_IN and not days[slot.weekday].has_unknown)


def _add_to_rules(rules: dict[tuple[Slot, int], Rule], slot: Slot) -> None:
    """Slots that differ by their times only are one rule; times to be confirmed twice are two."""
    bare = replace(meaning(slot), opens=None, closes=None)
    copy = 0
    while slot.has_unknown_times and (bare, copy) in rules and rules[bare, copy].has_unknown:
        copy += 1
    rule = rules.setdefault((bare, copy), Rule(bare))
    if slot.opens is None or slot.closes is None:
        rules[bare, copy] = replace(rule, has_unknown=True)
    else:
        rules[bare, copy] = replace(rule, ranges=(*rule.ranges, (slot.opens, slot.closes)))


# « Semaine paire » as a date


def starts_to_choose(weekday: int, interval: int, today: date, anchor: date | None = None) -> list[Start]:
    """The next dates of a weekday, one for each way of counting; the one that follows `anchor` keeps it as its date.

    None when the cycle is too long for a list.
    """
    if not 1 <= interval <= MOST_STARTS_PROPOSED:
        return []
    first = today + (weekday - today.weekday()) % 7 * ONE_DAY
    return [_start(first + n * A_WEEK, interval, today, anchor) for n in range(interval)]


def why_a_date(today: date) -> str:
    """Why even and odd weeks are not offered; the next year of 53 weeks is named."""
    year = next(year for year in range(today.year, today.year + 10) if date(year, 12, 28).isocalendar().week == 53)
    return (
        f"Choisissez une date plutôt que «{NBSP}semaine paire{NBSP}»{NBSP}: {year} compte 53{NBSP}semaines, et après "
        f"la semaine{NBSP}53 vient la semaine{NBSP}1, impaire elle aussi."
    )


def _start(day: date, interval: int, today: date, anchor: date | None) -> Start:
    value = day
    if anchor is not None and (_monday(day) - _monday(anchor)).days % (7 * interval) == 0:
        value = anchor
        day = max(day, anchor)
    return Start(value, f"{spoken_day(day, today=today)} (semaine{NBSP}{day.isocalendar().week})")


def _monday(day: date) -> date:
    return day - day.weekday() * ONE_DAY


# What it comes to


def preview(slots: Sequence[Slot], today: date, asked: timedelta | None = None) -> Preview:
    """The total of a week, held against what is `asked` of the place if anything is, and the hours in words."""
    timetable = Timetable(tuple(slots))
    total = weekly_hours(timetable, _monday(today))
    is_least = has_unknown_times(timetable)
    enough, against = (None, "") if asked is None else _against(total, asked, is_least)
    return Preview(
        total=_total(total, is_least, has_any=bool(slots)),
        against_charter=against,
        is_enough=enough,
        lines=tuple(in_words(timetable, today)),
        warnings=tuple(_warnings(slots, today)),
    )


def _total(total: timedelta | None, is_least: bool, *, has_any: bool) -> str:
    if total is None:
        return "Total inconnu\u00a0: les heures sont à confirmer" if has_any else "Aucune heure pour l’instant"
    return f"{'Au moins ' if is_least else ''}{spoken_duration(total)} par semaine"


def _against(total: timedelta | None, asked: timedelta, is_least: bool) -> tuple[bool | None, str]:
    name = f"{spoken_duration(asked)} de la charte"
    missing = asked - (total or timedelta(0))
    if missing <= timedelta(0):
        return True, f"les {name} sont atteintes"
    # Rounded up: a quarter of a minute is missing too.
    said = spoken_duration(-(-missing // A_MINUTE) * A_MINUTE)
    return None if is_least else False, f"il manque {said} pour les {name}"


def _warnings(slots: Sequence[Slot], today: date) -> Iterable[str]:
    past = sorted({day for slot in slots if slot.frequency is Frequency.DATES for day in slot.dates if day < today})
    if past:
        days = ", ".join(spoken_day(day, with_year=True) for day in past)
        yield f"Déjà passé{'s' if len(past) > 1 else ''}\u00a0: {days}. Vous pouvez l’enregistrer quand même."
    grid = {slot.weekday for slot in slots if _is_plain(slot)}
    if any(slot.frequency is Frequency.WEEKLY and slot.valid_from and slot.weekday in grid for slot in slots):
        yield (
            "Des horaires d’une période s’ajoutent à ceux de la semaine ordinaire, ils ne les remplacent pas. Pour des "
            "horaires d’été plus courts, donnez aussi une période aux horaires du reste de l’année."
        )
