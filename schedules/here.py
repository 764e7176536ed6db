"""Which days disturb the week here, in the school zone that the host set?"""

from datetime import date, datetime

from django.conf import settings

from schedules.calendars import PARIS, Calendar, french_calendar


def calendar_around(now: datetime) -> Calendar:
    """This year and the next: pages look months ahead. ValueError on a naive datetime."""
    if now.utcoffset() is None:
        raise ValueError("Un instant doit porter son fuseau horaire.")
    return calendar_from(now.astimezone(PARIS).date())


def calendar_from(day: date) -> Calendar:
    """The year of this day and the next."""
    return calendar_between(day, date(day.year + 1, 1, 1))


def calendar_between(first_day: date, last_day: date) -> Calendar:
    """Every year that these days touch."""
    return french_calendar(first_day.year, last_day.year, settings.SCHOOL_ZONE)
