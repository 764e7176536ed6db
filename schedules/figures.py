"""How many hours and days a week is a place open, and what did holidays, closures and extras change?"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time, timedelta

from schedules.calendars import Calendar
from schedules.days import extras_between, kept, planned
from schedules.slots import IN_PERSON, Access, Extra, Frequency, Slot, Timetable

WEEKS_AVERAGED = 4  # charter, commitment 1: a four-week cycle, so that fortnightly slots count for half
ONE_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)

Hours = tuple[time | None, time | None, Access]
Held = tuple[Slot | Extra, date]


def weekly_hours(timetable: Timetable, monday: date) -> timedelta | None:
    """Regular opening to the public, per week, averaged over the four weeks that start on this day.

    Source: the charter (24 h asked). Closures, public and school holidays are ignored: `cancelled_hours` gives that
    second figure. Walk-in and appointment slots count, the telephone does not; an hour covered by two slots counts
    once. A slot counts while it is valid, and a recurrence from its anchor on. Wall-clock hours: a night of clock
    change counts as any other. None when nothing is known: no slot at all, or in-person slots that are all to be
    confirmed; telephone slots alone give zero. With some times to be confirmed (`has_unknown_times`) it is a minimum.
    """
    in_person = [slot for slot in timetable.slots if slot.access in IN_PERSON]
    if not timetable.slots or (in_person and all(slot.has_unknown_times for slot in in_person)):
        return None
    last_day = monday + WEEKS_AVERAGED * A_WEEK - ONE_DAY
    return _covered(planned(Timetable(tuple(in_person)), monday, last_day)) / WEEKS_AVERAGED


def open_days(timetable: Timetable, monday: date) -> float:
    """Days of opening to the public per week, averaged and counted as `weekly_hours` does.

    A day whose times are to be confirmed is an open day.
    """
    last_day = monday + WEEKS_AVERAGED * A_WEEK - ONE_DAY
    days = {day for slot, day in planned(timetable, monday, last_day) if slot.access in IN_PERSON}
    return len(days) / WEEKS_AVERAGED


def cancelled_hours(timetable: Timetable, first_day: date, last_day: date, calendar: Calendar) -> timedelta:
    """Hours of opening to the public lost to holidays and closures between two days, both included.

    The second figure beside `weekly_hours`: a total, never held against the charter. What exceptional openings give
    back is a third, `exceptional_hours`.
    """
    regular = (held for held in planned(timetable, first_day, last_day) if held[0].access in IN_PERSON)
    return _covered(regular) - _covered(_kept_in_person(timetable, first_day, last_day, calendar))


def exceptional_hours(timetable: Timetable, first_day: date, last_day: date, calendar: Calendar) -> timedelta:
    """Hours of opening to the public that exceptional openings add between two days, both included.

    An hour that a slot covers anyway adds nothing. Planned hours, less `cancelled_hours`, plus these, are the hours
    when somebody is there.
    """
    regular: list[Held] = list(_kept_in_person(timetable, first_day, last_day, calendar))
    added = [(extra, extra.day) for extra in extras_between(timetable, first_day, last_day)]
    return _covered([*regular, *(held for held in added if held[0].access in IN_PERSON)]) - _covered(regular)


def has_unknown_times(timetable: Timetable) -> bool:
    """Whether some regular hours are still to be confirmed."""
    return any(slot.has_unknown_times for slot in timetable.slots)


def by_weekday(timetable: Timetable, on: date | None = None) -> dict[int, list[Hours]]:
    """The week as a grid, all seven days from Monday (0): the slots of every week, in order.

    Only what comes back each week fits in a grid; `in_words` says the rest. `on` leaves out the slots that are not
    valid that day.
    """
    grid: dict[int, list[Hours]] = {weekday: [] for weekday in range(7)}
    for slot in sorted(timetable.slots, key=lambda slot: slot.minutes or (24 * 60, 24 * 60)):
        if slot.frequency is not Frequency.WEEKLY or slot.weekday is None:
            continue
        if on is not None and not (slot.valid_from or on) <= on <= (slot.valid_until or on):
            continue
        grid[slot.weekday].append((slot.opens, slot.closes, slot.access))
    return grid


def _kept_in_person(timetable: Timetable, first_day: date, last_day: date, calendar: Calendar) -> Iterator[Held]:
    return (held for held in kept(timetable, first_day, last_day, calendar) if held[0].access in IN_PERSON)


def _covered(held: Iterable[Held]) -> timedelta:
    """The time that at least one of these covers."""
    by_day: dict[date, list[tuple[int, int]]] = {}
    for one, day in held:
        if one.minutes is not None:
            by_day.setdefault(day, []).append(one.minutes)
    return timedelta(minutes=sum(_union(spans) for spans in by_day.values()))


def _union(spans: Sequence[tuple[int, int]]) -> int:
    total = reached = 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total
