"""On which days does a slot come back, before any holiday or closure is taken away?

The rules are those of RFC 5545, with the anchor as DTSTART and Monday as the first day of the week. They are
computed rather than iterated, because a page asks for thousands of slots at once; tests hold them equal to
`dateutil.rrule`. Parity of ISO weeks is never used: 2026 has 53 of them.
"""

from datetime import date, timedelta

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
            return [] if slot.weekday is None else _stepping(_weekday_from(first, slot.weekday), last, 7)
        case Frequency.EVERY_N_WEEKS:
            return _every_n_weeks(slot, first, last)
        case Frequency.NTH_WEEKDAY:
            return _nth_weekdays(slot, first, last)
        case Frequency.DATES:
            return sorted(day for day in set(slot.dates) if first <= day <= last)


def nth_weekday_of(year: int, month: int, weekday: int, nth: int) -> date:
    """The first to fourth such weekday of a month, or the last one when `nth` is -1."""
    if nth > 0:
        return _weekday_from(date(year, month, 1), weekday) + timedelta(weeks=nth - 1)
    month_end = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return month_end - timedelta(days=(month_end.weekday() - weekday) % 7)


def _weekday_from(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _stepping(start: date, last: date, step: int) -> list[date]:
    return [date.fromordinal(n) for n in range(start.toordinal(), last.toordinal() + 1, step)]


def _every_n_weeks(slot: Slot, first: date, last: date) -> list[date]:
    if slot.anchor is None:  # a slot refuses this
        return []
    weekday = slot.anchor.weekday() if slot.weekday is None else slot.weekday
    origin = slot.anchor + timedelta(days=weekday - slot.anchor.weekday())
    step = 7 * slot.interval
    return _stepping(first + timedelta(days=(origin - first).days % step), last, step)


def _nth_weekdays(slot: Slot, first: date, last: date) -> list[date]:
    if slot.weekday is None or slot.nth is None:  # a slot refuses this
        return []
    months = range(_month_number(first), _month_number(last) + 1)
    days = (nth_weekday_of(n // 12, n % 12 + 1, slot.weekday, slot.nth) for n in months)
    return [day for day in days if first <= day <= last]


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1
