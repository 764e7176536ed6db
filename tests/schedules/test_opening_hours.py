"""Are places open when they say they are?"""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.calendars import PARIS, Calendar, french_calendar
from schedules.opening_hours import (
    IN_PERSON,
    Absence,
    Access,
    Closure,
    Frequency,
    Opening,
    Passage,
    Slot,
    Timetable,
    absences,
    by_weekday,
    cancelled_hours,
    has_unknown_times,
    is_open,
    next_opening,
    open_days,
    open_until,
    passages,
    weekly_hours,
)

MONDAY = date(2026, 11, 23)
EVERY_DAY_IS_ORDINARY = Calendar({})
CALENDAR = french_calendar(2026, 2028)


def slot(weekday=0, opens="09:00", closes="12:00", **fields):
    return Slot(weekday, time.fromisoformat(opens), time.fromisoformat(closes), **fields)


def timetable(*slots, closures=()):
    return Timetable(slots, closures)


def paris(text, *, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)


def hours(number):
    return timedelta(hours=number)


OFFICE = timetable(
    *(slot(day, opens, closes) for day in range(5) for opens, closes in [("09:00", "12:00"), ("13:30", "17:00")])
)
SOS_PAPERASSE = timetable(
    slot(
        4,
        "14:00",
        "16:30",
        frequency=Frequency.EVERY_N_WEEKS,
        interval=2,
        anchor=date(2026, 11, 20),
        except_school_holidays=True,
    )
)


# Passages and absences


def test_passages_come_in_order_of_day_then_time():
    mixed = timetable(slot(1, "14:00", "17:00"), Slot(0), slot(0, "14:00", "17:00"), slot(0))
    assert passages(mixed, MONDAY, MONDAY + timedelta(days=1), CALENDAR) == [
        Passage(MONDAY, time(9), time(12), Access.WALK_IN),
        Passage(MONDAY, time(14), time(17), Access.WALK_IN),
        Passage(MONDAY, None, None, Access.WALK_IN),
        Passage(MONDAY + timedelta(days=1), time(14), time(17), Access.WALK_IN),
    ]


def test_a_slot_entered_twice_passes_once():
    assert len(passages(timetable(slot(), slot()), MONDAY, MONDAY, CALENDAR)) == 1


def test_the_bus_that_does_not_come_at_christmas_is_said_not_dropped():
    fridays = timetable(slot(4))
    assert [p.day for p in passages(fridays, date(2026, 12, 18), date(2027, 1, 8), CALENDAR)] == [
        date(2026, 12, 18),
        date(2027, 1, 8),
    ]
    assert absences(fridays, date(2026, 12, 18), date(2027, 1, 8), CALENDAR) == [
        Absence(date(2026, 12, 25), "jour férié (Noël)"),
        Absence(date(2027, 1, 1), "jour férié (Jour de l’an)"),
    ]


def test_easter_monday_closes_the_monday_stop():
    mondays = timetable(slot(0))
    assert absences(mondays, date(2027, 3, 22), date(2027, 4, 5), CALENDAR) == [
        Absence(date(2027, 3, 29), "jour férié (Lundi de Pâques)")
    ]


def test_school_holidays_do_not_shift_the_fortnight():
    december = (date(2026, 12, 1), date(2027, 1, 31))
    assert [p.day for p in passages(SOS_PAPERASSE, *december, CALENDAR)] == [
        date(2026, 12, 4),
        date(2026, 12, 18),
        date(2027, 1, 15),
        date(2027, 1, 29),
    ]
    assert absences(SOS_PAPERASSE, *december, CALENDAR) == [Absence(date(2027, 1, 1), "jour férié (Jour de l’an)")]
    assert absences(SOS_PAPERASSE, date(2027, 2, 15), date(2027, 2, 28), CALENDAR) == [
        Absence(date(2027, 2, 26), "vacances d’hiver")
    ]


def test_a_closure_gives_its_reason():
    closed = timetable(slot(0), slot(1), closures=(Closure(MONDAY, MONDAY, "travaux"),))
    assert absences(closed, MONDAY, MONDAY + timedelta(days=6), CALENDAR) == [Absence(MONDAY, "travaux")]


