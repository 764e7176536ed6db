"""Are the minutes with fewer than two people found, to the minute, and is what nobody knows called unknown?"""

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.calendars import Calendar, Period, french_calendar
from schedules.slots import Access, Closure, Frequency, Slot, Timetable
from structures.presence import Person, State, joined, spoken_minute, week_of

MONDAY = date(2026, 11, 23)
ORDINARY = Calendar({})
ONE_DAY = timedelta(days=1)


def at(text: str) -> time:
    return time.fromisoformat(text)


def week(*hours: tuple[str, str], days=range(5), **fields) -> Timetable:
    return Timetable(tuple(Slot(day, at(a), at(b), **fields) for day in days for a, b in hours))


def person(*hours: tuple[str, str], name="Aline", **fields) -> Person:
    where = {key: fields.pop(key) for key in ("arrived_on", "left_on") if key in fields}
    timetable = week(*hours, **fields) if hours else None
    return Person(name, where.get("arrived_on", date(2020, 1, 1)), where.get("left_on"), timetable)


OPEN = week(("09:00", "12:00"), ("13:30", "17:00"))
WHOLE_DAY = ("08:00", "18:00")


def seen(*team: Person, places=(OPEN,), monday=MONDAY, calendar=ORDINARY):
    return week_of(places, team, monday, calendar)


def test_two_people_all_the_time_are_enough():
    found = seen(person(WHOLE_DAY), person(WHOLE_DAY))
    assert found.total(State.ENOUGH) == found.opening == timedelta(hours=32, minutes=30)
    assert found.sentences(State.SHORT) == []


def test_one_who_comes_late_and_leaves_early_leaves_exact_stretches():
    found = seen(person(WHOLE_DAY), person(("09:30", "16:10"), days=[0]), person(WHOLE_DAY, days=range(1, 5)))
    assert found.sentences(State.SHORT) == [
        "lundi 23 novembre de 9\u00a0h à 9\u00a0h\u00a030 et de 16\u00a0h\u00a010 à 17\u00a0h"
    ]
    assert found.total(State.SHORT) == timedelta(minutes=30 + 50)


def test_closed_hours_ask_for_nobody():
    lunch = week(("12:00", "13:30"))
    found = seen(Person("Aline", date(2020, 1, 1), None, lunch))
    assert found.opening == timedelta(hours=32, minutes=30)
    assert all(stretch.people == 0 for day in found.days for stretch in day.stretches)


def test_somebody_who_replaces_another_changes_nothing_to_see():
    morning, evening = person(("08:00", "10:00")), person(("10:00", "18:00"))
    monday = seen(person(WHOLE_DAY), morning, evening).days[0]
    assert [(s.starts, s.ends, s.people) for s in monday.stretches] == [(540, 720, 2), (810, 1020, 2)]


def test_hours_that_nobody_entered_are_unknown_only_when_they_could_make_the_difference():
    unknown = person(name="Inconnue")
    assert seen(person(WHOLE_DAY), unknown).total(State.UNKNOWN) == timedelta(hours=32, minutes=30)
    assert seen(person(WHOLE_DAY), person(WHOLE_DAY), unknown).total(State.UNKNOWN) == timedelta(0)
    alone = seen(unknown)
    assert alone.total(State.SHORT) == alone.opening


def test_times_to_be_confirmed_are_unknown_that_day_only():
    vague = Person("Vague", date(2020, 1, 1), None, Timetable((Slot(0), Slot(1, at("08:00"), at("18:00")))))
    found = seen(person(WHOLE_DAY), vague)
    assert {stretch.state for stretch in found.days[0].stretches} == {State.UNKNOWN}
    assert {stretch.state for stretch in found.days[1].stretches} == {State.ENOUGH}
    assert {stretch.state for stretch in found.days[2].stretches} == {State.SHORT}


def test_nobody_counts_before_she_arrives_nor_from_the_day_she_leaves():
    leaving = person(WHOLE_DAY, left_on=MONDAY + 2 * ONE_DAY)
    coming = person(WHOLE_DAY, arrived_on=MONDAY + 3 * ONE_DAY)
    people = [{s.people for s in day.stretches} for day in seen(person(WHOLE_DAY), leaving, coming).days[:5]]
    assert people == [{2}, {2}, {1}, {2}, {2}]


def test_an_absence_counts():
    away = Timetable(week(WHOLE_DAY).slots, (Closure(MONDAY, MONDAY, "congés"),))
    found = seen(person(WHOLE_DAY), Person("Absente", date(2020, 1, 1), None, away))
    assert found.total(State.SHORT) == timedelta(hours=6, minutes=30)
    assert found.days[0].stretches[0].people == 1


def test_a_public_holiday_and_a_closure_close_the_place_and_say_why():
    monday = date(2026, 12, 21)
    closed = Timetable(OPEN.slots, (Closure(monday, monday, "inventaire"),))
    found = week_of([closed], [], monday, french_calendar(2026, 2027))
    assert [day.note for day in found.days if day.note] == ["inventaire", "jour férié (Noël)"]
    assert found.days[4].stretches == ()


