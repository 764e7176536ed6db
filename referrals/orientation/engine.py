"""Where should this need go, from here and now? A pure ordering of the counter, the contacts and the local services.

First what can be done here. Then who is meant for the need: a local service for the need itself, the operator's contact
for a file that is stuck, a local service that helps with the démarche. A limit that fits the need pushes an option
behind those that have none. Then the narrowest territory, the nearest, who is there now, who is there soonest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, StrEnum

from referrals.routing import Reach, Reachable, Territory
from schedules.calendars import Calendar
from schedules.opening_hours import Opening, next_opening, open_until
from schedules.slots import Timetable
from schedules.wording import NBSP, enumerated

BANDS_KM = (10, 25, 50)
"""How far is « the same distance »: nobody is sent two kilometres further for a door that opens an hour earlier."""
_NEVER = datetime.max.replace(tzinfo=UTC)
_WHOEVER_COMES = len(Reach)


class Via(StrEnum):
    """What kind of option it is."""

    HERE = "here"
    CONTACT = "contact"
    SERVICE = "service"
    ELSEWHERE = "elsewhere"


class Meant(IntEnum):
    """How much an option is meant for what is asked; the smallest first."""

    HERE = 0
    NEED = 1
    FILE = 2
    PROCEDURE = 3
    IN_WORDS = 4


@dataclass(frozen=True, slots=True)
class Sought:
    """What is asked: a démarche, needs (where the démarche ends, what blocks), the areas the commune lies in.

    `counter`: what the counter can do, in words; `elsewhere`: who answers when no sheet does. Empty: unknown.
    """

    procedure: int | None
    needs: frozenset[int]
    areas: frozenset[tuple[Reach, str]]
    counter: str = ""
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a service does not do. Tied to a need or a démarche, it is a warning to whoever is sent for it."""

    text: str
    need: int | None = None
    procedure: int | None = None

    @property
    def is_general(self) -> bool:
        return self.need is None and self.procedure is None

    def fits(self, sought: Sought) -> bool:
        for_need = self.need is not None and self.need in sought.needs
        return for_need or (self.procedure is not None and self.procedure == sought.procedure)


@dataclass(frozen=True, slots=True)
class Area:
    """A territory that is served; `note` is a part of it that only an address can tell."""

    territory: Territory
    note: str = ""


@dataclass(frozen=True, slots=True)
class Venue:
    """Where a service receives people, and when (None: nobody wrote it down)."""

    name: str
    timetable: Timetable | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A local service as the ordering sees it. No area: whoever comes is served. `distance_km`: as the crow flies."""

    pk: int
    needs: frozenset[int] = frozenset()
    procedures: frozenset[int] = frozenset()
    limits: tuple[Limit, ...] = ()
    areas: tuple[Area, ...] = ()
    venues: tuple[Venue, ...] = ()
    distance_km: float | None = None

    def meant_for(self, sought: Sought) -> Meant | None:
        """None: it serves neither the need nor the démarche."""
        if self.needs & sought.needs:
            return Meant.NEED
        return Meant.PROCEDURE if sought.procedure in self.procedures else None

    def areas_of(self, sought: Sought) -> list[Area] | None:
        """The narrowest of its areas that hold the commune; an empty list: whoever comes is served; None: elsewhere."""
        if not self.areas:
            return []
        found = [a for a in self.areas if (a.territory.reach, a.territory.code) in sought.areas]
        if not found:
            return None
        narrowest = min(area.territory.reach for area in found)
        return [area for area in found if area.territory.reach == narrowest]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A contact as `routing.rank` placed it, with when it can be reached."""

    pk: int
    reason: str
    reachable: Reachable
    open_until: datetime | None = None
    next: Opening | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """Something to do for the person, and why. `warnings` are limits that fit the need; `to_check` needs an address.

    `key` is the number of the contact or of the service, 0 for the counter and for words. Open now: `open_until`; else
    `next`, None when nobody knows. `place` says where, when a service has several places.
    """

    via: Via
    key: int
    reason: str
    order: tuple[int | float | datetime | bool, ...]
    reachable: Reachable = Reachable.UNKNOWN
    open_until: datetime | None = None
    next: Opening | None = None
    place: str = ""
    warnings: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    to_check: tuple[str, ...] = ()


