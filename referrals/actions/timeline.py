"""What is a line of a request's timeline, and how does a gesture take hold of the request first?"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts.models import User
from referrals.models import Exchange, Happening, Referral, ServiceRequest


class AlreadyClosed(Exception):
    """The request is closed: nothing more is handed over."""


def hold(request: ServiceRequest) -> None:
    """Take the row for the rest of this transaction, on both databases. Raises AlreadyClosed when the request is."""
    taken = ServiceRequest.objects.filter(pk=request.pk, closed_at__isnull=True, cancelled_at__isnull=True).update(
        promised_hours=F("promised_hours")
    )
    if not taken:
        raise AlreadyClosed(request.reference)


def add_exchange(
    request: ServiceRequest,
    kind: str,
    now: datetime,
    *,
    by: User | None = None,
    actor: str = "",
    referral: Referral | None = None,
    text: str = "",
    call_back_at: datetime | None = None,
) -> Exchange:
    """Add a line to the timeline."""
    return Exchange.objects.create(
        request=request,
        referral=referral,
        kind=kind,
        at=now,
        author=by,
        actor=actor or str(by),
        text=text,
        call_back_at=call_back_at,
    )


@transaction.atomic
def add_note(*, request: ServiceRequest, text: str, by: User, now: datetime) -> Exchange:
    """A word inside the team: it stops no clock. The same one sent twice in ten minutes is one note."""
    twice = request.exchanges.filter(kind=Happening.NOTE, author=by, text=text, at__gte=now - timedelta(minutes=10))
    return twice.first() or add_exchange(request, Happening.NOTE, now, by=by, text=text)
