"""What are the public pages told of the network's places? Plain values, a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator

from schedules.calendars import Calendar
from schedules.here import calendar_around
from structures.models import Location, LocationKind, LocationQuerySet, Structure
from structures.openings import OpeningNow, opening_now, stop_now
from structures.signs import Phone, address_of, icon_of, kind_of, own_name, phone_of
from territories.distance import Point, great_circle_km

PER_PAGE = 20
# Hours are read for so many places only, the nearest ones, when those that are open are looked for.
MOST_READ = 500


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
class PlacePage:
    """One page of the list; `previous` and `next` are page numbers, None at the ends."""

    places: tuple[Place, ...]
    count: int
    previous: int | None
    next: int | None


Found = tuple[int, float | None]  # the key of a location, and how far it is in km


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


def shown_locations() -> LocationQuerySet:
    """The places of the structures whose label is in force, where people are received."""
    return Location.objects.receiving_public().filter(structure__in=Structure.objects.open_to_public())


def _in_order(near: Point | None) -> Sequence[Found]:
    """Every place with its distance from the point; a place without coordinates is at its commune's."""
    rows = (
        shown_locations()
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
    locations = shown_locations().filter(pk__in=keys).select_related("structure", "commune").with_hours().in_bulk()
    return [_place(locations[pk], distance, now, calendar) for pk, distance in found if pk in locations]


def _place(location: Location, distance: float | None, now: datetime, calendar: Calendar) -> Place:
    structure, timetable = location.structure, location.timetable()
    is_stop = location.kind == LocationKind.BUS_STOP
    return Place(
        title=own_name(location) or structure.name,
        structure=structure.name if own_name(location) else "",
        kind=kind_of(location),
        icon=icon_of(location),
        address=", ".join(address_of(location)),
        distance="" if distance is None else spoken_distance(distance),
        now=(stop_now if is_stop else opening_now)(timetable, now, calendar),
        by_appointment=structure.by_appointment,
        phone=phone_of(structure),
        url=structure.get_absolute_url(),
    )


def spoken_distance(km: float) -> str:
    """ "3,2 km", as the crow flies."""
    return f"{km:.1f}\u00a0km".replace(".", ",")
