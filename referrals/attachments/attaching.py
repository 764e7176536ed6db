"""How does a file become part of a request, and how does it leave it?

Looked at before anything is kept: `examine` says what the file is, takes away what it tells about its author and asks
the scanner, outside of any transaction since that may take seconds; `keep` then writes. `attach` does both for one.
"""

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.models import User, journal
from accounts.sensitive import holds_nir
from partners.models import Contact
from referrals.actions import AlreadyClosed, add_exchange, hold
from referrals.attachments import harmless, scanning, vault
from referrals.attachments.harmless import Refused
from referrals.models import Attachment, Exchange, FileKind, Happening, Scan, ServiceRequest

__all__ = ["MOST_FILES", "Examined", "Refused", "attach", "erase", "examine", "examine_all", "keep", "scan_again"]

MOST_FILES = 10
"""Kept at one time by a request."""

VIRUS = "Ce fichier contient un virus : il n’a pas été gardé."
TOO_MANY = f"Une demande garde {MOST_FILES} pièces au plus : effacez-en une d’abord."
CLOSED = "Cette demande est close : on n’y joint plus rien."


@dataclass(frozen=True)
class Examined:
    """A file that may be kept: what it is, what it is called, what the scanner said."""

    name: str
    kind: FileKind
    content: bytes
    digest: str
    scan: Scan


def attach(
    *,
    request: ServiceRequest,
    content: bytes,
    name: str,
    now: datetime,
    by: User | None = None,
    contact: Contact | None = None,
    exchange: Exchange | None = None,
) -> Attachment:
    """Examine and keep one file, from someone of the site or from a contact. Raises Refused.

    With `exchange`, the file belongs to that line of the timeline; else it has a line of its own.
    """
    examined = examine(request=request, content=content, name=name, now=now, by=by, contact=contact)
    return keep(request=request, files=[examined], now=now, by=by, contact=contact, exchange=exchange)[0]


def examine(
    *,
    request: ServiceRequest,
    content: bytes,
    name: str,
    now: datetime,
    by: User | None = None,
    contact: Contact | None = None,
    seconds: float = scanning.LONGEST_SECONDS,
) -> Examined:
    """What may be kept of this file; the scanner has so many seconds. Raises Refused; the journal says a virus."""
    found = harmless.read(content)
    try:
        verdict = scanning.scan(content, seconds=seconds)
    except scanning.Infected:
        actor = str(contact) if contact else ""
        journal(verb="fichier infecté refusé", subject=request.reference, now=now, by=by, actor=actor)
        raise Refused(VIRUS) from None
    return Examined(
        name=_name_to_keep(name, found.kind),
        kind=FileKind(found.kind),
        content=found.content,
        digest=hashlib.sha256(found.content).hexdigest(),
        scan=verdict,
    )


def examine_all(
    *,
    request: ServiceRequest,
    uploads: Iterable[tuple[str, bytes]],
    now: datetime,
    by: User | None = None,
    contact: Contact | None = None,
) -> list[Examined]:
    """The same for names and contents sent together; the scanner has its few seconds for all of them.

    Raises Refused with one sentence in `args` for each file refused.
    """
    until = time.monotonic() + scanning.LONGEST_SECONDS
    examined, reasons = [], []
    for name, content in uploads:
        left = max(0.0, until - time.monotonic())
        try:
            examined.append(
                examine(request=request, content=content, name=name, now=now, by=by, contact=contact, seconds=left)
            )
        except Refused as refused:
            reasons.append(f"«\u00a0{harmless.shown_name(name)}\u00a0» n’est pas joint. {refused}")
    if reasons:
        raise Refused(*reasons)
    return examined


