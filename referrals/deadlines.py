"""How much of the promised time has passed, and when does the promise fall due?

The promise is 72 hours, and the text says no more: the unit is a parameter of the charter version in force.
"""

from collections.abc import Collection, Iterator, Mapping, Set
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from schedules.calendars import PARIS

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class Unit(StrEnum):
    """What an hour of the promise is."""

    CALENDAR = "calendar"
    WORKING_DAYS = "working_days"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Unit.CALENDAR: "heures d’horloge, tous les jours comptent",
    Unit.WORKING_DAYS: "heures des jours ouvrés, sans les samedis, dimanches et jours fériés",
}


def elapsed(start: datetime, end: datetime, unit: Unit, holidays: Collection[date]) -> timedelta:
    """The time that counts between two instants, to the minute and below; negative when the end comes first.

    * CALENDAR, the letter of the charter: the time that really passed. 72 hours are 72 turns of the clock hand, so a
      night of clock change moves the wall-clock time by an hour, never the promise.
    * WORKING_DAYS, the reading of the State's own tool: Saturdays, Sundays and public holidays of Paris time count for
      nothing, other days from midnight to midnight (clocks change on Sundays, hence never in counted time).

    `holidays` are public holidays, the keys of a `Calendar` will do. ValueError on naive datetimes.
    """
    if unit is Unit.CALENDAR:
        return _utc(end) - _utc(start)
    if _utc(end) < _utc(start):
        return -elapsed(end, start, unit, holidays)
    counted = timedelta(0)
    for opens, closes in _counted_days(start, holidays):
        if opens >= _utc(end):
            break
        counted += min(closes, _utc(end)) - max(opens, _utc(start))
    return counted


def due_at(start: datetime, limit: timedelta, unit: Unit, holidays: Collection[date]) -> datetime:
    """The last instant at which the promise is kept, in Paris time.

    So `answered_at <= due_at(…)` says exactly the same as `elapsed(start, answered_at, …) <= limit`: in working days, a
    limit reached on Friday at midnight holds until Monday at midnight, since nothing counts in between.
    ValueError on a naive datetime or a negative limit.
    """
    if limit < timedelta(0):
        raise ValueError("Un délai ne peut pas être négatif.")
    if unit is Unit.CALENDAR:
        return (_utc(start) + limit).astimezone(PARIS)
    left = limit
    for opens, closes in _counted_days(start, holidays):
        begins = max(opens, _utc(start))
        if left < closes - begins:
            return (begins + left).astimezone(PARIS)
        left -= closes - begins
    raise AssertionError("working days never end")


def _counted_days(start: datetime, holidays: Collection[date]) -> Iterator[tuple[datetime, datetime]]:
    """Bounds in UTC of each day that counts, without end, from the one that holds `start` or the next."""
    off = holidays if isinstance(holidays, Mapping | Set) else frozenset(holidays)
    day = _utc(start).astimezone(PARIS).date()
    while True:
        if day.weekday() < SATURDAY and day not in off:
            yield _midnight(day), _midnight(day + ONE_DAY)
        day += ONE_DAY


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=PARIS).astimezone(UTC)


def _utc(at: datetime) -> datetime:
    """Two datetimes of one zone are compared by their wall clocks: only UTC counts right across clock changes."""
    if at.utcoffset() is None:
        raise ValueError("Un instant doit porter son fuseau horaire.")
    return at.astimezone(UTC)
