"""How does a request end, and how is it opened again?

Only what told the resident something useful keeps the promise. « Injoignable » and « abandonnée » close the request and
leave its promise as it was: the charter counts it among those never answered.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from referrals.actions.timeline import add_exchange
from referrals.models import ClosingReason, Happening, Outcome, ServiceRequest
from referrals.promised import promised_again
from schedules.wording import NBSP, deadline_in_words, spoken_moment


class AlreadyInformed(Exception):
    """Somebody closed it first; `request` says who and when."""

    def __init__(self, request: ServiceRequest) -> None:
        super().__init__(request.reference)
        self.request = request


class AlreadyOpen(Exception):
    """Somebody opened it again first, its entry was cancelled, or it was erased: nobody can be called back."""


@transaction.atomic
def inform_resident(*, request: ServiceRequest, by: User, now: datetime, reason: str, words: str = "") -> None:
    """The resident has been told something useful: the promise is kept or late, to the minute; the request closes.

    `words`: what the timeline says of it, instead of the reason. Raises AlreadyInformed when a colleague was first: her
    instant stands. ValueError for a reason that tells nobody.
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
    add_exchange(request, Happening.INFORMED, now, by=by, text=words or _in_words(reason))


@transaction.atomic
def close(*, request: ServiceRequest, by: User, now: datetime, reason: str, words: str = "") -> None:
    """The request ends, for any reason. Two closings at once: the first stands, the second raises AlreadyInformed.

    Who had been told already, and came back, keeps her first verdict; the timeline says how the second promise ended.
    `words`: what it says of the end, instead of the reason.
    """
    waits = ServiceRequest.objects.waiting().filter(pk=request.pk).exists()
    if waits and ClosingReason(reason).tells_the_resident:
        inform_resident(request=request, by=by, now=now, reason=reason, words=words)
        return
    until = _second_promise(request) if ClosingReason(reason).tells_the_resident else None
    still_open = ServiceRequest.objects.still_open().filter(pk=request.pk)
    closed = still_open.update(closed_at=now, closing_reason=reason, call_back_at=None)
    request.refresh_from_db()
    if not closed:
        raise AlreadyInformed(request)
    said = words or _in_words(reason)
    text = said if until is None else f"{said} {_kept_in_words(until, now)}"
    add_exchange(request, Happening.CLOSED, now, by=by, text=text)


@transaction.atomic
def reopen_closed_by_mistake(*, request: ServiceRequest, by: User, now: datetime) -> None:
    """The closing was an error: the clock goes on as if it had never been. The timeline keeps both. AlreadyOpen.

    Who had been told before, came back, and was closed again by mistake keeps her first verdict and her second clock.
    """
    request.refresh_from_db()
    text = f"Clôture par erreur{NBSP}: la promesse court comme si elle n’avait jamais été arrêtée"
    if request.return_due_at is not None:
        _reopen(request, by, now, text)
        return
    also: dict[str, object] = {"reopened_at": now, "resident_informed_at": None, "informed_by": None}
    if request.outcome == Outcome.SOLVED:
        # What is open was not solved here, nor with a note; who is to be asked is found under this name.
        also |= {"outcome": Outcome.REFERRED}
        text += f". Suite{NBSP}: {Outcome.SOLVED.label} → {Outcome.REFERRED.label}"
    _reopen(request, by, now, text, solved_with=None, **also)


@transaction.atomic
def reopen_for_return(*, request: ServiceRequest, by: User, now: datetime) -> None:
    """The person is back: the first verdict stands, and what she comes back for is promised as if received now.

    That second deadline is fixed here, and nobody is asked about it yet: what was handed over before was for the first.
    Who was never told anything goes on waiting for the same promise, even when it has run out: no closing stopped it.
    Raises AlreadyOpen.
    """
    request.refresh_from_db()
    also: dict[str, object] = {"reopened_at": now}
    told = "la même promesse court toujours"
    if request.resident_informed_at is not None:
        also |= {"return_due_at": promised_again(request, now), "referred_at": None}
        told = "ce qui lui a été dit reste compté"
    _reopen(request, by, now, f"La personne revient{NBSP}: {told}", **also)


def _reopen(request: ServiceRequest, by: User, now: datetime, text: str, **also: object) -> None:
    kept = ServiceRequest.objects.filter(pk=request.pk, cancelled_at__isnull=True, erased_at__isnull=True)
    if not kept.filter(closed_at__isnull=False).update(
        closed_at=None, closing_reason="", version=F("version") + 1, **also
    ):
        raise AlreadyOpen
    request.refresh_from_db()
    add_exchange(request, Happening.REOPENED, now, by=by, text=f"{text}. {promise_in_words(request, now)}")


def promise_in_words(request: ServiceRequest, now: datetime) -> str:
    """Which promise holds now that it is open again: « Réponse promise avant le… », or that it has run out."""
    until = request.promised_until or request.due_at
    if now > until:
        return f"La promesse du {spoken_moment(until)} n’a pas été tenue{NBSP}: elle compte comme en retard."
    return f"Réponse promise avant le {spoken_moment(until)}."


def _second_promise(request: ServiceRequest) -> datetime | None:
    """The deadline of a person who is back, before the request closes again; None for anybody else."""
    fresh = ServiceRequest.objects.still_open().filter(pk=request.pk, resident_informed_at__isnull=False).first()
    return fresh.promised_until if fresh is not None else None


def _kept_in_words(until: datetime, now: datetime) -> str:
    if now <= until:
        return "Promesse du retour tenue."
    return f"Promesse du retour tenue {deadline_in_words(until, now)}."


def _in_words(reason: str) -> str:
    said = str(ClosingReason(reason).label)
    return f"{said[:1].upper()}{said[1:]}."
