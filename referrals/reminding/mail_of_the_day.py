"""What does the one mail of the day say to a contact, when reminders and departures join in it before it leaves?"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from outbox.messages import Mail
from outbox.models import Message, State
from referrals import emails
from referrals.models import Referral, ReferralChannel, ReferralQuerySet, Reminder, deadline
from referrals.reminding import reminder_emails
from referrals.reminding.cadence import Due
from referrals.reminding.reminder_emails import REMINDER, Reminded
from schedules.wording import NBSP

_CASE = ("contact__operator", "previous__contact", "request__structure", "request__procedure")


def may_be_joined(message: Message) -> bool:
    """Ours, and still here: what a sender has taken says what it says."""
    return message.purpose in (REMINDER, emails.TAKEN_UP) and message.state == State.WAITING


def joined(message: Message, more: Sequence[Reminded], now: datetime) -> Mail | None:
    """This waiting mail with everything that came since, each case once; None when nothing waits any more.

    `more`: reminders of this very moment, whose rows do not name the message yet.
    """
    reminded = [*_reminded_in(message), *more]
    taken = _taken_up_since(message)
    if not reminded:
        return emails.taken_up(taken) if taken else None
    confided = [Reminded(referral, because_gone(referral)) for referral in taken]
    cases = {each.referral.pk: each for each in (*reminded, *confided)}
    return reminder_emails.reminder(reminded[0].referral.contact, list(cases.values()), now)


def because_gone(referral: Referral) -> str:
    name = referral.previous.contact.name if referral.previous else "Un collègue"
    return f"Cette demande vous est confiée{NBSP}: {name} a quitté son poste."


def because(referral: Referral, step: Due) -> str:
    """Why somebody else is asked now instead of the contact of this hand-over."""
    why = "ne répond pas" if step is Due.NEXT_IN_RANK else "ne peut pas être joint en ce moment"
    return f"{referral.contact} {why}"


def _reminded_in(message: Message) -> list[Reminded]:
    rows = Reminder.objects.filter(message_key=message.key, referral__isnull=False, contact__isnull=False)
    reminders = list(rows.select_related("referral__contact").order_by("pk"))
    followed = {row.referral_id: row for row in reminders if row.referral and row.contact_id != row.referral.contact_id}
    same = _waiting().filter(pk__in=[row.referral_id for row in reminders if row.referral_id not in followed])
    found = [Reminded(referral) for referral in same]
    for referral in _waiting().filter(previous__in=followed, channel=ReferralChannel.MAIL):
        row = followed[referral.previous_id]
        if row.referral and (row.contact_id, row.at) == (referral.contact_id, referral.sent_at):
            why = f"Cette demande vous est confiée{NBSP}: {because(row.referral, Due(row.step))}."
            found.append(Reminded(referral, why))
    return found


def _taken_up_since(message: Message) -> list[Referral]:
    """What came to this address by departures since it was written: the previous link was taken back at once."""
    rows = _waiting().filter(
        contact__mail__iexact=message.to_address,
        channel=ReferralChannel.MAIL,
        sent_at__gte=message.created_at,
        previous__revoked_at=F("sent_at"),
    )
    return list(rows.order_by(deadline("request__"), "pk"))


def _waiting() -> ReferralQuerySet:
    rows = Referral.objects.pending().filter(request__closed_at__isnull=True, request__cancelled_at__isnull=True)
    return rows.select_related(*_CASE)
