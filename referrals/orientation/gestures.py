"""How is a request oriented to a local service, and how many were?"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from partners.models import LocalService
from referrals.actions import add_exchange, close, hold
from referrals.models import ClosingReason, Happening, Outcome, ServiceRequest
from referrals.orientation.facts import matching_limits
from schedules.calendars import PARIS

FEWEST_SHOWN = 5
"""Under this, a count could tell of one person: it is shown as « moins de 5 »."""


class LimitNotRead(Exception):
    """The service has limits that fit this request, and nobody said to have read them; nothing was written."""

    def __init__(self, limits: list[str]) -> None:
        super().__init__("; ".join(limits))
        self.limits = limits


class OutOfService(Exception):
    """The service is proposed to nobody any more."""


@transaction.atomic
def orient_to(
    *,
    request: ServiceRequest,
    service: LocalService,
    by: User,
    now: datetime,
    limit_read: bool = False,
    told: bool = True,
) -> None:
    """Send the person to a local service.

    `told`: she knows where to go, which is something useful: the promise ends here and the request closes as oriented.
    Else the request stays open, its promise runs, and a call to her is due. Raises AlreadyClosed, OutOfService,
    LimitNotRead, AlreadyInformed.
    """
    hold(request)
    if not LocalService.objects.in_service().filter(pk=service.pk).exists():
        raise OutOfService
    limits = matching_limits(service, request.procedure, request.blocker)
    if limits and not limit_read:
        raise LimitNotRead(limits)
    request.refresh_from_db(fields=["oriented_to", "outcome", "referred_at"])
    again = request.oriented_to_id == service.pk
    request.oriented_to = service
    if not told and request.referred_at is None:
        request.outcome = Outcome.CALL_BACK
    request.save(update_fields=["oriented_to", "outcome"])
    if not again:
        add_exchange(request, Happening.ORIENTED, now, by=by, text=f"Orientée vers {service}.")
    if told:
        close(request=request, by=by, now=now, reason=ClosingReason.ORIENTED)


def oriented_this_year(service: LocalService, now: datetime) -> str:
    """How many requests of this year were oriented there, in words: « 12 demandes », « moins de 5 »."""
    first = datetime(now.astimezone(PARIS).year, 1, 1, tzinfo=PARIS)
    count = ServiceRequest.objects.filter(oriented_to=service, received_at__gte=first, cancelled_at=None).count()
    return hidden_when_few(count)


def hidden_when_few(count: int) -> str:
    """ "12", or "moins de 5": no page shows fewer."""
    return "moins de\u00a05" if count < FEWEST_SHOWN else f"{count:,}".replace(",", "\u00a0")
