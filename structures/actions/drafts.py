"""What becomes of a file of the national list between the moment it is dropped and the moment all of it is decided?

A person accepts lines; they are applied at once when they are few, by the worker when they are many. Each batch is one
transaction that first claims its draft: a worker killed in the middle loses nothing, and two never apply a line twice.
"""

import hashlib
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import BinaryIO

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Team, User, journal
from structures.actions.lines import apply_lines
from structures.importing.differences import ACTOR
from structures.importing.preview import preview
from structures.importing.reading import read_list
from structures.models import DraftState, ImportDraft, ImportLine, LineKind, LineState
from structures.models.imports import ImportLineQuerySet

FEW = 200  # lines applied in the request that accepts them, and in each batch of the worker
LONGEST_ROUND = timedelta(minutes=5)  # of the worker, before it looks at the mail again
WRITTEN_AT_ONCE = 500
READ_AT_ONCE = 1 << 20  # bytes
NOTHING_TICKED = "Aucune ligne à décider n’est cochée."
CLOSED = "Cet import est clos\u00a0: il n’a plus de ligne à décider."
REPLACED = "Cet import est clos\u00a0: un dépôt plus récent du même fichier le remplace."
DECIDABLE = (LineKind.NEW, LineKind.CHANGED, LineKind.CONFLICT, LineKind.CLOSED)

Choices = Mapping[tuple[int, int], bool]
"""By line and place of the difference: whether the file's value is taken."""

logger = logging.getLogger("app.structures")


def fingerprint(source: BinaryIO) -> str:
    """The SHA-256 of a file, read from where it stands; it is put back to its beginning."""
    digest = hashlib.sha256()
    while block := source.read(READ_AT_ONCE):
        digest.update(block)
    source.seek(0)
    return digest.hexdigest()


@transaction.atomic
def open_draft(
    *, source: BinaryIO, file_name: str, coordination: Team, everywhere: bool, by: User, now: datetime
) -> ImportDraft:
    """Read the file, compare it, keep what it proposes. NotTheNationalList when it is something else.

    The same file still being looked at is compared anew, and its former preview is closed.
    """
    sha256 = fingerprint(source)
    listed = read_list(source)
    found = preview(listed, coordination=coordination, everywhere=everywhere)
    same = ImportDraft.objects.filter(coordination=coordination, file_sha256=sha256, state=DraftState.PREVIEW)
    same.filter(applied_at__isnull=True).update(state=DraftState.ABANDONED)
    same.update(state=DraftState.APPLIED)
    has_to_decide = any(line.kind in DECIDABLE for line in found.lines)
    draft = ImportDraft.objects.create(
        coordination=coordination,
        file_name=file_name[-200:],
        file_sha256=sha256,
        edition=listed.edition,
        rows_read=listed.read,
        rows_unchanged=found.unchanged,
        rows_elsewhere=found.elsewhere,
        state=DraftState.PREVIEW if has_to_decide else DraftState.APPLIED,
        author=by,
        uploaded_at=now,
        applied_at=None if has_to_decide else now,
    )
    for line in found.lines:
        line.draft = draft
    ImportLine.objects.bulk_create(found.lines, batch_size=WRITTEN_AT_ONCE)
    return draft


def accept(*, draft: ImportDraft, lines: ImportLineQuerySet, choices: Choices, by: User, now: datetime) -> int:
    """Accept lines of this draft that wait for a decision, with the choices made on their conflicts; count them.

    A few are applied before this returns, in a transaction of their own; many are left to the worker.
    """
    with transaction.atomic():
        wanted = lines.filter(draft=draft, state=LineState.WAITING, kind__in=DECIDABLE)
        is_open = Q(state=DraftState.PREVIEW) | Q(state=DraftState.APPLYING)
        if not ImportDraft.objects.filter(is_open, pk=draft.pk).update(touched_at=now):
            return 0
        _keep_choices(wanted, choices)
        count = wanted.update(state=LineState.ACCEPTED)
        if count:
            ImportDraft.objects.filter(pk=draft.pk).update(state=DraftState.APPLYING, author=by)
            journal(verb=f"{ACTOR} acceptée", subject=f"import {draft.pk}", now=now, by=by)
    if 0 < count <= FEW:
        apply_some(draft.pk, now=now)
    return count


def why_nothing(draft: ImportDraft) -> str:
    """Why `accept` counted no line, in a French sentence: nothing was ticked, or the draft is over."""
    draft.refresh_from_db(fields=["state"])
    if draft.state in (DraftState.PREVIEW, DraftState.APPLYING):
        return NOTHING_TICKED
    same = ImportDraft.objects.filter(coordination=draft.coordination_id, file_sha256=draft.file_sha256)
    return REPLACED if same.filter(pk__gt=draft.pk).exists() else CLOSED


