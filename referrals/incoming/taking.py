"""A mail has come: it is taken once, and becomes an answer, a line of the timeline, or a polite refusal."""

import logging
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower

from accounts.sensitive import masked
from outbox.models import Message
from partners.models import Contact
from referrals import links
from referrals.actions import AlreadyClosed
from referrals.attachments import attaching, vault
from referrals.incoming import effects, grouped, reading, undecided
from referrals.incoming.acknowledgements import has_postscript, only_acknowledges
from referrals.incoming.judging import Kind, Known, judge, may_answer
from referrals.incoming.reading import Incoming
from referrals.models import Exchange, IncomingMail, Referral, Verdict
from referrals.reply_addresses import referral_pk
from schedules.wording import NBSP

logger = logging.getLogger("app.mail_in")

_LONGEST_ORIGINAL = 300_000
"""Characters that are searched for numbers that must not be kept: a longer mail leaves no original."""


@dataclass
class _Prepared:
    """What takes time or a disk, done before the transaction begins."""

    text: str = ""
    was_masked: bool = False
    original: uuid.UUID | None = None
    files: list[attaching.Examined] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def take(content: bytes, *, now: datetime, sender: str | None = None, recipients: Sequence[str] = ()) -> IncomingMail:
    """Take one mail, once: a second delivery of the same one changes nothing and gives the first row back.

    `sender` and `recipients` are those of the envelope, when the mail server gave them. When this returns, everything
    is committed. Raises nothing of what a mail can contain, only the errors of the database and of the disk: the mail
    must then be delivered again.
    """
    try:
        mail = reading.read(content, sender=sender, recipients=tuple(recipients))
    except reading.Unreadable:
        mail = Incoming(digest=reading.digest_of(content))
        return _record(mail, Verdict.UNREADABLE, None, now) or IncomingMail.objects.get(digest=mail.digest)
    if seen := IncomingMail.objects.filter(digest=mail.digest).first():
        return seen
    referral = hand_over_of(mail)
    group = [] if referral else grouped.group_of(mail)
    referral = referral or (grouped.one_of(group, mail, now) if group else None)
    known = _known(mail, referral, group, now)
    kind = judge(mail, known)
    prepared = _prepare(mail, kind, referral, content, now)
    try:
        taken = _write(mail, kind, referral, group, known, prepared, now)
    except BaseException:
        _forget(prepared)
        raise
    if taken.original != prepared.original:
        _forget(prepared)
    logger.info("mail taken", extra={"state": taken.verdict, "incoming_pk": taken.pk})
    return taken


def hand_over_of(mail: Incoming) -> Referral | None:
    """The hand-over that the signed address names, else the one whose mail is answered or comes back."""
    pks = [pk for address in mail.recipients if (pk := referral_pk(address)) is not None]
    if not pks and mail.answers_to:
        sent = Message.objects.filter(message_id__in=mail.answers_to).order_by("-pk")
        addresses = [headers.get("Reply-To", "") for headers in sent.values_list("headers", flat=True)]
        pks = [pk for address in addresses if (pk := referral_pk(address)) is not None]
    rows = Referral.objects.select_related("request__structure", "request__procedure", "contact__operator")
    return rows.filter(pk=pks[0]).first() if pks else None


def _known(mail: Incoming, referral: Referral | None, group: Sequence[Referral], now: datetime) -> Known:
    own = {settings.DEFAULT_FROM_EMAIL, settings.SERVER_EMAIL, settings.REPLY_ADDRESS}
    known = Known(
        own_addresses=frozenset(parseaddr(address)[1].lower() for address in own if address),
        is_our_own=bool(mail.message_id) and Message.objects.filter(message_id=mail.message_id).exists(),
    )
    asked = referral or next(iter(group), None)
    if asked is None:
        return known
    contact = asked.contact
    colleagues = Contact.objects.in_service().filter(operator=contact.operator, office=contact.office).exclude(mail="")
    lately = IncomingMail.objects.filter(referral=asked, received_at__gt=now - timedelta(hours=1))
    return Known(
        own_addresses=known.own_addresses,
        is_our_own=known.is_our_own,
        has_hand_over=True,
        is_undecided=referral is None,
        is_ended=all(links.refusal_of(each, now) is not None for each in ([referral] if referral else group)),
        contact=contact.mail.lower(),
        colleagues=frozenset(colleagues.order_by().values_list(Lower("mail"), flat=True)),
        of_the_last_hour=lately.count(),
    )


