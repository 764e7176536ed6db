"""What hangs from these local services: limits, areas, places, hours and sessions to come, read in one statement?

Seven small tables are read together, each row as one JSON value: the page that sends somebody elsewhere costs the same
whatever the number of services, and little.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import JSONObject

from partners.models import ActionSession, LocalServiceArea, LocalServiceLimit, LocalServicePlace
from referrals.orientation.engine import Area, Limit
from referrals.routing import Reach, Territory
from schedules import models as rows
from schedules.calendars import PARIS
from schedules.reading import plain_values
from schedules.slots import Closure, Extra, Slot, Timetable
from schedules.snapshots import CLOSURE_FIELDS, EXTRA_FIELDS, SLOT_FIELDS
from territories.distance import Point

_TERRITORIES = ("commune", "epci", "arrondissement", "departement")
_TIMES = ("opens", "closes")

Made = TypeVar("Made")


@dataclass(frozen=True)
class Place:
    """Another place of a service; `schedule`: the number of its hours, None when nobody wrote them down."""

    name: str
    schedule: int | None
    at: Point


@dataclass(frozen=True)
class Hanging:
    """By the number of the service, each list in the order in which it was written; the hours by their number."""

    limits: dict[int, list[Limit]] = field(default_factory=dict)
    areas: dict[int, list[Area]] = field(default_factory=dict)
    places: dict[int, list[Place]] = field(default_factory=dict)
    held: dict[int, list[Extra]] = field(default_factory=dict)
    """Sessions to come, from today on."""
    cancelled: dict[int, list[Closure]] = field(default_factory=dict)
    hours: dict[int, Timetable] = field(default_factory=dict)
    """Those that have at least a slot, a closure or an exceptional opening."""


def hanging(services: Collection[int], now: datetime) -> Hanging:
    """One statement; none without a service."""
    if not services:
        return Hanging()
    said: dict[str, dict[int, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for what, owner, _, values in sorted(_read(services, now), key=lambda row: row[:3]):
        said[what][owner].append(plain_values(values))
    return Hanging(
        limits=_each(said["limit"], lambda row: Limit(**row)),
        areas=_each(said["area"], _area),
        places=_each(said["place"], _place),
        held=_each(said["session"], lambda row: Extra(**row)),
        cancelled=_each(said["cancelled"], lambda row: Closure(row["day"], row["day"], row["reason"])),
        hours={
            schedule: Timetable(
                tuple(Slot(**row) for row in said["slot"][schedule]),
                tuple(Closure(**row) for row in said["closure"][schedule]),
                tuple(Extra(**row) for row in said["extra"][schedule]),
            )
            for schedule in {*said["slot"], *said["closure"], *said["extra"]}
        },
    )


def _each(said: dict[int, list[dict[str, Any]]], make: Callable[[dict[str, Any]], Made]) -> dict[int, list[Made]]:
    return {owner: [make(row) for row in rows] for owner, rows in said.items()}


def _read(services: Collection[int], now: datetime) -> QuerySet[Any, Any]:
    of_them = Q(service__in=services)
    places = LocalServicePlace.objects.filter(of_them, is_active=True)
    ahead = ActionSession.objects.filter(of_them, day__gte=now.astimezone(PARIS).date())
    hours = Q(schedule__local_service__in=services) | Q(
        schedule__local_service_place__service__in=services, schedule__local_service_place__is_active=True
    )
    territory = {f"{name}_id": f"{name}_id" for name in _TERRITORIES}
    names = {f"{name}_name": f"{name}__name" for name in _TERRITORIES}
    at = {"latitude": "commune__latitude", "longitude": "commune__longitude"}
    limit, session = {"text": "text", "need": "need_id", "procedure": "procedure_id"}, _same("day", *_TIMES)
    return _said("limit", LocalServiceLimit.objects.filter(of_them), **limit).union(
        _said("area", LocalServiceArea.objects.filter(of_them), note="note", **territory, **names),
        _said("place", places, name="name", schedule="schedule_id", **at),
        _said("session", ahead.filter(cancelled_because=""), **session),
        _said("cancelled", ahead.exclude(cancelled_because=""), day="day", reason="cancelled_because"),
        _said("slot", rows.Slot.objects.filter(hours), "schedule_id", **_same(*SLOT_FIELDS)),
        _said("closure", rows.Closure.objects.filter(hours), "schedule_id", **_same(*CLOSURE_FIELDS)),
        _said("extra", rows.Extra.objects.filter(hours), "schedule_id", **_same(*EXTRA_FIELDS)),
        all=True,
    )


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _said(what: str, found: Any, owner: str = "service_id", **columns: str) -> QuerySet[Any, Any]:
    named = found.annotate(what=Value(what, output_field=CharField()), owner=F(owner), said=JSONObject(**columns))
    read: QuerySet[Any, Any] = named.order_by().values_list("what", "owner", "pk", "said")
    return read


def _place(said: dict[str, Any]) -> Place:
    return Place(said["name"], said["schedule"], Point(said["latitude"], said["longitude"]))


def _area(said: dict[str, Any]) -> Area:
    if said["commune_id"]:
        territory = Territory(Reach.COMMUNE, said["commune_id"], said["commune_name"])
    elif said["epci_id"]:
        territory = Territory(Reach.EPCI, said["epci_id"], said["epci_name"])
    elif said["arrondissement_id"]:
        name = f"l’arrondissement\u00a0: {said['arrondissement_name']}"
        territory = Territory(Reach.ARRONDISSEMENT, said["arrondissement_id"], name)
    else:
        territory = Territory(Reach.DEPARTEMENT, said["departement_id"] or "", said["departement_name"] or "")
    return Area(territory, said["note"])
