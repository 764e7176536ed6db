"""What becomes of a spreadsheet of contacts: looked at, confirmed, written by batches, and undone as a whole?

Each batch is one transaction that first claims its import: a worker killed in the middle loses nothing, and two never
write a line twice. While an import is being undone its state is « applying » and `undone_at` is set.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Team, User, journal
from partners.actions import import_lines
from partners.actions.import_lines import Signature
from partners.models import ContactImport, ContactImportLine, ContactImportState, ContactLineKind
from partners.models.contact_imports import THE_COMMAND
from partners.sheets.compare import Preview, compare
from partners.sheets.known import Known
from partners.sheets.reading import Sheet, read
from schedules.calendars import PARIS

FEW = 200  # lines written in the request that confirms them, and in each batch of the worker
WRITTEN_AT_ONCE = 500
READ_AT_ONCE = 1 << 20  # bytes
LONGEST_ROUND = timedelta(minutes=5)  # of the worker, before it looks at the mail again
NOT_WRITTEN = "Cette ligne n’a pas pu être écrite\u00a0: rien n’a été changé."
WRITING = (ContactLineKind.CREATED, ContactLineKind.CHANGED)
_BROKEN = (DatabaseError, ArithmeticError, LookupError, TypeError, ValueError)

logger = logging.getLogger("app.partners")


@dataclass(frozen=True, slots=True)
class Opened:
    """`before`: the last time the very same file was applied and not undone; `ignored`: titles that mean nothing."""

    batch: ContactImport
    before: ContactImport | None
    ignored: tuple[str, ...]


@transaction.atomic
def open_import(
    *, source: BinaryIO, file_name: str, office: Team, offices: Sequence[Team], by: User | None, now: datetime
) -> Opened:
    """Read the file, compare it with the contacts of `offices`, keep what it proposes. Raises NotASheet.

    New contacts will be the `office`'s. The same file not confirmed yet is compared anew.
    """
    sha256 = _fingerprint(source)
    sheet = read(source)
    preview = look(sheet, offices, now)
    same = ContactImport.objects.filter(office=office, file_sha256=sha256)
    same.filter(state=ContactImportState.PREVIEW).update(state=ContactImportState.ABANDONED)
    applied = same.filter(state=ContactImportState.APPLIED).select_related("author").order_by("-applied_at")
    # A file that writes nothing was not « applied ».
    before = applied.filter(lines__kind__in=WRITING).first()
    batch = ContactImport.objects.create(
        office=office,
        file_name=file_name[-200:],
        file_sha256=sha256,
        rows_read=preview.read,
        rows_unchanged=preview.unchanged,
        state=ContactImportState.PREVIEW,
        author=by,
        uploaded_at=now,
    )
    for line in preview.lines:
        line.batch = batch
    ContactImportLine.objects.bulk_create(preview.lines, batch_size=WRITTEN_AT_ONCE)
    return Opened(batch, before, sheet.ignored)


def look(sheet: Sheet, offices: Sequence[Team], now: datetime) -> Preview:
    """What the file would do, with nothing kept."""
    return compare(sheet, Known(offices), today=now.astimezone(PARIS).date())


def import_now(*, source: BinaryIO, file_name: str, office: Team, now: datetime) -> Preview:
    """Read and write a whole file that nobody reads first: that of the command. Raises NotASheet.

    What it writes is kept as an import like the others, by nobody, that can be undone as a whole; a file that changes
    nothing keeps none. What it leaves is told as lines with problems. Killed in the middle, the worker goes on.
    """
    batch = open_import(source=source, file_name=file_name, office=office, offices=[office], by=None, now=now).batch
    if not _lines_to_write(batch.pk).exists():
        preview = _told(batch)
        batch.delete()
        return preview
    confirm_import(batch=batch, by=None, now=now)
    while apply_some(batch.pk, now=timezone.now()):
        pass
    return _told(batch)


def _told(batch: ContactImport) -> Preview:
    """The import as it is stored."""
    return Preview(batch.rows_read, batch.rows_unchanged, list(batch.lines.order_by("number", "pk")))


# Decisions


def confirm_import(*, batch: ContactImport, by: User | None, now: datetime) -> bool:
    """Write what the preview shows: at once when it is little, else by the worker. False when it is not to be read."""
    if not _move(batch, ContactImportState.PREVIEW, state=ContactImportState.APPLYING, touched_at=now, author=by):
        return False
    actor = str(by) if by else THE_COMMAND
    journal(verb="import d’interlocuteurs confirmé", subject=f"import {batch.pk}", now=now, by=by, actor=actor)
    if _lines_to_write(batch.pk).count() <= FEW:
        apply_some(batch.pk, now=now)
    return True


def abandon_import(*, batch: ContactImport, by: User, now: datetime) -> bool:
    """Close the preview with nothing written. False when it is not to be read any more."""
    is_ours = _move(batch, ContactImportState.PREVIEW, state=ContactImportState.ABANDONED)
    if is_ours:
        journal(verb="import d’interlocuteurs abandonné", subject=f"import {batch.pk}", now=now, by=by)
    return is_ours


def undo_import(*, batch: ContactImport, by: User, now: datetime) -> bool:
    """Put back what was there before, except where somebody changed a contact since. False when it is not applied."""
    changes = {"state": ContactImportState.APPLYING, "undone_at": now, "touched_at": now, "author": by}
    if not _move(batch, ContactImportState.APPLIED, **changes):
        return False
    journal(verb="import d’interlocuteurs annulé", subject=f"import {batch.pk}", now=now, by=by)
    if _lines_to_undo(batch.pk).count() <= FEW:
        apply_some(batch.pk, now=now)
    return True


def _move(batch: ContactImport, was: ContactImportState, **changes: Any) -> bool:
    return bool(ContactImport.objects.filter(pk=batch.pk, state=was).update(**changes))


# The work itself


def apply_waiting(now: datetime) -> int:
    """Write, or undo, what was confirmed and is not done yet, oldest file first; count the lines. A periodic job."""
    done = 0
    waiting = ContactImport.objects.filter(state=ContactImportState.APPLYING).order_by("uploaded_at", "pk")
    for pk in list(waiting.values_list("pk", flat=True)):
        while timezone.now() - now < LONGEST_ROUND and (count := apply_some(pk, now=timezone.now())):
            done += count
    return done


@transaction.atomic
def apply_some(batch_pk: int, *, now: datetime) -> int:
    """Write (or undo) one batch of lines in one transaction; 0 when nothing waits, or somebody else is at it."""
    batch = _claimed(batch_pk, now)
    if batch is None:
        return 0
    is_undoing = batch.undone_at is not None
    waiting = _lines_to_undo(batch_pk).order_by("-pk") if is_undoing else _lines_to_write(batch_pk).order_by("pk")
    lines = list(waiting[:FEW])
    if lines:
        _all_or_one_by_one(_undo if is_undoing else _write, lines, batch, now)
        _keep(lines, applied_at=None if is_undoing else now)
    if len(lines) < FEW:
        _settle(batch, now)
    return len(lines)


def _keep(lines: list[ContactImportLine], *, applied_at: datetime | None) -> None:
    """What became of each line; only what changed is written, for a large file has many."""
    done = [line for line in lines if not line.problems]
    if applied_at:
        rows = ContactImportLine.objects
        rows.bulk_update([line for line in done if line.kind == ContactLineKind.CREATED], ["contact"])
        rows.bulk_update([line for line in done if line.values["contact"]["stand_in"]], ["values"])
    ContactImportLine.objects.filter(pk__in=[line.pk for line in done]).update(applied_at=applied_at)
    ContactImportLine.objects.bulk_update([line for line in lines if line.problems], ["problems"])


def _claimed(batch_pk: int, now: datetime) -> ContactImport | None:
    """The import, held until the end of the transaction by whoever moved its instant first."""
    applying = ContactImport.objects.filter(pk=batch_pk, state=ContactImportState.APPLYING)
    batch = applying.select_related("author", "office").first()
    if batch is None:
        return None
    later = max(now, batch.touched_at + timedelta(microseconds=1)) if batch.touched_at else now
    return batch if applying.filter(touched_at=batch.touched_at).update(touched_at=later) else None


def _settle(batch: ContactImport, now: datetime) -> None:
    if batch.undone_at:
        _move(batch, ContactImportState.APPLYING, state=ContactImportState.UNDONE)
    else:
        _move(batch, ContactImportState.APPLYING, state=ContactImportState.APPLIED, applied_at=now)


Work = Callable[[list[ContactImportLine], ContactImport, datetime], None]


def _all_or_one_by_one(work: Work, lines: list[ContactImportLine], batch: ContactImport, now: datetime) -> None:
    """One line cannot be written: the others are, and that one says so."""
    try:
        with transaction.atomic():
            work(lines, batch, now)
        return
    except _BROKEN as error:
        logger.error("contact import batch failed", extra={"count": len(lines)}, exc_info=error)
    for place, line in enumerate(lines):
        lines[place] = line = ContactImportLine.objects.get(pk=line.pk)
        try:
            with transaction.atomic():
                work([line], batch, now)
        except _BROKEN as error:
            logger.error("contact import line failed", extra={"count": 1}, exc_info=error)
            lines[place] = line = ContactImportLine.objects.get(pk=line.pk)
            _refuse(line, NOT_WRITTEN)


def _write(lines: list[ContactImportLine], batch: ContactImport, now: datetime) -> None:
    new, changed = import_lines.split(lines)
    signature = Signature(batch.author, now, f"Import de {batch.file_name}")
    referred = batch.lines.filter(number__in=import_lines.referred_lines(lines), contact__isnull=False)
    created = dict(referred.filter(kind=ContactLineKind.CREATED).values_list("number", "contact"))
    import_lines.create_contacts(new, office=batch.office, signature=signature, created=created)
    import_lines.bring_to(import_lines.change_targets(changed, created, _refuse), signature)


def _undo(lines: list[ContactImportLine], batch: ContactImport, now: datetime) -> None:
    """What was created goes out of service (requests may refer to it); what was changed is as it was."""
    signature = Signature(batch.author, now, f"Annule l’import de {batch.file_name}")
    targets = import_lines.undo_targets(lines, _refuse)
    import_lines.bring_to(targets, signature)


def _refuse(line: ContactImportLine, reason: str) -> None:
    line.problems = [{"column": "", "reason": reason}]


def _lines_to_write(batch_pk: int) -> QuerySet[ContactImportLine]:
    rows = ContactImportLine.objects.filter(batch=batch_pk, kind__in=WRITING)
    return rows.filter(applied_at__isnull=True, problems=[])


def _lines_to_undo(batch_pk: int) -> QuerySet[ContactImportLine]:
    return ContactImportLine.objects.filter(batch=batch_pk, applied_at__isnull=False, problems=[])


def _fingerprint(source: BinaryIO) -> str:
    """The SHA-256 of a file, put back to its beginning."""
    digest = hashlib.sha256()
    while block := source.read(READ_AT_ONCE):
        digest.update(block)
    source.seek(0)
    return digest.hexdigest()