def _prepare(mail: Incoming, kind: Kind, referral: Referral | None, content: bytes, now: datetime) -> _Prepared:
    text, was_masked = masked(links.without_links(mail.reply))
    prepared = _Prepared(text=text, was_masked=was_masked)
    if referral is None or kind not in {Kind.ATTACHED, Kind.EMPTY}:
        return prepared
    for file in mail.files:
        try:
            examined = attaching.examine(
                request=referral.request, content=file.content, name=file.name, now=now, contact=referral.contact
            )
        except attaching.Refused as refused:
            prepared.refused.append(f"{masked(file.name)[0]}{NBSP}: {refused}")
        else:
            prepared.files.append(examined)
    prepared.was_masked = was_masked or masked(mail.everything[:_LONGEST_ORIGINAL])[1]
    if not prepared.was_masked and len(mail.everything) <= _LONGEST_ORIGINAL:
        with suppress(reading.Unreadable):
            prepared.original = vault.write(reading.without_files(content))
    return prepared


def _forget(prepared: _Prepared) -> None:
    if prepared.original is not None:
        vault.delete(prepared.original)


@transaction.atomic
def _write(
    mail: Incoming,
    kind: Kind,
    referral: Referral | None,
    group: Sequence[Referral],
    known: Known,
    prepared: _Prepared,
    now: datetime,
) -> IncomingMail:
    """The row first: whoever delivers the same mail at the same time waits for it, then finds it."""
    taken = _record(mail, Verdict(kind.value), referral, now)
    if taken is None:
        return IncomingMail.objects.get(digest=mail.digest)
    if kind in {Kind.ATTACHED, Kind.EMPTY} and referral is not None:
        try:
            with transaction.atomic():
                return _keep(taken, mail, kind, referral, prepared, now)
        except AlreadyClosed:
            kind = Kind.CLOSED
            taken.verdict = Verdict.CLOSED
            taken.save(update_fields=["verdict"])
    if kind is Kind.UNDECIDED:
        undecided.follow(mail, grouped.still_waiting(group, now) or group, prepared.text, now=now)
        return taken
    is_known = may_answer(mail.sender, known)
    concerned: Sequence[Referral | None] = [referral] if referral else grouped.still_waiting(group, now) or group[:1]
    for each in concerned or [None]:
        effects.follow(mail, kind, each, prepared.text, is_known=is_known, now=now)
    return taken


def _record(mail: Incoming, verdict: Verdict, referral: Referral | None, now: datetime) -> IncomingMail | None:
    """The row of this mail; None when another delivery wrote it first."""
    try:
        with transaction.atomic():
            return IncomingMail.objects.create(digest=mail.digest, received_at=now, verdict=verdict, referral=referral)
    except IntegrityError:
        return None


def _keep(
    taken: IncomingMail,
    mail: Incoming,
    kind: Kind,
    referral: Referral,
    prepared: _Prepared,
    now: datetime,
) -> IncomingMail:
    """The answer, its files, its original. Raises AlreadyClosed when the request was closed meanwhile."""
    exchange = _line_of(mail, kind, referral, prepared, now)
    if IncomingMail.objects.filter(exchange=exchange).exists():
        return taken  # the same words came twice, under two identifiers: one answer, and one original
    taken.exchange, taken.original, taken.was_masked = exchange, prepared.original, prepared.was_masked
    taken.save(update_fields=["exchange", "original", "was_masked"])
    return taken


def _line_of(mail: Incoming, kind: Kind, referral: Referral, prepared: _Prepared, now: datetime) -> Exchange:
    """What the mail becomes on the timeline: an answer, « je m'en occupe », or a mail to read. Raises AlreadyClosed."""
    if kind is not Kind.ATTACHED:
        return effects.wrote_nothing(referral, now=now)
    actor = effects.writer_of(mail, referral)
    if not mail.files and only_acknowledges(prepared.text) and not has_postscript(mail.text):
        return effects.acknowledged(referral, prepared.text, actor=actor, now=now)
    return effects.answered(referral, prepared.text, prepared.files, prepared.refused, actor=actor, now=now)
