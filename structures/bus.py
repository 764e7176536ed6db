"""Where does each bus stop this week and the next, and on which days does it not come?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from schedules.calendars import PARIS, Calendar
from schedules.here import calendar_between
from schedules.opening_hours import IN_PERSON, Absence, Passage, Timetable, absences, passages
from schedules.wording import enumerated, spoken_day, spoken_time
from structures.facts import shown_locations
from structures.models import Location, LocationKind, Structure, StructureKind
from structures.signs import Phone, address_of, name_of, phone_of
from territories.models import Commune
from territories.spelling import plain

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
WEEKS_SHOWN = 2
# As far back and ahead as the calendars that one subscribes to, and a little more.
FIRST_WEEK, LAST_WEEK = -4, 26
NAMED_WEEKS = {-1: "La semaine dernière", 0: "Cette semaine", 1: "La semaine prochaine"}
NOTHING_KNOWN_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop on one day: when the bus is there, or the sentence that says why it is not."""

    day: date
    said_day: str
    bus: str
    bus_url: str
    place: str
    commune: str
    address: str
    said: str
    access: str
    note: str
    is_absence: bool


@dataclass(frozen=True, slots=True)
class Group:
    """What happens on a day, or in a commune; a day that is over is `is_past`."""

    title: str
    stops: tuple[Stop, ...]
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    title: str
    days: str
    groups: tuple[Group, ...]

    @property
    def coming(self) -> list[Group]:
        return [group for group in self.groups if not group.is_past]

    @property
    def past(self) -> list[Group]:
        return [group for group in self.groups if group.is_past]


@dataclass(frozen=True, slots=True)
class Feed:
    """A bus or a commune, and the calendar of it."""

    key: str
    name: str
    calendar_url: str
    phone: Phone | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """The buses of the network, those whose stops nobody has entered yet, and the communes that have a stop."""

    buses: tuple[Feed, ...]
    without_stops: tuple[Feed, ...]
    communes: tuple[Feed, ...]

    def of_buses(self) -> list[tuple[str, str]]:
        return [(bus.key, bus.name) for bus in self.buses]

    def of_communes(self) -> list[tuple[str, str]]:
        return [(commune.key, commune.name) for commune in self.communes]


@dataclass(frozen=True, slots=True)
class Rounds:
    """`previous` and `next` are Mondays, None at the ends; `to_confirm`: buses and stops of which no day is known."""

    weeks: tuple[Week, ...]
    previous: date | None
    next: date | None
    is_now: bool
    to_confirm: tuple[tuple[str, str], ...]
    without_stops: tuple[Feed, ...]


Planned = tuple[Location, Timetable]


def monday_asked(text: str, now: datetime) -> date:
    """The Monday of the week that an address names, kept within the bounds; this week when it names none."""
    this_monday = _monday(now.astimezone(PARIS).date())
    try:
        asked = _monday(date.fromisoformat(text))
    except (ValueError, OverflowError):
        return this_monday
    return min(max(asked, this_monday + FIRST_WEEK * A_WEEK), this_monday + LAST_WEEK * A_WEEK)


def read_choices() -> Choices:
    """What the page can be narrowed to. Two statements."""
    rows = list(buses_of_network())
    communes = (Feed(row.pk, row.name, reverse("structures:commune_calendar", args=[row.pk])) for row in _communes())
    return Choices(
        buses=tuple(_feed_of(row) for row in rows),
        without_stops=tuple(_feed_of(row) for row in rows if not row.has_stops),
        communes=tuple(communes),
    )


def read_rounds(choices: Choices, *, monday: date, by_commune: bool, bus: str, commune: str, now: datetime) -> Rounds:
    """Two weeks from this Monday, of one bus or all, in one commune or all. Five statements."""
    stops = _stops(bus, commune)
    calendar = calendar_between(monday, monday + NOTHING_KNOWN_FOR)
    today = now.astimezone(PARIS).date()
    offset = (monday - _monday(today)) // A_WEEK
    weeks = [_week(stops, monday + number * A_WEEK, today, by_commune, calendar) for number in range(WEEKS_SHOWN)]
    unknown = [stop for stop, timetable in stops if _is_unknown(timetable, monday, calendar)]
    return Rounds(
        weeks=tuple(weeks),
        previous=monday - A_WEEK if offset > FIRST_WEEK else None,
        next=monday + A_WEEK if offset < LAST_WEEK else None,
        is_now=offset == 0,
        to_confirm=tuple((stop.structure.name, name_of(stop)) for stop in unknown),
        without_stops=() if commune else tuple(row for row in choices.without_stops if bus in ("", row.key)),
    )


def _stops(bus: str, commune: str) -> list[Planned]:
    found = shown_locations().filter(kind=LocationKind.BUS_STOP).select_related("commune").with_hours()
    if bus:
        found = found.filter(structure__slug=bus)
    if commune:
        found = found.filter(commune=commune)
    rows = found.order_by("structure__plain_name", "commune__plain_name", "pk")
    return [(stop, stop.timetable()) for stop in rows]