def test_hours_by_telephone_are_not_opening():
    phone = week(("18:00", "19:00"), access=Access.PHONE)
    assert seen(places=(phone,)).opening == timedelta(0)


def test_a_bus_is_open_wherever_it_is_and_two_stops_at_once_are_one_opening():
    stops = (week(("09:00", "12:00"), days=[0]), week(("11:00", "14:00"), days=[0]))
    assert seen(places=stops).opening == timedelta(hours=5)


def test_an_opening_until_midnight_ends_the_day():
    late = Timetable((Slot(0, at("22:00"), at("00:00")),))
    found = seen(places=(late,))
    assert found.total(State.SHORT) == timedelta(hours=2)
    assert found.sentences(State.SHORT) == ["lundi 23 novembre de 22\u00a0h à minuit"]


def test_opening_times_to_be_confirmed_are_said():
    assert seen(places=(Timetable((Slot(0),)),)).days[0].note == "horaires à confirmer"


def test_a_fortnightly_presence_is_there_one_week_in_two():
    second = Slot(0, at("08:00"), at("18:00"), frequency=Frequency.EVERY_N_WEEKS, interval=2, anchor=MONDAY)
    team = (person(WHOLE_DAY), Person("Une sur deux", date(2020, 1, 1), None, Timetable((second,))))
    counts = [{s.people for s in seen(*team, monday=MONDAY + 7 * n * ONE_DAY).days[0].stretches} for n in range(3)]
    assert counts == [{2}, {1}, {2}]


def test_school_holidays_take_away_a_presence_outside_of_them():
    in_term = Person("Hors vacances", date(2020, 1, 1), None, week(WHOLE_DAY, except_school_holidays=True))
    holidays = Calendar({}, (Period(MONDAY, MONDAY, "Vacances"),))
    found = seen(person(WHOLE_DAY), in_term, calendar=holidays)
    assert [{s.people for s in day.stretches} for day in found.days[:2]] == [{1}, {2}]


def test_a_week_begins_on_a_monday():
    with pytest.raises(ValueError, match="lundi"):
        seen(monday=MONDAY + ONE_DAY)


def test_the_lines_of_the_grid_cut_no_stretch():
    found = seen(person(("09:00", "11:15")), person(("10:20", "17:00")))
    for span in found.rows:
        for day in found.days:
            cell = day.at(*span)
            assert cell is None or (cell.starts <= span[0] and span[1] <= cell.ends)
    assert found.rows == [(540, 620), (620, 675), (675, 720), (810, 1020)]


MINUTES = st.integers(0, 24 * 60 - 1)
SPANS = st.lists(st.tuples(MINUTES, MINUTES).filter(lambda span: span[0] < span[1]), max_size=4)


def as_timetable(spans: list[tuple[int, int]]) -> Timetable:
    return Timetable(tuple(Slot(0, time(a // 60, a % 60), time(b // 60, b % 60)) for a, b in spans))


@given(SPANS, st.lists(SPANS, max_size=4))
def test_every_minute_counts_the_people_who_are_there(opening, team):
    people = [Person(str(n), date(2020, 1, 1), None, as_timetable(spans)) for n, spans in enumerate(team)]
    unknown = sum(not spans for spans in team)
    day = seen(*people, places=(as_timetable(opening),)).days[0]
    found = {minute: stretch for stretch in day.stretches for minute in range(stretch.starts, stretch.ends)}
    for minute in range(24 * 60):
        is_open = any(a <= minute < b for a, b in opening)
        assert (minute in found) == is_open
        if is_open:
            there = sum(any(a <= minute < b for a, b in spans) for spans in team)
            assert (found[minute].people, found[minute].unknown) == (there, unknown)
            expected = State.ENOUGH if there >= 2 else State.SHORT if there + unknown < 2 else State.UNKNOWN
            assert found[minute].state is expected


@given(SPANS)
def test_joined_spans_cover_the_same_minutes_and_do_not_touch(spans):
    whole = joined(spans)
    assert {m for a, b in whole for m in range(a, b)} == {m for a, b in spans for m in range(a, b)}
    assert all(first[1] < second[0] for first, second in pairwise(whole))


def test_minutes_are_said_as_times():
    assert [spoken_minute(minute) for minute in (0, 545, 810, 1440)] == [
        "0\u00a0h",
        "9\u00a0h\u00a005",
        "13\u00a0h\u00a030",
        "minuit",
    ]


def test_people_are_counted_in_words():
    stretches = seen(person(WHOLE_DAY), person(name="?")).days[0].stretches
    assert stretches[0].who == "1\u00a0personne, 1\u00a0inconnue"
    assert seen().days[0].stretches[0].who == "personne"
