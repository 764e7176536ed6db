"""What a counsellor does with a request: log it, hand it over, follow it, tell the resident."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User, journal
from outbox.actions import write
from partners.models import Blocker, Contact, Operator, Procedure
from referrals import deadlines, emails
from referrals.models import (
    Channel,
    ClosingReason,
    Exchange,
    Happening,
    Identity,
    Outcome,
    Promise,
    Referral,
    ReferralChannel,
    ServiceRequest,
    new_reference,
)
from schedules.calendars import PARIS, french_calendar
from structures.models import Structure
from territories.models import Commune

_TRIES_FOR_A_REFERENCE = 5


class AlreadyInformed(Exception):
    """Somebody told the resident first; `request` says who and when."""

    def __init__(self, request: ServiceRequest) -> None:
        super().__init__(request.reference)
        self.request = request


class AlreadyClosed(Exception):
    """The request is closed: nothing more is handed over."""


@dataclass(frozen=True)
class Logged:
    """A request, and whether this very entry made it (False: the same entry was already there)."""

    request: ServiceRequest
    is_new: bool


def due_at(promise: Promise, received_at: datetime) -> datetime:
    """When the promise to the resident ends, in the unit in force."""
    year = received_at.astimezone(PARIS).year
    holidays = french_calendar(year, year + 1).public_holidays
    unit = deadlines.Unit(promise.unit)
    return deadlines.due_at(received_at, timedelta(hours=promise.hours), unit, holidays)


def log_request(
    *,
    structure: Structure,
    procedure: Procedure,
    outcome: str,
    key: uuid.UUID,
    by: User,
    now: datetime,
    operator: Operator | None = None,
    commune: Commune | None = None,
    blocker: Blocker | None = None,
    channel: str = Channel.COUNTER,
    call_back_at: datetime | None = None,
) -> Logged:
    """Write the request in one INSERT; the same key gives the same request back, whoever wins the race.

    Raises PermissionError when the key was used by somebody else.
    """
    promise = Promise.in_force(now.astimezone(PARIS).date())
    solved = outcome == Outcome.SOLVED
    request = ServiceRequest(
        structure=structure,
        procedure=procedure,
        operator=operator or procedure.operator,
        commune=commune,
        blocker=blocker,
        outcome=outcome,
        channel=channel,
        author=by,
        idempotency_key=key,
        received_at=now,
        due_at=due_at(promise, now),
        promised_hours=promise.hours,
        promised_unit=promise.unit,
        call_back_at=call_back_at,
        resident_informed_at=now if solved else None,
        informed_by=by if solved else None,
        closed_at=now if solved else None,
        closing_reason=ClosingReason.SOLVED_HERE if solved else "",
    )
    for _ in range(_TRIES_FOR_A_REFERENCE):
        request.reference = new_reference(structure.departement_id, now)
        try:
            with transaction.atomic():
                request.save(force_insert=True)
        except IntegrityError:
            # Either the double of this entry won the race, or the drawn reference exists already.
            if existing := _logged_with(key, by):
                return Logged(existing, is_new=False)
            continue
        return Logged(request, is_new=True)
    raise RuntimeError("No free reference was drawn.")


def _logged_with(key: uuid.UUID, by: User) -> ServiceRequest | None:
    existing = ServiceRequest.objects.filter(idempotency_key=key).first()
    if existing is not None and existing.author_id != by.pk:
        raise PermissionError("This entry belongs to somebody else.")
    return existing


@transaction.atomic
def keep_identity(*, request: ServiceRequest, name: str, reach: str, file_number: str, by: User, now: datetime) -> None:
    """Write who the resident is, because a hand-over or a call back needs it; empty fields change nothing."""
    values = {k: v for k, v in {"name": name, "reach": reach, "file_number": file_number}.items() if v}
    if values:
        Identity.objects.update_or_create(request=request, defaults=values)
        journal(verb="identité saisie", subject=request.reference, now=now, by=by)


@transaction.atomic
def refer(
    *,
    request: ServiceRequest,
    contact: Contact,
    channel: str,
    question: str,
    now: datetime,
    by: User | None = None,
    actor: str = "",
    previous: Referral | None = None,
) -> Referral:
    """Hand the request over to a contact; the operator's clock starts with the first hand-over to that operator.

    By mail, the message is written to the outbox in the same transaction: neither can exist alone.
    Raises AlreadyClosed when the request is.
    """
    _touch(request)
    referral = Referral.objects.create(
        request=request,
        contact=contact,
        channel=channel,
        question=question,
        author=by,
        previous=previous,
        sent_at=now,
    )
    ServiceRequest.objects.filter(pk=request.pk, referred_at__isnull=True).update(referred_at=now)
    ServiceRequest.objects.filter(pk=request.pk).update(operator=contact.operator, outcome=Outcome.REFERRED)
    request.referred_at = request.referred_at or now
    by_mail = channel == ReferralChannel.MAIL
    _happened(
        request,
        Happening.HANDED_OVER_BY_MAIL if by_mail else Happening.HANDED_OVER_BY_PHONE,
        now,
        by=by,
        actor=actor,
        referral=referral,
        text=f"à {contact}",
    )
    if by_mail:
        write(emails.new_referral(referral), key=f"referral-{referral.pk}", now=now)
    return referral


def _touch(request: ServiceRequest) -> None:
    """Take the row for this transaction, on both databases, and make sure that it is still open."""
    taken = ServiceRequest.objects.filter(pk=request.pk, closed_at__isnull=True, cancelled_at__isnull=True).update(
        outcome=request.outcome
    )
    if not taken:
        raise AlreadyClosed(request.reference)


@transaction.atomic
def record_call(
    *,
    referral: Referral,
    kind: str,
    by: User,
    now: datetime,
    text: str = "",
    call_back_at: datetime | None = None,
) -> None:
    """Log a call to the contact: answered (with what was said), no answer, call back at…, wrong contact.

    Only a useful answer stops the operator's clock; a wrong contact stops nothing.
    """
    request = referral.request
    _happened(request, kind, now, by=by, referral=referral, text=text, call_back_at=call_back_at)
    if kind == Happening.CALL_ANSWERED:
        useful_answer(referral, now)
    elif kind == Happening.CALL_BACK:
        ServiceRequest.objects.filter(pk=request.pk).update(call_back_at=call_back_at)
    elif kind == Happening.WRONG_CONTACT:
        Referral.objects.filter(pk=referral.pk, declined_at__isnull=True).update(declined_at=now)
    if kind != Happening.CALL_BACK:
        ServiceRequest.objects.filter(pk=request.pk).update(call_back_at=None)


def useful_answer(referral: Referral, now: datetime) -> None:
    """The operator said something useful: its clock stops at the first one; the resident's goes on."""
    Referral.objects.filter(pk=referral.pk, answered_at__isnull=True).update(answered_at=now)
    ServiceRequest.objects.filter(pk=referral.request_id, answered_at__isnull=True).update(answered_at=now)


@transaction.atomic
def add_note(*, request: ServiceRequest, text: str, by: User, now: datetime) -> None:
    """A word inside the team: it stops no clock."""
    _happened(request, Happening.NOTE, now, by=by, text=text)


@transaction.atomic
def inform_resident(*, request: ServiceRequest, by: User, now: datetime, reason: str) -> None:
    """The resident has been told something useful: the promise is kept or late, to the minute; the request closes.

    Raises AlreadyInformed when a colleague was first: her instant stands.
    """
    closed = (
        ServiceRequest.objects.waiting()
        .filter(pk=request.pk)
        .update(
            resident_informed_at=now,
            informed_by=by,
            closed_at=now,
            closing_reason=reason,
            call_back_at=None,
        )
    )
    request.refresh_from_db()
    if not closed:
        raise AlreadyInformed(request)
    _happened(request, Happening.INFORMED, now, by=by)


def _happened(
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
