"""When is a place open, when does it open next, and how many hours a week?

Days and times are wall-clock time of Paris; instants are aware datetimes, in and out. Every function is pure: the
days that disturb the week come in as a `Calendar`, closures are part of the `Timetable`. A slot whose times are to be
confirmed gives a passage without times, opens nothing and counts no hour.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from schedules.calendars import PARIS, Calendar
from schedules.hours_in_words import in_words
from schedules.recurrences import occurrences
from schedules.slots import ANY_ACCESS, IN_PERSON, Access, Closure, Extra, Frequency, Slot, Timetable

__all__ = [
    "ANY_ACCESS",
    "IN_PERSON",
    "Absence",
    "Access",
    "Closure",
    "Extra",
    "Frequency",
    "Opening",
    "Passage",
    "Slot",
    "Timetable",
    "absences",
    "by_weekday",
    "cancelled_hours",
    "has_unknown_times",
    "in_words",
    "is_open",
    "next_opening",
    "open_days",
    "open_until",
    "passages",
    "weekly_hours",
]

WEEKS_AVERAGED = 4  # charter, commitment 1: a four-week cycle, so that fortnightly slots count for half
ONE_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
LEAST_DEMANDING_FIRST = (Access.WALK_IN, Access.APPOINTMENT, Access.PHONE)

Hours = tuple[time | None, time | None, Access]


@dataclass(frozen=True)
class Passage:
    """One slot on one day; both times are None when they are to be confirmed."""

    day: date
    opens: time | None
    closes: time | None
    access: Access


@dataclass(frozen=True)
class Absence:
    """A day on which something should have taken place and does not, with the reason in French.

    `whole_day` is False when other slots of the same day are kept.
    """

    day: date
    reason: str
    whole_day: bool = True


@dataclass(frozen=True)
class Opening:
    """A stretch without interruption, in Paris time; `access` is how one is received when it starts."""

    opens_at: datetime
    closes_at: datetime
    access: Access


# Days


def passages(timetable: Timetable, first_day: date, last_day: date, calendar: Calendar) -> list[Passage]:
    """What really takes place between two days, both included, in order; a slot entered twice shows once."""
    kept = (
        Passage(day, slot.opens, slot.closes, slot.access)
        for slot, day in _planned(timetable, first_day, last_day)
        if _cancelled_because(slot, day, timetable, calendar) is None
    )
    return sorted(dict.fromkeys(kept), key=_chronological)


def absences(timetable: Timetable, first_day: date, last_day: date, calendar: Calendar) -> list[Absence]:
    """Days on which a slot falls away, with the reason: public holiday, then closure, then school holidays."""
    kept: set[date] = set()
    missing: dict[tuple[date, str], None] = {}
    for slot, day in _planned(timetable, first_day, last_day):
        reason = _cancelled_because(slot, day, timetable, calendar)
        if reason is None:
            kept.add(day)
        else:
            missing[day, reason] = None
    return [Absence(day, reason, whole_day=day not in kept) for day, reason in sorted(missing)]


def _planned(timetable: Timetable, first_day: date, last_day: date) -> Iterator[tuple[Slot, date]]:
    for slot in timetable.slots:
        for day in occurrences(slot, first_day, last_day):
            yield slot, day


def _cancelled_because(slot: Slot, day: date, timetable: Timetable, calendar: Calendar) -> str | None:
    if not slot.on_public_holidays and (holiday := calendar.public_holidays.get(day)):
        return f"jour férié ({holiday})"
    for closure in timetable.closures:
        if day in closure:
            return closure.reason or "fermeture exceptionnelle"
    if slot.except_school_holidays and (school := calendar.school_holiday(day)) is not None:
        return school[:1].lower() + school[1:] or "vacances scolaires"
    return None


def _chronological(passage: Passage) -> tuple[date, time, time, str]:
    """Times to be confirmed come last in their day; the end of the day closes after any other time."""
    closes = time.max if passage.closes is None or passage.closes == time(0) else passage.closes
    return passage.day, passage.opens or time.max, closes, passage.access


# Instants


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
    last_day = first_day + timedelta(days=days - 1)
    for slot, day in _planned(timetable, first_day, last_day):
        if slot.access not in access or slot.minutes is None:
            continue
        if _cancelled_because(slot, day, timetable, calendar) is not None:
            continue
        opens_at, closes_at = _instant(day, slot.minutes[0]), _instant(day, slot.minutes[1])
        if opens_at < closes_at:  # not so for a slot inside the hour that does not exist in spring
            pieces.append((opens_at, closes_at, LEAST_DEMANDING_FIRST.index(slot.access)))
    pieces.sort(key=lambda piece: (piece[0], piece[2]))
    index = 0
    while index < len(pieces):
        opens_at, closes_at, rank = pieces[index]
        index += 1
        while index < len(pieces) and pieces[index][0] <= closes_at:
            closes_at = max(closes_at, pieces[index][1])
            index += 1
        yield Opening(opens_at.astimezone(PARIS), closes_at.astimezone(PARIS), LEAST_DEMANDING_FIRST[rank])


def _instant(day: date, minutes: int) -> datetime:
    """In UTC. A time that occurs twice in autumn is the first one; one that is skipped in spring is an hour later."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return wall.replace(tzinfo=PARIS).astimezone(UTC)


def _in_paris(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("Un instant doit porter son fuseau horaire.")
    return at.astimezone(PARIS)


# Figures


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
    return _covered(_planned(Timetable(tuple(in_person)), monday, last_day)) / WEEKS_AVERAGED


def open_days(timetable: Timetable, monday: date) -> float:
    """Days of opening to the public per week, averaged and counted as `weekly_hours` does.

    A day whose times are to be confirmed is an open day.
    """
    last_day = monday + WEEKS_AVERAGED * A_WEEK - ONE_DAY
    days = {day for slot, day in _planned(timetable, monday, last_day) if slot.access in IN_PERSON}
    return len(days) / WEEKS_AVERAGED


def cancelled_hours(timetable: Timetable, first_day: date, last_day: date, calendar: Calendar) -> timedelta:
    """Hours of opening to the public lost to holidays and closures between two days, both included.

    The second figure beside `weekly_hours`: a total, never held against the charter.
    """
    planned = [(slot, day) for slot, day in _planned(timetable, first_day, last_day) if slot.access in IN_PERSON]
    kept = [(slot, day) for slot, day in planned if _cancelled_because(slot, day, timetable, calendar) is None]
    return _covered(planned) - _covered(kept)


def has_unknown_times(timetable: Timetable) -> bool:
    """Whether some hours are still to be confirmed."""
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


def _covered(planned: Iterable[tuple[Slot, date]]) -> timedelta:
    """The time that at least one of these slots covers."""
    by_day: dict[date, list[tuple[int, int]]] = {}
    for slot, day in planned:
        if slot.minutes is not None:
            by_day.setdefault(day, []).append(slot.minutes)
    return timedelta(minutes=sum(_union(spans) for spans in by_day.values()))


def _union(spans: Sequence[tuple[int, int]]) -> int:
    total = reached = 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total
