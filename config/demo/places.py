"""What is an invented place of the network made of?"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from config.demo.hours import timetable
from schedules.opening_hours import Closure, Timetable
from structures.models import CarrierKind, LabelState, LocationKind, StructureKind


@dataclass(frozen=True)
class Spot:
    """One location: its commune by INSEE code, and its hours as `hours.timetable` reads them."""

    kind: LocationKind
    insee: str
    address: str
    hours: str
    name: str = ""


@dataclass(frozen=True)
class Site:
    """One structure. `mood` says how it works: a strained site solves less and keeps its promise less often."""

    name: str
    slug: str
    carrier: str
    carrier_kind: CarrierKind
    spots: tuple[Spot, ...]
    kind: StructureKind = StructureKind.FIXED
    label: LabelState = LabelState.LABELLED
    labelled_on: date = date(2021, 1, 4)
    weight: float = 1.0
    is_strained: bool = False
    comment: str = ""
    closures: tuple[tuple[int, int, str], ...] = field(default=())
    """First and last day counted from today, and the reason."""

    @property
    def home(self) -> Spot:
        """Where the team works: the main location, or the office of a bus."""
        return self.spots[0]

    @property
    def is_bus(self) -> bool:
        return self.kind == StructureKind.BUS

    @property
    def by_appointment(self) -> bool:
        return any("rdv" in spot.hours for spot in self.spots)

    def closed(self, today: date) -> tuple[Closure, ...]:
        return tuple(
            Closure(today + timedelta(days=first), today + timedelta(days=last), reason)
            for first, last, reason in self.closures
        )


def receives_public(spot: Spot) -> bool:
    return spot.kind != LocationKind.OFFICE


def spots_with_hours(site: Site, today: date) -> list[tuple[Spot, Timetable]]:
    """The locations with the timetables that the public meets: a closure shuts every door of the structure."""
    return [(spot, timetable(spot.hours, site.closed(today))) for spot in site.spots]
