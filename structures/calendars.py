"""What does somebody read who subscribes to a structure, to a bus or to what comes to a commune?

Concrete events from last week to six months ahead, computed by our own engine: no rule of a calendar knows the
closures and the school holidays. The same content gives the same bytes all week long.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.urls import reverse
from django.utils.text import slugify

from schedules.calendars import PARIS, Calendar
from schedules.here import calendar_between
from schedules.opening_hours import Absence, Access, Passage, Timetable, absences, passages
from schedules.wording import spoken_day
from structures.facts import shown_locations
from structures.models import Location, LocationKind, LocationQuerySet, Structure
from structures.signs import absolute, address_of, name_of, phone_of
from territories.models import Commune

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
WEEKS_BEFORE, WEEKS_AHEAD = 1, 26
REFRESHED_EVERY = "PT12H"
# A sheet that nobody has changed yet was last revised at this instant: the bytes do not move with the clock.
NEVER_CHANGED = datetime(2026, 1, 1, tzinfo=UTC)
# The rule of the European directive 2000/84/CE, in force in France since 1996.
ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""
OPENING, CLOSING, TO_CONFIRM = "Ouverture", "Fermeture", "Horaires à confirmer"


@dataclass(frozen=True, slots=True)
class _Window:
    """Whole weeks, so that nothing moves from Monday to Sunday."""

    first_day: date
    last_day: date
    calendar: Calendar

    @classmethod
    def around(cls, now: datetime) -> "_Window":
        today = now.astimezone(PARIS).date()
        monday = today - today.weekday() * A_DAY
        first_day, last_day = monday - WEEKS_BEFORE * A_WEEK, monday + (WEEKS_AHEAD + 1) * A_WEEK - A_DAY
        return cls(first_day, last_day, calendar_between(first_day, last_day))


def structure_calendar(structure: Structure, now: datetime) -> bytes:
    """Openings and closures of all its places, the main one first."""
    return _feed(structure.name, structure.get_absolute_url(), _places(structure), now)


def bus_calendar(bus: Structure, now: datetime) -> bytes:
    """The passages of a bus, stop after stop, and the days on which it does not come."""
    stops = [place for place in _places(bus) if place.kind == LocationKind.BUS_STOP]
    return _feed(bus.name, bus.get_absolute_url(), stops, now)


def commune_calendar(commune: Commune, now: datetime) -> bytes:
    """Who comes to a commune, or is there all year round: the buses first."""
    found = list(_with_everything(shown_locations().filter(commune=commune)))
    found.sort(key=lambda place: (place.kind != LocationKind.BUS_STOP, place.structure.plain_name, place.pk))
    url = f"{reverse('structures:find')}?insee={commune.pk}"
    return _feed(f"France services à {commune.name}", url, found, now)


def _places(structure: Structure) -> list[Location]:
    kinds = list(LocationKind)
    found = _with_everything(structure.locations.receiving_public())
    return sorted(found, key=lambda place: (kinds.index(LocationKind(place.kind)), place.pk))


def _with_everything(locations: LocationQuerySet) -> LocationQuerySet:
    return locations.select_related("commune").with_hours().order_by("pk")


def _feed(name: str, path: str, places: Iterable[Location], now: datetime) -> bytes:
    """The file, the same bytes for the same content; lines folded at 75 octets, as RFC 5545 asks."""
    feed = icalendar.Calendar()
    feed.add("prodid", "-//Réseau France services//Calendriers//FR")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    for key in ("name", "x-wr-calname"):
        feed.add(key, name)
    feed.add("x-wr-timezone", "Europe/Paris")
    feed.add("url", absolute(path))
    feed.add("refresh-interval", icalendar.vText(REFRESHED_EVERY), parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", REFRESHED_EVERY)
    feed.add_component(icalendar.Timezone.from_ical(ZONE))
    window = _Window.around(now)
    for place in places:
        for event in _events(place, window):
            feed.add_component(event)
    content: bytes = feed.to_ical()
    return content


def _events(place: Location, window: _Window) -> Iterator[icalendar.Event]:
    """What happens at a place, day after day; what the telephone alone answers is not an event at a bus stop."""
    timetable = place.timetable()
    accesses = frozenset(Access) - ({Access.PHONE} if place.kind == LocationKind.BUS_STOP else set())
    found = passages(timetable, window.first_day, window.last_day, window.calendar)
    for day, of_the_day in groupby((p for p in found if p.access in accesses), key=lambda passage: passage.day):
        for rank, passage in enumerate(of_the_day):
            event = _opening(place, passage)
            event.add("uid", _uid(place, day, f"{rank + 1}"))
            yield event
    for absence, last_day in _runs(timetable, window):
        event = _closing(place, absence, last_day)
        event.add("uid", _uid(place, absence.day, f"absence-{slugify(absence.reason)[:40]}"))
        yield event


def _uid(place: Location, day: date, what: str) -> str:
    """Known again when hours or texts change: the place, the day and the rank of the opening in its day."""
    return f"{day:%Y%m%d}-{what}-lieu-{place.pk}@{urlsplit(settings.SITE_URL).hostname}"


def _runs(timetable: Timetable, window: _Window) -> Iterator[tuple[Absence, date]]:
    """Days in a row that fall away alike: the first one, and the last day."""
    found = absences(timetable, window.first_day, window.last_day, window.calendar)
    alike = sorted(found, key=lambda absence: (absence.reason, absence.whole_day, absence.day))
    for _, run in groupby(
        enumerate(alike),
        key=lambda row: (row[1].reason, row[1].whole_day, row[1].replaced_on, row[1].day.toordinal() - row[0]),
    ):
        days = [absence for _, absence in run]
        yield days[0], days[-1].day


def _opening(place: Location, passage: Passage) -> icalendar.Event:
    title = name_of(place)
    name = f"Bus\u00a0: {title}" if place.kind == LocationKind.BUS_STOP else title
    said = [passage.access.label.capitalize()]
    if passage.is_exceptional:
        said.append(_exception(passage))
    if passage.opens is None or passage.closes is None:
        event = _event(place, f"{name} – horaires à confirmer", said, TO_CONFIRM)
        _all_day(event, passage.day, passage.day)
        return event
    access = "" if passage.access is Access.WALK_IN else f" ({passage.access.label})"
    event = _event(place, f"{name}{access}", said, OPENING)
    ends_on = passage.day + A_DAY if passage.closes == time(0) else passage.day
    event.add("dtstart", datetime.combine(passage.day, passage.opens, PARIS))
    event.add("dtend", datetime.combine(ends_on, passage.closes, PARIS))
    return event


def _exception(passage: Passage) -> str:
    said = f"Remplace le {spoken_day(passage.replaces)}" if passage.replaces else "Ouverture exceptionnelle"
    return f"{said}\u00a0: {passage.reason}" if passage.reason else said


def _closing(place: Location, absence: Absence, last_day: date) -> icalendar.Event:
    is_stop = place.kind == LocationKind.BUS_STOP
    if absence.whole_day:
        what = "Pas de bus" if is_stop else "Fermé"
    else:
        what = "Passage écourté" if is_stop else "Fermé une partie de la journée"
    said = [f"Remplacé le {spoken_day(absence.replaced_on)}"] if absence.replaced_on else []
    event = _event(place, f"{what}\u00a0: {absence.reason} – {name_of(place)}", said, CLOSING)
    _all_day(event, absence.day, last_day)
    return event


def _all_day(event: icalendar.Event, first_day: date, last_day: date) -> None:
    event.add("dtstart", first_day)
    event.add("dtend", last_day + A_DAY)


def _event(place: Location, summary: str, said: list[str], category: str) -> icalendar.Event:
    """What every event says; transparent: a subscriber is not busy because an office is open."""
    structure, event = place.structure, icalendar.Event()
    phone = phone_of(structure)
    lines = [*said, structure.name, f"Téléphone\u00a0: {phone.said}" if phone else "", place.how_to_come]
    event.add("summary", summary)
    event.add("dtstamp", structure.changed_at or NEVER_CHANGED)
    event.add("description", "\n".join(line for line in lines if line))
    event.add("location", ", ".join(address_of(place)))
    if place.latitude is not None and place.longitude is not None:
        event.add("geo", (place.latitude, place.longitude))
    event.add("url", absolute(structure.get_absolute_url()))
    event.add("categories", [category])
    event.add("transp", "TRANSPARENT")
    return event
