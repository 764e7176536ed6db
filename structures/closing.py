"""What does a closure take away, and which holidays close a place already?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from schedules.calendars import Calendar
from schedules.opening_hours import Closure, Extra, Passage, Timetable, passages
from schedules.wording import spoken_date, spoken_day, spoken_time

AHEAD = timedelta(days=365)
MOST_LISTED = 12


@dataclass(frozen=True)
class Holiday:
    """A line of what the calendar says by itself: « vendredi 25 décembre », « Noël », « déjà fermé »."""

    when: str
    name: str
    effect: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A closure that comes back every year, ready to be typed."""

    label: str
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Lost:
    """What a closure would take away, in words: at most MOST_LISTED of them, and how many more there are."""

    passages: tuple[str, ...]
    more: int = 0

    def __bool__(self) -> bool:
        return bool(self.passages)


def lost(places: Iterable[tuple[str, Timetable]], closure: Closure, calendar: Calendar, today: date) -> Lost:
    """What was announced from today on and will not take place; each place by its name, empty when there is one."""
    found: list[tuple[date, str]] = []
    for name, timetable in places:
        closed = replace(timetable, closures=(*timetable.closures, closure))
        first = max(closure.first_day, today)
        before = passages(timetable, first, closure.last_day, calendar) if first <= closure.last_day else []
        after = set(passages(closed, first, closure.last_day, calendar)) if before else set()
        found += [(p.day, _passage(p, today) + (f", {name}" if name else "")) for p in before if p not in after]
    said = [text for _, text in sorted(found, key=lambda row: row[0])]
    return Lost(tuple(said[:MOST_LISTED]), max(0, len(said) - MOST_LISTED))


def holidays_ahead(timetables: Sequence[Timetable], today: date, calendar: Calendar) -> Iterator[Holiday]:
    """Public holidays of the coming year, and what becomes of these places on them."""
    for day, name in sorted(calendar.public_holidays.items()):
        if today <= day <= today + AHEAD:
            yield Holiday(spoken_day(day, today=today), name, _effect(timetables, day, calendar))


def school_holidays_ahead(timetables: Sequence[Timetable], today: date, calendar: Calendar) -> Iterator[Holiday]:
    """School holidays of the coming year."""
    is_touched = any(slot.except_school_holidays for timetable in timetables for slot in timetable.slots)
    effect = "certains horaires n’ont pas lieu" if is_touched else "sans effet sur vos horaires"
    for period in calendar.school_holidays:
        if period.last_day >= today and period.first_day <= today + AHEAD:
            first, last = (spoken_date(day, today=today) for day in (period.first_day, period.last_day))
            yield Holiday(f"du {first} au {last}", period.name, effect)


def between_christmas_and_new_year(today: date) -> Shortcut:
    year = today.year
    first, last = date(year, 12, 26), date(year, 12, 31)
    return Shortcut(f"Entre Noël et le jour de l’an {year + 1}", max(first, today), last)


def days_of(closure: Closure, today: date) -> str:
    """ "mardi 24 novembre", "du jeudi 24 au jeudi 31 décembre" said in full, with the year when it is another one."""
    first, last = (spoken_day(day, today=today) for day in (closure.first_day, closure.last_day))
    return f"le {first}" if closure.first_day == closure.last_day else f"du {first} au {last}"


def said_extra(extra: Extra, today: date) -> str:
    """ "le lundi 23 novembre de 9 h à 12 h, à la place du mardi 24 novembre"."""
    said = "le " + _passage(Passage(extra.day, extra.opens, extra.closes, extra.access), today)
    if extra.access != "walk_in":
        said += f", {extra.access.label}"
    return said + (f", à la place du {spoken_day(extra.replaces, today=today)}" if extra.replaces else "")


def _effect(timetables: Sequence[Timetable], day: date, calendar: Calendar) -> str:
    if any(passages(timetable, day, day, calendar) for timetable in timetables):
        return "ouvert"
    ordinary = Calendar({})
    if any(passages(timetable, day, day, ordinary) for timetable in timetables):
        return "jour férié, déjà fermé"
    return "aucune ouverture ce jour-là"


def _passage(passage: Passage, today: date) -> str:
    day = spoken_day(passage.day, today=today)
    if passage.opens is None or passage.closes is None:
        return f"{day}, horaires à confirmer"
    closes = "minuit" if passage.closes == time(0) else spoken_time(passage.closes)
    return f"{day} de {spoken_time(passage.opens)} à {closes}"
