"""May somebody type for the resident today, and what does the page of the request say of it?"""

from dataclasses import dataclass
from datetime import date, datetime

from referrals.models import Mandate, ServiceRequest
from schedules.calendars import PARIS


@dataclass(frozen=True)
class MandatePanel:
    """The mandates of a request, the newest first, and whether one of them allows to type today."""

    mandates: tuple[Mandate, ...]
    allows: bool
    warns: bool
    """She is known and the request is open, so that somebody may be about to type in her name without a mandate."""

    @property
    def has_ended(self) -> bool:
        return bool(self.mandates) and not self.allows


def allows(mandate: Mandate, day: date) -> bool:
    """Given, not taken back, and not over on that day."""
    is_over = mandate.ends_on is not None and mandate.ends_on < day
    return mandate.withdrawn_at is None and mandate.given_on <= day and not is_over


def mandate_panel(request: ServiceRequest, has_identity: bool, now: datetime, *, known: bool = True) -> MandatePanel:
    """One query, or none when it is known that there is no mandate."""
    day = now.astimezone(PARIS).date()
    found = tuple(request.mandates.all()) if known else ()
    allowed = any(allows(mandate, day) for mandate in found)
    return MandatePanel(found, allowed, request.is_open and not allowed and (has_identity or bool(found)))
