"""Are the days off the ones the public texts give?"""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from schedules.calendars import Calendar, Period, french_calendar


def test_a_year_has_the_eleven_public_holidays_of_metropolitan_france():
    assert dict(french_calendar(2026, 2026).public_holidays) == {
        date(2026, 1, 1): "Jour de l’an",
        date(2026, 4, 6): "Lundi de Pâques",
        date(2026, 5, 1): "Fête du Travail",
        date(2026, 5, 8): "Fête de la Victoire",
        date(2026, 5, 14): "Ascension",
        date(2026, 5, 25): "Lundi de Pentecôte",
        date(2026, 7, 14): "Fête nationale",
        date(2026, 8, 15): "Assomption",
        date(2026, 11, 1): "Toussaint",
        date(2026, 11, 11): "Armistice",
        date(2026, 12, 25): "Noël",
    }


@pytest.mark.parametrize(
    "easter_monday", [date(2025, 4, 21), date(2027, 3, 29), date(2028, 4, 17), date(2029, 4, 2), date(2030, 4, 22)]
)
def test_easter_monday_moves_with_the_moon(easter_monday):
    assert french_calendar(2025, 2030).public_holidays[easter_monday] == "Lundi de Pâques"


def test_holidays_of_alsace_are_not_ours():
    public = french_calendar(2026, 2026).public_holidays
    assert date(2026, 12, 26) not in public
    assert date(2026, 4, 3) not in public


def test_two_holidays_on_one_day_have_one_name():
    assert french_calendar(2008, 2008).public_holidays[date(2008, 5, 1)] == "Ascension et Fête du Travail"


@pytest.mark.parametrize(
    ("first_day", "last_day", "name"),
    [
        (date(2025, 12, 20), date(2026, 1, 4), "Vacances de Noël"),
        (date(2026, 2, 14), date(2026, 3, 1), "Vacances d’hiver"),
        (date(2026, 4, 11), date(2026, 4, 26), "Vacances de printemps"),
        (date(2026, 7, 4), date(2026, 8, 31), "Vacances d’été"),
        (date(2026, 10, 17), date(2026, 11, 1), "Vacances de la Toussaint"),
        (date(2026, 12, 19), date(2027, 1, 3), "Vacances de Noël"),
    ],
)
def test_school_holidays_of_zone_b(first_day, last_day, name):
    assert Period(first_day, last_day, name) in french_calendar(2026, 2026).school_holidays


def test_the_winter_break_depends_on_the_zone():
    school_day_in_rouen = date(2026, 2, 9)
    assert french_calendar(2026, 2026, "A").school_holiday(school_day_in_rouen) == "Vacances d’hiver"
    assert french_calendar(2026, 2026, "B").school_holiday(school_day_in_rouen) is None


def test_holidays_that_straddle_the_year_end_are_whole():
    christmas = french_calendar(2026, 2026).school_holidays
    assert christmas[0].first_day == date(2025, 12, 20)
    assert christmas[-1].last_day == date(2027, 1, 3)


def test_school_holidays_are_in_order_and_never_overlap():
    periods = french_calendar(2024, 2030).school_holidays
    assert len(periods) > 40
    assert all(earlier.last_day < later.first_day for earlier, later in pairwise(periods))


def test_a_school_day_has_no_holiday_name():
    calendar = french_calendar(2026, 2027)
    assert calendar.school_holiday(date(2027, 1, 3)) == "Vacances de Noël"
    assert calendar.school_holiday(date(2027, 1, 3) + timedelta(days=1)) is None


def test_the_same_calendar_is_computed_once():
    assert french_calendar(2026, 2027) is french_calendar(2026, 2027, zone="B")


def test_nobody_can_edit_the_shared_calendar():
    with pytest.raises(TypeError):
        french_calendar(2026, 2026).public_holidays[date(2026, 6, 1)] = "Pont"  # type: ignore[index]


def test_a_calendar_can_be_made_by_hand():
    calendar = Calendar({date(2026, 6, 1): "Fête du port"}, (Period(date(2026, 6, 2), date(2026, 6, 3), "Pont"),))
    assert calendar.school_holiday(date(2026, 6, 3)) == "Pont"


@pytest.mark.parametrize("zone", ["D", "b", ""])
def test_an_unknown_zone_is_refused(zone):
    with pytest.raises(ValueError, match="Zone de vacances scolaires inconnue"):
        french_calendar(2026, 2026, zone)


def test_years_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="précéder"):
        french_calendar(2027, 2026)


def test_a_period_does_not_end_before_it_starts():
    with pytest.raises(ValueError, match="finir avant"):
        Period(date(2026, 2, 2), date(2026, 2, 1))