def buses_of_network() -> QuerySet[Any]:
    """The buses of the network, and any structure that has stops; each with `has_stops`."""
    shown = shown_locations().filter(kind=LocationKind.BUS_STOP, structure=OuterRef("pk"))
    found = Structure.objects.open_to_public().annotate(has_stops=Exists(shown))
    return found.filter(Q(kind=StructureKind.BUS) | Q(has_stops=True)).order_by("plain_name", "pk")


def _communes() -> Iterable[Commune]:
    stops = shown_locations().filter(kind=LocationKind.BUS_STOP, commune=OuterRef("pk"))
    return Commune.objects.filter(Exists(stops)).order_by("plain_name", "pk")


def _feed_of(bus: Structure) -> Feed:
    return Feed(bus.slug, bus.name, reverse("structures:bus_calendar", args=[bus.slug]), phone_of(bus))


def _is_unknown(timetable: Timetable, monday: date, calendar: Calendar) -> bool:
    """No passage and no absence in three months: its days are to be confirmed, or it is not served any more."""
    last_day = monday + NOTHING_KNOWN_FOR
    return not passages(timetable, monday, last_day, calendar) and not absences(timetable, monday, last_day, calendar)


def _week(stops: Sequence[Planned], monday: date, today: date, by_commune: bool, calendar: Calendar) -> Week:
    sunday, offset = monday + A_WEEK - A_DAY, (monday - _monday(today)) // A_WEEK
    said = sorted(_of_week(stops, monday, sunday, calendar), key=_chronological)
    groups: dict[str, list[Stop]] = {}
    for _, stop in said:
        groups.setdefault(stop.commune if by_commune else stop.said_day.capitalize(), []).append(stop)
    titles = sorted(groups, key=plain) if by_commune else list(groups)
    days = f"du {spoken_day(monday)} au {spoken_day(sunday, with_year=True)}"
    return Week(
        title=NAMED_WEEKS.get(offset, f"Semaine {days}"),
        days=days if offset in NAMED_WEEKS else "",
        groups=tuple(_group(title, groups[title], None if by_commune or offset else today) for title in titles),
    )


def _group(title: str, stops: Sequence[Stop], today: date | None) -> Group:
    """`today` is given for the days of the present week: those of another week are asked for, so they are shown."""
    return Group(title, tuple(stops), is_past=today is not None and stops[0].day < today)


def _of_week(
    stops: Iterable[Planned], monday: date, sunday: date, calendar: Calendar
) -> Iterable[tuple[time | None, Stop]]:
    for stop, timetable in stops:
        in_person = (p for p in passages(timetable, monday, sunday, calendar) if p.access in IN_PERSON)
        for _, alike in groupby(in_person, key=lambda p: (p.day, p.access, p.is_exceptional, p.replaces)):
            of_a_day = list(alike)
            yield of_a_day[0].opens, _passage(stop, of_a_day)
        for absence in absences(timetable, monday, sunday, calendar):
            yield None, _absence(stop, absence)


def _chronological(row: tuple[time | None, Stop]) -> tuple[Any, ...]:
    """By day, then by hour; hours to be confirmed and absences at the end of their day."""
    opens, stop = row
    return stop.day, opens or time.max, stop.is_absence, stop.bus, stop.place


def _passage(stop: Location, of_a_day: Sequence[Passage]) -> Stop:
    """Morning and afternoon are one line."""
    first = of_a_day[0]
    return _stop(
        stop,
        first.day,
        said=enumerated([times_in_words(passage) for passage in of_a_day]),
        access=first.access.label,
        note=note_in_words(first),
        is_absence=False,
    )


def _absence(stop: Location, absence: Absence) -> Stop:
    day = spoken_day(absence.day)
    said = f"Pas de bus le {day}" if absence.whole_day else f"Une partie seulement du passage du {day}"
    replaced = f"Remplacé le {spoken_day(absence.replaced_on)}" if absence.replaced_on else ""
    return _stop(stop, absence.day, said=f"{said}\u00a0: {absence.reason}", access="", note=replaced, is_absence=True)


def _stop(stop: Location, day: date, *, said: str, access: str, note: str, is_absence: bool) -> Stop:
    return Stop(
        day=day,
        said_day=spoken_day(day),
        bus=stop.structure.name,
        bus_url=stop.structure.get_absolute_url(),
        place=name_of(stop),
        commune=stop.commune.name,
        address="" if stop.address and stop.address in name_of(stop) else ", ".join(address_of(stop)),
        said=said,
        access=access,
        note=note,
        is_absence=is_absence,
    )


def times_in_words(passage: Passage) -> str:
    """ "de 9 h à 12 h", or that the hours are to be confirmed."""
    if passage.opens is None or passage.closes is None:
        return "horaires à confirmer"
    closes = "minuit" if passage.closes == time(0) else spoken_time(passage.closes)
    return f"de {spoken_time(passage.opens)} à {closes}"


def note_in_words(passage: Passage) -> str:
    """Why an exceptional passage takes place; empty for an ordinary one."""
    if not passage.is_exceptional:
        return ""
    said = "Passage exceptionnel"
    if passage.replaces is not None:
        said = f"Remplace le {spoken_day(passage.replaces)}"
    return f"{said}\u00a0: {passage.reason}" if passage.reason else said


def _monday(day: date) -> date:
    return day - day.weekday() * A_DAY
