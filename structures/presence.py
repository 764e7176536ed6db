"""During which minutes of a week are fewer people present than asked, while the place is open?

Wall-clock time of Paris, in minutes since midnight. A real week is looked at: holidays, closures and absences count,
and so do arrivals and departures. Whose hours nobody has entered is unknown, which is neither there nor away.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from itertools import pairwise

from schedules.calendars import Calendar
from schedules.opening_hours import IN_PERSON, Timetable, absences, passages
from schedules.slots import MINUTES_IN_A_DAY
from schedules.wording import enumerated, spoken_day, spoken_duration, spoken_time

ASKED = 2
ONE_DAY = timedelta(days=1)
Span = tuple[int, int]


class State(StrEnum):
    """Unknown only when whose hours are not entered could make the difference."""

    ENOUGH = "enough"
    SHORT = "short"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Person:
    """Somebody of the team; `timetable` is None when nobody has entered her week."""

    name: str
    arrived_on: date
    left_on: date | None = None
    timetable: Timetable | None = None

    def is_in_the_team(self, day: date) -> bool:
        return self.arrived_on <= day and (self.left_on is None or day < self.left_on)


@dataclass(frozen=True)
class Stretch:
    """Minutes of opening during which the same number of people is present."""

    starts: int
    ends: int
    people: int
    unknown: int
    """People of the team whose hours that day nobody has entered."""
    state: State

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.ends - self.starts)

    @property
    def in_words(self) -> str:
        """ "de 9 h à 12 h"."""
        return f"de {spoken_minute(self.starts)} à {spoken_minute(self.ends)}"

    @property
    def who(self) -> str:
        """ "personne", "1 personne", "2 personnes, 1 inconnue"."""
        number = "personne" if not self.people else f"{self.people}\u00a0personne{'s' if self.people > 1 else ''}"
        if not self.unknown:
            return number
        hidden = f"{self.unknown}\u00a0inconnue{'s' if self.unknown > 1 else ''}"
        return f"{number}, {hidden}" if self.people else hidden


@dataclass(frozen=True)
class Day:
    """A day of the place: its stretches in order, and why it is closed or not quite known."""

    day: date
    stretches: tuple[Stretch, ...]
    note: str = ""

    def at(self, starts: int, ends: int) -> Stretch | None:
        """What a cell of the grid holds; None when the place is closed then."""
        return next((s for s in self.stretches if s.starts <= starts and ends <= s.ends), None)


@dataclass(frozen=True)
class Week:
    monday: date
    days: tuple[Day, ...]

    def total(self, state: State) -> timedelta:
        """Hours of opening of the week in this state."""
        return sum((s.length for day in self.days for s in day.stretches if s.state is state), timedelta(0))

    @property
    def opening(self) -> timedelta:
        return sum((s.length for day in self.days for s in day.stretches), timedelta(0))

    @property
    def rows(self) -> list[Span]:
        """The lines of a grid that cuts no stretch: from one edge to the next, where some day is open."""
        edges = sorted({edge for day in self.days for s in day.stretches for edge in (s.starts, s.ends)})
        return [span for span in pairwise(edges) if any(day.at(*span) for day in self.days)]

    def sentences(self, state: State) -> list[str]:
        """One per day, stretches that touch told as one: "lundi 23 novembre de 9 h à 10 h et de 16 h à 17 h"."""
        said = []
        for day in self.days:
            spans = joined((s.starts, s.ends) for s in day.stretches if s.state is state)
            if spans:
                times = [f"de {spoken_minute(starts)} à {spoken_minute(ends)}" for starts, ends in spans]
                said.append(f"{spoken_day(day.day)} {enumerated(times)}")
        return said

    def in_words(self, state: State) -> str:
        """The total of a state: "3 h 30"."""
        return spoken_duration(self.total(state))


def week_of(
    places: Sequence[Timetable], team: Sequence[Person], monday: date, calendar: Calendar, *, asked: int = ASKED
) -> Week:
    """How many of the team are present while one of the places is open to the public, minute by minute.

    ValueError when the week does not begin on a Monday.
    """
    if monday.weekday():
        raise ValueError("Une semaine commence un lundi.")
    return Week(monday, tuple(_day(places, team, monday + n * ONE_DAY, calendar, asked) for n in range(7)))


def _day(places: Sequence[Timetable], team: Sequence[Person], day: date, calendar: Calendar, asked: int) -> Day:
    opening, note = _opening(places, day, calendar)
    known: list[list[Span]] = []
    unknown = 0
    for person in team:
        if not person.is_in_the_team(day):
            continue
        if (spans := _present(person, day, calendar)) is None:
            unknown += 1
        else:
            known.append(spans)
    edges = {edge for spans in known for span in spans for edge in span}
    stretches: list[Stretch] = []
    for starts, ends in opening:
        cuts = [starts, *sorted(edge for edge in edges if starts < edge < ends), ends]
        pieces = [_stretch(a, b, known, unknown, asked) for a, b in pairwise(cuts)]
        stretches.extend(_merged(pieces))
    return Day(day, tuple(stretches), note)


def _stretch(starts: int, ends: int, known: Sequence[Sequence[Span]], unknown: int, asked: int) -> Stretch:
    people = sum(any(a <= starts and ends <= b for a, b in spans) for spans in known)
    state = State.ENOUGH if people >= asked else State.SHORT if people + unknown < asked else State.UNKNOWN
    return Stretch(starts, ends, people, unknown, state)


def _merged(pieces: Iterable[Stretch]) -> list[Stretch]:
    """Somebody leaving while another arrives changes nothing to see."""
    merged: list[Stretch] = []
    for piece in pieces:
        if merged and merged[-1].people == piece.people:
            piece = Stretch(merged.pop().starts, piece.ends, piece.people, piece.unknown, piece.state)
        merged.append(piece)
    return merged


def _opening(places: Sequence[Timetable], day: date, calendar: Calendar) -> tuple[list[Span], str]:
    spans: list[Span] = []
    to_confirm = False
    for timetable in places:
        for passage in passages(timetable, day, day, calendar):
            if passage.access not in IN_PERSON:
                continue
            if passage.opens is None or passage.closes is None:
                to_confirm = True
            else:
                spans.append((_minute(passage.opens), _minute(passage.closes) or MINUTES_IN_A_DAY))
    if to_confirm:
        return joined(spans), "horaires à confirmer"
    missing = [absence.reason for timetable in places for absence in absences(timetable, day, day, calendar)]
    return joined(spans), missing[0] if missing and not spans else ""


def _present(person: Person, day: date, calendar: Calendar) -> list[Span] | None:
    """None when nobody knows: no week entered, or times to be confirmed that day."""
    if person.timetable is None or not (person.timetable.slots or person.timetable.extras):
        return None
    spans: list[Span] = []
    for passage in passages(person.timetable, day, day, calendar):
        if passage.opens is None or passage.closes is None:
            return None
        spans.append((_minute(passage.opens), _minute(passage.closes) or MINUTES_IN_A_DAY))
    return joined(spans)


def joined(spans: Iterable[Span]) -> list[Span]:
    """In order, those that touch or overlap made one."""
    found: list[Span] = []
    for starts, ends in sorted(spans):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((starts, ends))
    return found


def spoken_minute(minute: int) -> str:
    """Minutes since midnight as a time: "9 h", "13 h 30"; the end of the day is "minuit"."""
    return "minuit" if minute >= MINUTES_IN_A_DAY else spoken_time(time(minute // 60, minute % 60))


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
