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
    def promised_hours(self) -> int: ...
    @property
    def promised_unit(self) -> str: ...
    @property
    def resident_informed_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...
    @property
    def reopened_at(self) -> datetime | None: ...


def promised_until(request: Promised) -> datetime | None:
    """The deadline that counts now; None when nobody waits.

    The one fixed at logging until the resident was told something useful, even when it has run out: nothing else stops
    that clock, so nothing starts it again. Told, then back: what she comes back for is received then.
    """
    if request.closed_at is not None or request.cancelled_at is not None:
        return None
    if request.resident_informed_at is None:
        return request.due_at
    return promised_again(request, request.reopened_at) if request.reopened_at is not None else None


def promised_again(request: Promised, back_at: datetime) -> datetime:
    """As long as at first, in the same unit, from the instant when the resident is back."""
    holidays = calendar_around(back_at).public_holidays
    return due_at(back_at, timedelta(hours=request.promised_hours), Unit(request.promised_unit), holidays)
