"""What are the public pages told of the network's places? Plain values, a fixed number of statements."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator

from schedules.calendars import PARIS, Calendar, french_calendar
from schedules.opening_hours import in_words
from schedules.wording import spoken_phone
from structures.models import Location, LocationKind, LocationQuerySet, Structure, StructureKind
from structures.openings import OpeningNow, coming_passages, interruptions, opening_now, soonest, stop_now
from territories.distance import Point, great_circle_km

PER_PAGE = 20
# Hours are read for so many places only, the nearest ones, when those that are open are looked for.
MOST_READ = 500
MAP = "https://www.openstreetmap.org/"


@dataclass(frozen=True, slots=True)
class Phone:
    said: str
    href: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place where people are received, as one line of the list."""

    title: str
    structure: str  # empty when it is the title
    kind: str
    icon: str
    address: str
    distance: str
    now: OpeningNow
    by_appointment: bool
    phone: Phone | None
    url: str


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
    passages: tuple[str, ...]
    interruptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StructureFacts:
    name: str
    kind: str
    is_bus: bool
    phone: Phone | None
    mail: str
    by_appointment: bool
    comment: str
    places: tuple[LocationFacts, ...]
    offices: tuple[LocationFacts, ...]


@dataclass(frozen=True, slots=True)
class PlacePage:
    """One page of the list; `previous` and `next` are page numbers, None at the ends."""

    places: tuple[Place, ...]
    count: int
    previous: int | None
    next: int | None


Found = tuple[int, float | None]  # the key of a location, and how far it is in km


def calendar_around(now: datetime) -> Calendar:
    """This year and the next: pages look three months ahead."""
    year = now.astimezone(PARIS).year
    return french_calendar(year, year + 1)


def find_places(*, near: Point | None, open_only: bool, now: datetime, number: str | None) -> PlacePage:
    """A page of the places that receive the public, nearest first or by name. Four statements however many."""
    found, calendar = _in_order(near), calendar_around(now)
    read: Sequence[Place] | None = None
    if open_only:
        read = [place for place in _read(found[:MOST_READ], now, calendar) if place.now.is_open]
    page: Page[Any] = Paginator(found if read is None else read, PER_PAGE).get_page(number)
    shown = list(page.object_list)
    return PlacePage(
        places=tuple(_read(shown, now, calendar) if read is None else shown),
        count=page.paginator.count,
        previous=page.previous_page_number() if page.has_previous() else None,
        next=page.next_page_number() if page.has_next() else None,
    )


def _shown_locations() -> LocationQuerySet:
    return Location.objects.receiving_public().filter(structure__in=Structure.objects.open_to_public())


def _in_order(near: Point | None) -> Sequence[Found]:
    """Every place with its distance from the point; a place without coordinates is at its commune's."""
    rows = (
        _shown_locations()
        .order_by("structure__plain_name", "structure_id", "pk")
        .values_list("pk", "latitude", "longitude", "commune__latitude", "commune__longitude")
    )
    if near is None:
        return [(pk, None) for pk, *_ in rows]
    found: list[tuple[int, float]] = []
    for pk, latitude, longitude, commune_latitude, commune_longitude in rows:
        point = Point(commune_latitude, commune_longitude)
        if latitude is not None and longitude is not None:
            point = Point(latitude, longitude)
        found.append((pk, great_circle_km(near, point)))
    return sorted(found, key=lambda row: row[1])


def _read(found: Sequence[Found], now: datetime, calendar: Calendar) -> list[Place]:
    """The places of these rows, in their order."""
    keys = [pk for pk, _ in found]
    locations = _shown_locations().filter(pk__in=keys).select_related("structure", "commune").with_hours().in_bulk()
    return [_place(locations[pk], distance, now, calendar) for pk, distance in found if pk in locations]


def _place(location: Location, distance: float | None, now: datetime, calendar: Calendar) -> Place:
    structure, timetable = location.structure, location.timetable()
    is_stop = location.kind == LocationKind.BUS_STOP
    return Place(
        title=_title(location) or structure.name,
        structure=structure.name if _title(location) else "",
        kind=_kind(location),
        icon="bus" if is_stop else "pin",
        address=", ".join(_address(location)),
        distance="" if distance is None else spoken_distance(distance),
        now=(stop_now if is_stop else opening_now)(timetable, now, calendar),
        by_appointment=structure.by_appointment,
        phone=_phone(structure),
        url=structure.get_absolute_url(),
    )


def spoken_distance(km: float) -> str:
    """ "3,2 km", as the crow flies."""
    return f"{km:.1f}\u00a0km".replace(".", ",")


def _kind(location: Location) -> str:
    if location.kind != LocationKind.MAIN:
        return location.get_kind_display()
    return "antenne" if location.structure.kind == StructureKind.ANTENNA else "site"


def _title(location: Location) -> str:
    """Its own name with its commune, because there is a town hall everywhere; empty when the structure's name does."""
    name, town = location.name, location.commune.name
    if location.kind == LocationKind.MAIN and name in ("", location.structure.name):
        return ""
    if not name:
        return town
    return name if town in name else f"{name}, {town}"


def _address(location: Location) -> tuple[str, ...]:
    town = f"{location.postcode} {location.commune.name}".strip()
    return tuple(line for line in (location.address, location.complement, town) if line)


def _phone(structure: Structure) -> Phone | None:
    if not structure.phone:
        return None
    return Phone(spoken_phone(structure.phone), "tel:" + re.sub(r"[^\d+]", "", structure.phone))


def read_structure(structure: Structure, now: datetime) -> StructureFacts:
    """Everything its public page shows. Three statements."""
    calendar = calendar_around(now)
    rows = structure.locations.filter(is_active=True).select_related("commune").with_hours().order_by("pk")
    locations = _ordered(list(rows), now, calendar)
    facts = {location.pk: _location(location, now, calendar) for location in locations}
    return StructureFacts(
        name=structure.name,
        kind=structure.get_kind_display(),
        is_bus=structure.is_bus,
        phone=_phone(structure),
        mail=structure.mail,
        by_appointment=structure.by_appointment,
        comment=structure.comment,
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
    placed = location.latitude is not None
    opening = (stop_now if is_stop else opening_now)(timetable, now, calendar) if receives else None
    return LocationFacts(
        title=_title(location) or "Le lieu d’accueil",
        kind=_kind(location),
        icon="bus" if is_stop else "pin",
        address=_address(location),
        map_url=f"{MAP}?mlat={location.latitude}&mlon={location.longitude}#map=17/{location.latitude}/{location.longitude}"
        if placed and receives
        else "",
        now=opening,
        hours=tuple(in_words(timetable, today)) if receives else (),
        note=location.schedule.note,
        passages=tuple(coming_passages(timetable, now, calendar)) if is_stop else (),
        interruptions=tuple(interruptions(timetable, today, calendar)) if receives else (),
    )
