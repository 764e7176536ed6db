"""Who is told that something happened on a request, and when? Never what was said: the desk shows that.

The desk shows everything whatever a counsellor chose; a notice only brings her there sooner.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from outbox.actions import write
from outbox.messages import Mail, UnsendableMail
from referrals import emails
from referrals.models import Exchange, Happening, Notice, NoticeChoice, Pace, ServiceRequest
from referrals.reminding import reminder_emails


@transaction.atomic
def tell(exchange: Exchange, users: Iterable[User], now: datetime) -> None:
    """These persons are to be told of this line of a timeline, each at her pace: at once when she chose nothing.

    Told twice, it is told once; its author is not told what she did; who wants no notice gets none. Everything here
    belongs to the caller's transaction.
    """
    chosen = dict(NoticeChoice.objects.filter(user__in=users).values_list("user", "pace"))
    told = [user for user in users if user.is_active and user.pk != exchange.author_id]
    wanted = [user for user in told if chosen.get(user.pk) != Pace.NONE]
    Notice.objects.bulk_create([Notice(user=user, exchange=exchange, at=now) for user in wanted], ignore_conflicts=True)
    for user in wanted:
        if chosen.get(user.pk, Pace.IMMEDIATE) == Pace.IMMEDIATE:
            _tell_at_once(user, exchange, now)


def tell_keeper(exchange: Exchange, now: datetime) -> None:
    """Who follows the request is told: an answer, something missing, a reply by mail, reminders without effect.

    She chose a pace: she alone is told. She chose nothing: the site's shared mailbox is, as before anybody could
    choose, and she herself at a site that has none. She left: the shared mailbox, else nobody but the desk.
    """
    request, keeper = exchange.request, exchange.request.keeper
    works_here = keeper.is_active and keeper.memberships.filter(team=request.structure.team_id).exists()
    has_chosen = works_here and NoticeChoice.objects.filter(user=keeper).exists()
    if works_here and (has_chosen or not request.structure.mail):
        tell(exchange, [keeper], now)
    elif request.structure.mail:
        _write(_to_the_site(exchange), key=f"answer-{exchange.pk}", now=now)


def seen(request: ServiceRequest, user: User, now: datetime) -> None:
    """She has the request before her: what waited to be told about it is told. One query when nothing waited."""
    waiting = Notice.objects.not_told().filter(user=user, exchange__request=request)
    if found := list(waiting.values_list("pk", flat=True)):
        Notice.objects.not_told().filter(pk__in=found).update(told_at=now)


def pace_of(user: User) -> str:
    """What she chose, or the empty string."""
    return NoticeChoice.objects.filter(user=user).values_list("pace", flat=True).first() or ""


@transaction.atomic
def choose(*, user: User, pace: str, now: datetime) -> None:
    """Choose how often one is written to; « jamais » drops what was still to be told."""
    NoticeChoice.objects.update_or_create(user=user, defaults={"pace": pace})
    if pace == Pace.NONE:
        Notice.objects.not_told().filter(user=user).update(told_at=now)


def _tell_at_once(user: User, exchange: Exchange, now: datetime) -> None:
    notices = Notice.objects.not_told().filter(user=user, exchange=exchange)
    if notices.update(told_at=now):
        _write(reminder_emails.notices(user, [exchange]), key=f"notice-{exchange.pk}-{user.pk}", now=now)


def _to_the_site(exchange: Exchange) -> Mail:
    if exchange.kind in (Happening.ANSWERED, Happening.MISSING) and exchange.referral is not None:
        return emails.answer_received(exchange.referral)
    return reminder_emails.notices(exchange.request.structure, [exchange])


def _write(mail: Mail, *, key: str, now: datetime) -> None:
    """A notice that cannot be mailed never undoes what it tells: the desk shows it anyway."""
    try:
        write(mail, key=key, now=now)
    except UnsendableMail:
        return