def test_a_closure_without_reason_still_has_words():
    closed = timetable(slot(0), closures=(Closure(MONDAY, MONDAY),))
    assert absences(closed, MONDAY, MONDAY, CALENDAR) == [Absence(MONDAY, "fermeture exceptionnelle")]


def test_both_ends_of_a_closure_are_closed():
    closed = timetable(*(slot(day) for day in range(7)), closures=(Closure(date(2026, 11, 24), date(2026, 11, 26)),))
    assert [p.day.day for p in passages(closed, MONDAY, date(2026, 11, 29), CALENDAR)] == [23, 27, 28, 29]


def test_a_slot_may_be_kept_on_public_holidays_but_not_during_a_closure():
    kept = slot(4, on_public_holidays=True)
    christmas = date(2026, 12, 25)
    assert len(passages(timetable(kept), christmas, christmas, CALENDAR)) == 1
    assert not passages(timetable(kept, closures=(Closure(christmas, christmas),)), christmas, christmas, CALENDAR)


def test_a_day_that_loses_one_slot_of_two_is_not_wholly_absent():
    day = date(2027, 2, 22)
    half = timetable(slot(0), slot(0, "14:00", "17:00", except_school_holidays=True))
    assert absences(half, day, day, CALENDAR) == [Absence(day, "vacances d’hiver", whole_day=False)]
    assert len(passages(half, day, day, CALENDAR)) == 1


def test_two_slots_lost_for_one_reason_are_one_absence():
    assert len(absences(OFFICE, date(2026, 12, 25), date(2026, 12, 25), CALENDAR)) == 1


# Open now


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23T08:59:59", False),
        ("2026-11-23T09:00", True),
        ("2026-11-23T11:59:59", True),
        ("2026-11-23T12:00", False),
        ("2026-11-23T13:30", True),
        ("2026-11-22T10:00", False),
        ("2026-12-25T10:00", False),
    ],
)
def test_open_from_the_opening_up_to_but_not_including_the_closing(at, expected):
    assert is_open(OFFICE, paris(at), CALENDAR) is expected


def test_an_instant_given_in_another_zone_is_understood():
    assert is_open(OFFICE, datetime(2026, 11, 23, 8, 0, tzinfo=UTC), CALENDAR)
    assert not is_open(OFFICE, datetime(2026, 11, 23, 7, 59, tzinfo=UTC), CALENDAR)


def test_closing_at_midnight_is_the_end_of_the_day():
    evening = timetable(slot(0, "18:00", "00:00"))
    assert is_open(evening, paris("2026-11-23T23:59"), CALENDAR)
    assert not is_open(evening, paris("2026-11-24T00:00"), CALENDAR)
    assert not is_open(evening, paris("2026-11-23T00:00"), CALENDAR)
    assert open_until(evening, paris("2026-11-23T20:00"), CALENDAR) == paris("2026-11-24T00:00")


def test_an_opening_goes_on_through_midnight():
    night = timetable(slot(0, "22:00", "00:00"), slot(1, "00:00", "02:00"))
    assert open_until(night, paris("2026-11-23T23:00"), CALENDAR) == paris("2026-11-24T02:00")
    assert next_opening(night, paris("2026-11-23T12:00"), CALENDAR) == Opening(
        paris("2026-11-23T22:00"), paris("2026-11-24T02:00"), Access.WALK_IN
    )


def test_touching_slots_are_one_opening():
    touching = timetable(slot(0, "09:00", "12:00"), slot(0, "12:00", "14:00", access=Access.APPOINTMENT))
    assert is_open(touching, paris("2026-11-23T12:00"), CALENDAR)
    assert open_until(touching, paris("2026-11-23T10:00"), CALENDAR) == paris("2026-11-23T14:00")


def test_a_slot_inside_another_does_not_shorten_it():
    nested = timetable(slot(0, "09:00", "17:00"), slot(0, "10:00", "11:00"))
    assert open_until(nested, paris("2026-11-23T10:30"), CALENDAR) == paris("2026-11-23T17:00")


