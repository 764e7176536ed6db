"""What does the resident take home on paper: who answers, when at the latest, what to bring, whom to call?

In large type on one page. No name: a line is left for those who want theirs. The contact's line is private and is not
there; the resident calls the site.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from referrals.deadlines import Unit
from referrals.models import ServiceRequest
from schedules.calendars import PARIS
from schedules.opening_hours import in_words
from schedules.wording import NBSP, spoken_date, spoken_moment
from structures.models import Location, LocationKind
from structures.signs import Phone, absolute, address_of, phone_of

# What a page holds in letters of 18 points, in lines; measured in a browser, see its tests.
LETTERS_A_LINE = 48
ROOM_TO_BRING, ROOM_FOR_HOURS = 4, 2


@dataclass(frozen=True)
class Sheet:
    """Everything in words, ready to print."""

    reference: str
    procedure: str
    who: str
    asked: str
    when: str
    unit: str
    is_over: bool
    to_bring: tuple[str, ...]
    has_more_to_bring: bool
    site: str
    address: tuple[str, ...]
    hours: tuple[str, ...]
    has_more_hours: bool
    phone: Phone | None
    page: str
    printed_on: str


def read_sheet(request: ServiceRequest, now: datetime) -> Sheet:
    """Its request comes with its structure, démarche, operator and people; a handful of statements for the place."""
    structure, today = request.structure, now.astimezone(PARIS).date()
    place = _place_of(request)
    hours = in_words(place.timetable(), today) if place else []
    bring = request.procedure.things_to_bring()
    shown, said = _that_fit(bring, ROOM_TO_BRING), _that_fit(hours, ROOM_FOR_HOURS)
    unit = Unit(request.promised_unit)
    return Sheet(
        reference=request.reference,
        procedure=request.procedure.name,
        who=f"{request.keeper}, à {structure.name}" if request.keeper.is_active else structure.name,
        asked=_asked(request),
        when=spoken_moment(request.promised_until or request.due_at, today=today),
        unit="" if unit is Unit.CALENDAR else unit.label,
        is_over=request.promised_until is None,
        to_bring=shown,
        has_more_to_bring=len(shown) < len(bring),
        site=structure.name,
        address=address_of(place) if place else (),
        hours=said,
        has_more_hours=len(said) < len(hours),
        phone=phone_of(structure),
        page=absolute(structure.get_absolute_url()).partition("://")[2].rstrip("/"),
        printed_on=spoken_date(today, with_year=True),
    )


def _asked(request: ServiceRequest) -> str:
    """Where the answer comes from; nothing when the site finds it by itself."""
    if request.oriented_to is not None:
        return f"Vous êtes orienté vers{NBSP}: {request.oriented_to.name}."
    if request.referred_at is not None or request.answered_at is not None:
        return f"La question est posée à{NBSP}: {request.operator.name}."
    return ""


def _place_of(request: ServiceRequest) -> Location | None:
    """Where a fixed site receives people; a bus has its stops, on its page."""
    places = request.structure.locations.with_hours().select_related("commune", "schedule", "structure")
    return places.filter(kind=LocationKind.MAIN, is_active=True).first()


def _that_fit(sentences: Iterable[str], room: int) -> tuple[str, ...]:
    taken: list[str] = []
    for sentence in sentences:
        room -= -(-len(sentence) // LETTERS_A_LINE)
        if room < 0:
            break
        taken.append(sentence)
    return tuple(taken)
