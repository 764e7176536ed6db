"""Do slots come back on the days that RFC 5545 gives?"""

from datetime import date, datetime, time, timedelta

from dateutil import rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.recurrences import nth_weekday_of, occurrences
from schedules.slots import Frequency, Slot

WEEKDAYS = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)
days = st.dates(date(2019, 1, 1), date(2033, 12, 31))


@st.composite
def recurring_slots(draw):
    frequency = draw(st.sampled_from([Frequency.WEEKLY, Frequency.EVERY_N_WEEKS, Frequency.NTH_WEEKDAY]))
    valid_from = draw(st.none() | days)
    return Slot(
        weekday=draw(st.integers(0, 6)),
        frequency=frequency,
        interval=draw(st.integers(1, 9)) if frequency is Frequency.EVERY_N_WEEKS else 1,
        anchor=draw(days if frequency is Frequency.EVERY_N_WEEKS else st.none() | days),
        nth=draw(st.sampled_from([1, 2, 3, 4, -1])) if frequency is Frequency.NTH_WEEKDAY else None,
        valid_from=valid_from,
        valid_until=draw(
            st.none() | st.integers(0, 900).map(lambda n: (valid_from or date(2026, 1, 1)) + timedelta(n))
        ),
    )


def by_the_standard(slot, first_day, last_day):
    """The same days, from dateutil's implementation of the standard."""
    weekday = WEEKDAYS[slot.weekday]
    # Weekly and monthly rules have no phase: without an anchor they can start anywhere before the window.
    start = datetime.combine(slot.anchor or date(2018, 1, 1), time())
    if slot.frequency is Frequency.NTH_WEEKDAY:
        rule = rrule.rrule(rrule.MONTHLY, dtstart=start, byweekday=weekday(slot.nth))
    else:
        rule = rrule.rrule(rrule.WEEKLY, dtstart=start, interval=slot.interval, byweekday=weekday, wkst=rrule.MO)
    first = max(first_day, slot.valid_from or first_day)
    last = min(last_day, slot.valid_until or last_day)
    return [at.date() for at in rule.between(datetime.combine(first, time()), datetime.combine(last, time()), inc=True)]


@settings(max_examples=3000, deadline=None)
@given(slot=recurring_slots(), first_day=days, length=st.integers(0, 500))
def test_recurrences_are_those_of_the_standard(slot, first_day, length):
    last_day = first_day + timedelta(days=length)
    assert occurrences(slot, first_day, last_day) == by_the_standard(slot, first_day, last_day)


@settings(max_examples=300, deadline=None)
@given(slot=recurring_slots(), first_day=days, lengths=st.tuples(st.integers(0, 200), st.integers(1, 200)))
def test_a_window_cut_in_two_gives_the_same_days(slot, first_day, lengths):
    middle = first_day + timedelta(days=lengths[0])
    last_day = middle + timedelta(days=lengths[1])
    halves = occurrences(slot, first_day, middle) + occurrences(slot, middle + timedelta(days=1), last_day)
    assert halves == occurrences(slot, first_day, last_day)


def test_one_friday_in_two_crosses_the_year_of_53_weeks():
    """2026 has a week 53, as odd as week 1 of 2027: counting by parity would give two Fridays in a row, or none."""
    rounds = Slot(weekday=4, frequency=Frequency.EVERY_N_WEEKS, interval=2, anchor=date(2026, 12, 4))
    assert occurrences(rounds, date(2026, 12, 1), date(2027, 1, 31)) == [
        date(2026, 12, 4),
        date(2026, 12, 18),
        date(2027, 1, 1),
        date(2027, 1, 15),
        date(2027, 1, 29),
    ]


def test_the_cycle_is_counted_from_the_week_of_the_anchor():
    tuesdays = Slot(weekday=1, frequency=Frequency.EVERY_N_WEEKS, interval=2, anchor=date(2026, 12, 4))
    assert occurrences(tuesdays, date(2026, 11, 23), date(2026, 12, 31)) == [date(2026, 12, 15), date(2026, 12, 29)]


def test_without_weekday_the_anchor_gives_it():
    every_five_weeks = Slot(frequency=Frequency.EVERY_N_WEEKS, interval=5, anchor=date(2026, 9, 2))
    assert occurrences(every_five_weeks, date(2026, 10, 1), date(2026, 12, 31)) == [
        date(2026, 10, 7),
        date(2026, 11, 11),
        date(2026, 12, 16),
    ]


def test_the_first_wednesday_may_be_the_first_day_of_the_month():
    first_wednesday = Slot(weekday=2, frequency=Frequency.NTH_WEEKDAY, nth=1)
    assert occurrences(first_wednesday, date(2026, 7, 1), date(2026, 9, 30)) == [
        date(2026, 7, 1),
        date(2026, 8, 5),
        date(2026, 9, 2),
    ]


def test_the_last_weekday_of_a_month_may_be_the_fourth_or_the_fifth():
    assert nth_weekday_of(2026, 10, 4, -1) == date(2026, 10, 30)
    assert nth_weekday_of(2026, 11, 4, -1) == date(2026, 11, 27)
    assert nth_weekday_of(2026, 12, 3, -1) == date(2026, 12, 31)


def test_the_29th_of_february_is_a_day_like_any_other():
    tuesdays = Slot(weekday=1)
    assert date(2028, 2, 29).weekday() == 1
    assert occurrences(tuesdays, date(2028, 2, 20), date(2028, 3, 8)) == [
        date(2028, 2, 22),
        date(2028, 2, 29),
        date(2028, 3, 7),
    ]
    assert nth_weekday_of(2028, 2, 1, -1) == date(2028, 2, 29)


def test_a_dated_list_is_sorted_and_said_once():
    dated = Slot(
        frequency=Frequency.DATES,
        dates=(date(2026, 12, 9), date(2026, 12, 2), date(2026, 12, 9), date(2027, 1, 6)),
        anchor=date(2026, 12, 5),
    )
    assert occurrences(dated, date(2026, 12, 1), date(2026, 12, 31)) == [date(2026, 12, 2), date(2026, 12, 9)]


def test_a_slot_never_occurs_outside_its_validity():
    summer = Slot(weekday=0, valid_from=date(2026, 7, 6), valid_until=date(2026, 7, 20))
    assert occurrences(summer, date(2026, 1, 1), date(2026, 12, 31)) == [
        date(2026, 7, 6),
        date(2026, 7, 13),
        date(2026, 7, 20),
    ]


def test_a_slot_with_everything_to_be_confirmed_never_occurs():
    assert occurrences(Slot(), date(2026, 1, 1), date(2026, 12, 31)) == []


def test_an_empty_window_has_no_occurrence():
    assert occurrences(Slot(weekday=0), date(2026, 12, 31), date(2026, 12, 1)) == []
