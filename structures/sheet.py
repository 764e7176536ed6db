"""What does the page of a structure say: where, when, how to come, for whom, and what will be different?"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse

from schedules.calendars import PARIS, Calendar
from schedules.here import calendar_around
from schedules.opening_hours import in_words
from structures.models import Location, LocationKind, Structure
from structures.openings import (
    OpeningNow,
    coming_passages,
    exceptional_openings,
    interruptions,
    opening_now,
    soonest,
    stop_now,
)
from structures.signs import Phone, address_of, icon_of, kind_of, own_name, phone_of

MAP = "https://www.openstreetmap.org/"
DISABILITIES = (
    ("accessible_motor", "handicap moteur"),
    ("accessible_hearing", "handicap auditif"),
    ("accessible_sight", "handicap visuel"),
    ("accessible_mind", "handicap mental ou psychique"),
)


@dataclass(frozen=True, slots=True)
class Accessibility:
    """For one kind of disability; None when nobody has looked."""

    disability: str
    is_accessible: bool | None


@dataclass(frozen=True, slots=True)
class LocationFacts:
    """A location on the page of its structure; `now` is None where nobody is received."""

    title: str
    kind: str
    icon: str
    address: tuple[str, ...]
    map_url: str
    now: OpeningNow | None
    hours: tuple[str, ...]
    note: str
    is_stop: bool
    passages: tuple[str, ...]
    interruptions: tuple[str, ...]
    exceptional: tuple[str, ...]  # openings that no rule gives
    how_to_come: str
    accessibility: tuple[Accessibility, ...]  # empty when nothing is known
    acceslibre_url: str
    commune: str
    poster_url: str
    calendar_url: str  # who comes to this commune, and when


@dataclass(frozen=True, slots=True)
class StructureFacts:
    name: str
    slug: str
    kind: str
    is_bus: bool
    phone: Phone | None
    mail: str
    website: str
    by_appointment: bool
    comment: str
    carrier: str
    services: tuple[str, ...]
    changed_on: date | None
    calendar_url: str
    places: tuple[LocationFacts, ...]
    offices: tuple[LocationFacts, ...]


def shown_structures() -> QuerySet[Structure]:
    """Those that have a page, with what it needs."""
    return Structure.objects.open_to_public().select_related("carrier")


def read_structure(structure: Structure, now: datetime) -> StructureFacts:
    """Everything its public page shows. Five statements, whatever the number of places."""
    calendar = calendar_around(now)
    rows = structure.locations.filter(is_active=True).select_related("commune").with_hours().order_by("pk")
    locations = _ordered(list(rows), now, calendar)
    facts = {location.pk: _location(location, now, calendar) for location in locations}
    feed = "structures:bus_calendar" if structure.is_bus else "structures:structure_calendar"
    return StructureFacts(
        name=structure.name,
        slug=structure.slug,
        kind=structure.get_kind_display(),
        is_bus=structure.is_bus,
        phone=phone_of(structure),
        mail=structure.mail,
        website=structure.website,
        by_appointment=structure.by_appointment,
        comment=structure.comment,
        carrier=structure.carrier.name if structure.carrier else "",
        services=tuple(structure.offered()),
        changed_on=structure.changed_at.astimezone(PARIS).date() if structure.changed_at else None,
        calendar_url=reverse(feed, args=[structure.slug]),
        places=tuple(facts[location.pk] for location in locations if location.receives_public),
        offices=tuple(facts[location.pk] for location in locations if not location.receives_public),
    )


def _ordered(locations: list[Location], now: datetime, calendar: Calendar) -> list[Location]:
    """The main site first, the office of a bus last; the stops by their next passage."""
    by_passage = [locations[index] for index in soonest([place.timetable() for place in locations], now, calendar)]
    kinds = list(LocationKind)
    return sorted(by_passage, key=lambda place: kinds.index(LocationKind(place.kind)))


def _location(location: Location, now: datetime, calendar: Calendar) -> LocationFacts:
    timetable, today = location.timetable(), now.astimezone(PARIS).date()
    is_stop, receives = location.kind == LocationKind.BUS_STOP, location.receives_public
    opening = (stop_now if is_stop else opening_now)(timetable, now, calendar) if receives else None
    return LocationFacts(
        title=own_name(location) or "Le lieu d’accueil",
        kind=kind_of(location),
        icon=icon_of(location),
        address=address_of(location),
        map_url=_map_url(location) if receives else "",
        now=opening,
        hours=tuple(in_words(timetable, today)) if receives else (),
        note=location.schedule.note,
        is_stop=is_stop,
        passages=tuple(coming_passages(timetable, now, calendar)) if is_stop else (),
        interruptions=tuple(interruptions(timetable, today, calendar, is_stop=is_stop)) if receives else (),
        exceptional=tuple(exceptional_openings(timetable, today, calendar)) if receives and not is_stop else (),
        how_to_come=location.how_to_come,
        accessibility=accessibility_of(location),
        acceslibre_url=location.acceslibre_url,
        commune=location.commune.name,
        poster_url=reverse("structures:poster", args=[location.structure.slug, location.pk]),
        calendar_url=reverse("structures:commune_calendar", args=[location.commune_id]),
    )


def accessibility_of(location: Location) -> tuple[Accessibility, ...]:
    """One line per kind of disability, or none at all when nobody has looked at any."""
    lines = tuple(Accessibility(words, getattr(location, name)) for name, words in DISABILITIES)
    return lines if any(line.is_accessible is not None for line in lines) else ()


def _map_url(location: Location) -> str:
    if location.latitude is None:
        return ""
    point = f"{location.latitude}/{location.longitude}"
    return f"{MAP}?mlat={location.latitude}&mlon={location.longitude}#map=17/{point}"
