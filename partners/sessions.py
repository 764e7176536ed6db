"""When does a local action receive people next?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Prefetch

from partners.models import ActionSession, LocalService
from partners.models.local_actions import ActionSessionQuerySet
from schedules.calendars import PARIS
from schedules.days import passages
from schedules.here import calendar_around
from schedules.wording import spoken_day, spoken_time

LOOKED_AHEAD = timedelta(days=120)
"""A summer without session is eight weeks long."""


@dataclass(frozen=True)
class NextSession:
    """A session that has not ended yet, in Paris time."""

    starts_at: datetime
    ends_at: datetime

    @property
    def day(self) -> date:
        return self.starts_at.date()

    def in_words(self, today: date | None = None) -> str:
        """ "vendredi 4 décembre, de 14 h à 16 h 30"; the year is said when it is not that of `today`."""
        opens, closes = spoken_time(self.starts_at.time()), spoken_time(self.ends_at.time())
        return f"{spoken_day(self.day, today=today)}, de {opens} à {closes}"


def ahead(now: datetime) -> "Prefetch[str, ActionSessionQuerySet, str]":
    """For `prefetch_related`: with it, `next_session` reads nothing more, however many services there are.

    The hours are read beside it (`schedules.reading.read_hours`).
    """
    return Prefetch("sessions", _rows_ahead(now), to_attr="sessions_ahead")


def next_session(service: LocalService, now: datetime) -> NextSession | None:
    """The session under way or the first to come; None when nothing is known in the next four months.

    The calendar of sessions speaks first, cancelled ones left out. Where it has nothing to come, the regular hours do,
    except on a day whose session was cancelled. ValueError on a naive datetime.
    """
    if now.utcoffset() is None:
        raise ValueError("Un instant doit porter son fuseau horaire.")
    rows: Iterable[ActionSession] | None = getattr(service, "sessions_ahead", None)
    if rows is None:
        rows = list(_rows_ahead(now).filter(service=service))
    held = (_session(row.day, row.opens, row.closes) for row in rows if not row.cancelled_because)
    coming = sorted((one for one in held if one.ends_at > now), key=lambda one: one.starts_at)
    return coming[0] if coming else _by_regular_hours(service, now, {row.day for row in rows})


def _rows_ahead(now: datetime) -> ActionSessionQuerySet:
    return ActionSession.objects.filter(day__gte=now.astimezone(PARIS).date())


def _by_regular_hours(service: LocalService, now: datetime, cancelled: set[date]) -> NextSession | None:
    if service.schedule is None:
        return None
    today = now.astimezone(PARIS).date()
    for passage in passages(service.schedule.timetable(), today, today + LOOKED_AHEAD, calendar_around(now)):
        if passage.opens is None or passage.closes is None or passage.day in cancelled:
            continue
        session = _session(passage.day, passage.opens, passage.closes)
        if session.ends_at > now:
            return session
    return None


def _session(day: date, opens: time, closes: time) -> NextSession:
    """Closing at midnight is the end of the day."""
    starts_at, ends_at = (datetime.combine(day, at, PARIS) for at in (opens, closes))
    if closes == time(0):
        ends_at += timedelta(days=1)
    return NextSession(starts_at, ends_at)
