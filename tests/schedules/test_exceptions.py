"""Do exceptional openings take place whatever is closed, and does a lost day say what makes up for it?"""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.calendars import PARIS, french_calendar
from schedules.opening_hours import (
    IN_PERSON,
    Absence,
    Access,
    Closure,
    Extra,
    Frequency,
    Opening,
    Passage,
    Slot,
    Timetable,
    absences,
    cancelled_hours,
    exceptional_hours,
    is_open,
    next_opening,
    open_days,
    open_until,
    passages,
    weekly_hours,
)
from tests.schedules.timetables import FIRST_DAY, LAST_DAY, timetables

CALENDAR = french_calendar(2026, 2028)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
CHRISTMAS = date(2026, 12, 25)
TUESDAYS = Slot(1, time(9), time(12))
MOVED = Timetable(
    (TUESDAYS,), (Closure(TUESDAY, TUESDAY, "inventaire"),), (Extra(MONDAY, time(14), time(17), replaces=TUESDAY),)
)


def paris(day, hour, minute=0):
    return datetime.combine(day, time(hour, minute), PARIS)


def with_extras(*extras, closures=()):
    return Timetable((TUESDAYS,), closures, extras)


def test_closed_on_the_24th_open_on_the_23rd():
    assert passages(MOVED, MONDAY, TUESDAY, CALENDAR) == [
        Passage(MONDAY, time(14), time(17), Access.WALK_IN, is_exceptional=True, replaces=TUESDAY)
    ]
    assert absences(MOVED, MONDAY, TUESDAY, CALENDAR) == [Absence(TUESDAY, "inventaire", replaced_on=MONDAY)]
    assert absences(MOVED, TUESDAY, TUESDAY, CALENDAR) == [Absence(TUESDAY, "inventaire", replaced_on=MONDAY)]


def test_a_day_made_up_for_twice_names_the_first_of_them():
    twice = with_extras(
        Extra(date(2026, 11, 27), time(9), time(12), replaces=TUESDAY),
        Extra(MONDAY, time(9), time(12), replaces=TUESDAY),
        Extra(TUESDAY, time(14), time(15), replaces=TUESDAY),
        closures=(Closure(TUESDAY, TUESDAY),),
    )
    assert absences(twice, TUESDAY, TUESDAY, CALENDAR) == [
        Absence(TUESDAY, "fermeture exceptionnelle", whole_day=False, replaced_on=MONDAY)
    ]


def test_an_extra_opens_on_a_public_holiday_and_during_a_closure():
    closed = (Closure(date(2026, 12, 21), date(2027, 1, 3), "congés"),)
    timetable = with_extras(Extra(CHRISTMAS, time(10), time(12), reason="repas partagé"), closures=closed)
    assert is_open(timetable, paris(CHRISTMAS, 10), CALENDAR)
    assert open_until(timetable, paris(CHRISTMAS, 11), CALENDAR) == paris(CHRISTMAS, 12)
    assert next_opening(timetable, paris(date(2026, 12, 21), 8), CALENDAR) == Opening(
        paris(CHRISTMAS, 10), paris(CHRISTMAS, 12), Access.WALK_IN
    )
    assert [p.reason for p in passages(timetable, CHRISTMAS, CHRISTMAS, CALENDAR)] == ["repas partagé"]


def test_an_extra_with_the_hours_of_a_slot_of_that_day_is_that_slot():
    doubled = with_extras(Extra(TUESDAY, time(9), time(12), reason="saisie en double"))
    assert passages(doubled, TUESDAY, TUESDAY, CALENDAR) == [Passage(TUESDAY, time(9), time(12), Access.WALK_IN)]


def test_a_slot_whose_hours_are_taken_over_the_same_day_does_not_fall_away():
    closed = (Closure(TUESDAY, TUESDAY, "travaux"),)
    kept = with_extras(Extra(TUESDAY, time(9), time(12)), closures=closed)
    assert absences(kept, TUESDAY, TUESDAY, CALENDAR) == []
    assert [p.is_exceptional for p in passages(kept, TUESDAY, TUESDAY, CALENDAR)] == [True]
    shorter = with_extras(Extra(TUESDAY, time(9), time(11)), closures=closed)
    assert absences(shorter, TUESDAY, TUESDAY, CALENDAR) == [Absence(TUESDAY, "travaux", whole_day=False)]
    by_phone = with_extras(Extra(TUESDAY, time(9), time(12), Access.PHONE), closures=closed)
    assert absences(by_phone, TUESDAY, TUESDAY, CALENDAR) == [Absence(TUESDAY, "travaux", whole_day=False)]