def _keep_choices(lines: ImportLineQuerySet, choices: Choices) -> None:
    chosen = {line for line, _ in choices}
    changed = []
    for line in lines.filter(pk__in=chosen, kind=LineKind.CONFLICT):
        for place, difference in enumerate(line.differences):
            if difference["conflict"] and (line.pk, place) in choices:
                difference["take"] = choices[line.pk, place]
        changed.append(line)
    ImportLine.objects.bulk_update(changed, ["differences"])


def give_up(*, draft: ImportDraft, by: User, now: datetime) -> bool:
    """Close the draft: what was not accepted stays as it is stored. False when it is being applied, or over."""
    with transaction.atomic():
        was_used = draft.lines.filter(state__in=(LineState.APPLIED, LineState.FAILED)).exists()
        state = DraftState.APPLIED if was_used else DraftState.ABANDONED
        waiting = ImportDraft.objects.filter(pk=draft.pk, state=DraftState.PREVIEW)
        is_ours = waiting.update(state=state, applied_at=now if was_used else None)
        if is_ours:
            journal(verb=f"{ACTOR} close", subject=f"import {draft.pk}", now=now, by=by)
    return bool(is_ours)


# The work itself


def apply_waiting(now: datetime) -> int:
    """Apply what was accepted and is not yet written, oldest file first; count the lines. A periodic job."""
    done = 0
    waiting = ImportDraft.objects.filter(state=DraftState.APPLYING).order_by("uploaded_at", "pk")
    for pk in list(waiting.values_list("pk", flat=True)):
        while timezone.now() - now < LONGEST_ROUND and (count := apply_some(pk, now=timezone.now())):
            done += count
    return done


@transaction.atomic
def apply_some(draft_pk: int, *, now: datetime) -> int:
    """Apply one batch of accepted lines in one transaction; 0 when nothing waits, or somebody else is at it."""
    draft = _claimed(draft_pk, now)
    if draft is None:
        return 0
    lines = list(draft.lines.filter(state=LineState.ACCEPTED).order_by("pk")[:FEW])
    before = {line.pk: (line.reason, line.structure_id) for line in lines}
    try:
        with transaction.atomic():
            apply_lines(lines, draft=draft, now=now)
    except (DatabaseError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        logger.error("import batch failed", extra={"count": len(lines)}, exc_info=error)
        _one_by_one(lines, draft, now)
    for state in (LineState.APPLIED, LineState.FAILED):
        ImportLine.objects.filter(pk__in=[line.pk for line in lines if line.state == state]).update(state=state)
    told = [line for line in lines if before[line.pk] != (line.reason, line.structure_id)]
    ImportLine.objects.bulk_update(told, ["reason", "structure"])
    if not draft.lines.filter(state=LineState.ACCEPTED).exists():
        _settle(draft, now)
    return len(lines)


def _claimed(draft_pk: int, now: datetime) -> ImportDraft | None:
    """The draft, held until the end of the transaction by whoever moved its instant first."""
    draft = ImportDraft.objects.filter(pk=draft_pk, state=DraftState.APPLYING).first()
    if draft is None:
        return None
    later = max(now, draft.touched_at + timedelta(microseconds=1)) if draft.touched_at else now
    same = ImportDraft.objects.filter(pk=draft.pk, state=DraftState.APPLYING, touched_at=draft.touched_at)
    return draft if same.update(touched_at=later) else None


def _one_by_one(lines: list[ImportLine], draft: ImportDraft, now: datetime) -> None:
    """One line cannot be written: the others are, and that one says so."""
    for line in lines:
        try:
            with transaction.atomic():
                apply_lines([line], draft=draft, now=now)
        except (DatabaseError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            logger.error("import line failed", extra={"count": 1}, exc_info=error)
            line.state, line.reason = LineState.FAILED, "Cette ligne n’a pas pu être écrite\u00a0: rien n’a été changé."


def _settle(draft: ImportDraft, now: datetime) -> None:
    """Everything accepted is written: the person decides the rest, or the import is over."""
    waits = draft.lines.filter(state=LineState.WAITING, kind__in=DECIDABLE).exists()
    ImportDraft.objects.filter(pk=draft.pk, state=DraftState.APPLYING).update(
        state=DraftState.PREVIEW if waits else DraftState.APPLIED, applied_at=now
    )
