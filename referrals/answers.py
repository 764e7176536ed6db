"""What does a contact do from the link: take charge, answer, say what is missing, or who it is instead?"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from outbox.actions import write
from outbox.messages import UnsendableMail
from partners.models import Contact
from referrals import emails
from referrals.actions import add_exchange, hold, refer, settle
from referrals.facts import cards_for
from referrals.models import Exchange, Happening, Referral, ReferralChannel


@dataclass(frozen=True)
class PassedOn:
    """Where « not me » led: a contact, asked by mail or for the site to call; or nobody, and the site is told."""

    contact: Contact | None
    by_mail: bool = False


@transaction.atomic
def open_link(*, referral: Referral, now: datetime) -> None:
    """The contact pressed the button: each opening is on the timeline."""
    _happened(referral, Happening.LINK_OPENED, now)


@transaction.atomic
def take_charge(*, referral: Referral, now: datetime) -> None:
    """« Je m’en occupe »: no clock stops, since the resident has learnt nothing yet. Raises AlreadyClosed."""
    hold(referral.request)
    if Referral.objects.filter(pk=referral.pk, taken_at__isnull=True).update(taken_at=now):
        _happened(referral, Happening.TAKEN, now)


@transaction.atomic
def answer(*, referral: Referral, kind: str, text: str, now: datetime) -> Exchange:
    """« Voici la réponse » or « il manque… »: useful, so the operator's clock stops and the site is told.

    The same answer sent twice is one answer. Raises AlreadyClosed.
    """
    hold(referral.request)
    if same := referral.exchanges.filter(kind=kind, text=text).first():
        return same
    exchange = _happened(referral, kind, now, text=text)
    Referral.objects.filter(pk=referral.pk, answered_at__isnull=True).update(answered_at=now)
    settle(referral.request, call_back_at=None)
    _tell_the_site(referral, exchange, now)
    return exchange


def _tell_the_site(referral: Referral, exchange: Exchange, now: datetime) -> None:
    """A notice that cannot be mailed never undoes an answer: the desk shows it anyway."""
    if not referral.request.structure.mail:
        return
    try:
        write(emails.answer_received(referral), key=f"answer-{exchange.pk}", now=now)
    except UnsendableMail:
        return


@transaction.atomic
def decline(*, referral: Referral, now: datetime, instead: Contact | None, says: str) -> PassedOn:
    """« Ce n’est pas moi »: goes on to the one named, else to the next in rank; the resident's clock never stops.

    Someone who has no mail address is left for the site to call, now. Said twice, it is said once.
    Raises AlreadyClosed.
    """
    hold(referral.request)
    if not Referral.objects.filter(pk=referral.pk, declined_at__isnull=True).update(declined_at=now):
        followed = referral.next.select_related("contact").first()
        return PassedOn(followed.contact, followed.channel == ReferralChannel.MAIL) if followed else PassedOn(None)
    _happened(referral, Happening.WRONG_CONTACT, now, text=says)
    following = instead or next(iter(others_in_rank(referral, now)), None)
    if following is None:
        _happened(referral, Happening.NOBODY_LEFT, now, text="La structure reprend la main.")
        settle(referral.request)
        return PassedOn(None)
    by_mail = bool(following.mail)
    refer(
        request=referral.request,
        contact=following,
        channel=ReferralChannel.MAIL if by_mail else ReferralChannel.PHONE,
        question=referral.question,
        now=now,
        actor=str(referral.contact),
        previous=referral,
    )
    return PassedOn(following, by_mail)


def others_in_rank(referral: Referral, now: datetime) -> list[Contact]:
    """Contacts of the same operator that could be meant, in rank order, without those already asked."""
    request = referral.request
    asked = set(request.referrals.values_list("contact", flat=True))
    return [card.contact for card in cards_for(request, [request.operator], now, asked)]


def _happened(referral: Referral, kind: str, now: datetime, *, text: str = "") -> Exchange:
    return add_exchange(referral.request, kind, now, actor=str(referral.contact), referral=referral, text=text)
