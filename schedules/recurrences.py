"""On which days does a slot come back, before any holiday or closure is taken away?

The rules are those of RFC 5545, with the anchor as DTSTART and Monday as the first day of the week. They are
computed rather than iterated, because a page asks for thousands of slots at once; tests hold them equal to
`dateutil.rrule`. Parity of ISO weeks is never used: 2026 has 53 of them. Days are counted as ordinals: a step beyond
the last day of time is a number like any other.
"""

from calendar import monthrange
from datetime import date

from schedules.slots import Frequency, Slot


def occurrences(slot: Slot, first_day: date, last_day: date) -> list[date]:
    """Days on which the slot comes back between two days, both included, in order."""
    anchor = None if slot.frequency is Frequency.DATES else slot.anchor
    first = max(day for day in (first_day, anchor, slot.valid_from) if day is not None)
    last = min(last_day, slot.valid_until or last_day)
    if first > last:
        return []
    match slot.frequency:
        case Frequency.WEEKLY:
            return [] if slot.weekday is None else _stepping(_weekday_from(first.toordinal(), slot.weekday), last, 7)
        case Frequency.EVERY_N_WEEKS:
            return _every_n_weeks(slot, first, last)
        case Frequency.NTH_WEEKDAY:
            return _nth_weekdays(slot, first, last)
        case Frequency.DATES:
            return sorted(day for day in set(slot.dates) if first <= day <= last)


def nth_weekday_of(year: int, month: int, weekday: int, nth: int) -> date:
    """The first to fourth such weekday of a month, or the last one when `nth` is -1."""
    if nth > 0:
        return date.fromordinal(_weekday_from(date(year, month, 1).toordinal(), weekday) + 7 * (nth - 1))
    month_end = date(year, month, monthrange(year, month)[1])
    return date.fromordinal(month_end.toordinal() - (month_end.weekday() - weekday) % 7)


def _weekday_from(start: int, weekday: int) -> int:
    """The first such weekday from this day on; the ordinal 1 is a Monday."""
    return start + (weekday + 1 - start) % 7


def _stepping(start: int, last: date, step: int) -> list[date]:
    return [date.fromordinal(n) for n in range(start, last.toordinal() + 1, step)]


def _every_n_weeks(slot: Slot, first: date, last: date) -> list[date]:
    if slot.anchor is None:  # a slot refuses this
        return []
    weekday = slot.anchor.weekday() if slot.weekday is None else slot.weekday
    origin = slot.anchor.toordinal() + weekday - slot.anchor.weekday()
    step, start = 7 * slot.interval, first.toordinal()
    return _stepping(start + (origin - start) % step, last, step)


def _nth_weekdays(slot: Slot, first: date, last: date) -> list[date]:
    if slot.weekday is None or slot.nth is None:  # a slot refuses this
        return []
    months = range(_month_number(first), _month_number(last) + 1)
    days = (nth_weekday_of(n // 12, n % 12 + 1, slot.weekday, slot.nth) for n in months)
    return [day for day in days if first <= day <= last]


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1