def test_a_closed_place_is_open_until_nothing():
    assert open_until(OFFICE, paris("2026-11-23T12:30"), CALENDAR) is None


def test_the_telephone_counts_unless_one_asks_for_the_counter():
    by_phone = timetable(slot(0, access=Access.PHONE))
    at = paris("2026-11-23T10:00")
    assert is_open(by_phone, at, CALENDAR)
    assert not is_open(by_phone, at, CALENDAR, access=IN_PERSON)
    assert open_until(by_phone, at, CALENDAR, access=IN_PERSON) is None
    assert next_opening(by_phone, at, CALENDAR, access=IN_PERSON) is None


def test_unknown_times_open_nothing():
    unknown = timetable(Slot(0))
    assert not is_open(unknown, paris("2026-11-23T10:00"), CALENDAR)
    assert next_opening(unknown, paris("2026-11-22T10:00"), CALENDAR) is None


@pytest.mark.parametrize("ask", [is_open, open_until, next_opening])
def test_a_naive_instant_is_refused(ask):
    with pytest.raises(ValueError, match="fuseau"):
        ask(OFFICE, datetime(2026, 11, 23, 10, 0), CALENDAR)


# Next opening


@pytest.mark.parametrize(
    ("after", "opens_at"),
    [
        ("2026-11-23T08:00", "2026-11-23T09:00"),
        ("2026-11-23T09:00", "2026-11-23T13:30"),
        ("2026-11-23T10:00", "2026-11-23T13:30"),
        ("2026-11-23T18:00", "2026-11-24T09:00"),
        ("2026-11-27T17:00", "2026-11-30T09:00"),
        ("2026-12-24T17:00", "2026-12-28T09:00"),
    ],
)
def test_the_next_opening_is_the_first_that_starts_later(after, opens_at):
    opening = next_opening(OFFICE, paris(after), CALENDAR)
    assert opening is not None
    assert opening.opens_at == paris(opens_at)
    assert opening.opens_at.tzinfo is PARIS


def test_the_next_opening_is_found_beyond_the_week():
    assert next_opening(SOS_PAPERASSE, paris("2026-12-18T17:00"), CALENDAR) == Opening(
        paris("2027-01-15T14:00"), paris("2027-01-15T16:30"), Access.WALK_IN
    )


def test_nothing_opens_after_the_horizon():
    monday_in_90_days = MONDAY + timedelta(days=91)
    far = timetable(
        Slot(opens=time(9), closes=time(12), frequency=Frequency.DATES, dates=(monday_in_90_days,)),
    )
    assert next_opening(far, paris("2026-11-23T08:00"), CALENDAR) is None
    assert next_opening(far, paris("2026-11-24T08:00"), CALENDAR) is not None
    assert next_opening(far, paris("2026-11-23T08:00"), CALENDAR, within_days=91) is not None


def test_the_next_opening_says_how_one_is_received_when_it_starts():
    either = timetable(slot(0, access=Access.APPOINTMENT), slot(0, "09:00", "10:00"))
    opening = next_opening(either, paris("2026-11-23T08:00"), CALENDAR)
    assert opening == Opening(paris("2026-11-23T09:00"), paris("2026-11-23T12:00"), Access.WALK_IN)


def test_an_opening_on_the_eighth_day_is_not_cut_at_the_end_of_the_first_look():
    sunday_night = timetable(slot(0, "22:00", "00:00"), slot(1, "00:00", "04:00"))
    opening = next_opening(sunday_night, paris("2026-11-23T22:00"), CALENDAR)
    assert opening == Opening(paris("2026-11-30T22:00"), paris("2026-12-01T04:00"), Access.WALK_IN)


# Clock changes


def test_an_office_opens_by_the_wall_clock_on_both_sides_of_a_clock_change():
    """The last Sunday of October 2026 is the 25th."""
    before = next_opening(OFFICE, paris("2026-10-22T18:00"), CALENDAR)
    after = next_opening(OFFICE, paris("2026-10-25T12:00"), CALENDAR)
    assert before is not None
    assert after is not None
    assert before.opens_at.astimezone(UTC) == datetime(2026, 10, 23, 7, 0, tzinfo=UTC)
    assert after.opens_at.astimezone(UTC) == datetime(2026, 10, 26, 8, 0, tzinfo=UTC)


