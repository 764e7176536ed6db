"""A mail that came back is said useful, or not yet, by whoever reads it: what hangs on the answer follows."""

from datetime import datetime

from django.db import transaction
from django.db.models import Min

from accounts.models import User, journal
from referrals.actions.hand_overs import settle
from referrals.actions.timeline import add_exchange, hold
from referrals.models import USEFUL, Exchange, Happening, Referral, ReferralChannel, ServiceRequest
from schedules.wording import spoken_moment

ANSWERS_BY_MAIL = (Happening.ANSWERED, Happening.MISSING)
NO_ANSWERS_BY_MAIL = (Happening.TAKEN, Happening.MAIL_RECEIVED)


class AlreadySaid(Exception):
    """Somebody said so first, or this line is no mail that came back."""


@transaction.atomic
def not_useful_yet(*, exchange: Exchange, by: User, now: datetime) -> None:
    """« Ce n'est pas encore une réponse utile »: the operator's clock and the reminders go on as if it had not come.

    Raises AlreadyClosed, and AlreadySaid: of two at once, one is said.
    """
    _say(exchange, ANSWERS_BY_MAIL, Happening.MAIL_RECEIVED, Happening.NOT_USEFUL, by, now)


@transaction.atomic
def useful(*, exchange: Exchange, by: User, now: datetime) -> None:
    """« C'est une réponse utile »: the operator's clock stopped when the mail came. AlreadyClosed, AlreadySaid."""
    _say(exchange, NO_ANSWERS_BY_MAIL, Happening.ANSWERED, Happening.USEFUL, by, now)


def _say(
    exchange: Exchange, before: tuple[Happening, ...], after: Happening, said: Happening, by: User, now: datetime
) -> None:
    request, referral = exchange.request, exchange.referral
    hold(request)
    mails = Exchange.objects.filter(pk=exchange.pk, incoming_mail__isnull=False, kind__in=before)
    if referral is None or not mails.exists():
        raise AlreadySaid
    Exchange.objects.filter(pk=exchange.pk).update(kind=after)
    first = referral.exchanges.filter(kind__in=USEFUL).aggregate(at=Min("at"))["at"]
    Referral.objects.filter(pk=referral.pk).update(answered_at=first)
    text = f"Le message de {exchange.actor}, {spoken_moment(exchange.at)}."
    add_exchange(request, said, now, by=by, referral=referral, text=text)
    settle(request, call_back_at=_call_due(request, now))
    verb = "réponse dite utile" if said is Happening.USEFUL else "réponse dite pas encore utile"
    journal(verb=verb, subject=request.reference, now=now, by=by)


def _call_due(request: ServiceRequest, now: datetime) -> datetime | None:
    """An answer spares the call; without one it is due again: when it was agreed, else now."""
    if request.referrals.filter(answered_at__isnull=False).exists():
        return None
    called = request.referrals.pending().filter(channel=ReferralChannel.PHONE).last()
    if called is None:
        return None
    last = called.exchanges.filter(kind__in=(Happening.CALL_NO_ANSWER, Happening.CALL_BACK)).last()
    return last.call_back_at if last is not None and last.call_back_at else now
