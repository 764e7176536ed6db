"""Which structures does the public list show, in which order, and when does each one open?

A page of the list costs the same number of statements for 38 structures and for 2,800.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, When

from schedules.calendars import PARIS, Calendar
from schedules.here import calendar_around
from schedules.models import Extra, Slot
from schedules.opening_hours import IN_PERSON, Frequency, is_open
from structures.models import Location, LocationKind, Structure
from structures.openings import OpeningNow, opening_now, soonest, stop_now
from structures.signs import Phone, own_name, phone_of
from territories.models import Arrondissement, Epci
from territories.spelling import query_words, readings

PER_PAGE = 20
# Hours are computed for so many structures only when those that are open now are looked for.
MOST_READ = 300
MOST_COMMUNES = 3
SIREN_LENGTH = 9


class Order(StrEnum):
    NAME = "nom"
    COMMUNE = "commune"
    KIND = "forme"
    CHANGED = "modification"


ORDERS = {
    Order.NAME: "Nom",
    Order.COMMUNE: "Commune",
    Order.KIND: "Forme",
    Order.CHANGED: "Dernière modification",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """`area`: the code of an arrondissement, or the Siren of an intercommunalité; `page`: as the address gives it."""

    text: str = ""
    kind: str = ""
    area: str = ""
    open_only: bool = False
    order: Order = Order.NAME
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A structure in the list; `at` names the place that `now` speaks of when there are several."""

    name: str
    url: str
    kind: str
    icon: str
    where: str
    now: OpeningNow
    at: str
    by_appointment: bool
    phone: Phone | None


@dataclass(frozen=True, slots=True)
class LinePage:
    """`is_partial`: more structures may be open than those whose hours were read."""

    lines: tuple[Line, ...]
    count: int
    number: int
    pages: int
    previous: int | None
    next: int | None
    is_partial: bool = False


def find_structures(asked: Asked, now: datetime) -> LinePage:
    """The page of the list that is asked for; eight statements at most."""
    calendar, found = calendar_around(now), _in_order(_matching(asked), asked.order)
    rows: Sequence[Structure] | QuerySet[Structure] = _with_places(found)
    is_partial = False
    if asked.open_only:
        read = list(_with_places(found.filter(Exists(_perhaps_open(now))))[: MOST_READ + 1])
        is_partial = len(read) > MOST_READ
        rows = [structure for structure in read[:MOST_READ] if _is_open(structure, now, calendar)]
    page: Page[Any] = Paginator(rows, PER_PAGE).get_page(asked.page)
    return LinePage(
        lines=tuple(_line(structure, now, calendar) for structure in page.object_list),
        count=page.paginator.count,
        number=page.number,
        pages=page.paginator.num_pages,
        previous=page.previous_page_number() if page.has_previous() else None,
        next=page.next_page_number() if page.has_next() else None,
        is_partial=is_partial,
    )


def areas() -> list[tuple[str, list[tuple[str, str]]]]:
    """What the list can be narrowed to: only the arrondissements and intercommunalités where somebody is received."""
    shown = Location.objects.receiving_public().filter(structure__in=Structure.objects.open_to_public())
    arrondissements = Arrondissement.objects.filter(Exists(shown.filter(commune__arrondissement=OuterRef("pk"))))
    epcis = Epci.objects.filter(Exists(shown.filter(commune__epci=OuterRef("pk"))))
    groups = [
        ("Arrondissements", [(row.code, row.name) for row in arrondissements.order_by("name")]),
        ("Intercommunalités", [(row.siren, row.name) for row in epcis.order_by("name")]),
    ]
    return [(name, rows) for name, rows in groups if rows]


def _matching(asked: Asked) -> QuerySet[Structure]:
    found = Structure.objects.open_to_public()
    for word in query_words(asked.text):
        places = Q(commune__plain_name__regex=_beginning(word)) | Q(postcode__startswith=word)
        found = found.filter(Q(plain_name__regex=_beginning(word)) | Exists(_places().filter(places)))
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.area:
        place = "commune__epci" if len(asked.area) == SIREN_LENGTH else "commune__arrondissement"
        found = found.filter(Exists(_places().filter(**{place: asked.area})))
    return found


