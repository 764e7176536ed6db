"""Does OpenStreetMap's reader understand what is written for it, and is what is read from it understood here?

The reader is `opening-hours-py`, another implementation of the format. It knows no French school holidays, and its
`intervals()` is wrong with fallback rules: neither is written.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import opening_hours
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.calendars import PARIS, french_calendar
from schedules.opening_hours import (
    IN_PERSON,
    Access,
    Closure,
    Extra,
    Frequency,
    Slot,
    Timetable,
    in_words,
    is_open,
    next_opening,
    passages,
    weekly_hours,
)
from schedules.osm import from_osm, to_osm
from tests.schedules.timetables import FIRST_DAY, LAST_DAY, plain_timetables, timetables

CALENDAR = french_calendar(2026, 2028)
MONDAY = date(2026, 11, 23)
A_YEAR = {"first_day": MONDAY, "last_day": date(2027, 11, 22)}


def slot(weekday=0, opens="09:00", closes="12:00", **fields):
    return Slot(weekday, time.fromisoformat(opens), time.fromisoformat(closes), **fields)


def written(*slots, closures=(), extras=(), **horizon):
    return to_osm(Timetable(slots, closures, extras), **{**A_YEAR, **horizon})


def reader(text):
    assert opening_hours.validate(text)
    read = opening_hours.OpeningHours(text, country="FR")
    assert read.warnings == []
    return read


# Writing


def test_a_week_is_written_as_ranges():
    week = [slot(day) for day in range(5)] + [slot(day, "13:30", "17:00") for day in range(4)]
    assert written(*week) == "Mo-Th 09:00-12:00,13:30-17:00; Fr 09:00-12:00; PH off"


def test_two_days_in_a_row_are_listed_and_midnight_ends_the_day():
    assert written(slot(0, closes="00:00"), slot(1, closes="00:00"), slot(3, closes="00:00")) == (
        "Mo,Tu,Th 09:00-24:00; PH off"
    )


def test_by_appointment_is_open_and_by_telephone_is_closed_both_with_a_comment():
    text = written(
        slot(0), slot(0, "14:00", "16:00", access=Access.APPOINTMENT), slot(0, "16:00", "17:00", access=Access.PHONE)
    )
    assert text == ('Mo 09:00-12:00, Mo 14:00-16:00 open "sur rendez-vous", Mo 16:00-17:00 off "par téléphone"; PH off')
    read = reader(text)
    assert [read.is_open(datetime(2026, 11, 23, hour)) for hour in (10, 14, 16)] == [True, True, False]


def test_the_least_demanding_way_is_said_when_two_overlap():
    assert written(slot(0), slot(0, "11:00", "13:00", access=Access.APPOINTMENT)) == (
        'Mo 09:00-12:00, Mo 12:00-13:00 open "sur rendez-vous"; PH off'
    )


def test_weekdays_of_the_month_keep_the_hours_of_every_week():
    first, last = (slot(2, "14:00", "16:00", frequency=Frequency.NTH_WEEKDAY, nth=nth) for nth in (1, -1))
    assert written(slot(2), first, last) == (
        "We 09:00-12:00; We[1] 09:00-12:00,14:00-16:00; We[-1] 09:00-12:00,14:00-16:00; PH off"
    )


def test_one_friday_in_two_is_a_list_that_says_where_it_ends():
    rounds = slot(4, "14:00", "16:30", frequency=Frequency.EVERY_N_WEEKS, interval=2, anchor=date(2026, 12, 4))
    assert written(rounds, last_day=date(2027, 1, 31)) == (
        "2026 Dec 04,2026 Dec 18,2027 Jan 15,2027 Jan 29 14:00-16:30 "
        'open "un vendredi sur deux, dates données jusqu’au 31 janvier 2027"'
    )


def test_school_holidays_are_written_day_by_day():
    friday = slot(4, except_school_holidays=True)
    assert written(friday, last_day=date(2027, 1, 31), calendar=CALENDAR) == (
        "Fr 09:00-12:00; PH off"  # both Fridays of Christmas are public holidays
    )
    assert written(friday, first_day=date(2027, 2, 1), last_day=date(2027, 3, 31), calendar=CALENDAR) == (
        'Fr 09:00-12:00; PH off; 2027 Feb 26,2027 Mar 05 off "vacances d’hiver"'
    )


def test_a_closure_is_off_with_its_reason_and_an_opening_within_it_comes_after():
    closed = Closure(date(2026, 12, 21), date(2027, 1, 3), 'congés "annuels"')
    extra = Extra(date(2026, 12, 23), time(14), time(16), reason="permanence")
    text = written(slot(2), closures=(closed,), extras=(extra,))
    assert text == (
        'We 09:00-12:00; PH off; 2026 Dec 21-2027 Jan 03 off "congés ”annuels”"; '
        '2026 Dec 23 14:00-16:00 open "permanence"'
    )
    reader(text)


def test_a_closure_that_takes_nothing_away_is_not_written():
    assert written(slot(2), closures=(Closure(MONDAY, MONDAY),)) == "We 09:00-12:00; PH off"


def test_hours_kept_on_public_holidays():
    assert written(slot(6, on_public_holidays=True)) == "Su 09:00-12:00"
    assert written(slot(4), slot(6, "10:00", on_public_holidays=True), last_day=date(2027, 4, 4)) == (
        "Fr 09:00-12:00; Su 10:00-12:00; PH off"
    )
    both = written(slot(4), slot(4, "14:00", "16:00", on_public_holidays=True), last_day=date(2026, 12, 31))
    assert both == "Fr 09:00-12:00,14:00-16:00; PH off; 2026 Dec 25 14:00-16:00"


def test_summer_hours_are_a_season_and_other_days_need_no_dates():
    summer = slot(5, valid_from=date(2027, 7, 5), valid_until=date(2027, 8, 27))
    assert written(slot(0), summer) == "Mo 09:00-12:00; 2027 Jul 05-2027 Aug 27 Sa 09:00-12:00; PH off"


def test_what_is_over_is_not_written_and_nothing_known_is_an_empty_text():
    assert written(slot(0, valid_until=date(2026, 11, 1))) == ""
    assert written() == ""
    assert written(Slot()) == ""


def test_times_to_be_confirmed_are_unknown():
    assert written(Slot(2)) == 'We unknown "horaires à confirmer"; PH off'
    assert written(Slot(2), slot(2)) == "We 09:00-12:00; PH off"


def test_days_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="précéder"):
        to_osm(Timetable(), first_day=MONDAY, last_day=MONDAY - timedelta(days=1))


@settings(max_examples=150, deadline=None)
@given(
    timetables(), st.lists(st.datetimes(datetime(2026, 11, 1), datetime(2027, 6, 30, 23, 59)), min_size=20, max_size=20)
)
def test_another_reader_finds_the_place_open_when_it_is(any_timetable, instants):
    text = to_osm(any_timetable, first_day=FIRST_DAY, last_day=LAST_DAY, calendar=CALENDAR)
    if not text:
        assert not [p for p in passages(any_timetable, FIRST_DAY, LAST_DAY, CALENDAR) if p.access in IN_PERSON]
        return
    read = reader(text)
    # Random instants hardly ever fall on the days that are exceptions.
    special = [day for c in any_timetable.closures for day in (c.first_day, c.last_day)] + [
        extra.day for extra in any_timetable.extras
    ]
    instants += [datetime.combine(day, time(hour, 7)) for day in special if day <= LAST_DAY for hour in range(0, 24, 3)]
    for wall in instants:
        here = is_open(any_timetable, wall.replace(tzinfo=PARIS), CALENDAR, access=IN_PERSON)
        assert read.is_open(wall) is here, (text, wall)


# Reading


@st.composite
def texts(draw):
    """Plain weekly texts as people write them, rules that replace and rules that add mixed."""
    names = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
    rules = []
    for _ in range(draw(st.integers(1, 6))):
        first, last = draw(st.sampled_from(names)), draw(st.sampled_from(names))
        selector = draw(st.sampled_from([first, f"{first},{last}", f"{first}-{last}", ""]))
        starts = sorted(draw(st.lists(st.integers(0, 47), min_size=2, max_size=4, unique=True)))
        hours = ",".join(
            f"{a // 2:02}:{a % 2 * 30:02}-{b // 2:02}:{b % 2 * 30:02}"
            for a, b in zip(starts[::2], starts[1::2], strict=False)
        )
        rules.append(f"{selector} {draw(st.sampled_from([hours, hours, hours, 'off']))}".strip())
    if draw(st.booleans()):
        rules.insert(draw(st.integers(0, len(rules))), "PH off")
    text = rules[0]
    for rule in rules[1:]:
        text += (", " if draw(st.booleans()) and not rule.endswith("off") and rule[0] not in "012" else "; ") + rule
    return text


moments = st.lists(st.datetimes(datetime(2026, 1, 1), datetime(2028, 6, 1)), min_size=15, max_size=15)
HOLIDAYS = [datetime.combine(day, time(hour)) for day in sorted(CALENDAR.public_holidays) for hour in (8, 11, 15)]


@settings(max_examples=600, deadline=None)
@given(texts(), moments)
def test_what_is_read_is_open_when_another_reader_says_so(text, instants):
    here, there = from_osm(text), reader(text)
    for wall in [*instants, *HOLIDAYS[6:24]]:
        assert is_open(here, wall.replace(tzinfo=PARIS), CALENDAR) is there.is_open(wall), (text, wall)


@settings(max_examples=1000, deadline=None)
@given(plain_timetables(), st.datetimes(datetime(2026, 11, 1), datetime(2027, 5, 1)))
def test_the_next_opening_is_that_of_another_reader(any_timetable, moment):
    """By the wall clock: the reader is given no zone, so the night of a clock change is left out."""
    read = reader(to_osm(any_timetable, first_day=FIRST_DAY, last_day=LAST_DAY, calendar=CALENDAR) or "off")
    after = moment.replace(second=0, microsecond=0)
    theirs = after
    for _ in range(400):
        theirs = read.next_change(theirs)
        if theirs is None or (read.is_open(theirs) and not read.is_open(theirs - timedelta(minutes=1))):
            break
    ours = next_opening(any_timetable, after.replace(tzinfo=PARIS), CALENDAR, within_days=50, access=IN_PERSON)
    if ours is None:
        assert theirs is None or theirs.date() > after.date() + timedelta(days=50)
    elif ours.opens_at.date() != date(2027, 3, 28):
        assert theirs == ours.opens_at.replace(tzinfo=None)


@settings(max_examples=500, deadline=None)
@given(plain_timetables(), st.booleans(), st.sampled_from([4, -1]))
def test_what_was_written_is_read_back(any_timetable, on_public_holidays, never):
    """Hours kept on public holidays by some slots only are dated, and dates are not read."""
    kept = [s for s in any_timetable.slots if s.nth != never]
    alike = Timetable(tuple(replace(s, on_public_holidays=on_public_holidays) for s in kept))
    text = to_osm(alike, first_day=FIRST_DAY, last_day=LAST_DAY, calendar=CALENDAR)
    again = from_osm(text)
    assert to_osm(again, first_day=FIRST_DAY, last_day=LAST_DAY, calendar=CALENDAR) == text
    assert weekly_hours(again, MONDAY) == (weekly_hours(alike, MONDAY) if text else None)


def test_hours_of_a_town_hall_are_read():
    read = from_osm(
        'Mo-We 09:00-12:00, 13:30-17:00, We[1] 18:00-20:00 open "sur rendez-vous", Fr unknown "horaires à confirmer"; '
        "Sa,Su off; PH off"
    )
    assert [sentence.replace("\u00a0", " ") for sentence in in_words(read)] == [
        "du lundi au mercredi de 9 h à 12 h et de 13 h 30 à 17 h",
        "le vendredi, horaires à confirmer",
        "le premier mercredi du mois de 18 h à 20 h, sur rendez-vous",
    ]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("24/7", [(day, 0, None) for day in range(7)]),
        ("Fr-Mo 09:00-12:00", [(0, 9, None), (4, 9, None), (5, 9, None), (6, 9, None)]),
        ("Tu[1-2] 9:00-12:00", [(1, 9, 1), (1, 9, 2)]),
        ("Tu[-1] 09:00-12:00", [(1, 9, -1)]),
        ("mo 09:00-12:00 ;", [(0, 9, None)]),
        ("Mo-Fr 09:00-12:00; Tu-Fr off", [(0, 9, None)]),
        ("Mo 09:00-12:00; Mo 14:00-17:00", [(0, 14, None)]),
        ("Mo 09:00-12:00, Mo 14:00-17:00", [(0, 9, None), (0, 14, None)]),
        ("", []),
    ],
)
def test_plain_hours_are_read(text, hours):
    assert [(s.weekday, s.opens and s.opens.hour, s.nth) for s in from_osm(text).slots] == hours


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sunrise-sunset", "sunrise-sunset"),
        ('Mo-Fr 09:00-12:00 || "sur appel"', "||"),
        ("Mo 22:00-02:00", "minuit"),
        ("Mo 09:00-25:00", "impossible"),
        ("Mo 09:75-10:00", "impossible"),
        ("SH off", "vacances scolaires"),
        ("Mo 09:00-12:00; SH Mo off", "SH Mo off"),
        ("2026 Dec 25 off", "2026 Dec 25"),
        ("We[5] 09:00-12:00", "Rang"),
        ("PH 10:00-12:00", "jours fériés"),
        ("Mo-Fr,PH 10:00-12:00", "jours fériés"),
        ('Mo 10:00-12:00 open "si beau temps"', "commentaire"),
        ("Mo 10:00-12:00 off", "état"),
        ("We 09:00-12:00; We[1] 14:00-16:00", "chaque semaine"),
        ("We[4] 09:00-12:00; We[-1] 14:00-16:00", "dernier"),
        ("Mo 09:00-12:00, Tu off", "fermeture"),
        ("du lundi au jeudi", "du lundi au jeudi"),
        ("Mo 9h-12h", "9h"),
    ],
)
def test_anything_else_is_refused_in_french(text, said):
    with pytest.raises(ValueError, match=said.replace("|", r"\|")):
        from_osm(text)
