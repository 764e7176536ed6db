"""How does whoever takes up what colleagues left hear of it? By the one mail of a day, whoever left and whenever."""

from collections.abc import Sequence
from datetime import datetime

from outbox.actions import replace, write
from partners.one_mail_a_day import days_taken, hold
from referrals import emails
from referrals.models import Referral
from referrals.reminding.cadence import end_of_day, next_open
from referrals.reminding.due import holidays_around
from referrals.reminding.mail_of_the_day import joined, may_be_joined
from schedules.calendars import PARIS


def tell(followings: Sequence[Referral], now: datetime) -> datetime | None:
    """Write to the one contact of these hand-overs, all made at `now`; the instant at which it leaves when not now.

    They join the mail that has not left yet, be it of reminders. Once it has left, they wait for the next open morning
    without another mail, where what comes later joins them. The callers hold the transaction.
    """
    address = followings[0].contact.mail
    # Two departures at once to the same person: the second sees the mail of the first.
    hold([address])
    taken = days_taken(address, now)
    for day in sorted(taken):
        message = taken[day]
        if may_be_joined(message) and (mail := joined(message, (), now)) and replace(message, mail):
            return message.next_try_at if message.next_try_at > now else None
    holidays = holidays_around(now)
    at = next_open(now, holidays)
    while at.astimezone(PARIS).date() in taken:
        at = next_open(end_of_day(at), holidays)
    waits = at if at > now else None
    write(emails.taken_up(followings), key=emails.key_of(followings[0]), now=now, not_before=waits)
    return waits