def test_a_sunday_slot_lasts_an_hour_more_when_clocks_go_back():
    night = timetable(slot(6, "01:00", "04:00"))
    opening = next_opening(night, paris("2026-10-24T12:00"), CALENDAR)
    assert opening is not None
    assert opening.closes_at.astimezone(UTC) - opening.opens_at.astimezone(UTC) == hours(4)
    assert is_open(night, paris("2026-10-25T02:30", fold=0), CALENDAR)
    assert is_open(night, paris("2026-10-25T02:30", fold=1), CALENDAR)


def test_a_time_that_happens_twice_is_the_first_one():
    short = timetable(slot(6, "02:00", "02:30"))
    assert is_open(short, paris("2026-10-25T02:15", fold=0), CALENDAR)
    assert not is_open(short, paris("2026-10-25T02:15", fold=1), CALENDAR)


def test_an_hour_that_does_not_exist_opens_nothing():
    """Clocks jump from 2 to 3 on 29 March 2026."""
    skipped = timetable(slot(6, "02:00", "03:00"))
    opening = next_opening(skipped, paris("2026-03-28T12:00"), CALENDAR)
    assert opening is not None
    assert opening.opens_at == paris("2026-04-05T02:00")


# Figures


def test_the_office_is_open_32_and_a_half_hours():
    assert weekly_hours(OFFICE, MONDAY) == hours(32.5)
    assert open_days(OFFICE, MONDAY) == 5.0


def test_closures_and_holidays_never_count_against_the_weekly_hours():
    christmas_week = date(2026, 12, 21)
    closed = Timetable(OFFICE.slots, (Closure(christmas_week, date(2027, 1, 31), "congés"),))
    assert weekly_hours(closed, christmas_week) == hours(32.5)
    assert open_days(closed, christmas_week) == 5.0


def test_what_is_lost_is_a_second_figure():
    assert cancelled_hours(OFFICE, date(2026, 12, 21), date(2026, 12, 27), CALENDAR) == hours(6.5)
    assert cancelled_hours(OFFICE, MONDAY, date(2026, 11, 29), CALENDAR) == hours(0)


def test_an_hour_kept_by_another_slot_is_not_lost():
    day = date(2027, 2, 22)
    doubled = timetable(slot(0), slot(0, "11:00", "13:00", except_school_holidays=True))
    assert cancelled_hours(doubled, day, day, CALENDAR) == hours(1)


def test_a_fortnightly_slot_counts_for_half():
    assert weekly_hours(SOS_PAPERASSE, MONDAY) == hours(1.25)
    assert open_days(SOS_PAPERASSE, MONDAY) == 0.5


@pytest.mark.parametrize("shift", range(8))
def test_a_fortnightly_slot_counts_for_half_whatever_the_week(shift):
    assert weekly_hours(SOS_PAPERASSE, MONDAY + timedelta(weeks=shift)) == hours(1.25)


def test_an_hour_covered_twice_counts_once():
    overlapping = timetable(slot(0), slot(0, "11:00", "14:00", access=Access.APPOINTMENT), slot(0, "14:00", "15:00"))
    assert weekly_hours(overlapping, MONDAY) == hours(6)


def test_the_telephone_is_not_an_opening_to_the_public():
    with_phone = timetable(slot(0), slot(1, access=Access.PHONE), slot(2, access=Access.APPOINTMENT))
    assert weekly_hours(with_phone, MONDAY) == hours(6)
    assert open_days(with_phone, MONDAY) == 2.0
    assert weekly_hours(timetable(slot(1, access=Access.PHONE)), MONDAY) == hours(0)
    closed = timetable(slot(1, access=Access.PHONE), closures=(Closure(MONDAY, date(2026, 11, 29)),))
    assert cancelled_hours(closed, MONDAY, date(2026, 11, 29), CALENDAR) == hours(0)


