"""How does whoever takes up what colleagues left hear of it? By one mail a day, grouped, whoever left and whenever."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db.models import F

from outbox.actions import replace, write
from outbox.models import Message, State
from partners.models import Contact
from referrals import emails
from referrals.models import Referral, ReferralChannel
from schedules.calendars import PARIS

MORNING = time(8)
"""Of the next day, in Paris, when today's mail has left already."""


def tell(followings: Sequence[Referral], now: datetime) -> bool:
    """Write to the one contact of these hand-overs, all made at `now`; whether the mail waits for tomorrow.

    They join the mail that has not left yet. Once it has left, they wait for the next morning, where those of other
    departures join them. The callers hold the transaction.
    """
    # Two departures at once to the same person: the second sees the mail of the first.
    contact = Contact.objects.select_for_update().get(pk=followings[0].contact_id)
    day = now.astimezone(PARIS).date()
    midnight = datetime.combine(day, time(), PARIS)
    ours = Message.objects.filter(purpose=emails.TAKEN_UP, to_address=contact.mail, next_try_at__gte=midnight)
    waiting = ours.filter(state=State.WAITING).order_by("created_at", "pk").last()
    if waiting is not None and replace(waiting, emails.taken_up(_since(waiting.created_at, contact))):
        return waiting.next_try_at > now
    tomorrow = datetime.combine(day + timedelta(days=1), MORNING, PARIS) if ours.exists() else None
    write(emails.taken_up(followings), key=emails.key_of(followings[0]), now=now, not_before=tomorrow)
    return tomorrow is not None


def _since(instant: datetime, contact: Contact) -> list[Referral]:
    """What came to this contact by departures since then and still waits: the previous link was taken back at once."""
    rows = Referral.objects.pending().filter(
        contact=contact, channel=ReferralChannel.MAIL, sent_at__gte=instant, previous__revoked_at=F("sent_at")
    )
    rows = rows.filter(request__closed_at__isnull=True, request__cancelled_at__isnull=True)
    wanted = rows.select_related("contact", "previous__contact", "request__structure", "request__procedure")
    return list(wanted.order_by("request__due_at", "pk"))
