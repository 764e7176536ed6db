"""Are the 72 hours counted right, to the minute, in both units?"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.deadlines import Unit, due_at, elapsed
from schedules.calendars import PARIS, french_calendar

HOLIDAYS = french_calendar(2023, 2028).public_holidays
LIMIT = timedelta(hours=72)
MINUTE = timedelta(minutes=1)


def paris(text, *, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)


# The facts


@pytest.mark.parametrize(
    ("end", "hours"),
    [("2023-09-23T11:00", 38), ("2023-09-26T09:00", 71), ("2023-09-26T16:00", 78)],
)
def test_the_working_days_of_the_states_own_tool(end, hours):
    thursday = paris("2023-09-21T10:00")
    assert elapsed(thursday, paris(end), Unit.WORKING_DAYS, HOLIDAYS) == timedelta(hours=hours)


def test_a_weekend_counts_for_nothing_in_working_days():
    saturday, sunday = paris("2023-09-23T09:00"), paris("2023-09-24T18:00")
    assert elapsed(saturday, sunday, Unit.WORKING_DAYS, HOLIDAYS) == timedelta(0)


def test_a_weekend_counts_by_the_letter():
    assert elapsed(paris("2023-09-23T09:00"), paris("2023-09-24T18:00"), Unit.CALENDAR, HOLIDAYS) == timedelta(hours=33)


@pytest.mark.parametrize(
    ("start", "unit", "due"),
    [
        ("2026-11-26T10:17", Unit.CALENDAR, "2026-11-29T10:17"),
        ("2026-11-26T10:17", Unit.WORKING_DAYS, "2026-12-01T10:17"),
        ("2026-11-23T10:17", Unit.WORKING_DAYS, "2026-11-26T10:17"),
        ("2026-11-28T10:17", Unit.WORKING_DAYS, "2026-12-03T00:00"),
        ("2026-12-24T10:17", Unit.CALENDAR, "2026-12-27T10:17"),
        ("2026-12-24T10:17", Unit.WORKING_DAYS, "2026-12-30T10:17"),
        ("2026-12-31T23:59", Unit.WORKING_DAYS, "2027-01-06T23:59"),
        ("2027-03-26T09:00", Unit.WORKING_DAYS, "2027-04-01T09:00"),
        ("2028-02-28T09:00", Unit.CALENDAR, "2028-03-02T09:00"),
        ("2028-02-28T09:00", Unit.WORKING_DAYS, "2028-03-02T09:00"),
    ],
)
def test_when_a_request_falls_due(start, unit, due):
    """Weekend, Christmas, year end, Easter Monday, leap day; minutes are kept."""
    assert due_at(paris(start), LIMIT, unit, HOLIDAYS) == paris(due)


def test_the_due_instant_is_said_in_paris_time():
    assert due_at(datetime(2026, 7, 1, 8, 0, tzinfo=UTC), LIMIT, Unit.CALENDAR, HOLIDAYS).tzinfo is PARIS
    assert due_at(datetime(2026, 7, 1, 8, 0, tzinfo=UTC), LIMIT, Unit.WORKING_DAYS, HOLIDAYS).tzinfo is PARIS


# Clock changes


def test_seventy_two_real_hours_when_clocks_go_back():
    start = paris("2026-10-23T10:00")
    due = due_at(start, LIMIT, Unit.CALENDAR, HOLIDAYS)
    assert due == paris("2026-10-26T09:00")
    assert due.astimezone(UTC) - start.astimezone(UTC) == LIMIT


def test_seventy_two_real_hours_when_clocks_go_forward():
    start = paris("2026-03-27T10:00")
    due = due_at(start, LIMIT, Unit.CALENDAR, HOLIDAYS)
    assert due == paris("2026-03-30T11:00")
    assert due.astimezone(UTC) - start.astimezone(UTC) == LIMIT


@pytest.mark.parametrize(("friday", "wednesday"), [("2026-10-23", "2026-10-28"), ("2026-03-27", "2026-04-01")])
def test_clock_changes_never_move_a_deadline_in_working_days(friday, wednesday):
    due = due_at(paris(f"{friday}T10:17"), LIMIT, Unit.WORKING_DAYS, HOLIDAYS)
    assert due == paris(f"{wednesday}T10:17")


def test_the_hour_that_happens_twice_lasts_an_hour():
    first, second = paris("2026-10-25T02:30", fold=0), paris("2026-10-25T02:30", fold=1)
    assert elapsed(first, second, Unit.CALENDAR, HOLIDAYS) == timedelta(hours=1)


# Edges


def test_a_promise_that_runs_out_on_friday_at_midnight_holds_over_the_weekend():
    """Nothing counts on Saturday: an answer then took exactly 72 hours, and 72 hours is on time."""
    wednesday = paris("2026-11-25T00:00")
    due = due_at(wednesday, LIMIT, Unit.WORKING_DAYS, HOLIDAYS)
    assert due == paris("2026-11-30T00:00")
    assert elapsed(wednesday, paris("2026-11-28T15:00"), Unit.WORKING_DAYS, HOLIDAYS) == LIMIT


def test_the_zone_of_the_instants_does_not_matter():
    tokyo = ZoneInfo("Asia/Tokyo")
    start, end = paris("2026-11-20T10:00"), paris("2026-11-24T10:00")
    for unit in Unit:
        assert elapsed(start.astimezone(tokyo), end.astimezone(UTC), unit, HOLIDAYS) == elapsed(
            start, end, unit, HOLIDAYS
        )
    friday_night_in_paris = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
    assert due_at(friday_night_in_paris, timedelta(hours=1), Unit.WORKING_DAYS, ()) == paris("2026-11-23T00:30")


@pytest.mark.parametrize("unit", Unit)
def test_time_the_other_way_round_is_negative(unit):
    start, end = paris("2026-11-20T10:00"), paris("2026-11-24T10:17")
    assert elapsed(end, start, unit, HOLIDAYS) == -elapsed(start, end, unit, HOLIDAYS)
    assert elapsed(start, start, unit, HOLIDAYS) == timedelta(0)


@pytest.mark.parametrize("holidays", [[date(2026, 11, 24)], (date(2026, 11, 24),), {date(2026, 11, 24): "Fête"}])
def test_holidays_may_be_any_collection_of_days(holidays):
    start, end = paris("2026-11-23T10:00"), paris("2026-11-25T10:00")
    assert elapsed(start, end, Unit.WORKING_DAYS, holidays) == timedelta(hours=24)


@pytest.mark.parametrize("unit", Unit)
def test_naive_instants_are_refused(unit):
    naive, aware = datetime(2026, 11, 23, 10, 0), paris("2026-11-23T10:00")
    for start, end in [(naive, aware), (aware, naive)]:
        with pytest.raises(ValueError, match="fuseau"):
            elapsed(start, end, unit, HOLIDAYS)
    with pytest.raises(ValueError, match="fuseau"):
        due_at(naive, LIMIT, unit, HOLIDAYS)


@pytest.mark.parametrize("unit", Unit)
def test_a_negative_limit_is_refused(unit):
    with pytest.raises(ValueError, match="négatif"):
        due_at(paris("2026-11-23T10:00"), -LIMIT, unit, HOLIDAYS)


def test_units_have_french_words_of_their_own():
    assert "tous les jours comptent" in Unit.CALENDAR.label
    assert "jours fériés" in Unit.WORKING_DAYS.label


# A second implementation

instants = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 1)).map(
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)
around_clock_changes = st.builds(
    lambda sunday, minutes: sunday + timedelta(minutes=minutes),
    st.sampled_from([datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]),
    st.integers(-3 * 24 * 60, 2 * 24 * 60),
)
around_holidays = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes),
    st.sampled_from(sorted(HOLIDAYS)),
    st.integers(-4 * 24 * 60, 2 * 24 * 60),
)
around_year_ends_and_leap_days = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes),
    st.sampled_from([date(2024, 2, 29), date(2028, 2, 29), date(2025, 1, 1), date(2026, 1, 1), date(2027, 1, 1)]),
    st.integers(-5 * 24 * 60, 3 * 24 * 60),
)
starts = instants | around_clock_changes | around_holidays | around_year_ends_and_leap_days


def minute_by_minute(start, end, unit):
    """Look at the wall calendar of Paris once a minute, and count."""
    counted, at = 0, start
    while at < end:
        day = at.astimezone(PARIS).date()
        counted += unit is Unit.CALENDAR or (day.isoweekday() <= 5 and day not in HOLIDAYS)
        at += MINUTE
    return timedelta(minutes=counted)


@cache
def minutes_that_count(year):
    """For each minute of a year, how many minutes of working days came before: a ruler, made minute by minute."""
    at, end, ruler = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC), [0]
    while at < end:
        day = at.astimezone(PARIS).date()
        ruler.append(ruler[-1] + (day.isoweekday() <= 5 and day not in HOLIDAYS))
        at += MINUTE
    return ruler


def read_off(start, end):
    """Working minutes between two instants, off the rulers of the years that they touch."""
    counted = 0
    for year in range(start.year, end.year + 1):
        first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        ruler = minutes_that_count(year)
        begins, ends = (max(start, first) - first) // MINUTE, (min(end, last) - first) // MINUTE
        counted += ruler[ends] - ruler[begins]
    return timedelta(minutes=counted)


@settings(max_examples=6000, deadline=None)
@given(start=starts, length=st.integers(0, 12 * 24 * 60))
def test_thousands_of_counts_are_the_same_minute_by_minute(start, length):
    end = start + timedelta(minutes=length)
    assert elapsed(start, end, Unit.WORKING_DAYS, HOLIDAYS) == read_off(start, end)
    assert elapsed(start, end, Unit.CALENDAR, HOLIDAYS) == timedelta(minutes=length)


@settings(max_examples=3000, deadline=None)
@given(start=starts, hours=st.integers(1, 120))
def test_the_due_instant_is_the_last_minute_at_which_the_count_is_within_the_promise(start, hours):
    """One minute later is too late: neither earlier nor later than promised, in both units."""
    limit = timedelta(hours=hours)
    due = due_at(start, limit, Unit.WORKING_DAYS, HOLIDAYS).astimezone(UTC)
    assert read_off(start, due) == limit
    assert read_off(start, due + MINUTE) > limit
    due = due_at(start, limit, Unit.CALENDAR, HOLIDAYS).astimezone(UTC)
    assert due - start == limit


@settings(max_examples=150, deadline=None)
@given(start=starts, length=st.integers(0, 8 * 24 * 60), unit=st.sampled_from(Unit))
def test_the_count_is_the_same_minute_by_minute(start, length, unit):
    end = start + timedelta(minutes=length)
    assert elapsed(start, end, unit, HOLIDAYS) == minute_by_minute(start, end, unit)


@settings(max_examples=1000, deadline=None)
@given(start=starts, minutes=st.integers(0, 20 * 24 * 60), unit=st.sampled_from(Unit))
def test_what_has_passed_when_it_falls_due_is_the_limit(start, minutes, unit):
    limit = timedelta(minutes=minutes)
    assert elapsed(start, due_at(start, limit, unit, HOLIDAYS), unit, HOLIDAYS) == limit


@settings(max_examples=1000, deadline=None)
@given(start=starts, length=st.integers(0, 10 * 24 * 60), unit=st.sampled_from(Unit))
def test_late_by_the_due_instant_is_late_by_the_time_elapsed(start, length, unit):
    answered_at = start + timedelta(minutes=length)
    on_time = answered_at <= due_at(start, LIMIT, unit, HOLIDAYS)
    assert on_time == (elapsed(start, answered_at, unit, HOLIDAYS) <= LIMIT)


@settings(max_examples=300, deadline=None)
@given(start=starts, first=st.integers(0, 9000), second=st.integers(0, 9000), unit=st.sampled_from(Unit))
def test_two_stretches_add_up(start, first, second, unit):
    middle = start + timedelta(minutes=first)
    end = middle + timedelta(minutes=second)
    parts = elapsed(start, middle, unit, HOLIDAYS) + elapsed(middle, end, unit, HOLIDAYS)
    assert parts == elapsed(start, end, unit, HOLIDAYS)
