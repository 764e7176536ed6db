"""What does the public want to know of a place's timetable, now and in the coming weeks?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from schedules.calendars import PARIS, Calendar
from schedules.opening_hours import (
    IN_PERSON,
    Absence,
    Access,
    Closure,
    Extra,
    Passage,
    Timetable,
    absences,
    is_open,
    next_opening,
    open_until,
    passages,
)
from schedules.wording import enumerated, spoken_day, spoken_time

WEEKS_SHOWN = 6
PASSAGES_SHOWN = 4
DAYS_LOOKED_AHEAD = 90
A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
NOBODY = "Fermé, aucune ouverture prévue dans les trois mois"


@dataclass(frozen=True, slots=True)
class OpeningNow:
    """`said` is a sentence without full stop; `access` is how one is received, now or at the next opening."""

    is_open: bool
    said: str
    access: str = ""


def opening_now(timetable: Timetable, now: datetime, calendar: Calendar) -> OpeningNow:
    """Whether somebody is received there now, until when, or else from when. ValueError on a naive `now`."""
    today = now.astimezone(PARIS).date()
    until = open_until(timetable, now, calendar, access=IN_PERSON)
    if until is not None:
        how = "Ouvert exceptionnellement" if _is_exceptional(timetable, now, calendar) else "Ouvert"
        return OpeningNow(True, f"{how} {_until(until, today)}", _access_now(timetable, now, calendar))
    following = next_opening(timetable, now, calendar, DAYS_LOOKED_AHEAD, access=IN_PERSON)
    closed = "Fermé"
    if any(passage.opens is None for passage in passages(timetable, today, today, calendar)):
        closed = "Horaires d’aujourd’hui à confirmer"
    elif is_open(timetable, now, calendar, access={Access.PHONE}):
        closed = "Fermé, mais joignable par téléphone"
    if following is not None:
        opens = f"ouvre {_day(following.opens_at.date(), today)} à {spoken_time(following.opens_at.time())}"
        return OpeningNow(False, f"{closed}, {opens}", following.access.label)
    if not timetable.slots or any(slot.has_unknown_times for slot in timetable.slots):
        return OpeningNow(False, "Horaires à confirmer")
    return OpeningNow(False, NOBODY)


def stop_now(timetable: Timetable, now: datetime, calendar: Calendar) -> OpeningNow:
    """Whether the bus is at the stop now, or else its next passage."""
    today = now.astimezone(PARIS).date()
    until = open_until(timetable, now, calendar, access=IN_PERSON)
    if until is not None:
        return OpeningNow(True, f"Le bus est là {_until(until, today)}", _access_now(timetable, now, calendar))
    following = _coming(timetable, now, calendar)
    if not following:
        return OpeningNow(False, "Prochain passage à confirmer")
    return OpeningNow(False, f"Prochain passage {_passage(following[0], today)}", following[0].access.label)


def coming_passages(timetable: Timetable, now: datetime, calendar: Calendar) -> list[str]:
    """The next passages of a bus, the present one included: "mardi 24 novembre de 9 h à 12 h"."""
    today = now.astimezone(PARIS).date()
    return [
        _passage(passage, today) + (f", passage exceptionnel{_why(passage, today)}" if passage.is_exceptional else "")
        for passage in _coming(timetable, now, calendar)[:PASSAGES_SHOWN]
    ]


def exceptional_openings(
    timetable: Timetable, today: date, calendar: Calendar, weeks: int = WEEKS_SHOWN, *, on_paper: bool = False
) -> list[str]:
    """What no rule gives, from today on: "lundi 23 novembre de 9 h à 12 h, à la place du mardi 24 novembre : foire".

    `on_paper`: as for `interruptions`.
    """
    said_on = _said_on(today, on_paper)
    found = passages(timetable, today, today + weeks * A_WEEK, calendar)
    return [
        f"{_passage(passage, said_on)}{_how(passage)}{_why(passage, said_on)}"
        for passage in found
        if passage.is_exceptional
    ]


def interruptions(
    timetable: Timetable,
    today: date,
    calendar: Calendar,
    weeks: int = WEEKS_SHOWN,
    *,
    is_stop: bool = False,
    on_paper: bool = False,
) -> list[str]:
    """What falls away in the coming weeks, and what makes up for it; days in a row for one reason are said together.

    "mardi 24 novembre : inventaire, ouvert à la place le lundi 23 novembre de 9 h à 12 h"; where a bus stops
    (`is_stop`), "passage à la place". `on_paper`: every day by its date, for whoever reads the sheet later.
    """
    said_on = _said_on(today, on_paper)
    last_day = today + weeks * A_WEEK
    missing = absences(timetable, today, last_day, calendar)
    said = [
        (closure.first_day, closure.last_day, closure.reason or "fermeture exceptionnelle")
        for closure in timetable.closures
        if closure.last_day >= today and closure.first_day <= last_day and _takes_away(closure, timetable, missing)
    ]
    for absence in missing:
        if any(first <= absence.day <= last for first, last, _ in said):
            continue
        is_said = absence.whole_day or any(extra.day == absence.day for extra in timetable.extras)
        reason = absence.reason if is_said else f"{absence.reason}, une partie des horaires"
        # A week apart: a weekly permanence is away during the whole of the school holidays.
        if said and said[-1][2] == reason and absence.day - said[-1][1] <= A_WEEK:
            said[-1] = (said[-1][0], absence.day, reason)
        else:
            said.append((absence.day, absence.day, reason))
    return [
        _interruption(first, last, reason, said_on) + _made_up_for(timetable, first, last, said_on, is_stop=is_stop)
        for first, last, reason in sorted(said)
    ]


def _takes_away(closure: Closure, timetable: Timetable, missing: Sequence[Absence]) -> bool:
    """Whether a day falls away because of it: closing on a Thursday says nothing of a stop on Tuesdays.

    Where no hours are known, nobody can tell: it is said.
    """
    reason = closure.reason or "fermeture exceptionnelle"
    return not timetable.slots or any(absence.day in closure and absence.reason == reason for absence in missing)


def _coming(timetable: Timetable, now: datetime, calendar: Calendar) -> list[Passage]:
    local = now.astimezone(PARIS)
    today = local.date()
    planned = passages(timetable, today, today + DAYS_LOOKED_AHEAD * A_DAY, calendar)
    return [p for p in planned if p.access in IN_PERSON and (p.day > today or _ends_after(p, local.time()))]


def _ends_after(passage: Passage, at: time) -> bool:
    return passage.closes is None or passage.closes == time(0) or passage.closes > at


def _is_exceptional(timetable: Timetable, now: datetime, calendar: Calendar) -> bool:
    """Whether the regular hours alone would leave the door closed."""
    return bool(timetable.extras) and not is_open(replace(timetable, extras=()), now, calendar, access=IN_PERSON)


def _access_now(timetable: Timetable, now: datetime, calendar: Calendar) -> str:
    """The least demanding of those in force."""
    for access in (Access.WALK_IN, Access.APPOINTMENT):
        if is_open(timetable, now, calendar, access={access}):
            return access.label
    return ""


def _until(until: datetime, today: date) -> str:
    if until.date() == today:
        return f"jusqu’à {spoken_time(until.time())}"
    if until.date() == today + A_DAY and until.time() == time(0):
        return "jusqu’à minuit"
    return f"jusqu’à {_day(until.date(), today)} {spoken_time(until.time())}"


def _day(day: date, today: date) -> str:
    if day == today:
        return "aujourd’hui"
    return "demain" if day == today + A_DAY else spoken_day(day, today=today)


def _said_on(today: date, on_paper: bool) -> date:
    """The day that the words are chosen for: two days back, nothing is « aujourd’hui » or « demain »."""
    return today - 2 * A_DAY if on_paper else today


def _on(day: date, today: date) -> str:
    near = _day(day, today)
    return near if day <= today + A_DAY else f"le {near}"


def _passage(passage: Passage | Extra, today: date) -> str:
    return f"{_day(passage.day, today)}{_hours(passage)}"


def _hours(passage: Passage | Extra) -> str:
    if passage.opens is None or passage.closes is None:
        return ", heure à confirmer"
    closes = "minuit" if passage.closes == time(0) else spoken_time(passage.closes)
    return f" de {spoken_time(passage.opens)} à {closes}"


def _how(passage: Passage | Extra) -> str:
    return "" if passage.access is Access.WALK_IN else f", {passage.access.label}"


def _why(passage: Passage, today: date) -> str:
    instead = f", à la place du {spoken_day(passage.replaces, today=today)}" if passage.replaces else ""
    return f"{instead}\u00a0: {passage.reason}" if passage.reason else instead


def _interruption(first: date, last: date, reason: str, today: date) -> str:
    if first == last:
        return f"{_day(first, today)}\u00a0: {reason}"
    if first <= today:
        return f"jusqu’au {spoken_day(last, today=today)}\u00a0: {reason}"
    return f"du {spoken_day(first, today=today)} au {spoken_day(last, today=today)}\u00a0: {reason}"


def _made_up_for(timetable: Timetable, first: date, last: date, today: date, *, is_stop: bool) -> str:
    """What takes place all the same during these days, and what replaces them on other days, if still to come."""
    coming = sorted((extra for extra in timetable.extras if extra.day >= today), key=_in_order)
    within = [extra for extra in coming if first <= extra.day <= last]
    instead = [e for e in coming if e not in within and e.replaces is not None and first <= e.replaces <= last]
    opens = "passage" if is_stop else "ouvert"
    said = ""
    if within and first == last:
        hours = enumerated([f"{_hours(extra)}{_how(extra)}".strip(", ") for extra in within])
        said = f", {'passage exceptionnel' if is_stop else 'ouvert exceptionnellement'} {hours}"
    elif within:
        said = f", sauf {_dated(within, today)}"
    return f"{said}, {opens} à la place {_dated(instead, today)}" if instead else said


def _dated(extras: Sequence[Extra], today: date) -> str:
    return enumerated([f"{_on(extra.day, today)}{_hours(extra)}{_how(extra)}" for extra in extras])


def _in_order(extra: Extra) -> tuple[date, time]:
    return extra.day, extra.opens or time.max


def soonest(timetables: Sequence[Timetable], now: datetime, calendar: Calendar) -> list[int]:
    """The order of several stops by their next passage; those without any come last."""
    firsts = [next(iter(_coming(timetable, now, calendar)), None) for timetable in timetables]

    def order(index: int) -> tuple[bool, date, time]:
        first = firsts[index]
        return (first is None, first.day if first else date.max, (first.opens if first else None) or time.max)

    return sorted(range(len(timetables)), key=order)