def test_an_extra_lengthens_the_opening_that_it_touches():
    longer = with_extras(Extra(TUESDAY, time(12), time(14)))
    assert open_until(longer, paris(TUESDAY, 10), CALENDAR) == paris(TUESDAY, 14)


def test_an_extra_without_times_is_a_passage_that_opens_nothing():
    unknown = with_extras(Extra(MONDAY))
    assert passages(unknown, MONDAY, MONDAY, CALENDAR) == [
        Passage(MONDAY, None, None, Access.WALK_IN, is_exceptional=True)
    ]
    assert not is_open(unknown, paris(MONDAY, 10), CALENDAR)


def test_extras_never_count_in_the_regular_hours():
    assert weekly_hours(MOVED, MONDAY) == timedelta(hours=3)
    assert open_days(MOVED, MONDAY) == 1.0
    assert weekly_hours(Timetable(extras=MOVED.extras), MONDAY) is None
    assert open_days(Timetable(extras=MOVED.extras), MONDAY) == 0


def test_extras_are_a_figure_of_their_own_where_an_hour_counts_once():
    sunday = date(2026, 11, 29)
    assert cancelled_hours(MOVED, MONDAY, sunday, CALENDAR) == timedelta(hours=3)
    assert exceptional_hours(MOVED, MONDAY, sunday, CALENDAR) == timedelta(hours=3)
    overlapping = with_extras(
        Extra(TUESDAY, time(11), time(14)),
        Extra(TUESDAY, time(13), time(15)),
        Extra(MONDAY, time(9), time(12), Access.PHONE),
    )
    assert exceptional_hours(overlapping, MONDAY, sunday, CALENDAR) == timedelta(hours=3)


def test_the_bus_of_every_second_friday_across_the_year_of_53_weeks():
    rounds = Slot(4, time(14), time(16, 30), frequency=Frequency.EVERY_N_WEEKS, interval=2, anchor=date(2026, 12, 4))
    new_year, winter = date(2027, 1, 1), (date(2026, 12, 1), date(2027, 1, 31))
    bus = Timetable((rounds,), extras=(Extra(date(2026, 12, 30), time(14), time(16, 30), replaces=new_year),))
    assert [p.day for p in passages(bus, *winter, CALENDAR)] == [
        date(2026, 12, 4),
        date(2026, 12, 18),
        date(2026, 12, 30),
        date(2027, 1, 15),
        date(2027, 1, 29),
    ]
    assert absences(bus, *winter, CALENDAR) == [
        Absence(new_year, "jour férié (Jour de l’an)", replaced_on=date(2026, 12, 30))
    ]


def test_an_extra_in_the_night_of_a_clock_change():
    night = Timetable(extras=(Extra(date(2026, 10, 25), time(1), time(4)), Extra(date(2027, 3, 28), time(2), time(3))))
    opening = next_opening(night, paris(date(2026, 10, 24), 12), CALENDAR)
    assert opening is not None
    assert opening.closes_at.astimezone(UTC) - opening.opens_at.astimezone(UTC) == timedelta(hours=4)
    assert next_opening(night, paris(date(2027, 3, 27), 12), CALENDAR) is None


def test_an_extra_closes_at_midnight_and_on_the_29th_of_february():
    leap_day = date(2028, 2, 29)
    evening = Timetable((Slot(2, time(0), time(1)),), extras=(Extra(leap_day, time(20), time(0)),))
    assert open_until(evening, paris(leap_day, 23, 59), CALENDAR) == paris(date(2028, 3, 1), 1)


# Any timetable, against a count that looks at one day and one minute after the other


def planned_on(slot, day):
    """Whether the rule gives this day; recurrences are held equal to the standard elsewhere."""
    weekday = slot.anchor.weekday() if slot.weekday is None and slot.anchor else slot.weekday
    starts = [d for d in (slot.valid_from, slot.anchor if slot.frequency is not Frequency.DATES else None) if d]
    if any(day < start for start in starts) or (slot.valid_until and day > slot.valid_until):
        return False
    if slot.frequency is Frequency.DATES:
        return day in slot.dates
    if weekday != day.weekday():
        return False
    if slot.frequency is Frequency.EVERY_N_WEEKS:
        monday, first = (d - timedelta(days=d.weekday()) for d in (day, slot.anchor))
        return (monday - first).days // 7 % slot.interval == 0
    if slot.frequency is Frequency.NTH_WEEKDAY:
        return (day + timedelta(weeks=1)).month != day.month if slot.nth == -1 else (day.day - 1) // 7 + 1 == slot.nth
    return True


