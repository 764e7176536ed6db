"""Do the hours of many places read together say what each says when it is read alone?"""

from dataclasses import replace
from datetime import date, time

import pytest

from schedules.models import Closure, Extra, Schedule, Slot
from schedules.reading import read_hours

pytestmark = pytest.mark.django_db


def _schedules() -> list[Schedule]:
    """Two with the same hours, one with everything that a slot may say, one with nothing."""
    same, other, rich, empty = (Schedule.objects.create() for _ in range(4))
    for schedule in (same, other):
        for weekday in (3, 0):
            for opens, closes in ((time(14), time(17)), (time(9), time(12))):
                Slot.objects.create(schedule=schedule, weekday=weekday, opens=opens, closes=closes)
    Slot.objects.create(schedule=rich, frequency="dates", dates=["2026-12-01", "2026-12-08"], access="appointment")
    Slot.objects.create(
        schedule=rich, weekday=2, frequency="every_n_weeks", interval=2, anchor=date(2026, 11, 25),
        valid_until=date(2027, 1, 1), except_school_holidays=True,
    )  # fmt: skip
    Closure.objects.create(schedule=rich, first_day=date(2026, 12, 24), last_day=date(2026, 12, 26), reason="fêtes")
    Extra.objects.create(
        schedule=rich, day=date(2026, 12, 23), opens=time(9), closes=time(12), replaces=date(2026, 12, 24)
    )
    return [same, other, rich, empty]


def test_hours_read_together_are_those_read_one_by_one() -> None:
    made = _schedules()
    together = list(Schedule.objects.order_by("pk"))
    read_hours(together)
    alone = [Schedule.objects.get(pk=row.pk).timetable() for row in made]
    # A slot without a day comes first or last, as the database likes.
    assert [set(row.timetable().slots) for row in together] == [set(timetable.slots) for timetable in alone]
    assert [replace(row.timetable(), slots=()) for row in together] == [replace(one, slots=()) for one in alone]
    assert together[0].timetable() == alone[0]
    assert [len(timetable.slots) for timetable in alone] == [4, 4, 2, 0]
    assert alone[2].closures
    assert alone[2].extras


def test_reading_costs_one_statement_whatever_their_number_and_none_for_none(queries_for) -> None:
    made = _schedules()
    assert queries_for(lambda: read_hours(made[:1])) == 1
    assert queries_for(lambda: read_hours(Schedule.objects.all()[:0])) == 0
    read = [*made, *made]
    assert queries_for(lambda: read_hours(read)) == 1
    assert queries_for(lambda: [row.timetable() for row in read]) == 0
