"""What takes place on a day, what falls away, and why?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from schedules.calendars import Calendar
from schedules.recurrences import occurrences
from schedules.slots import Access, Extra, Slot, Timetable


@dataclass(frozen=True)
class Passage:
    """One slot or one exceptional opening on one day; both times are None when they are to be confirmed.

    `reason` and `replaces` (the day that it makes up for) are those of an exceptional opening.
    """

    day: date
    opens: time | None
    closes: time | None
    access: Access
    is_exceptional: bool = False
    reason: str = ""
    replaces: date | None = None


@dataclass(frozen=True)
class Absence:
    """A day on which something should have taken place and does not, with the reason in French.

    `whole_day` is False when something else takes place that day. `replaced_on` is the first day of an exceptional
    opening that makes up for this one, before or after it.
    """

    day: date
    reason: str
    whole_day: bool = True
    replaced_on: date | None = None


def passages(timetable: Timetable, first_day: date, last_day: date, calendar: Calendar) -> list[Passage]:
    """What really takes place between two days, both included, in order; what is entered twice shows once.

    An exceptional opening takes place whatever is closed; with the same hours as a slot of that day, it is that slot.
    """
    found: dict[tuple[date, time | None, time | None, Access], Passage] = {}
    for slot, day in kept(timetable, first_day, last_day, calendar):
        key = (day, slot.opens, slot.closes, slot.access)
        found.setdefault(key, Passage(*key))
    for extra in extras_between(timetable, first_day, last_day):
        key = (extra.day, extra.opens, extra.closes, extra.access)
        found.setdefault(key, Passage(*key, is_exceptional=True, reason=extra.reason, replaces=extra.replaces))
    return sorted(found.values(), key=_chronological)


def absences(timetable: Timetable, first_day: date, last_day: date, calendar: Calendar) -> list[Absence]:
    """Days on which a slot falls away, with the reason: public holiday, then closure, then school holidays.

    A slot whose hours an exceptional opening of the same day takes over does not fall away.
    """
    busy = {extra.day for extra in extras_between(timetable, first_day, last_day)}
    missing: dict[tuple[date, str], None] = {}
    for slot, day in planned(timetable, first_day, last_day):
        reason = cancelled_because(slot, day, timetable, calendar)
        if reason is None:
            busy.add(day)
        elif not any(extra.day == day and _takes_over(extra, slot) for extra in timetable.extras):
            missing[day, reason] = None
    replaced = _replacements(timetable)
    return [Absence(day, reason, day not in busy, replaced.get(day)) for day, reason in sorted(missing)]


def planned(timetable: Timetable, first_day: date, last_day: date) -> Iterator[tuple[Slot, date]]:
    """Every slot on every day that its rule gives, holidays and closures not yet taken away."""
    for slot in timetable.slots:
        for day in occurrences(slot, first_day, last_day):
            yield slot, day


def kept(timetable: Timetable, first_day: date, last_day: date, calendar: Calendar) -> Iterator[tuple[Slot, date]]:
    """What is planned and takes place."""
    for slot, day in planned(timetable, first_day, last_day):
        if cancelled_because(slot, day, timetable, calendar) is None:
            yield slot, day


def extras_between(timetable: Timetable, first_day: date, last_day: date) -> Iterator[Extra]:
    """Exceptional openings of these days, both included."""
    return (extra for extra in timetable.extras if first_day <= extra.day <= last_day)


def cancelled_because(slot: Slot, day: date, timetable: Timetable, calendar: Calendar) -> str | None:
    """Why this slot does not take place on a day that its rule gives; None when it does."""
    if not slot.on_public_holidays and (holiday := calendar.public_holidays.get(day)):
        return f"jour férié ({holiday})"
    for closure in timetable.closures:
        if day in closure:
            return closure.reason or "fermeture exceptionnelle"
    if slot.except_school_holidays and (school := calendar.school_holiday(day)) is not None:
        return school[:1].lower() + school[1:] or "vacances scolaires"
    return None


def _takes_over(extra: Extra, slot: Slot) -> bool:
    """Whether who comes for the slot is received all the same, in the same way and at the same hours at least."""
    if extra.access is not slot.access or slot.minutes is None:
        return extra.access is slot.access
    return extra.minutes is not None and extra.minutes[0] <= slot.minutes[0] and slot.minutes[1] <= extra.minutes[1]


def _replacements(timetable: Timetable) -> dict[date, date]:
    """For each day that is made up for, the first day on which it is."""
    replaced: dict[date, date] = {}
    for extra in sorted(timetable.extras, key=lambda extra: extra.day):
        if extra.replaces is not None and extra.replaces != extra.day:
            replaced.setdefault(extra.replaces, extra.day)
    return replaced


def _chronological(passage: Passage) -> tuple[date, time, time, str]:
    """Times to be confirmed come last in their day; the end of the day closes after any other time."""
    closes = time.max if passage.closes is None or passage.closes == time(0) else passage.closes
    return passage.day, passage.opens or time.max, closes, passage.access
