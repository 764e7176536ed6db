"""On which days does a local action receive people in a school year, which are skipped, and why?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from schedules.calendars import Calendar
from schedules.days import absences, passages
from schedules.slots import Frequency, Slot, Timetable

SCHOOL_YEAR_BEGINS = 9
"""September: the holidays before it belong to the year that ends."""


@dataclass(frozen=True)
class Rhythm:
    """One day in so many weeks, counted from a first session; ValueError when it ends before it starts."""

    first_session: date
    every_weeks: int
    opens: time
    closes: time
    in_term_only: bool = True

    def __post_init__(self) -> None:
        self.as_slot()

    @property
    def lasts(self) -> timedelta:
        start, end = (datetime.combine(self.first_session, at) for at in (self.opens, self.closes))
        return end - start

    def as_slot(self) -> Slot:
        """The same rule, as regular hours."""
        return Slot(
            weekday=self.first_session.weekday(),
            opens=self.opens,
            closes=self.closes,
            frequency=Frequency.EVERY_N_WEEKS,
            interval=self.every_weeks,
            anchor=self.first_session,
            except_school_holidays=self.in_term_only,
        )


@dataclass(frozen=True)
class PlannedDay:
    """A day that the rhythm gives. `skipped_because`: why nothing takes place, in French; empty when it does."""

    day: date
    skipped_because: str = ""
    is_known: bool = False

    @property
    def is_new(self) -> bool:
        return not self.skipped_because and not self.is_known


def school_year_of(day: date) -> int:
    """The year in which the school year of this day began."""
    return day.year if day.month >= SCHOOL_YEAR_BEGINS else day.year - 1


def school_year(first_year: int) -> tuple[date, date]:
    """From the first of September to the end of August, both included."""
    return date(first_year, SCHOOL_YEAR_BEGINS, 1), date(first_year + 1, SCHOOL_YEAR_BEGINS, 1) - timedelta(days=1)


def civil_year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def planned_days(
    rhythm: Rhythm, first_day: date, last_day: date, calendar: Calendar, known: Collection[date] = ()
) -> list[PlannedDay]:
    """Every day that the rhythm gives between two days, both included: to hold, already `known`, or skipped and why.

    Weeks are counted from the first session, never by their number: a year of 53 weeks changes nothing. The calendar
    must cover these days.
    """
    timetable = Timetable((rhythm.as_slot(),))
    taking_place = {passage.day for passage in passages(timetable, first_day, last_day, calendar)}
    days = [PlannedDay(day, is_known=day in known) for day in taking_place]
    days += [PlannedDay(absence.day, absence.reason) for absence in absences(timetable, first_day, last_day, calendar)]
    return sorted(days, key=lambda planned: planned.day)
