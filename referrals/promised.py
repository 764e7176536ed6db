"""Until when may the resident wait, now that the request was logged, closed, or opened again?"""

from datetime import datetime, timedelta
from typing import Protocol

from referrals.deadlines import Unit, due_at
from schedules.here import calendar_around


class Promised(Protocol):
    """A request, or the columns of one."""

    @property
    def due_at(self) -> datetime: ...
    @property
    def return_due_at(self) -> datetime | None: ...
    @property
    def resident_informed_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...


class PromisedOnce(Protocol):
    """What a promise is made of: how long, counted how."""

    @property
    def promised_hours(self) -> int: ...
    @property
    def promised_unit(self) -> str: ...


def promised_until(request: Promised) -> datetime | None:
    """The deadline that counts now; None when nobody waits.

    The one fixed at logging until the resident was told something useful, even when it has run out: nothing else stops
    that clock, so nothing starts it again. Told, then back: the one fixed at her return.
    """
    if request.closed_at is not None or request.cancelled_at is not None:
        return None
    return request.due_at if request.resident_informed_at is None else request.return_due_at


def promised_again(request: PromisedOnce, back_at: datetime) -> datetime:
    """As long as at first, in the same unit, from the instant when the resident is back."""
    holidays = calendar_around(back_at).public_holidays
    return due_at(back_at, timedelta(hours=request.promised_hours), Unit(request.promised_unit), holidays)
