"""When is each invented site open over the past year, hence when do people come and when can they be called back?"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from config.demo.places import Site, Spot, receives_public, spots_with_hours
from schedules.calendars import PARIS, Calendar
from schedules.opening_hours import IN_PERSON, Access, Passage, Timetable, passages
from structures.models import LocationKind

YEAR = timedelta(days=365)
BY_WEEKDAY = (1.28, 1.05, 0.95, 1.0, 0.9, 0.75, 0.5)  # Monday first: the busiest
BY_MONTH = (1.1, 1.0, 1.05, 1.1, 1.15, 1.05, 0.8, 0.5, 1.2, 1.15, 1.05, 0.8)  # January first: August is low


@dataclass(frozen=True)
class Opening:
    """A stretch during which a spot of a site receives people; instants in UTC."""

    site: Site
    spot: Spot
    starts: datetime
    ends: datetime
    access: Access

    @property
    def attraction(self) -> float:
        local = self.starts.astimezone(PARIS)
        return (self.ends - self.starts) / timedelta(hours=1) * BY_WEEKDAY[local.weekday()] * BY_MONTH[local.month - 1]


@dataclass(frozen=True)
class Arrival:
    """Somebody comes in."""

    at: datetime
    opening: Opening


class Desk:
    """When someone of the team is at work, up to now."""

    def __init__(self, spans: Sequence[tuple[datetime, datetime]]) -> None:
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def next(self, at: datetime, chance: Random) -> datetime | None:
        """The same instant when someone is there, else some minutes after the next opening; None when it is to come."""
        place = bisect_right(self._starts, at)
        if place and at < self._ends[place - 1]:
            return at
        if place == len(self._starts):
            return None
        room = min(timedelta(minutes=50), self._ends[place] - self._starts[place])
        return self._starts[place] + chance.random() * room

    def last(self, after: datetime, before: datetime, chance: Random) -> datetime | None:
        """An instant of the latest opening between the two; None when nobody was there."""
        place = bisect_right(self._starts, before) - 1
        if place < 0 or self._ends[place] <= after:
            return None
        start, end = max(self._starts[place], after), min(self._ends[place], before)
        return start + chance.random() * (end - start)


def to_the_second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def openings(site: Site, now: datetime, calendar: Calendar) -> list[Opening]:
    """Where and when the site received people over a year, nothing beyond now."""
    first, last = (now - YEAR).astimezone(PARIS).date(), now.astimezone(PARIS).date()
    found = []
    for spot, timetable in spots_with_hours(site, last):
        if not receives_public(spot):
            continue
        for passage in passages(timetable, first, last, calendar):
            span = _span(passage, now)
            if span is not None and passage.access in IN_PERSON:
                found.append(Opening(site, spot, *span, passage.access))
    return sorted(found, key=lambda opening: (opening.starts, opening.spot.insee))


def desk_of(site: Site, now: datetime, calendar: Calendar) -> Desk:
    """The hours of the main location; for a bus, those of its office."""
    today = now.astimezone(PARIS).date()
    timetable = next(hours for spot, hours in spots_with_hours(site, today) if spot is site.home)
    return _desk(timetable, (now - YEAR).astimezone(PARIS).date(), now, calendar)


def operators_desk(timetable: Timetable, now: datetime, calendar: Calendar) -> Desk:
    """When operators answer."""
    return _desk(timetable, (now - YEAR).astimezone(PARIS).date(), now, calendar)


def _desk(timetable: Timetable, first: date, now: datetime, calendar: Calendar) -> Desk:
    found = passages(timetable, first, now.astimezone(PARIS).date(), calendar)
    return Desk([span for passage in found if (span := _span(passage, now)) is not None])


def _span(passage: Passage, now: datetime) -> tuple[datetime, datetime] | None:
    """The instants of a passage, cut at now; None when it is to come or its times are unknown."""
    if passage.opens is None or passage.closes is None:
        return None
    starts, ends = _instant(passage.day, passage.opens), _instant(passage.day, passage.closes)
    return (starts, min(ends, now)) if starts < now else None


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=PARIS).astimezone(UTC)


def arrivals(open_doors: Mapping[str, Sequence[Opening]], count: int, chance: Random) -> list[Arrival]:
    """So many people, in order: a site draws by its weight, an opening by its length, its weekday and its month."""
    every: list[Opening] = []
    weights: list[float] = []
    for of_site in open_doors.values():
        attractions = [opening.attraction for opening in of_site]
        whole = sum(attractions)
        every += of_site
        weights += [opening.site.weight * each / whole for opening, each in zip(of_site, attractions, strict=True)]
    drawn = chance.choices(every, cum_weights=list(accumulate(weights)), k=count)
    found = [Arrival(to_the_second(o.starts + chance.random() * (o.ends - o.starts)), o) for o in drawn]
    found.sort(key=lambda arrival: (arrival.at, arrival.opening.site.slug))
    return found


def is_bus_stop(spot: Spot) -> bool:
    return spot.kind == LocationKind.BUS_STOP