def is_lost(slot, day, timetable):
    return (
        (day in CALENDAR.public_holidays and not slot.on_public_holidays)
        or any(closure.first_day <= day <= closure.last_day for closure in timetable.closures)
        or (slot.except_school_holidays and any(p.first_day <= day <= p.last_day for p in CALENDAR.school_holidays))
    )


def all_days():
    return (FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1))


@settings(max_examples=120, deadline=None)
@given(timetables())
def test_passages_are_what_is_kept_and_what_is_added(any_timetable):
    expected: dict[object, bool] = {}
    for day in all_days():
        slots = [s for s in any_timetable.slots if planned_on(s, day) and not is_lost(s, day, any_timetable)]
        regular = {(day, s.opens, s.closes, s.access) for s in slots}
        added = {(day, e.opens, e.closes, e.access) for e in any_timetable.extras if e.day == day}
        expected |= dict.fromkeys(added - regular, True) | dict.fromkeys(regular, False)
    found = passages(any_timetable, FIRST_DAY, LAST_DAY, CALENDAR)
    assert {(p.day, p.opens, p.closes, p.access): p.is_exceptional for p in found} == expected
    assert len(found) == len(expected)
    assert [p.day for p in found] == sorted(p.day for p in found)


@settings(max_examples=120, deadline=None)
@given(timetables())
def test_a_day_is_absent_when_something_planned_is_not_held(any_timetable):
    minutes = {}
    for day in all_days():
        lost = [s for s in any_timetable.slots if planned_on(s, day) and is_lost(s, day, any_timetable)]
        extras = [e for e in any_timetable.extras if e.day == day]
        missed = [
            s
            for s in lost
            if not any(
                e.access == s.access
                and (s.minutes is None or (e.minutes and set(range(*s.minutes)) <= set(range(*e.minutes))))
                for e in extras
            )
        ]
        if missed:
            held = [s for s in any_timetable.slots if planned_on(s, day) and not is_lost(s, day, any_timetable)]
            instead = [e.day for e in any_timetable.extras if e.replaces == day and e.day != day]
            minutes[day] = (not held and not extras, min(instead, default=None))
    found = absences(any_timetable, FIRST_DAY, LAST_DAY, CALENDAR)
    assert {a.day: (a.whole_day, a.replaced_on) for a in found} == minutes
    assert all(a.reason for a in found)


@settings(max_examples=100, deadline=None)
@given(timetables(), st.dates(FIRST_DAY, LAST_DAY - timedelta(days=6)))
def test_the_three_figures_add_up_to_the_hours_when_somebody_is_there(any_timetable, first_day):
    last_day = first_day + timedelta(days=6)
    planned = there = 0
    for day in (first_day + timedelta(days=n) for n in range(7)):
        slots = [s for s in any_timetable.slots if planned_on(s, day) and s.access in IN_PERSON and s.minutes]
        extras = [e for e in any_timetable.extras if e.day == day and e.access in IN_PERSON and e.minutes]
        kept = [s for s in slots if not is_lost(s, day, any_timetable)]
        planned += len({m for s in slots for m in range(*s.minutes)})
        there += len({m for held in [*kept, *extras] for m in range(*held.minutes)})
    lost = cancelled_hours(any_timetable, first_day, last_day, CALENDAR)
    added = exceptional_hours(any_timetable, first_day, last_day, CALENDAR)
    assert timedelta(minutes=planned) - lost + added == timedelta(minutes=there)


@settings(max_examples=120, deadline=None)
@given(timetables(), st.datetimes(datetime(2026, 11, 1), datetime(2027, 6, 20)))
def test_a_place_is_open_during_its_passages_and_only_then(any_timetable, moment):
    at = moment.replace(tzinfo=PARIS)
    if moment.date() == date(2027, 3, 28):
        return  # an hour does not exist that day
    today = passages(any_timetable, moment.date(), moment.date(), CALENDAR)
    during = [
        p for p in today if p.opens and p.opens <= moment.time() and (p.closes > moment.time() or p.closes == time(0))
    ]
    assert is_open(any_timetable, at, CALENDAR) is bool(during)
