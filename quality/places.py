"""Where and when does each site of a network receive people? Two statements, whatever the number of sites."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import BigIntegerField, CharField, DateField, F, TimeField, Value

from quality.findings import OpeningFacts, PlaceFacts
from schedules import opening_hours
from schedules.calendars import Calendar
from schedules.models import Closure, Extra
from schedules.opening_hours import IN_PERSON, Access, Frequency, Timetable
from structures.models import Location, LocationKind, StructureClosure, StructureKind

FOUR_WEEKS = timedelta(weeks=4)
ONE_DAY = timedelta(days=1)
_OF_PLACE = (
    "structure_id",
    "pk",
    "kind",
    "name",
    "address",
    "commune__name",
    "commune__epci__name",
    "commune__arrondissement__name",
    "schedule_id",
)
_OF_SLOT = (
    "pk",
    "weekday",
    "opens",
    "closes",
    "access",
    "frequency",
    "interval",
    "anchor",
    "nth",
    "dates",
    "valid_from",
    "valid_until",
    "except_school_holidays",
    "on_public_holidays",
)
_EXCEPTION = ("of_structure", "of_schedule", "first", "last", "why", "starts", "ends", "how", "instead_of")


@dataclass
class _Exceptions:
    """By schedule, and the closures of a whole structure by structure."""

    closures: dict[int, list[opening_hours.Closure]] = field(default_factory=lambda: defaultdict(list))
    whole: dict[int, list[opening_hours.Closure]] = field(default_factory=lambda: defaultdict(list))
    extras: dict[int, list[opening_hours.Extra]] = field(default_factory=lambda: defaultdict(list))

    def of(self, structure: int, schedule: int) -> dict[str, Any]:
        closures = (*self.closures.get(schedule, ()), *self.whole.get(structure, ()))
        return {"closures": closures, "extras": tuple(self.extras.get(schedule, ()))}


def places_of(pks: Collection[int], day: date) -> dict[int, list[PlaceFacts]]:
    """By structure, its places in service in the order of their creation, with what is exceptional from that day on."""
    exceptions = _exceptions(pks, day)
    slots = [f"schedule__slots__{name}" for name in _OF_SLOT]
    rows = (
        Location.objects.filter(structure__in=pks, is_active=True)
        .order_by("structure_id", "pk", "schedule__slots__pk")
        .values_list(*_OF_PLACE, *slots)
    )
    found: dict[tuple[Any, ...], list[opening_hours.Slot]] = defaultdict(list)
    for row in rows:
        of_the_place = found[row[: len(_OF_PLACE)]]
        if row[len(_OF_PLACE)] is not None:
            of_the_place.append(_slot(*row[len(_OF_PLACE) + 1 :]))
    places: dict[int, list[PlaceFacts]] = defaultdict(list)
    for (structure, pk, kind, name, address, commune, epci, arrondissement, schedule), of_the_place in found.items():
        places[structure].append(
            PlaceFacts(
                pk=pk,
                name=name or address or commune,
                kind=kind,
                kind_label=LocationKind(kind).label,
                commune=commune,
                epci=epci or "",
                arrondissement=arrondissement or "",
                receives_public=kind != LocationKind.OFFICE,
                timetable=Timetable(tuple(of_the_place), **exceptions.of(structure, schedule)),
            )
        )
    return places


def opening(kind: str, places: Iterable[PlaceFacts], day: date, calendar: Calendar) -> OpeningFacts:
    """A bus opens at its stops, never at its office; any other site at its main location."""
    timetables = [place.timetable for place in counted(kind, places) if place.timetable.slots]
    # One bus is at one stop at a time: an hour announced at two of them is one hour of opening.
    whole = Timetable(tuple(slot for timetable in timetables for slot in timetable.slots))
    monday = day - timedelta(days=day.weekday())
    return OpeningFacts(
        weekly=opening_hours.weekly_hours(whole, monday),
        has_unknown_times=any(is_to_be_confirmed(slot, monday) for slot in whole.slots),
        open_days=opening_hours.open_days(whole, monday),
        cancelled=sum(
            (opening_hours.cancelled_hours(t, day, day + FOUR_WEEKS - ONE_DAY, calendar) for t in timetables),
            timedelta(0),
        ),
        stops=len(timetables) if kind == StructureKind.BUS else 0,
        monday=monday,
    )


def counted(kind: str, places: Iterable[PlaceFacts]) -> list[PlaceFacts]:
    """The places that the charter looks at for a structure of this kind."""
    known = [place for place in places if place.receives_public]
    if kind == StructureKind.BUS:
        return [place for place in known if place.kind == LocationKind.BUS_STOP]
    main = [place for place in known if place.kind == LocationKind.MAIN]
    if kind == StructureKind.ANTENNA and not any(place.timetable.slots for place in main):
        return [place for place in known if place.kind == LocationKind.ANTENNA]
    return main


def is_to_be_confirmed(slot: opening_hours.Slot, monday: date) -> bool:
    """Whether confirming its times could add hours to the four weeks: the telephone and what is over cannot."""
    is_over = slot.valid_until is not None and slot.valid_until < monday
    not_yet = slot.valid_from is not None and slot.valid_from >= monday + FOUR_WEEKS
    return slot.has_unknown_times and slot.access in IN_PERSON and not is_over and not not_yet


def _slot(*values: Any) -> opening_hours.Slot:
    columns = dict(zip(_OF_SLOT[1:], values, strict=True))
    columns["access"], columns["frequency"] = Access(columns["access"]), Frequency(columns["frequency"])
    columns["dates"] = tuple(date.fromisoformat(day) for day in columns["dates"])
    return opening_hours.Slot(**columns)


def _exceptions(pks: Collection[int], day: date) -> _Exceptions:
    """One statement for three tables; the one that has every column comes first, and gives them their types."""
    in_service: dict[str, Any] = {"schedule__location__structure__in": pks, "schedule__location__is_active": True}
    of_place = {"of_structure": F("schedule__location__structure_id"), "of_schedule": F("schedule_id")}
    no_hours = {
        "starts": Value(None, TimeField()),
        "ends": Value(None, TimeField()),
        "how": Value("", CharField()),
        "instead_of": Value(None, DateField()),
    }
    days = {"first": F("first_day"), "last": F("last_day"), "why": F("reason")}
    extras: Any = Extra.objects.filter(**in_service, day__gte=day).annotate(
        **of_place,
        first=F("day"),
        last=F("day"),
        why=F("reason"),
        starts=F("opens"),
        ends=F("closes"),
        how=F("access"),
        instead_of=F("replaces"),
    )
    closures: Any = Closure.objects.filter(**in_service, last_day__gte=day).annotate(**of_place, **days, **no_hours)
    whole: Any = StructureClosure.objects.filter(structure__in=pks, last_day__gte=day).annotate(
        of_structure=F("structure_id"), of_schedule=Value(None, BigIntegerField()), **days, **no_hours
    )
    extras, closures, whole = (rows.order_by().values_list(*_EXCEPTION) for rows in (extras, closures, whole))
    found = _Exceptions()
    for structure, schedule, first, last, why, starts, ends, how, instead_of in extras.union(closures, whole, all=True):
        if how:
            found.extras[schedule].append(opening_hours.Extra(first, starts, ends, Access(how), why, instead_of))
        else:
            closed = found.whole[structure] if schedule is None else found.closures[schedule]
            closed.append(opening_hours.Closure(first, last, why))
    return found
