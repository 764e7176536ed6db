"""Which days are public holidays or school holidays?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays

PARIS = ZoneInfo("Europe/Paris")
ZONES = ("A", "B", "C")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Period:
    """Days from the first to the last, both included; its name is French, as a public text gives it."""

    first_day: date
    last_day: date
    name: str = ""

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError("Une période ne peut pas finir avant d’avoir commencé.")

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True)
class Calendar:
    """The days that disturb a regular week. It knows nothing outside the years it was made for."""

    public_holidays: Mapping[date, str]
    school_holidays: tuple[Period, ...] = ()

    def school_holiday(self, day: date) -> str | None:
        """The name of the school holidays that this day belongs to; None on a school day."""
        return next((period.name for period in self.school_holidays if day in period), None)


def french_calendar(first_year: int, last_year: int, zone: str = "B") -> Calendar:
    """Public holidays of metropolitan France and school holidays of a zone, both years included.

    School holidays that straddle a year end are whole. Source: the `holidays` package, which computes the
    years that no decree has settled yet; an edited table can replace it by making another `Calendar`.
    ValueError on an unknown zone or years in the wrong order.
    """
    if zone not in ZONES:
        raise ValueError(f"Zone de vacances scolaires inconnue : « {zone} ».")
    if last_year < first_year:
        raise ValueError("La dernière année ne peut pas précéder la première.")
    return _calendar(first_year, last_year, zone)


@lru_cache(maxsize=32)
def _calendar(first_year: int, last_year: int, zone: str) -> Calendar:
    years = range(first_year, last_year + 1)
    public = dict(chain.from_iterable(_public_holidays(year) for year in years))
    around = range(first_year - 1, last_year + 2)
    periods = _merged(chain.from_iterable(_school_days(year, zone) for year in around))
    asked = Period(date(first_year, 1, 1), date(last_year, 12, 31))
    school = tuple(p for p in periods if p.first_day <= asked.last_day and p.last_day >= asked.first_day)
    return Calendar(MappingProxyType(public), school)


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> tuple[tuple[date, str], ...]:
    found = holidays.country_holidays("FR", years=year, language="fr")
    return tuple(sorted((day, _typeset(name)) for day, name in found.items()))


@lru_cache(maxsize=64)
def _school_days(year: int, zone: str) -> tuple[tuple[date, str], ...]:
    found = holidays.country_holidays("FR", subdiv=f"Zone {zone}", years=year, language="fr", categories="school")
    return tuple(sorted((day, _typeset(name)) for day, name in found.items()))


def _typeset(name: str) -> str:
    """Two holidays on one day (Ascension on the first of May in 2008) come as one name with a semicolon."""
    return name.replace("'", "’").replace("; ", " et ")


def _merged(days: chain[tuple[date, str]]) -> list[Period]:
    periods: list[Period] = []
    for day, name in days:
        if periods and periods[-1].name == name and periods[-1].last_day + ONE_DAY == day:
            periods[-1] = Period(periods[-1].first_day, day, name)
        else:
            periods.append(Period(day, day, name))
    return periods
