"""What does applying one accepted line of an import write: a new structure, some fields, or the end of a label?"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import prefetch_related_objects

from schedules.calendars import PARIS
from schedules.wording import enumerated, spoken_date
from structures.actions.labels import BadDecision, decide
from structures.actions.national import Update, create, update
from structures.importing.compare import READ_WITH, Comparison, compare
from structures.importing.differences import Difference, is_as_shown
from structures.importing.preview import ELSEWHERE
from structures.importing.rows import from_json
from structures.models import (
    LABEL_IN_FORCE,
    ImportDraft,
    ImportLine,
    LabelState,
    LineKind,
    LineState,
    Structure,
)

EXISTS = "Une structure porte ce matricule depuis que le fichier a été lu\u00a0: déposez-le à nouveau."
IS_GONE = "Cette structure n’existe plus."
NOT_IN_FORCE = "Son label n’était déjà plus en vigueur\u00a0: rien n’a été changé."


def apply_lines(lines: Sequence[ImportLine], *, draft: ImportDraft, now: datetime) -> None:
    """Write these lines and say on each what became of it, without saving the lines. Inside a transaction."""
    for line in lines:
        line.state = LineState.APPLIED
    _create([line for line in lines if line.kind == LineKind.NEW], draft, now)
    structures = _structures(lines)
    _update([line for line in lines if line.kind in (LineKind.CHANGED, LineKind.CONFLICT)], structures, draft, now)
    _close([line for line in lines if line.kind == LineKind.CLOSED], structures, draft, now)


def _structures(lines: Iterable[ImportLine]) -> dict[int, Structure]:
    """Held until the end of the transaction, then read with their places: what is compared is what is written over."""
    wanted = {line.structure_id for line in lines if line.structure_id and line.kind != LineKind.NEW}
    found = list(Structure.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    prefetch_related_objects(found, READ_WITH)
    return {structure.pk: structure for structure in found}


def _fail(line: ImportLine, reason: str) -> None:
    line.state, line.reason = LineState.FAILED, reason


def _add(line: ImportLine, reason: str) -> None:
    line.reason = "\n".join(filter(None, [line.reason, reason]))


# New ones


def _create(lines: Sequence[ImportLine], draft: ImportDraft, now: datetime) -> None:
    taken = set(Structure.objects.filter(id_fs__in=[line.id_fs for line in lines]).values_list("id_fs", flat=True))
    for line in lines:
        if line.id_fs in taken:
            _fail(line, EXISTS)
    wanted = [line for line in lines if line.id_fs not in taken]
    rows = [from_json(line.row) for line in wanted]
    structures = create(rows, coordination=draft.coordination, by=draft.author, now=now)
    for line, structure in zip(wanted, structures, strict=True):
        line.structure = structure


# Changed ones


@dataclass(frozen=True, slots=True)
class _Decided:
    """Fields to write, fields to remember, and the labels of those that somebody changed since they were shown."""

    fields: frozenset[str]
    remembered: frozenset[str]
    kept: tuple[str, ...]


def _update(lines: Sequence[ImportLine], structures: dict[int, Structure], draft: ImportDraft, now: datetime) -> None:
    updates, adopted = [], []
    for line in lines:
        structure = structures.get(line.structure_id or 0)
        if structure is None:
            _fail(line, IS_GONE)
        elif structure.coordination_id not in (None, draft.coordination_id):
            _fail(line, ELSEWHERE)
        else:
            updates.append(_update_for(line, structure))
            if structure.coordination_id is None:
                adopted.append(structure.pk)
    update(updates, by=draft.author, now=now)
    Structure.objects.filter(pk__in=adopted).update(coordination=draft.coordination)


def _update_for(line: ImportLine, structure: Structure) -> Update:
    row = from_json(line.row)
    comparison = compare(structure, row)
    decided = _decided(line.differences, comparison)
    if decided.kept:
        _add(line, f"{enumerated(list(decided.kept))}\u00a0: modifié entre-temps, gardé.")
    said = {name: value for name, value in comparison.said.items() if name in decided.remembered}
    return Update(structure, row, comparison.location, decided.fields, said)


def _decided(differences: Sequence[Difference], comparison: Comparison) -> _Decided:
    """What was shown and chosen, as long as it is still so: a hand that came in between is kept too."""
    fields, kept = set[str](), list[str]()
    shown = {name for difference in differences for name in difference["fields"]}
    for difference in differences:
        names = set(difference["fields"])
        if names & set(comparison.taken):
            fields |= names & set(comparison.taken)
        elif names & set(comparison.kept):
            if difference["take"] and difference["conflict"] and is_as_shown(difference, comparison):
                fields |= names
            elif difference["take"]:
                kept.append(difference["label"])
    unseen = set(comparison.taken) - shown
    return _Decided(frozenset(fields), frozenset(comparison.said) - unseen, tuple(kept))


# Closed ones


def _close(lines: Sequence[ImportLine], structures: dict[int, Structure], draft: ImportDraft, now: datetime) -> None:
    """A person decided that the label ends, because the list does not name the structure any more. It stays."""
    today = now.astimezone(PARIS).date()
    for line in lines:
        structure = structures.get(line.structure_id or 0)
        if structure is None:
            _fail(line, IS_GONE)
        elif structure.coordination_id != draft.coordination_id:
            _fail(line, ELSEWHERE)
        elif structure.label_state not in LABEL_IN_FORCE:
            _add(line, NOT_IN_FORCE)
        else:
            try:
                decide(
                    structure=structure,
                    state=LabelState.WITHDRAWN,
                    decided_on=today,
                    note=f"Absente de {list_in_words(draft)}.",
                    by=draft.author,
                    now=now,
                )
            except BadDecision as refusal:
                _fail(line, str(refusal))


def list_in_words(draft: ImportDraft) -> str:
    """« la liste nationale du 1er août 2024 » when the file says its day in its name, else the day it was brought."""
    for year, month, day in re.findall(r"(20\d\d)-?(\d\d)-?(\d\d)", draft.file_name):
        try:
            return f"la liste nationale du {spoken_date(date(int(year), int(month), int(day)), with_year=True)}"
        except ValueError:
            continue
    uploaded = draft.uploaded_at.astimezone(PARIS).date()
    return f"la liste nationale déposée le {spoken_date(uploaded, with_year=True)}"
