"""May this address be written to today? One mail a day, whoever writes, and who comes second joins it or waits.

Counted: reminders, what a departure confides, the question « toujours exact ? ». Two kinds never wait and are not
counted: a hand-over that a person makes now (one for a case and a day), and what answers a mail that came in.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from outbox.models import LIVE, Message, State
from partners.models import Contact
from schedules.calendars import PARIS

HAND_OVER = "transmission"
TURNED_AWAY = "message non transmis"
_NOT_COUNTED = (HAND_OVER, TURNED_AWAY)


def hold(addresses: Collection[str]) -> None:
    """Until the end of this transaction nobody else writes to them: every sheet that has one is held, in one order."""
    wanted = {address.lower() for address in addresses if address}
    held = Contact.objects.annotate(small=Lower("mail")).filter(small__in=wanted).order_by("pk")
    list(held.select_for_update(no_key=True).values_list("pk", flat=True))


def days_taken(address: str, now: datetime) -> dict[date, Message]:
    """The days, from today on, on which a counted mail has left or is to leave for this address; one statement."""
    today = _day(now)
    mails = _since_today(now).filter(to_address__iexact=address).exclude(purpose__in=_NOT_COUNTED)
    # What should have left before today, and has not, leaves today.
    return {max(_day(mail.sent_at or mail.next_try_at), today): mail for mail in mails.order_by("pk")}


def mail_of_today(address: str, now: datetime) -> Message | None:
    """The counted mail of today, sent or waiting; one statement."""
    return days_taken(address, now).get(_day(now))


def written_to_today(now: datetime) -> set[str]:
    """Addresses, in small letters, that some mail has left for or leaves for today, counted or not; one statement."""
    mails = _since_today(now).filter(Q(sent_at__isnull=False) | Q(next_try_at__lt=_midnight(now, days=1)))
    return set(mails.annotate(small=Lower("to_address")).values_list("small", flat=True))


def _since_today(now: datetime) -> QuerySet[Message]:
    """Sent today, or on its way: what was refused or is held has written to nobody."""
    midnight = _midnight(now)
    perhaps = Q(state=State.UNCERTAIN, next_try_at__gte=midnight)
    return Message.objects.filter(Q(sent_at__gte=midnight) | Q(sent_at__isnull=True) & (Q(state__in=LIVE) | perhaps))


def _midnight(now: datetime, days: int = 0) -> datetime:
    return datetime.combine(_day(now) + timedelta(days=days), time(), PARIS)


def _day(at: datetime) -> date:
    return at.astimezone(PARIS).date()
