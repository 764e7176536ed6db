"""Which part of a timetable does the simple weekly form show, and how is it written back?

The form shows what comes back every week, twice a day at most. Anything else of the timetable (one week in two, dates,
« sauf vacances scolaires », a third stretch) is said in words beside the form and left untouched by it.
"""

from datetime import time
from typing import TypeAlias

from schedules.models import Schedule, Slot
from schedules.opening_hours import Access, Frequency, Timetable, in_words

STRETCHES = 2
Week: TypeAlias = tuple[tuple[int, time, time], ...]
"""Weekday (0 is Monday), opening, closing; in order."""


def week_of(schedule: Schedule | None) -> Week:
    """What the form shows of a timetable; prefetch `slots` to read many."""
    return tuple((slot.weekday, slot.opens, slot.closes) for slot in _shown(schedule))  # type: ignore[misc]


def beside_the_week(schedule: Schedule | None) -> list[str]:
    """What the form does not show, in words."""
    if schedule is None:
        return []
    shown = {slot.pk for slot in _shown(schedule)}
    others = tuple(slot.as_value() for slot in schedule.slots.all() if slot.pk not in shown)
    return in_words(Timetable(slots=others))


def write_week(schedule: Schedule | None, week: Week, note: str = "") -> tuple[Schedule | None, bool]:
    """Make the timetable say this week and this note; gives it back (made when needed) and whether it changed."""
    if schedule is None:
        if not week and not note:
            return None, False
        schedule = Schedule.objects.create(note=note)
        _add(schedule, week, Access.WALK_IN)
        return schedule, True
    same_note = schedule.note == note
    if not same_note:
        schedule.note = note
        schedule.save(update_fields=["note"])
    shown = _shown(schedule)
    if week_of(schedule) == week:
        return schedule, not same_note
    access = Access(shown[0].access) if shown else Access.WALK_IN
    Slot.objects.filter(pk__in=[slot.pk for slot in shown]).delete()
    _add(schedule, week, access)
    return schedule, True


def _add(schedule: Schedule, week: Week, access: Access) -> None:
    Slot.objects.bulk_create(
        Slot(schedule=schedule, weekday=weekday, opens=opens, closes=closes, access=access)
        for weekday, opens, closes in week
    )


def _shown(schedule: Schedule | None) -> list[Slot]:
    if schedule is None:
        return []
    by_day: dict[int, list[Slot]] = {}
    for slot in schedule.slots.all():
        if _is_plain(slot) and slot.weekday is not None:
            by_day.setdefault(slot.weekday, []).append(slot)
    return [
        slot
        for weekday in sorted(by_day)
        for slot in sorted(by_day[weekday], key=lambda slot: slot.opens or time())[:STRETCHES]
    ]


def _is_plain(slot: Slot) -> bool:
    return (
        slot.frequency == Frequency.WEEKLY
        and slot.opens is not None
        and slot.valid_from is None
        and slot.valid_until is None
        and not slot.except_school_holidays
        and not slot.on_public_holidays
    )