def orient(
    sought: Sought, contacts: Sequence[Ranked], services: Iterable[Service], now: datetime, calendar: Calendar
) -> list[Option]:
    """Every option, best first; the contacts stay in the order in which `routing.rank` gave them.

    Stable: equal services come by their number. An empty list means that the need goes to nobody.
    """
    options = [_contact(place, ranked) for place, ranked in enumerate(contacts)]
    options += [option for service in services if (option := _service(service, sought, now, calendar)) is not None]
    if sought.counter:
        options.append(Option(Via.HERE, 0, sought.counter, _order(Meant.HERE), Reachable.NOW))
    if sought.elsewhere:
        options.append(Option(Via.ELSEWHERE, 0, sought.elsewhere, _order(Meant.IN_WORDS)))
    return sorted(options, key=lambda option: option.order)


def _order(
    meant: Meant,
    *,
    warned: bool = False,
    rank: int = 0,
    reach: int = 0,
    band: int = 0,
    reachable: Reachable = Reachable.NOW,
    opens_at: datetime | None = None,
    distance: float = 0.0,
    pk: int = 0,
) -> tuple[int | float | datetime | bool, ...]:
    """What decides, in this order; smaller is better."""
    opens = _NEVER if opens_at is None else opens_at.astimezone(UTC)
    return (meant is not Meant.HERE, warned, meant, rank, reach, band, reachable, opens, distance, pk)


def _contact(place: int, ranked: Ranked) -> Option:
    return Option(
        via=Via.CONTACT,
        key=ranked.pk,
        reason=ranked.reason,
        order=_order(Meant.FILE, rank=place, pk=ranked.pk),
        reachable=ranked.reachable,
        open_until=ranked.open_until,
        next=ranked.next,
    )


def _service(service: Service, sought: Sought, now: datetime, calendar: Calendar) -> Option | None:
    meant, areas = service.meant_for(sought), service.areas_of(sought)
    if meant is None or areas is None:
        return None
    reachable, until, following, place = _presence(service.venues, now, calendar)
    warnings = tuple(limit.text for limit in service.limits if limit.fits(sought))
    return Option(
        via=Via.SERVICE,
        key=service.pk,
        reason=_reason(meant, areas, service.distance_km),
        order=_order(
            meant,
            warned=bool(warnings),
            reach=areas[0].territory.reach if areas else _WHOEVER_COMES,
            band=_band(service.distance_km),
            reachable=reachable,
            opens_at=following.opens_at if following else None,
            distance=service.distance_km if service.distance_km is not None else float("inf"),
            pk=service.pk,
        ),
        reachable=reachable,
        open_until=until,
        next=following,
        place=place if len(service.venues) > 1 else "",
        warnings=warnings,
        limits=tuple(limit.text for limit in service.limits if limit.is_general),
        to_check=tuple(dict.fromkeys(area.note for area in areas if area.note)),
    )


def _presence(
    venues: Iterable[Venue], now: datetime, calendar: Calendar
) -> tuple[Reachable, datetime | None, Opening | None, str]:
    """The place that is open the longest from now, else the one that opens first; the first written wins a tie."""
    known = [(venue.name, hours) for venue in venues if (hours := venue.timetable) and (hours.slots or hours.extras)]
    if not known:
        return Reachable.UNKNOWN, None, None, ""
    open_now = [(until, name) for name, hours in known if (until := open_until(hours, now, calendar)) is not None]
    if open_now:
        until, name = max(open_now, key=lambda until: until[0])
        return Reachable.NOW, until, None, name
    following = [
        (opening, name) for name, hours in known if (opening := next_opening(hours, now, calendar)) is not None
    ]
    if not following:
        return Reachable.NOT_NOW, None, None, ""
    opening, name = min(following, key=lambda one: one[0].opens_at.astimezone(UTC))
    return Reachable.NOT_NOW, None, opening, name


def _band(distance_km: float | None) -> int:
    if distance_km is None:
        return len(BANDS_KM)
    return sum(distance_km > edge for edge in BANDS_KM)


def _reason(meant: Meant, areas: Sequence[Area], distance_km: float | None) -> str:
    what = "répond à ce besoin" if meant is Meant.NEED else "aide pour cette démarche"
    if areas:
        names = list(dict.fromkeys(area.territory.name for area in areas))
        where = "couvre tout le département" if areas[0].territory.reach is Reach.DEPARTEMENT else _covers(names)
    else:
        where = "reçoit quiconque se présente"
    far = f"à {round(distance_km)}{NBSP}km" if distance_km is not None and distance_km >= 1 else ""
    return " · ".join(part for part in (what, where, far) if part)


def _covers(names: Sequence[str]) -> str:
    return f"couvre {enumerated(list(names))}"
