"""What does a contact do from the link: take charge, answer, say what is missing, or who it is instead?"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from outbox.actions import write
from partners.models import Contact
from referrals import emails
from referrals.actions import refer, useful_answer
from referrals.facts import cards_for
from referrals.models import Exchange, Happening, Referral, ReferralChannel, ServiceRequest


@dataclass(frozen=True)
class PassedOn:
    """Where « not me » led: the next contact, by mail; or nobody, and the site is told."""

    contact: Contact | None


@transaction.atomic
def open_link(*, referral: Referral, now: datetime) -> None:
    """The contact pressed the button: each opening is on the timeline, and reading the request is known."""
    _happened(referral, Happening.LINK_OPENED, now)


@transaction.atomic
def take_charge(*, referral: Referral, now: datetime) -> None:
    """« Je m’en occupe »: known, and no clock stops, since the resident has learnt nothing yet."""
    if Referral.objects.filter(pk=referral.pk, taken_at__isnull=True).update(taken_at=now):
        _happened(referral, Happening.TAKEN, now)


@transaction.atomic
def answer(*, referral: Referral, kind: str, text: str, now: datetime) -> Exchange:
    """« Voici la réponse » or « il manque… »: useful, so the operator's clock stops and the site is told."""
    exchange = _happened(referral, kind, now, text=text)
    useful_answer(referral, now)
    if referral.request.structure.mail:
        write(emails.answer_received(referral), key=f"answer-{exchange.pk}", now=now)
    return exchange


@transaction.atomic
def decline(*, referral: Referral, now: datetime, instead: Contact | None, says: str) -> PassedOn:
    """« Ce n’est pas moi »: goes on to the one named, else to the next in rank; the resident's clock never stops."""
    if not Referral.objects.filter(pk=referral.pk, declined_at__isnull=True).update(declined_at=now):
        return PassedOn(None)
    referral.declined_at = now
    _happened(referral, Happening.WRONG_CONTACT, now, text=says)
    following = instead or next_contact(referral, now)
    if following is None or not following.mail:
        _happened(referral, Happening.NOBODY_LEFT, now, text="La structure reprend la main.")
        ServiceRequest.objects.filter(pk=referral.request_id).update(referred_at=None)
        return PassedOn(None)
    refer(
        request=referral.request,
        contact=following,
        channel=ReferralChannel.MAIL,
        question=referral.question,
        now=now,
        actor=str(referral.contact),
        previous=referral,
    )
    return PassedOn(following)


def next_contact(referral: Referral, now: datetime) -> Contact | None:
    """The next in rank that this request was not handed to yet, among those who have a mail address."""
    cards = others_in_rank(referral, now)
    return next((contact for contact in cards if contact.mail), None)


def others_in_rank(referral: Referral, now: datetime) -> list[Contact]:
    """Contacts of the same operator that could be meant, in rank order, without those already asked."""
    request = referral.request
    asked = set(request.referrals.values_list("contact", flat=True))
    return [card.contact for card in cards_for(request, [request.operator], now, asked)]


def _happened(referral: Referral, kind: str, now: datetime, *, text: str = "") -> Exchange:
    return Exchange.objects.create(
        request=referral.request, referral=referral, kind=kind, at=now, actor=str(referral.contact), text=text
    )
