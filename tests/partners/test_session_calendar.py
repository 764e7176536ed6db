"""Which days does a rhythm give in a school year, which are skipped, and why?"""

from datetime import date, time, timedelta

import pytest

from partners.session_calendar import Rhythm, planned_days, school_year, school_year_of
from schedules.calendars import french_calendar

FRIDAY = date(2025, 9, 5)
EVERY_SECOND = Rhythm(FRIDAY, 2, time(14), time(16, 30))


def days_of(rhythm: Rhythm, year: int, known: set[date] | None = None):
    first_day, last_day = school_year(year)
    calendar = french_calendar(first_day.year, last_day.year)
    return planned_days(rhythm, max(first_day, rhythm.first_session), last_day, calendar, known or set())


def test_the_school_year_begins_in_september():
    assert school_year_of(date(2026, 8, 31)) == 2025
    assert school_year_of(date(2026, 9, 1)) == 2026
    assert school_year(2025) == (date(2025, 9, 1), date(2026, 8, 31))


def test_a_session_lasts_two_hours_and_a_half():
    assert EVERY_SECOND.lasts == timedelta(hours=2, minutes=30)


def test_every_second_friday_is_there_held_or_skipped():
    days = [planned.day for planned in days_of(EVERY_SECOND, 2025)]
    assert days == [FRIDAY + timedelta(weeks=2 * n) for n in range(len(days))]
    assert days[-1] > date(2026, 8, 14)


def test_a_skipped_friday_says_why():
    reasons = {planned.day: planned.skipped_because for planned in days_of(EVERY_SECOND, 2025)}
    assert "vacances" in reasons[date(2025, 10, 31)]
    assert reasons[date(2025, 9, 19)] == ""
    by_week = {planned.day: planned.skipped_because for planned in days_of(Rhythm(FRIDAY, 1, time(14), time(16)), 2025)}
    assert by_week[date(2026, 5, 1)] == "jour férié (Fête du Travail)"


def test_a_year_of_fifty_three_weeks_shifts_nothing():
    """2026 has a week 53: counted by odd and even weeks, the first Friday of 2027 would be missed."""
    rhythm = Rhythm(date(2026, 12, 4), 2, time(14), time(16, 30), in_term_only=False)
    first_day, last_day = date(2026, 12, 1), date(2027, 2, 28)
    days = [planned.day for planned in planned_days(rhythm, first_day, last_day, french_calendar(2026, 2027))]
    assert days == [date(2026, 12, 4) + timedelta(weeks=2 * n) for n in range(7)]
    assert date(2026, 12, 18).isocalendar().week % 2 != date(2027, 1, 15).isocalendar().week % 2


def test_a_day_already_in_the_calendar_is_not_new():
    days = days_of(EVERY_SECOND, 2025, {FRIDAY})
    assert (days[0].is_known, days[0].is_new, days[1].is_new) == (True, False, True)


def test_a_rhythm_that_keeps_school_holidays_still_skips_public_ones():
    rhythm = Rhythm(FRIDAY, 2, time(14), time(16, 30), in_term_only=False)
    assert [planned.day for planned in days_of(rhythm, 2025) if planned.skipped_because] == [date(2026, 5, 1)]


def test_a_session_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="fin"):
        Rhythm(FRIDAY, 2, time(16), time(14))
