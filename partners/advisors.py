"""Where is each digital advisor, when, and where next?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from partners.facts import hours_of, service_matches
from partners.models import LocalService, LocalServiceKind, LocalServicePlace, LocalServiceQuerySet
from schedules.calendars import PARIS, Calendar
from schedules.models import Schedule
from schedules.opening_hours import IN_PERSON, Access, Timetable, next_opening, open_until
from schedules.wording import enumerated, spoken_moment, spoken_time
from territories.models import Commune
from territories.spelling import matches, plain

_ALL = ("slots", "closures", "extras")


@dataclass(frozen=True)
class ReceivedAt:
    """A place where she receives people. `place` is None for the one of her own sheet."""

    place: LocalServicePlace | None
    name: str
    address: str
    commune: Commune
    schedule: Schedule | None
    hours: list[str]


@dataclass(frozen=True)
class Presence:
    """Where she is, from an instant on; under way when `is_now`."""

    at: str
    commune: str
    opens_at: datetime
    closes_at: datetime
    is_now: bool = False

    def in_words(self, now: datetime) -> str:
        """ "maintenant, jusqu’à 17 h", "mardi 24 novembre à 14 h"."""
        if self.is_now:
            return f"maintenant, jusqu’à {spoken_time(self.closes_at.astimezone(PARIS).time())}"
        return spoken_moment(self.opens_at, today=now.astimezone(PARIS).date())


@dataclass(frozen=True)
class AdvisorLine:
    service: LocalService
    places: list[ReceivedAt]
    next_presence: Presence | None
    now: datetime

    @property
    def is_itinerant(self) -> bool:
        """Who receives people in several places goes from one to the next."""
        return len(self.places) > 1

    @property
    def when(self) -> str:
        return self.next_presence.in_words(self.now) if self.next_presence else ""

    @property
    def individual_help(self) -> str:
        """How one is received alone, as her hours say it: "sans rendez-vous et sur rendez-vous"."""
        ways = {
            Access(slot.access)
            for place in self.places
            if place.schedule
            for slot in place.schedule.slots.all()
            if slot.access in IN_PERSON
        }
        return enumerated([access.label for access in Access if access in ways])

    @property
    def communes(self) -> list[str]:
        return sorted({place.commune.name for place in self.places}, key=plain)


def with_places(rows: LocalServiceQuerySet) -> LocalServiceQuerySet:
    """The advisors with all that their lines show; the same number of queries however many they are."""
    places = LocalServicePlace.objects.filter(is_active=True).select_related("commune", "schedule")
    return (
        rows.filter(kind=LocalServiceKind.DIGITAL_ADVISOR)
        .select_related("commune", "schedule")
        .prefetch_related(
            *(f"schedule__{name}" for name in _ALL),
            Prefetch("places", places.prefetch_related(*(f"schedule__{name}" for name in _ALL)), to_attr="open_places"),
        )
    )


def lines_of(rows: Iterable[LocalService], now: datetime, calendar: Calendar) -> list[AdvisorLine]:
    """One line each, by commune, host and name; `rows` come from `with_places`."""
    lines = [line_of(row, now, calendar) for row in rows]
    return sorted(lines, key=lambda line: _alphabetical(line.service))


def line_of(service: LocalService, now: datetime, calendar: Calendar) -> AdvisorLine:
    places = list(_places(service, now))
    coming = [presence for place in places if (presence := _presence(place, now, calendar))]
    first = min(coming, key=lambda presence: (not presence.is_now, presence.opens_at), default=None)
    return AdvisorLine(service, places, first, now)


def line_matches(line: AdvisorLine, text: str) -> bool:
    """Whether each typed word begins a word of her sheet, or of one of her places."""
    words = " ".join(f"{place.name} {place.commune.name}" for place in line.places)
    return service_matches(text, line.service) or matches(text, f"{line.service.name} {line.service.host} {words}")


def _places(service: LocalService, now: datetime) -> Iterable[ReceivedAt]:
    today = now.astimezone(PARIS).date()
    own = service.host or service.commune.name
    yield ReceivedAt(None, own, service.address, service.commune, service.schedule, hours_of(service.schedule, today))
    for row in getattr(service, "open_places", ()):
        yield ReceivedAt(row, row.name, row.address, row.commune, row.schedule, hours_of(row.schedule, today))


def _presence(place: ReceivedAt, now: datetime, calendar: Calendar) -> Presence | None:
    """In person only: one does not go and meet a telephone."""
    timetable: Timetable = place.schedule.timetable() if place.schedule else Timetable()
    if closes_at := open_until(timetable, now, calendar, access=IN_PERSON):
        return Presence(place.name, place.commune.name, now, closes_at, is_now=True)
    opening = next_opening(timetable, now, calendar, access=IN_PERSON)
    return Presence(place.name, place.commune.name, opening.opens_at, opening.closes_at) if opening else None


def _alphabetical(service: LocalService) -> tuple[str, str, str, int]:
    return plain(service.commune.name), plain(service.host), plain(service.name), service.pk
