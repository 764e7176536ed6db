"""A request is handed over to a contact, by mail or by phone; and what its hand-overs have come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from outbox.actions import write
from partners.models import Contact
from referrals import emails
from referrals.actions.timeline import add_exchange, hold
from referrals.models import Happening, Outcome, Referral, ReferralChannel, ServiceRequest
from schedules.calendars import PARIS
from territories.models import Commune


@dataclass(frozen=True)
class HandedOver:
    """A hand-over, and whether this very gesture made it (False: the same one was already on its way)."""

    referral: Referral
    is_new: bool


class AlreadyWrittenToday(Exception):
    """This contact has received a mail about this request today: the next one leaves tomorrow, or one calls."""

    def __init__(self, contact: Contact) -> None:
        super().__init__(contact.pk)
        self.contact = contact


@transaction.atomic
def locate(*, request: ServiceRequest, commune: Commune) -> None:
    """Write where the person lives: it decides who is asked. Raises AlreadyClosed."""
    hold(request)
    ServiceRequest.objects.filter(pk=request.pk).update(commune=commune)
    request.commune = commune


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
    due now. The same hand-over still pending is given back: two clicks send one message; one made before the resident
    was told, and came back, is made again. Raises AlreadyClosed, and
    AlreadyWrittenToday: one mail per case and per day to a contact, reminders included.
    """
    hold(request)
    asked = request.referrals.pending().of_this_promise()
    same = asked.filter(contact=contact, channel=channel, question=question).first()
    if same is not None:
        return HandedOver(same, is_new=False)
    if channel == ReferralChannel.MAIL and written_today(request, contact, now):
        raise AlreadyWrittenToday(contact)
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


def written_today(request: ServiceRequest, contact: Contact, now: datetime) -> bool:
    """Whether this contact was mailed about this request today, in Paris time; one statement."""
    midnight = datetime.combine(now.astimezone(PARIS).date(), time(), PARIS)
    mails = Q(kind__in=(Happening.HANDED_OVER_BY_MAIL, Happening.REMINDED)) | Q(
        kind=Happening.PASSED_ON, referral__channel=ReferralChannel.MAIL
    )
    return request.exchanges.filter(mails, referral__contact=contact, at__gte=midnight).exists()


def settle(request: ServiceRequest, **also: object) -> None:
    """Write on the request what its hand-overs have come to: since when somebody is asked, and the answer to pass on.

    An answer counts until somebody is asked again; nobody asked and no answer means « to hand over ». Who was asked
    before the resident was told, and came back, is not asked about what she came back for: an answer still counts.
    """
    referrals = {referral.pk: referral for referral in request.referrals.select_related("request")}
    asked = [referral for referral in referrals.values() if referral.is_pending and referral.is_of_this_promise]
    pending = [_asked_since(referral, referrals) for referral in asked]
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
def revoke(*, referral: Referral, by: User, now: datetime) -> None:
    """Take a link back: the contact reads nothing any more. Raises AlreadyClosed (closing ends the links anyway)."""
    hold(referral.request)
    if Referral.objects.filter(pk=referral.pk, revoked_at__isnull=True).update(revoked_at=now):
        add_exchange(referral.request, Happening.REVOKED, now, by=by, referral=referral, text=str(referral.contact))
        settle(referral.request)
