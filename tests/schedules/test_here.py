"""Are the school holidays those of the zone that the host set?"""

from datetime import UTC, date, datetime

import pytest

from schedules.calendars import PARIS, french_calendar
from schedules.here import calendar_around, calendar_between, calendar_from


def test_the_calendar_is_of_this_year_and_the_next_by_the_clock_of_paris():
    new_year_in_paris = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert calendar_around(new_year_in_paris) == french_calendar(2027, 2028, "B")
    assert calendar_from(date(2026, 12, 31)) == french_calendar(2026, 2027, "B")
    assert calendar_between(date(2025, 3, 1), date(2026, 3, 1)) == french_calendar(2025, 2026, "B")


def test_another_zone_has_other_holidays(settings):
    winter = date(2027, 2, 10)
    now = datetime(2027, 1, 5, 9, tzinfo=PARIS)
    assert calendar_around(now).school_holiday(winter) is None
    settings.SCHOOL_ZONE = "C"
    assert calendar_around(now).school_holiday(winter) == "Vacances d’hiver"


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="fuseau"):
        calendar_around(datetime(2026, 11, 24, 9))