def _places() -> QuerySet[Location]:
    """The places of the structure of the outer statement."""
    return Location.objects.receiving_public().filter(structure=OuterRef("pk"))


def _beginning(word: str) -> str:
    """A word that begins so; plain words hold nothing that a regular expression would read as a sign."""
    return rf"(^| )({'|'.join(readings(word))})"


def _in_order(found: QuerySet[Structure], order: Order) -> QuerySet[Structure]:
    match order:
        case Order.COMMUNE:
            main_first = _places().order_by(Case(When(kind=LocationKind.MAIN, then=0), default=1), "pk")
            town = Subquery(main_first.values("commune__plain_name")[:1])
            return found.annotate(town=town).order_by(F("town").asc(nulls_last=True), "plain_name", "pk")
        case Order.KIND:
            return found.order_by("-kind", "plain_name", "pk")
        case Order.CHANGED:
            return found.order_by(F("changed_at").desc(nulls_last=True), "plain_name", "pk")
    return found.order_by("plain_name", "pk")


def _perhaps_open(now: datetime) -> QuerySet[Location]:
    """Places that have something at this time of this day, before rules, holidays and closures are looked at."""
    local = now.astimezone(PARIS)
    at = Q(opens__lte=local.time()) & (Q(closes__gt=local.time()) | Q(closes=time(0)))
    mine = Q(schedule=OuterRef("schedule"), access__in=IN_PERSON)
    this_day = Q(weekday=local.weekday()) | Q(frequency=Frequency.DATES)
    extras = Extra.objects.filter(mine, at, day=local.date())
    return _places().filter(Exists(Slot.objects.filter(mine, at, this_day)) | Exists(extras))


def _with_places(found: QuerySet[Structure]) -> QuerySet[Structure]:
    """Each with `places`: where people are received, with their hours."""
    places = Location.objects.receiving_public().select_related("commune").with_hours().order_by("pk")
    return found.prefetch_related(Prefetch("locations", queryset=places, to_attr="places"))


def _places_of(structure: Structure) -> list[Location]:
    places: list[Location] = structure.places  # type: ignore[attr-defined]
    return sorted(places, key=lambda place: list(LocationKind).index(LocationKind(place.kind)))


def _now_at(place: Location, now: datetime, calendar: Calendar) -> OpeningNow:
    speaks = stop_now if place.kind == LocationKind.BUS_STOP else opening_now
    return speaks(place.timetable(), now, calendar)


def _is_open(structure: Structure, now: datetime, calendar: Calendar) -> bool:
    return any(is_open(place.timetable(), now, calendar, access=IN_PERSON) for place in _places_of(structure))


def _line(structure: Structure, now: datetime, calendar: Calendar) -> Line:
    places = _places_of(structure)
    place, opening = _best(places, now, calendar)
    return Line(
        name=structure.name,
        url=structure.get_absolute_url(),
        kind=structure.get_kind_display(),
        icon="bus" if structure.is_bus else "pin",
        where=_where(places),
        now=opening,
        at=own_name(place) if place and len(places) > 1 else "",
        by_appointment=structure.by_appointment,
        phone=phone_of(structure),
    )


def _best(places: list[Location], now: datetime, calendar: Calendar) -> tuple[Location | None, OpeningNow]:
    """The place to speak of: one that is open, or else the one that opens first."""
    if not places:
        return None, OpeningNow(False, "Lieux d’accueil à confirmer")
    openings = [(place, _now_at(place, now, calendar)) for place in places]
    for place, opening in openings:
        if opening.is_open:
            return place, opening
    return openings[soonest([place.timetable() for place in places], now, calendar)[0]]


def _where(places: list[Location]) -> str:
    """ "Montivilliers", "Lillebonne, Port-Jérôme-sur-Seine, Rives-en-Seine et 4 autres communes"."""
    towns = list(dict.fromkeys(place.commune.name for place in places))
    said, more = towns[:MOST_COMMUNES], len(towns) - MOST_COMMUNES
    if more > 0:
        return f"{', '.join(said)} et {more} autre{'s' if more > 1 else ''} commune{'s' if more > 1 else ''}"
    return ", ".join(said)
