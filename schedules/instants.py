"""Is somebody there at this instant, until when, and when next?

Instants are aware datetimes, in and out; days and times are wall-clock time of Paris.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from schedules.calendars import PARIS, Calendar
from schedules.days import extras_between, kept
from schedules.slots import ANY_ACCESS, Access, Timetable

LEAST_DEMANDING_FIRST = (Access.WALK_IN, Access.APPOINTMENT, Access.PHONE)


@dataclass(frozen=True)
class Opening:
    """A stretch without interruption, in Paris time; `access` is how one is received when it starts."""

    opens_at: datetime
    closes_at: datetime
    access: Access


def is_open(timetable: Timetable, at: datetime, calendar: Calendar, *, access: Collection[Access] = ANY_ACCESS) -> bool:
    """Whether someone is there at this instant: from the opening, up to but not including the closing.

    `access` keeps some ways of being received: IN_PERSON leaves the telephone out. ValueError on a naive datetime.
    """
    return _open_at(timetable, at, calendar, access, days=1) is not None


def open_until(
    timetable: Timetable, at: datetime, calendar: Calendar, *, access: Collection[Access] = ANY_ACCESS
) -> datetime | None:
    """When the present opening ends, slots that touch or overlap taken together; None when closed.

    Looks a week ahead: a place that never closes is open until then.
    """
    opening = _open_at(timetable, at, calendar, access, days=7)
    return opening.closes_at if opening else None


def next_opening(
    timetable: Timetable,
    after: datetime,
    calendar: Calendar,
    within_days: int = 90,
    *,
    access: Collection[Access] = ANY_ACCESS,
) -> Opening | None:
    """The first opening that starts strictly after this instant (so the following one, when it is open now).

    None when nothing opens within so many days. ValueError on a naive datetime.
    """
    today = _in_paris(after).date()
    # Nearly every place opens within the week: the long look ahead is for bus stops and monthly sessions.
    for days in sorted({min(8, within_days + 1), within_days + 1}):
        edge = _instant(today + timedelta(days=days), 0)
        for opening in _openings(timetable, today, days, calendar, access):
            if opening.opens_at.astimezone(UTC) <= after.astimezone(UTC):
                continue
            if opening.closes_at.astimezone(UTC) < edge or days > within_days:
                return opening
    return None


def _open_at(
    timetable: Timetable, at: datetime, calendar: Calendar, access: Collection[Access], *, days: int
) -> Opening | None:
    today = _in_paris(at).date()
    instant = at.astimezone(UTC)  # two datetimes of one zone would compare their wall clocks, wrong when clocks go back
    for opening in _openings(timetable, today, days, calendar, access):
        if opening.opens_at.astimezone(UTC) <= instant < opening.closes_at.astimezone(UTC):
            return opening
    return None


def _openings(
    timetable: Timetable, first_day: date, days: int, calendar: Calendar, access: Collection[Access]
) -> Iterator[Opening]:
    """Stretches of opening from this day on, touching and overlapping ones joined, across midnight too."""
    pieces: list[tuple[datetime, datetime, int]] = []
    for day, (start, end), how in _held(timetable, first_day, first_day + timedelta(days=days - 1), calendar):
        opens_at, closes_at = _instant(day, start), _instant(day, end)
        if how in access and opens_at < closes_at:  # not so inside the hour that does not exist in spring
            pieces.append((opens_at, closes_at, LEAST_DEMANDING_FIRST.index(how)))
    pieces.sort(key=lambda piece: (piece[0], piece[2]))
    index = 0
    while index < len(pieces):
        opens_at, closes_at, rank = pieces[index]
        index += 1
        while index < len(pieces) and pieces[index][0] <= closes_at:
            closes_at = max(closes_at, pieces[index][1])
            index += 1
        yield Opening(opens_at.astimezone(PARIS), closes_at.astimezone(PARIS), LEAST_DEMANDING_FIRST[rank])


def _held(
    timetable: Timetable, first_day: date, last_day: date, calendar: Calendar
) -> Iterator[tuple[date, tuple[int, int], Access]]:
    """What takes place at known times, in minutes since midnight."""
    for slot, day in kept(timetable, first_day, last_day, calendar):
        if slot.minutes is not None:
            yield day, slot.minutes, slot.access
    for extra in extras_between(timetable, first_day, last_day):
        if extra.minutes is not None:
            yield extra.day, extra.minutes, extra.access


@lru_cache(maxsize=4096)  # thousands of places open at the same few hours
def _instant(day: date, minutes: int) -> datetime:
    """In UTC. A time that occurs twice in autumn is the first one; one that is skipped in spring is an hour later."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return wall.replace(tzinfo=PARIS).astimezone(UTC)


def _in_paris(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("Un instant doit porter son fuseau horaire.")
    return at.astimezone(PARIS)
