"""What a counsellor does with a request: log it, hand it over, follow it, tell the resident."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

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
from schedules.calendars import PARIS
from schedules.here import calendar_around
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
class HandedOver:
    """A hand-over, and whether this very gesture made it (False: the same one was already on its way)."""

    referral: Referral
    is_new: bool


@dataclass(frozen=True)
class Logged:
    """A request, and whether this very entry made it (False: the same entry was already there)."""

    request: ServiceRequest
    is_new: bool


def due_at(promise: Promise, received_at: datetime) -> datetime:
    """When the promise to the resident ends, in the unit in force."""
    holidays = calendar_around(received_at).public_holidays
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
def locate(*, request: ServiceRequest, commune: Commune) -> None:
    """Write where the person lives: it decides who is asked. Raises AlreadyClosed."""
    hold(request)
    ServiceRequest.objects.filter(pk=request.pk).update(commune=commune)
    request.commune = commune


@transaction.atomic
def keep_identity(*, request: ServiceRequest, name: str, reach: str, file_number: str, by: User, now: datetime) -> None:
    """Write who the resident is, because a hand-over or a call back needs it; empty fields change nothing.

    Raises AlreadyClosed: nothing is learnt about a person whose request is over.
    """
    values = {k: v for k, v in {"name": name, "reach": reach, "file_number": file_number}.items() if v}
    if values:
        hold(request)
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
) -> HandedOver:
    """Hand the request over to a contact; the operator's clock starts with the first hand-over to that operator.

    By mail, the message is written to the outbox in the same transaction: neither can exist alone. By phone, a call is
    due now. The same hand-over still pending is given back: two clicks send one message. Raises AlreadyClosed.
    """
    hold(request)
    same = request.referrals.pending().filter(contact=contact, channel=channel, question=question).first()
    if same is not None:
        return HandedOver(same, is_new=False)
    referral = Referral.objects.create(
        request=request, contact=contact, channel=channel, question=question, author=by, previous=previous, sent_at=now
    )
    by_mail = channel == ReferralChannel.MAIL
    kind = Happening.HANDED_OVER_BY_MAIL if by_mail else Happening.HANDED_OVER_BY_PHONE
    add_exchange(request, kind, now, by=by, actor=actor, referral=referral, text=f"à {contact}")
    settle(request, operator=contact.operator, outcome=Outcome.REFERRED, call_back_at=None if by_mail else now)
    if by_mail:
        write(emails.new_referral(referral), key=emails.key_of(referral), now=now)
    return HandedOver(referral, is_new=True)


def hold(request: ServiceRequest) -> None:
    """Take the row for the rest of this transaction, on both databases. Raises AlreadyClosed when the request is."""
    taken = ServiceRequest.objects.filter(pk=request.pk, closed_at__isnull=True, cancelled_at__isnull=True).update(
        promised_hours=F("promised_hours")
    )
    if not taken:
        raise AlreadyClosed(request.reference)


def settle(request: ServiceRequest, **also: object) -> None:
    """Write on the request what its hand-overs have come to: since when somebody is asked, and the answer to pass on.

    An answer counts until somebody is asked again; nobody asked and no answer means « to hand over ».
    """
    referrals = {referral.pk: referral for referral in request.referrals.all()}
    pending = [_asked_since(referral, referrals) for referral in referrals.values() if referral.is_pending]
    answer = max((referral.answered_at for referral in referrals.values() if referral.answered_at), default=None)
    asked_again = answer is not None and any(since > answer for since in pending)
    ServiceRequest.objects.filter(pk=request.pk).update(
        referred_at=min(pending, default=None), answered_at=None if asked_again else answer, **also
    )


def _asked_since(referral: Referral, known: Mapping[int, Referral]) -> datetime:
    """When it was handed over first: whoever takes up what a colleague left is not asked anew."""
    before = known.get(referral.previous_id or 0)
    while before is not None and before.revoked_at and not before.declined_at:
        referral, before = before, known.get(before.previous_id or 0)
    return referral.sent_at


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

    Only a useful answer stops the operator's clock. Without an answer the call stays due: now, or when it was agreed.
    Raises AlreadyClosed.
    """
    request = referral.request
    hold(request)
    add_exchange(request, kind, now, by=by, referral=referral, text=text, call_back_at=call_back_at)
    due = {Happening.CALL_NO_ANSWER: now, Happening.CALL_BACK: call_back_at}.get(Happening(kind))
    mark = {Happening.CALL_ANSWERED: "answered_at", Happening.WRONG_CONTACT: "declined_at"}.get(Happening(kind))
    if mark is not None:
        Referral.objects.filter(pk=referral.pk, **{f"{mark}__isnull": True}).update(**{mark: now})
    settle(request, call_back_at=due)


@transaction.atomic
def revoke(*, referral: Referral, by: User, now: datetime) -> None:
    """Take a link back: the contact reads nothing any more. Raises AlreadyClosed (closing ends the links anyway)."""
    hold(referral.request)
    if Referral.objects.filter(pk=referral.pk, revoked_at__isnull=True).update(revoked_at=now):
        add_exchange(referral.request, Happening.REVOKED, now, by=by, referral=referral, text=str(referral.contact))
        settle(referral.request)


@transaction.atomic
def add_note(*, request: ServiceRequest, text: str, by: User, now: datetime) -> None:
    """A word inside the team: it stops no clock. The same one sent twice in ten minutes is one note."""
    twice = request.exchanges.filter(kind=Happening.NOTE, author=by, text=text, at__gte=now - timedelta(minutes=10))
    if not twice.exists():
        add_exchange(request, Happening.NOTE, now, by=by, text=text)


@transaction.atomic
def inform_resident(*, request: ServiceRequest, by: User, now: datetime, reason: str) -> None:
    """The resident has been told something useful: the promise is kept or late, to the minute; the request closes.

    Raises AlreadyInformed when a colleague was first: her instant stands.
    """
    told = ServiceRequest.objects.waiting().filter(pk=request.pk)
    closed = told.update(
        resident_informed_at=now, informed_by=by, closed_at=now, closing_reason=reason, call_back_at=None
    )
    request.refresh_from_db()
    if not closed:
        raise AlreadyInformed(request)
    add_exchange(request, Happening.INFORMED, now, by=by)


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
