"""Is every schedule that the database can hold told without a breakdown, the first and last days of time included?"""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schedules.calendars import french_calendar
from schedules.editing import as_stored, laid_out, preview, slots_of_day, slots_of_rule
from schedules.forms.typed import as_typed
from schedules.opening_hours import (
    Access,
    Closure,
    Extra,
    Frequency,
    Slot,
    Timetable,
    absences,
    by_weekday,
    cancelled_hours,
    exceptional_hours,
    in_words,
    is_open,
    next_opening,
    open_days,
    open_until,
    passages,
    weekly_hours,
)
from schedules.osm import to_osm
from schedules.recurrences import nth_weekday_of, occurrences

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
IN_EIGHT_WEEKS = TODAY + timedelta(weeks=8)
CALENDAR = french_calendar(2026, 2027)
EDGES = [
    date.min,
    date.min + timedelta(days=1),
    date(1, 12, 31),
    date(1900, 1, 1),
    TODAY,
    date(2199, 12, 31),
    date(9999, 1, 1),
    date(9999, 12, 1),
    date.max - timedelta(days=6),
    date.max - timedelta(days=1),
    date.max,
]
days = st.sampled_from(EDGES) | st.dates()
intervals = st.sampled_from([1, 2, 3, 520, 32767]) | st.integers(1, 32767)


@st.composite
def far_slots(draw):
    frequency = draw(st.sampled_from(list(Frequency)))
    begins, ends = sorted((draw(days), draw(days)))
    opens, closes = draw(st.sampled_from([(None, None), (time(9), time(12)), (time(20), time(0))]))
    needs_anchor = frequency is Frequency.EVERY_N_WEEKS
    return Slot(
        weekday=draw(st.integers(0, 6)),
        opens=opens,
        closes=closes,
        access=draw(st.sampled_from(list(Access))),
        frequency=frequency,
        interval=draw(intervals),
        anchor=draw(days if needs_anchor else st.none() | days),
        nth=draw(st.sampled_from([1, 2, 3, 4, -1])),
        dates=tuple(draw(st.lists(days, min_size=1, max_size=3))) if frequency is Frequency.DATES else (),
        valid_from=draw(st.none() | st.just(begins)),
        valid_until=draw(st.none() | st.just(ends)),
        except_school_holidays=draw(st.booleans()),
        on_public_holidays=draw(st.booleans()),
    )


@st.composite
def far_timetables(draw):
    closed = [sorted((draw(days), draw(days))) for _ in range(draw(st.integers(0, 2)))]
    added = [
        Extra(draw(days), time(9), time(12), replaces=draw(st.none() | days)) for _ in range(draw(st.integers(0, 2)))
    ]
    return Timetable(
        tuple(draw(st.lists(far_slots(), max_size=4))),
        tuple(Closure(first, last, "travaux") for first, last in closed),
        tuple(added),
    )


def every_two_weeks_from(day, weekday=4, interval=2):
    return Timetable(
        (Slot(weekday, time(9), time(10), frequency=Frequency.EVERY_N_WEEKS, interval=interval, anchor=day),)
    )


@settings(max_examples=400, deadline=None)
@given(far_timetables())
@example(every_two_weeks_from(date.max))
@example(every_two_weeks_from(date.max, weekday=6))
@example(every_two_weeks_from(date.min, weekday=6, interval=32767))
def test_whatever_is_stored_is_told(timetable):
    assert all([*in_words(timetable, TODAY), *in_words(timetable)])
    assert all(
        TODAY <= passage.day <= IN_EIGHT_WEEKS for passage in passages(timetable, TODAY, IN_EIGHT_WEEKS, CALENDAR)
    )
    assert all(absence.day >= TODAY for absence in absences(timetable, TODAY, IN_EIGHT_WEEKS, CALENDAR))
    opening = next_opening(timetable, NOW, CALENDAR)
    assert opening is None or opening.opens_at > NOW
    assert (open_until(timetable, NOW, CALENDAR) is not None) == is_open(timetable, NOW, CALENDAR)
    assert isinstance(to_osm(timetable, first_day=TODAY, last_day=IN_EIGHT_WEEKS, calendar=CALENDAR), str)
    monday = TODAY - timedelta(days=1)
    total = weekly_hours(timetable, monday)
    assert total is None or timedelta(0) <= total <= timedelta(weeks=1)
    assert 0 <= open_days(timetable, monday) <= 7
    assert len(by_weekday(timetable, TODAY)) == 7
    assert cancelled_hours(timetable, TODAY, IN_EIGHT_WEEKS, CALENDAR) >= timedelta(0)
    assert exceptional_hours(timetable, TODAY, IN_EIGHT_WEEKS, CALENDAR) >= timedelta(0)


@settings(max_examples=200, deadline=None)
@given(st.lists(far_slots(), max_size=4))
def test_whatever_is_stored_can_be_opened_in_the_editor(slots):
    layout = laid_out(slots)
    back = [slot for weekday, day in enumerate(layout.days) for slot in slots_of_day(weekday, day)]
    back += [slot for rule in layout.rules for slot in slots_of_rule(rule)]
    assert len(as_stored(back, slots)) == len(slots)
    assert preview(slots, TODAY).total
    assert "note" in as_typed(slots)


@settings(max_examples=300, deadline=None)
@given(far_slots(), days, st.integers(0, 1000))
def test_a_window_may_reach_the_first_and_the_last_day_of_time(slot, first_day, length):
    last_day = date.fromordinal(min(first_day.toordinal() + length, date.max.toordinal()))
    found = occurrences(slot, first_day, last_day)
    assert found == sorted(set(found))
    assert all(first_day <= day <= last_day for day in found)


def test_the_last_month_of_time_has_its_last_friday():
    assert nth_weekday_of(9999, 12, 4, -1) == date.max
    assert nth_weekday_of(9999, 12, 5, -1) == date(9999, 12, 25)


@pytest.mark.parametrize("interval", [2, 32767])
def test_a_recurrence_that_never_comes_back_says_the_day_that_was_typed(interval):
    assert in_words(every_two_weeks_from(date.max, weekday=5, interval=interval), TODAY) == [
        f"un samedi sur {'deux' if interval == 2 else interval} de 9\u00a0h à 10\u00a0h, à partir du 31 décembre 9999"
    ]
