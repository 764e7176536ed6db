"""A request is forgotten: who the resident is, what was written and what was joined go; the anonymous count stays."""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import JournalEntry, User
from accounts.retention import erase_old_journal
from outbox.retention import erase_texts_of
from referrals.actions.timeline import add_exchange
from referrals.attachments import vault
from referrals.forgetting import erasure_list, retention
from referrals.forgetting.retention import Counted
from referrals.models import (
    Attachment,
    ClosingReason,
    Erasure,
    Exchange,
    Happening,
    Identity,
    IncomingMail,
    Mandate,
    Mention,
    Notice,
    Referral,
    ServiceRequest,
    Viewing,
    Why,
)
from referrals.reminding.notices import tell_keeper

ACTOR = "Effacement automatique"
_BATCH = 200
_VERB = "demande effacée"


def forget_on_time(now: datetime) -> Counted:
    """Everything whose time has come, in short transactions: it may be stopped and begun again. A periodic job."""
    total = _erase_closed(now) + _erase_idle(now) + Counted(warned=_warn_idle(now))
    drafts, _ = retention.old_drafts(now).delete()
    mails = _erase_originals(retention.unattached_mails(now))
    return total + Counted(drafts=drafts, mails=mails, journal=erase_old_journal(now))


def erase_asked(*, request: ServiceRequest, by: User, now: datetime) -> Counted:
    """The person asked to be forgotten: at once, even while the request is open; it closes then, for nobody can be
    called back any more."""
    return _erase([request.pk], Why.ASKED, now, by=by)


def replay(now: datetime) -> Counted:
    """Erase again what had been erased, in a database that comes from a backup and does not know it."""
    total = Counted()
    entries = erasure_list.entries()
    while batch := dict(islice(entries, _BATCH)):
        known = set(Erasure.objects.filter(reference__in=batch).values_list("reference", "at"))
        missed = {reference: at for reference, at in batch.items() if (reference, at) not in known}
        rows = dict(ServiceRequest.objects.filter(reference__in=missed).values_list("reference", "pk"))
        if rows:
            instants = {rows[reference]: missed[reference] for reference in rows}
            total += _erase(rows.values(), Why.REPLAYED, now, instants=instants)
    return total


def _erase_closed(now: datetime) -> Counted:
    total = Counted()
    while due := retention.closed_long_ago(now, _BATCH):
        total += _erase(due, Why.CLOSED, now)
    return total


def _erase_idle(now: datetime) -> Counted:
    total = Counted()
    while due := list(retention.idle_to_erase(now).order_by().values_list("pk", flat=True)[:_BATCH]):
        total += _erase(due, Why.IDLE, now)
    return total


def _warn_idle(now: datetime) -> int:
    """One line on the timeline of each, and a word to whoever follows it: a month is left."""
    warned = 0
    due = retention.idle_to_warn(now).order_by().select_related("structure", "author", "holder")
    while batch := list(due[:_BATCH]):
        with transaction.atomic():
            for request in batch:
                tell_keeper(add_exchange(request, Happening.WARNED_IDLE, now, actor=ACTOR), now)
        warned += len(batch)
    return warned


@transaction.atomic
def _erase(
    pks: Iterable[int],
    why: Why,
    now: datetime,
    *,
    by: User | None = None,
    instants: dict[int, datetime] | None = None,
) -> Counted:
    """`instants`: when each was erased first; replayed erasures are in the list of them already."""
    requests = list(ServiceRequest.objects.select_for_update().filter(pk__in=list(pks)))
    found = [request.pk for request in requests]
    messages = erase_texts_of(retention.message_keys(found), now)
    counted = _erase_rows(requests, now) + Counted(requests=len(requests), messages=messages)
    open_ones = [request.pk for request in requests if request.is_open]
    # A backup may be older than the closing: nobody can be called back any more, and no contact reminded.
    ServiceRequest.objects.filter(pk__in=open_ones).update(
        closed_at=now, closing_reason=ClosingReason.ABANDONED, call_back_at=None
    )
    counted += Counted(closed=len(open_ones))
    ServiceRequest.objects.filter(pk__in=found).update(erased_at=now, national_number="")
    dates = [(request, (instants or {}).get(request.pk, now)) for request in requests]
    _say(dates, why, now, by)
    if why is not Why.REPLAYED:
        # Before the end of the transaction: what is erased is always in the list, whatever stops the machine.
        erasure_list.append((request.reference, at) for request, at in dates)
    return counted


def _erase_rows(requests: Collection[ServiceRequest], now: datetime) -> Counted:
    pks = [request.pk for request in requests]
    _, identities = Identity.objects.filter(request__in=pks).delete()
    _, mandates = Mandate.objects.filter(request__in=pks).delete()
    drafts, _ = retention.drafts_about(pks).delete()
    for model in (Notice, Mention):
        model._default_manager.filter(exchange__request__in=pks).delete()
    Viewing.objects.filter(request__in=pks).delete()
    return Counted(
        identities=identities.get("referrals.Identity", 0),
        mandates=mandates.get("referrals.Mandate", 0),
        drafts=drafts,
        texts=Exchange.objects.filter(request__in=pks).exclude(text="").update(text=""),
        questions=Referral.objects.filter(request__in=pks).exclude(question="").update(question=""),
        files=_erase_files(pks, now),
        mails=_erase_originals(IncomingMail.objects.filter(original__isnull=False, referral__request__in=pks)),
    )


def _erase_files(pks: Collection[int], now: datetime) -> int:
    """The files themselves go once the rows are sure to say so; the vault sweeps what a crash would leave."""
    files = Attachment.objects.kept().filter(request__in=pks)
    keys = list(files.values_list("key", flat=True))
    files.update(erased_at=now, name="", digest="")
    transaction.on_commit(partial(_empty_vault, keys))
    return len(keys)


@transaction.atomic
def _erase_originals(mails: QuerySet[IncomingMail]) -> int:
    keys = dict(mails.values_list("pk", "original"))
    IncomingMail.objects.filter(pk__in=keys).update(original=None)
    transaction.on_commit(partial(_empty_vault, list(keys.values())))
    return len(keys)


def _empty_vault(keys: Iterable[uuid.UUID | None]) -> None:
    for key in filter(None, keys):
        vault.delete(key)


def _say(dates: Collection[tuple[ServiceRequest, datetime]], why: Why, now: datetime, by: User | None) -> None:
    """The dated line, thrice: on the timeline, among the erasures, in the journal."""
    actor = str(by) if by else ACTOR
    Erasure.objects.bulk_create([Erasure(reference=request.reference, at=at, why=why) for request, at in dates])
    Exchange.objects.bulk_create(
        [Exchange(request=request, kind=Happening.ERASED, at=now, author=by, actor=actor) for request, _ in dates]
    )
    verb = f"{_VERB} : {why.label}"
    JournalEntry.objects.bulk_create(
        [JournalEntry(at=now, user=by, actor=actor, verb=verb, subject=request.reference) for request, _ in dates]
    )