def test_hours_are_unknown_rather_than_zero_when_nothing_is_known():
    assert weekly_hours(Timetable(), MONDAY) is None
    assert weekly_hours(timetable(Slot(0), slot(1, access=Access.PHONE)), MONDAY) is None


def test_some_unknown_times_leave_a_minimum_that_says_so():
    partly = timetable(slot(0), Slot(1))
    assert weekly_hours(partly, MONDAY) == hours(3)
    assert open_days(partly, MONDAY) == 2.0
    assert has_unknown_times(partly)
    assert not has_unknown_times(OFFICE)


def test_a_slot_that_is_over_counts_no_more():
    over = timetable(slot(0), slot(1, valid_until=MONDAY - timedelta(days=1)))
    assert weekly_hours(over, MONDAY) == hours(3)


def test_a_week_of_clock_change_counts_as_any_other():
    nights = timetable(slot(6, "00:00", "00:00"))
    assert weekly_hours(nights, date(2026, 10, 19)) == hours(24)


def test_the_first_wednesday_of_the_month_counts_in_its_month():
    monthly = timetable(slot(2, frequency=Frequency.NTH_WEEKDAY, nth=1))
    assert weekly_hours(monthly, date(2026, 11, 30)) == hours(0.75)


def test_the_grid_has_seven_days_and_the_slots_of_every_week_in_order():
    grid = by_weekday(timetable(slot(4, "13:30", "17:00"), Slot(4), slot(4), slot(0), *SOS_PAPERASSE.slots))
    assert list(grid) == list(range(7))
    assert grid[0] == [(time(9), time(12), Access.WALK_IN)]
    assert grid[4] == [
        (time(9), time(12), Access.WALK_IN),
        (time(13, 30), time(17), Access.WALK_IN),
        (None, None, Access.WALK_IN),
    ]
    assert grid[5] == []


def test_the_grid_of_a_day_leaves_out_what_is_not_valid():
    seasonal = timetable(slot(0, valid_from=date(2026, 7, 1), valid_until=date(2026, 8, 31)), slot(1))
    assert by_weekday(seasonal, on=date(2026, 9, 1))[0] == []
    assert len(by_weekday(seasonal, on=date(2026, 8, 31))[0]) == 1
    assert len(by_weekday(seasonal)[0]) == 1


# Any timetable


@st.composite
def weekly_timetables(draw):
    bounds = st.tuples(st.integers(0, 95), st.integers(1, 96)).filter(lambda pair: pair[0] < pair[1])
    slots = []
    for start, end in draw(st.lists(bounds, min_size=1, max_size=8)):
        opens, closes = (time(quarter // 4 % 24, quarter % 4 * 15) for quarter in (start, end))
        slots.append(Slot(draw(st.integers(0, 6)), opens, closes, draw(st.sampled_from(list(Access)))))
    return Timetable(tuple(slots))


@settings(max_examples=60, deadline=None)
@given(weekly_timetables())
def test_weekly_hours_are_the_quarters_of_an_hour_when_it_is_open(any_timetable):
    """An independent count: look at every quarter of an hour of an ordinary week."""
    start = paris("2026-11-23T00:07")
    instants = (start + timedelta(minutes=15 * n) for n in range(7 * 96))
    seen = sum(is_open(any_timetable, at, EVERY_DAY_IS_ORDINARY, access=IN_PERSON) for at in instants)
    assert weekly_hours(any_timetable, MONDAY) == timedelta(minutes=15 * seen)


@settings(max_examples=200, deadline=None)
@given(weekly_timetables(), st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)))
def test_the_next_opening_is_open_and_preceded_by_a_closed_instant(any_timetable, moment):
    after = moment.replace(tzinfo=UTC)
    opening = next_opening(any_timetable, after, CALENDAR)
    if opening is None:
        return
    assert opening.opens_at > after
    assert is_open(any_timetable, opening.opens_at, CALENDAR)
    assert open_until(any_timetable, opening.opens_at, CALENDAR) == opening.closes_at
    assert not is_open(any_timetable, opening.opens_at.astimezone(UTC) - timedelta(microseconds=1), CALENDAR)
