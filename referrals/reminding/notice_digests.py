"""When is a counsellor told of several things at once, and has this round been sent?"""

from collections.abc import Collection
from datetime import date, datetime, time

from django.db import transaction

from accounts.models import User
from outbox.actions import write
from outbox.messages import UnsendableMail
from referrals.models import Notice, Pace, ServiceRequest
from referrals.reminding import reminder_emails
from referrals.reminding.cadence import is_open_day
from referrals.reminding.due import holidays_around
from schedules.calendars import PARIS

HOURS = {Pace.DAILY: (time(9),), Pace.TWICE_A_DAY: (time(9), time(14))}
"""Of Paris, on working days."""
PEOPLE_A_RUN = 500
LINES_A_MAIL = 50


def send_digests(now: datetime) -> None:
    """Tell whose hour has come of what has waited since; begun again, or run twice at once, it sends once."""
    waiting = Notice.objects.not_told().filter(user__is_active=True).order_by()
    people = waiting.values_list("user", "user__notice_choice__pace").distinct()
    holidays = holidays_around(now)
    for user, pace in people.order_by("user")[:PEOPLE_A_RUN]:
        until = round_before(pace or Pace.IMMEDIATE, now, holidays)
        if until is not None:
            send_digest(user=user, until=until, now=now)


def round_before(pace: str, now: datetime, holidays: Collection[date]) -> datetime | None:
    """The round of today that has come, or None; what she was told at once before she chose leaves on any day."""
    if pace == Pace.IMMEDIATE:
        return now
    local = now.astimezone(PARIS)
    if not is_open_day(local.date(), holidays):
        return None
    hours = [hour for hour in HOURS.get(Pace(pace), ()) if hour <= local.time()]
    return datetime.combine(local.date(), max(hours), tzinfo=PARIS) if hours else None


@transaction.atomic
def send_digest(*, user: int, until: datetime, now: datetime) -> None:
    """One mail for what waited until then. What was closed since, or passed out of her sight, is not worth a mail."""
    person = User.objects.select_for_update(no_key=True).get(pk=user)
    waiting = Notice.objects.not_told().filter(user=person, at__lte=until)
    found = list(waiting.select_related("exchange__request__procedure").order_by("at", "pk"))
    Notice.objects.filter(pk__in=[notice.pk for notice in found]).update(told_at=now)
    concerned = [notice.exchange.request_id for notice in found]
    hers = ServiceRequest.objects.visible_to(person).still_open().filter(pk__in=concerned)
    open_ones = set(hers.values_list("pk", flat=True))
    worth = [notice for notice in found if notice.exchange.request_id in open_ones][:LINES_A_MAIL]
    if not worth:
        return
    mail = reminder_emails.notices(person, [notice.exchange for notice in worth])
    try:
        write(mail, key=f"notices-{person.pk}-{worth[-1].pk}", now=now)
    except UnsendableMail:
        return
