"""Which contacts must be asked today whether their sheet is still right, and which address refuses mail for good?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Lower

from accounts.models import User
from outbox.models import Message, State
from outbox.sender import INTERRUPTED, LOST_FROM_SIGHT, NOT_WRITABLE, UNEXPECTED
from partners.models import Confirmation, Contact, Report
from partners.one_mail_a_day import written_to_today
from schedules.calendars import PARIS
from schedules.here import calendar_from

ASK_AGAIN_AFTER = timedelta(days=30)
MAILS_A_DAY = 40
"""For one office: a directory that was never confirmed does not wake up a whole operator on one morning."""
SETTLED_WITHIN = timedelta(days=7)
"""A mail that the server puts off is held after about two days; a worker may have been stopped for some more."""
_SATURDAY = 5
_NOT_THE_ADDRESS = (NOT_WRITABLE, INTERRUPTED, LOST_FROM_SIGHT, UNEXPECTED)


@dataclass(frozen=True)
class Letter:
    """One mail to write: an address, and the sheets it is asked about."""

    mail: str
    contacts: tuple[int, ...]


def is_a_day_for_asking(day: date) -> bool:
    """Offices are at work: neither the week-end nor a public holiday."""
    return day.weekday() < _SATURDAY and day not in calendar_from(day).public_holidays


def to_ask(now: datetime) -> QuerySet[Contact]:
    """In service, with a mail that arrives, here today, unconfirmed for 90 days, and left alone for 30."""
    today = now.astimezone(PARIS).date()
    of_contact = Confirmation.objects.filter(contact=OuterRef("pk"))
    return (
        Contact.objects.unconfirmed(today)
        .exclude(mail="")
        .exclude(absent_from__lte=today, absent_until__gte=today)
        .filter(bounced_at__isnull=True)
        .exclude(Exists(of_contact.filter(asked_at__gt=now - ASK_AGAIN_AFTER)))
        .exclude(Exists(of_contact.to_approve()))
        .order_by(F("checked_on").asc(nulls_first=True), "pk")
    )


def letters(now: datetime) -> list[Letter]:
    """The mails of today, the longest unconfirmed first; three queries, none on a day off.

    Nobody who has or is to have another mail today gets one, and no office sends more than MAILS_A_DAY: the others wait
    for tomorrow.
    """
    today = now.astimezone(PARIS).date()
    if not is_a_day_for_asking(today):
        return []
    midnight = datetime.combine(today, time(), PARIS)
    asked = _asked_since(midnight)
    sent_by: dict[int, set[str]] = {}
    for mail, office in asked:
        sent_by.setdefault(office, set()).add(mail)
    done = {mail for mail, _ in asked} | written_to_today(now)
    written: dict[str, list[int]] = {}
    rows = to_ask(now).annotate(small=Lower("mail")).values_list("pk", "small", "office_id")
    for pk, mail, office in rows.iterator():
        of_office = sent_by.setdefault(office, set())
        if mail in done or (mail not in written and len(of_office) >= MAILS_A_DAY):
            continue
        of_office.add(mail)
        written.setdefault(mail, []).append(pk)
    return [Letter(mail, tuple(pks)) for mail, pks in written.items()]


def _asked_since(midnight: datetime) -> set[tuple[str, int]]:
    """(address, office) of what was asked since then."""
    asked = Confirmation.objects.filter(asked_at__gte=midnight).annotate(mail=Lower("contact__mail"))
    return set(asked.values_list("mail", "contact__office_id"))


def refusals(now: datetime) -> dict[str, datetime]:
    """Addresses in small letters that refused a mail for good, or put it off to the end, and took none since.

    With the instant at which that mail was written; two queries on the mails of the last week.
    """
    recent = Message.objects.filter(created_at__gt=now - SETTLED_WITHIN).annotate(small=Lower("to_address"))
    bad = recent.not_sent().filter(state__in=(State.REFUSED, State.HELD)).exclude(last_error__in=_NOT_THE_ADDRESS)
    refused = dict(bad.order_by("created_at").values_list("small", "created_at"))
    taken = accepted(refused, now)
    return {mail: at for mail, at in refused.items() if mail not in taken or taken[mail] < at}


def accepted(mails: Iterable[str], now: datetime) -> dict[str, datetime]:
    """Of these addresses in small letters, those that took a mail of late, and when the last one was sent."""
    sent = Message.objects.filter(sent_at__gt=now - SETTLED_WITHIN).annotate(small=Lower("to_address"))
    rows = sent.filter(small__in=list(mails)).order_by("sent_at").values_list("small", "sent_at")
    return {mail: at for mail, at in rows if at is not None}


def reported_by(user: User) -> frozenset[int]:
    """The contacts of which this person has reported something that nobody has settled yet; one query."""
    return frozenset(Report.objects.open().filter(author=user).values_list("contact_id", flat=True))