@transaction.atomic
def keep(
    *,
    request: ServiceRequest,
    files: Sequence[Examined],
    now: datetime,
    by: User | None = None,
    contact: Contact | None = None,
    exchange: Exchange | None = None,
) -> list[Attachment]:
    """Keep these files, all or none; one that the request already has is not kept twice. Raises Refused."""
    try:
        hold(request)
    except AlreadyClosed:
        raise Refused(CLOSED) from None
    had = {attachment.digest: attachment for attachment in request.attachments.kept()}
    new = {file.digest: file for file in files if file.digest not in had}
    if len(had) + len(new) > MOST_FILES:
        raise Refused(TOO_MANY)
    if new and exchange is None:
        exchange = _line(request, now, by=by, contact=contact)
    written = {
        digest: _keep_one(request=request, file=file, now=now, by=by, contact=contact, exchange=exchange)
        for digest, file in new.items()
    }
    return [(had | written)[file.digest] for file in files]


@transaction.atomic
def erase(*, attachment: Attachment, by: User, now: datetime) -> bool:
    """Erase one file for good: the row stays and says when. False when it already was."""
    if not _erase_row(attachment, now):
        return False
    text = f"Effacée par le site : {attachment.get_kind_display()}."
    add_exchange(attachment.request, Happening.FILE_ERASED, now, by=by, text=text)
    journal(verb="pièce effacée", subject=attachment.request.reference, now=now, by=by)
    return True


def scan_again(now: datetime) -> int:
    """Scan what was kept « non analysé », once a scanner is there; count what it could tell. A periodic job.

    A file in which it recognises a virus is erased, and the timeline says so.
    """
    if not scanning.is_there():
        return 0
    told = 0
    waiting = Attachment.objects.kept().filter(scan=Scan.NOT_SCANNED).select_related("request")
    for attachment in waiting.iterator(chunk_size=100):
        try:
            verdict = scanning.scan(vault.read(attachment.key))
        except vault.Gone:
            continue
        except scanning.Infected:
            _remove_infected(attachment, now)
            told += 1
            continue
        if verdict == Scan.CLEAN:
            told += Attachment.objects.filter(pk=attachment.pk).update(scan=verdict)
    return told


def _keep_one(
    *,
    request: ServiceRequest,
    file: Examined,
    now: datetime,
    by: User | None,
    contact: Contact | None,
    exchange: Exchange | None,
) -> Attachment:
    key = vault.write(file.content)
    try:
        with transaction.atomic():
            return Attachment.objects.create(
                key=key,
                request=request,
                exchange=exchange,
                name=file.name,
                kind=file.kind,
                size=len(file.content),
                digest=file.digest,
                scan=file.scan,
                added_at=now,
                added_by=by,
                contact=contact,
            )
    except BaseException:
        vault.delete(key)
        raise


def _line(request: ServiceRequest, now: datetime, *, by: User | None, contact: Contact | None) -> Exchange:
    referral = request.referrals.filter(contact=contact).last() if contact else None
    actor = str(contact) if contact else ""
    return add_exchange(request, Happening.ATTACHED, now, by=by, actor=actor, referral=referral)


@transaction.atomic
def _remove_infected(attachment: Attachment, now: datetime) -> None:
    if _erase_row(attachment, now):
        text = "L’analyse y a reconnu un virus : la pièce est effacée."
        add_exchange(attachment.request, Happening.FILE_ERASED, now, actor="Analyse antivirus", text=text)
        journal(verb="pièce infectée effacée", subject=attachment.request.reference, now=now, actor="Analyse antivirus")


def _erase_row(attachment: Attachment, now: datetime) -> bool:
    """The file itself goes once the row is sure to say so."""
    rows = Attachment.objects.kept().filter(pk=attachment.pk)
    if not rows.update(erased_at=now, name="", digest=""):
        return False
    transaction.on_commit(partial(vault.delete, attachment.key))
    return True


def _name_to_keep(name: str, kind: str) -> str:
    clean = harmless.clean_name(name, kind)
    return harmless.clean_name("", kind) if holds_nir(clean.rpartition(".")[0]) else clean
