"""How does a request end, and how is it opened again?

Only what told the resident something useful keeps the promise. « Injoignable » and « abandonnée » close the request and
leave its promise as it was: the charter counts it among those never answered.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from referrals.actions.timeline import add_exchange
from referrals.models import ClosingReason, Happening, ServiceRequest
from schedules.wording import NBSP


class AlreadyInformed(Exception):
    """Somebody closed it first; `request` says who and when."""

    def __init__(self, request: ServiceRequest) -> None:
        super().__init__(request.reference)
        self.request = request


class AlreadyOpen(Exception):
    """Somebody opened it again first, or its entry was cancelled."""


@transaction.atomic
def inform_resident(*, request: ServiceRequest, by: User, now: datetime, reason: str) -> None:
    """The resident has been told something useful: the promise is kept or late, to the minute; the request closes.

    Raises AlreadyInformed when a colleague was first: her instant stands. ValueError for a reason that tells nobody.
    """
    if not ClosingReason(reason).tells_the_resident:
        raise ValueError("This reason tells the resident nothing.")
    told = ServiceRequest.objects.waiting().filter(pk=request.pk)
    closed = told.update(
        resident_informed_at=now, informed_by=by, closed_at=now, closing_reason=reason, call_back_at=None
    )
    request.refresh_from_db()
    if not closed:
        raise AlreadyInformed(request)
    add_exchange(request, Happening.INFORMED, now, by=by, text=_in_words(reason))


@transaction.atomic
def close(*, request: ServiceRequest, by: User, now: datetime, reason: str) -> None:
    """The request ends, for any reason. Two closings at once: the first stands, the second raises AlreadyInformed.

    Who had been told already, and came back, keeps her first verdict.
    """
    waits = ServiceRequest.objects.waiting().filter(pk=request.pk).exists()
    if waits and ClosingReason(reason).tells_the_resident:
        inform_resident(request=request, by=by, now=now, reason=reason)
        return
    still_open = ServiceRequest.objects.still_open().filter(pk=request.pk)
    closed = still_open.update(closed_at=now, closing_reason=reason, call_back_at=None)
    request.refresh_from_db()
    if not closed:
        raise AlreadyInformed(request)
    add_exchange(request, Happening.CLOSED, now, by=by, text=_in_words(reason))


@transaction.atomic
def reopen_closed_by_mistake(*, request: ServiceRequest, by: User, now: datetime) -> None:
    """The closing was an error: the clock goes on as if it had never been. The timeline keeps both. AlreadyOpen."""
    text = f"Clôture par erreur{NBSP}: la promesse court comme si elle n’avait jamais été arrêtée."
    _reopen(request, by, now, text, resident_informed_at=None, informed_by=None)


@transaction.atomic
def reopen_for_return(*, request: ServiceRequest, by: User, now: datetime) -> None:
    """The person is back: the first verdict stands, and the request stays on the desk until it closes again.

    Who was never told anything goes on waiting for the same promise. Raises AlreadyOpen.
    """
    told = "ce qui lui a été dit reste compté" if request.resident_informed_at else "la même promesse court toujours"
    _reopen(request, by, now, f"La personne revient{NBSP}: {told}.")


def _reopen(request: ServiceRequest, by: User, now: datetime, text: str, **also: object) -> None:
    closed = ServiceRequest.objects.filter(pk=request.pk, closed_at__isnull=False, cancelled_at__isnull=True)
    if not closed.update(closed_at=None, closing_reason="", reopened_at=now, version=F("version") + 1, **also):
        raise AlreadyOpen
    request.refresh_from_db()
    add_exchange(request, Happening.REOPENED, now, by=by, text=text)


def _in_words(reason: str) -> str:
    said = str(ClosingReason(reason).label)
    return f"{said[:1].upper()}{said[1:]}."
