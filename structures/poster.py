"""What is written on the sheet of paper on the door: when, how, whom to call, what will be different?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

import segno
from django.utils.safestring import SafeString, mark_safe

from schedules.calendars import PARIS, Calendar
from schedules.here import calendar_around
from schedules.opening_hours import IN_PERSON, Access, Passage, Timetable, in_words, passages
from schedules.wording import WEEKDAYS, enumerated, spoken_date, spoken_day
from structures.bus import note_in_words, times_in_words
from structures.models import Location, LocationKind
from structures.openings import exceptional_openings, interruptions
from structures.signs import Phone, absolute, address_of, kind_of, own_name, phone_of

WEEKS = 8
# What one sheet holds in letters that can be read from a step away, in lines of its smaller size, under a title and
# an address of ordinary length; the page behind the code says the rest. Measured in a browser, see its tests.
ROOM_LINES = 21
LETTERS_A_LINE, LETTERS_A_TITLE = 70, 34
KEPT_FOR_CHANGES = 5
MOST_PASSAGES = 10
CROWDED_FROM = 9


@dataclass(frozen=True, slots=True)
class Poster:
    """`more_passages`: how many days the sheet had no room for."""

    title: str
    structure: str
    structure_url: str
    kind: str
    is_stop: bool
    address: tuple[str, ...]
    hours: tuple[str, ...]
    has_more_hours: bool
    note: str
    access: str
    phone: Phone | None
    passages: tuple[str, ...]
    more_passages: int
    openings: tuple[str, ...]
    interruptions: tuple[str, ...]
    has_more_changes: bool
    until: str
    address_of_page: str
    code: SafeString
    printed_on: str
    is_crowded: bool


def read_poster(place: Location, now: datetime) -> Poster:
    """The sheet of a place that receives the public; `place` comes with its hours. No statement."""
    structure, timetable = place.structure, place.timetable()
    today, calendar = now.astimezone(PARIS).date(), calendar_around(now)
    is_stop = place.kind == LocationKind.BUS_STOP
    dates = _dates(timetable, now, calendar) if is_stop else []
    away = interruptions(timetable, today, calendar, WEEKS, is_stop=is_stop, on_paper=True)
    extra = [] if is_stop else exceptional_openings(timetable, today, calendar, WEEKS, on_paper=True)
    title, name, address = (
        own_name(place) or structure.name,
        structure.name if own_name(place) else "",
        address_of(place),
    )
    room = _Room(ROOM_LINES - _long_head(title, name, address) - _lines(place.schedule.note))
    regular = [] if is_stop else in_words(timetable, today)
    kept = KEPT_FOR_CHANGES if away or extra else 0
    hours = room.take(regular, kept)
    passages_shown = room.take(dates[:MOST_PASSAGES], kept)
    openings = room.take([f"Ouvert exceptionnellement {_with_article(said)}" for said in extra])
    closed = "Pas de bus" if is_stop else "Fermé"
    interruptions_shown = room.take([f"{closed} {_with_article(said)}" for said in away])
    page = absolute(structure.get_absolute_url())
    return Poster(
        title=title,
        structure=name,
        structure_url=structure.get_absolute_url(),
        kind=kind_of(place),
        is_stop=is_stop,
        address=address,
        hours=hours,
        has_more_hours=len(regular) > len(hours),
        note=place.schedule.note,
        access=_access(timetable),
        phone=phone_of(structure),
        passages=passages_shown,
        more_passages=len(dates) - len(passages_shown),
        openings=openings,
        interruptions=interruptions_shown,
        has_more_changes=len(extra) + len(away) > len(openings) + len(interruptions_shown),
        until=spoken_day(today + timedelta(weeks=WEEKS), today=today),
        address_of_page=page.partition("://")[2].rstrip("/"),
        code=code_of(page),
        printed_on=spoken_date(today, with_year=True),
        is_crowded=ROOM_LINES - room.left >= CROWDED_FROM,
    )


@dataclass(slots=True)
class _Room:
    """How many lines of the sheet are still free."""

    left: int

    def take(self, sentences: Iterable[str], kept: int = 0) -> tuple[str, ...]:
        """Those that fit, from the first one on, when so many lines are kept free."""
        taken = []
        for sentence in sentences:
            if _lines(sentence) + kept > self.left:
                break
            self.left -= _lines(sentence)
            taken.append(sentence)
        return tuple(taken)


def _lines(sentence: str, letters: int = LETTERS_A_LINE) -> int:
    return -(-len(sentence) // letters)


def _long_head(title: str, structure: str, address: tuple[str, ...]) -> int:
    """What a title, a name and an address take beyond the ordinary; a line of the title is as high as two."""
    lines = 2 * (_lines(title, LETTERS_A_TITLE) - 1) + _lines(structure, LETTERS_A_LINE)
    return lines + sum(_lines(line, LETTERS_A_TITLE) for line in address) - 2


def code_of(address: str) -> SafeString:
    """The QR code of an address as a drawing inside the page: no style in it, which our policy would refuse."""
    drawing = segno.make_qr(address, error="m").svg_inline(
        border=4, light="#fff", dark="#000", svgclass="app-poster__code", lineclass=None, omitsize=True
    )
    return mark_safe(drawing.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S308


def _dates(timetable: Timetable, now: datetime, calendar: Calendar) -> list[str]:
    """The passages day by day, from now on: what is over today is left out."""
    local = now.astimezone(PARIS)
    found = passages(timetable, local.date(), local.date() + timedelta(weeks=WEEKS), calendar)
    coming = (passage for passage in found if passage.access in IN_PERSON and not _is_over(passage, local))
    alike = groupby(coming, key=lambda p: (p.day, p.access, p.is_exceptional, p.replaces))
    return [_in_words(list(of_a_day), local.date()) for _, of_a_day in alike]


def _is_over(passage: Passage, local: datetime) -> bool:
    ends = time.max if passage.closes in (None, time(0)) else passage.closes
    return passage.day == local.date() and ends <= local.time()


def _in_words(of_a_day: Sequence[Passage], today: date) -> str:
    first = of_a_day[0]
    access = f", {first.access.label}" if first.access is not Access.WALK_IN else ""
    note = note_in_words(first)
    times = enumerated([times_in_words(passage) for passage in of_a_day])
    said = f"{spoken_day(first.day, today=today)} {times}{access}"
    return f"{said} ({note[:1].lower()}{note[1:]})" if note else said


def _with_article(said: str) -> str:
    """ "Fermé le jeudi 24 décembre", but "fermé du 24 au 31"."""
    return f"le {said}" if said.partition(" ")[0] in WEEKDAYS else said


def _access(timetable: Timetable) -> str:
    """How one is received, when it is said in two words; the hours say the exceptions."""
    ways = {slot.access for slot in timetable.slots} & IN_PERSON
    if ways == {Access.APPOINTMENT}:
        return "Sur rendez-vous"
    if ways == {Access.WALK_IN}:
        return "Sans rendez-vous"
    return "Sans rendez-vous, sauf aux heures où c’est écrit" if ways else ""
