"""What does a contact do from the link: take charge, answer, say what is missing, or who it is instead?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import journal
from partners.models import Contact
from referrals.actions import add_exchange, hold, refer, settle, written_today
from referrals.attachments.attaching import Examined, keep
from referrals.facts import cards_for
from referrals.models import Exchange, Happening, Referral, ReferralChannel
from referrals.reminding import notices

SAME_OPENING = timedelta(minutes=10)
"""Opened again within it, a link was opened once: what a browser and its owner do, not news for the site."""


@dataclass(frozen=True)
class PassedOn:
    """Where « not me » led: a contact, asked by mail or for the site to call; or nobody, and the site is told."""

    contact: Contact | None
    by_mail: bool = False


@transaction.atomic
def open_link(*, referral: Referral, now: datetime) -> None:
    """The contact pressed the button: each time in the journal, and once on the timeline for a few minutes."""
    Referral.objects.select_for_update().get(pk=referral.pk)
    journal(verb="lien ouvert", subject=referral.request.reference, now=now, actor=str(referral.contact))
    if not referral.exchanges.filter(kind=Happening.LINK_OPENED, at__gt=now - SAME_OPENING).exists():
        _happened(referral, Happening.LINK_OPENED, now)


@transaction.atomic
def acknowledge(*, referral: Referral, text: str, now: datetime, actor: str = "") -> Exchange:
    """« Bien reçu, je regarde », by mail: taken charge of, in these words; no clock stops, the last reminder stays.

    Who follows the request is told, since a machine judged the words. The same ones twice are one line. Raises
    AlreadyClosed.
    """
    hold(referral.request)
    if same := referral.exchanges.filter(kind=Happening.TAKEN, text=text).first():
        return same
    Referral.objects.filter(pk=referral.pk, taken_at__isnull=True).update(taken_at=now)
    exchange = _happened(referral, Happening.TAKEN, now, text=text, actor=actor)
    notices.tell_keeper(exchange, now)
    return exchange


@transaction.atomic
def take_charge(*, referral: Referral, now: datetime, files: Sequence[Examined] = ()) -> None:
    """« Je m’en occupe »: no clock stops, since the resident has learnt nothing yet.

    Raises AlreadyClosed, and Refused when there are too many files.
    """
    hold(referral.request)
    if Referral.objects.filter(pk=referral.pk, taken_at__isnull=True).update(taken_at=now):
        _happened(referral, Happening.TAKEN, now)
    keep(request=referral.request, files=files, contact=referral.contact, now=now)


@transaction.atomic
def answer(
    *,
    referral: Referral,
    kind: str,
    text: str,
    now: datetime,
    actor: str = "",
    files: Sequence[Examined] = (),
) -> Exchange:
    """« Voici la réponse » or « il manque… »: useful, so the operator's clock stops and the site is told.

    `actor` when a colleague answers for the contact. The same answer sent twice is one answer.
    Raises AlreadyClosed, and Refused when there are too many files.
    """
    hold(referral.request)
    same = referral.exchanges.filter(kind=kind, text=text).first()
    exchange = same or _happened(referral, kind, now, text=text, actor=actor)
    keep(request=referral.request, files=files, contact=referral.contact, exchange=exchange, now=now)
    if same:
        return same
    Referral.objects.filter(pk=referral.pk, answered_at__isnull=True).update(answered_at=now)
    settle(referral.request, call_back_at=None)
    notices.tell_keeper(exchange, now)
    return exchange


@transaction.atomic
def decline(*, referral: Referral, now: datetime, instead: Contact | None, says: str) -> PassedOn:
    """« Ce n’est pas moi »: goes on to the one named, else to the next in rank; the resident's clock never stops.

    Someone who has no mail address, or was mailed today already, is left for the site to call, now. Said twice, it is
    said once. Raises AlreadyClosed.
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
    by_mail = bool(following.mail) and not written_today(referral.request, following, now)
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


def _happened(referral: Referral, kind: str, now: datetime, *, text: str = "", actor: str = "") -> Exchange:
    who = actor or str(referral.contact)
    return add_exchange(referral.request, kind, now, actor=who, referral=referral, text=text)
