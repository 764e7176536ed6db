"""What has been kept long enough, and what goes when a request is forgotten?

Found from the tables that hold something (identities, texts, files), which stay as small as what is still kept; the
requests themselves, which are counted for ever, are never walked through.
"""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.retention import old_lines
from outbox.retention import texts_of
from referrals.emails import key_of
from referrals.models import (
    Attachment,
    Draft,
    Exchange,
    Happening,
    Identity,
    IncomingMail,
    Mandate,
    Notice,
    Referral,
    Reminder,
    ServiceRequest,
    ServiceRequestQuerySet,
)
from schedules.calendars import PARIS

KEPT_AFTER_CLOSING = timedelta(days=30)
IDLE_WARNED_MONTHS = 5
IDLE_ERASED_MONTHS = 6
DRAFTS_KEPT = timedelta(days=7)
SENT_FORMS_KEPT = timedelta(days=1)
"""An empty row that stays where a form was sent, so that a draft that arrives late brings nothing back."""
UNATTACHED_MAILS_KEPT = timedelta(days=30)
"""The original of a mail that could not be attached to a request."""


@dataclass(frozen=True)
class Counted:
    """How many rows of each kind go, or went."""

    requests: int = 0
    identities: int = 0
    mandates: int = 0
    texts: int = 0
    questions: int = 0
    files: int = 0
    mails: int = 0
    messages: int = 0
    drafts: int = 0
    journal: int = 0
    closed: int = 0
    warned: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(**{field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(self)})

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


LABELS = {
    "requests": "demandes effacées",
    "identities": "identités",
    "mandates": "mandats",
    "texts": "textes du fil",
    "questions": "questions aux interlocuteurs",
    "files": "pièces jointes",
    "mails": "originaux de messages reçus",
    "messages": "messages envoyés",
    "drafts": "brouillons",
    "journal": "lignes du journal de plus de douze mois",
    "closed": "demandes sans nouvelles, closes",
    "warned": "demandes sans nouvelles, signalées",
}


def holders() -> dict[str, tuple[QuerySet[Any], str]]:
    """Each table that holds something of a request: what is left in it, and the path to the request."""
    return {
        "identities": (Identity.objects.all(), "request"),
        "mandates": (Mandate.objects.all(), "request"),
        "texts": (Exchange.objects.exclude(text=""), "request"),
        "questions": (Referral.objects.exclude(question=""), "request"),
        "files": (Attachment.objects.kept(), "request"),
        "mails": (IncomingMail.objects.filter(original__isnull=False), "referral__request"),
    }


def closed_long_ago(now: datetime, at_most: int) -> set[int]:
    """Some requests closed more than thirty days ago of which something is left; empty when nothing is."""
    found: set[int] = set()
    for rows, path in holders().values():
        if len(found) < at_most:
            due = rows.filter(_over(path, now)).order_by().values_list(f"{path}_id", flat=True)
            found.update(due[: at_most - len(found)])
    return found


def idle_since(before: datetime) -> ServiceRequestQuerySet:
    """Open requests to which nothing has happened since then; being warned of it is nothing."""
    lines = Exchange.objects.filter(request=OuterRef("pk"), at__gte=before).exclude(kind=Happening.WARNED_IDLE)
    return ServiceRequest.objects.still_open().filter(received_at__lt=before).filter(~Exists(lines))


def idle_to_erase(now: datetime) -> ServiceRequestQuerySet:
    return idle_since(months_before(now, IDLE_ERASED_MONTHS))


def idle_to_warn(now: datetime) -> ServiceRequestQuerySet:
    """Idle for five months, and not said yet."""
    since = months_before(now, IDLE_WARNED_MONTHS)
    said = Exchange.objects.filter(request=OuterRef("pk"), kind=Happening.WARNED_IDLE, at__gte=since)
    return idle_since(since).filter(~Exists(said))


def old_drafts(now: datetime) -> QuerySet[Draft]:
    """Those that nobody went on with, and the empty rows that forms leave once sent."""
    left = Q(typed="", saved_at__lt=now - SENT_FORMS_KEPT)
    return Draft.objects.filter(Q(saved_at__lt=now - DRAFTS_KEPT) | left)


def drafts_about(requests: Collection[int]) -> QuerySet[Draft]:
    references = ServiceRequest.objects.filter(pk__in=requests).order_by().values("reference")
    return Draft.objects.filter(about__in=references)


def unattached_mails(now: datetime) -> QuerySet[IncomingMail]:
    """Mails of no request whose original is kept for longer than needed to see what went wrong."""
    return IncomingMail.objects.filter(
        original__isnull=False, referral__isnull=True, received_at__lt=now - UNATTACHED_MAILS_KEPT
    )


def message_keys(requests: Collection[int]) -> set[str]:
    """The outbox keys of every mail written about these requests: hand-overs, answers, notices, reminders."""
    referrals = Referral.objects.filter(request__in=requests).only("pk")
    lines = Exchange.objects.filter(request__in=requests).values_list("pk", flat=True)
    told = Notice.objects.filter(exchange__request__in=requests).values_list("exchange", "user")
    reminders = Reminder.objects.filter(request__in=requests).exclude(message_key="")
    return {
        *map(key_of, referrals),
        *(f"answer-{pk}" for pk in lines),
        *(f"notice-{line}-{user}" for line, user in told),
        *reminders.values_list("message_key", flat=True),
    }


def counted(now: datetime) -> Counted:
    """What `manage.py purge` would erase now, by kind; nothing is changed."""
    idle = idle_to_erase(now).order_by().values("pk")
    due = {name: rows.filter(_over(path, now) | Q(**{f"{path}__in": idle})) for name, (rows, path) in holders().items()}
    kinds = {name: rows.count() for name, rows in due.items()}
    requests = {pk for name, rows in due.items() for pk in rows.values_list(f"{holders()[name][1]}_id", flat=True)}
    to_close = set(idle.values_list("pk", flat=True))
    kinds["mails"] += unattached_mails(now).count()
    return Counted(
        requests=len(requests | to_close),
        messages=texts_of(message_keys(requests | to_close)).count(),
        drafts=(old_drafts(now) | drafts_about(requests | to_close)).count(),
        journal=old_lines(now),
        closed=len(to_close),
        warned=idle_to_warn(now).exclude(pk__in=idle).count(),
        **kinds,
    )


def months_before(at: datetime, months: int) -> datetime:
    """The same day of an earlier month at the same hour of the clock, or its last day when it has no such day."""
    local = at.astimezone(PARIS)
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)


def _over(path: str, now: datetime) -> Q:
    before = now - KEPT_AFTER_CLOSING
    return Q(**{f"{path}__closed_at__lt": before}) | Q(**{f"{path}__cancelled_at__lt": before})
