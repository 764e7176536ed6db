"""What do the pages of an import show: how many lines of each kind, a page of them, how far the work has gone?

Plain values, a fixed number of statements.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet

from schedules.wording import NBSP
from structures.models import DraftState, ImportDraft, ImportLine, LineKind, LineState

PER_PAGE = 25
DECIDABLE = (LineKind.NEW, LineKind.CHANGED, LineKind.CONFLICT, LineKind.CLOSED)
PLURALS = {
    LineKind.NEW: ("nouvelle", "nouvelles"),
    LineKind.CHANGED: ("modifiée", "modifiées"),
    LineKind.CONFLICT: ("en conflit", "en conflit"),
    LineKind.CLOSED: ("absente du fichier", "absentes du fichier"),
    LineKind.REFUSED: ("refusée", "refusées"),
}
ACCEPT = {
    LineKind.NEW: ("Créer la structure", "Créer les {} structures"),
    LineKind.CHANGED: ("Accepter la modification", "Accepter les {} modifications"),
    LineKind.CONFLICT: ("Appliquer le choix", "Accepter les {} en conflit, saisies gardées"),
    LineKind.CLOSED: ("Retirer le label", "Retirer le label de ces {} structures"),
}
LEVELS = {
    LineKind.NEW: "new",
    LineKind.CHANGED: "info",
    LineKind.CONFLICT: "warning",
    LineKind.CLOSED: "warning",
    LineKind.REFUSED: "error",
}
STATE_LEVELS = {LineState.ACCEPTED: "info", LineState.APPLIED: "success", LineState.FAILED: "error"}


@dataclass(frozen=True, slots=True)
class Tab:
    kind: str
    said: str
    total: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """Lines accepted, and those of them that are written or were not possible."""

    done: int
    total: int
    failed: int


@dataclass(frozen=True, slots=True)
class DifferenceShown:
    """`choice` names its radio buttons, empty when there is nothing to choose."""

    label: str
    stored: str
    file: str
    is_conflict: bool
    by: str
    at: datetime | None
    takes_file: bool
    choice: str


@dataclass(frozen=True, slots=True)
class LineShown:
    line: ImportLine
    kind: str
    level: str
    state: str
    state_level: str
    column: str
    accept: str  # the words of its button, empty when it is not to be decided
    is_checked: bool
    summary: str
    differences: tuple[DifferenceShown, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    by: Mapping[tuple[str, str], int]

    def of(self, kind: str = "", state: str = "") -> int:
        return sum(n for (k, s), n in self.by.items() if kind in ("", k) and state in ("", s))

    def waiting(self, *kinds: str) -> int:
        return sum(self.of(kind, LineState.WAITING) for kind in kinds or DECIDABLE)

    def tabs(self, current: str) -> list[Tab]:
        total = self.of()
        tabs = [Tab("", f"Toutes ({total})", total, not current)]
        for kind, words in PLURALS.items():
            count = self.of(kind)
            if count or kind == current:
                tabs.append(Tab(kind, counted(count, *words), count, kind == current))
        return tabs

    def progress(self) -> Progress:
        applied, failed = self.of(state=LineState.APPLIED), self.of(state=LineState.FAILED)
        return Progress(applied + failed, applied + failed + self.of(state=LineState.ACCEPTED), failed)


def counted(number: int, singular: str, plural: str) -> str:
    """ "1 nouvelle", "2 845 nouvelles"."""
    return f"{number:,}".replace(",", NBSP) + NBSP + (plural if number > 1 else singular)


def counts_of(draft: ImportDraft) -> Counts:
    rows = draft.lines.order_by().values_list("kind", "state").annotate(count=Count("pk"))
    return Counts({(kind, state): count for kind, state, count in rows})


def lines_of(draft: ImportDraft, filters: Mapping[str, str]) -> QuerySet[ImportLine]:
    """In the order of the file, those that are not in it at the end."""
    lines = draft.lines.select_related("structure")
    if kind := filters.get("nature"):
        lines = lines.filter(kind=kind)
    if state := filters.get("etat"):
        lines = lines.filter(state=state)
    for word in filters.get("recherche", "").split():
        lines = lines.filter(Q(name__icontains=word) | Q(id_fs__startswith=word))
    return lines.order_by(F("number").asc(nulls_last=True), "pk")


def page_of(lines: QuerySet[ImportLine], number: str | None) -> Page[ImportLine]:
    return Paginator(lines, PER_PAGE).get_page(number)


def shown(line: ImportLine, *, is_open: bool, checked: Collection[str], typed: Mapping[str, str]) -> LineShown:
    """One line; `checked` and `typed` are what the person had ticked and chosen before her session ended."""
    to_decide = is_open and line.state == LineState.WAITING and line.kind in DECIDABLE
    kind, state = LineKind(line.kind), LineState(line.state)
    return LineShown(
        line=line,
        kind=PLURALS[kind][0],
        level=LEVELS[kind],
        state="" if state == LineState.WAITING else str(state.label),
        state_level=STATE_LEVELS.get(state, ""),
        column=str(line.row.get("column", "")) if kind == LineKind.REFUSED else "",
        accept=ACCEPT[kind][0] if to_decide else "",
        is_checked=str(line.pk) in checked,
        summary=_summary(line),
        differences=tuple(
            _difference(line.pk, place, one, typed, to_decide) for place, one in enumerate(line.differences)
        ),
    )


def _summary(line: ImportLine) -> str:
    """Where a new structure is, before one opens the rest."""
    if line.kind != LineKind.NEW:
        return ""
    said = {one["fields"][0]: one["file_said"] for one in line.differences}
    return ", ".join(said[name] for name in ("address", "commune_id") if name in said)


def choice_name(line: int, place: int) -> str:
    return f"choix-{line}-{place}"


def _difference(
    line: int, place: int, one: Mapping[str, Any], typed: Mapping[str, str], to_decide: bool
) -> DifferenceShown:
    name, at = choice_name(line, place), one.get("at")
    return DifferenceShown(
        label=one["label"],
        stored=one["stored_said"],
        file=one["file_said"],
        is_conflict=one["conflict"],
        by=one.get("by", ""),
        at=datetime.fromisoformat(at) if at else None,
        takes_file=typed[name] == "liste" if name in typed else one["take"],
        choice=name if to_decide and one["conflict"] else "",
    )


@dataclass(frozen=True, slots=True)
class DraftShown:
    """One past import, as a line of the list."""

    draft: ImportDraft
    state_level: str
    applied: int
    waiting: int
    refused: int


def drafts_shown(drafts: Collection[ImportDraft]) -> list[DraftShown]:
    """Two statements however many drafts."""
    levels = {DraftState.PREVIEW: "warning", DraftState.APPLYING: "info", DraftState.APPLIED: "success"}
    rows = ImportLine.objects.filter(draft__in=drafts).order_by().values_list("draft", "kind", "state")
    by_draft: dict[int, dict[tuple[str, str], int]] = {}
    for pk, kind, state, count in rows.annotate(count=Count("pk")):
        by_draft.setdefault(pk, {})[kind, state] = count
    found = []
    for draft in drafts:
        counts = Counts(by_draft.get(draft.pk, {}))
        level = levels.get(DraftState(draft.state), "")
        applied, refused = counts.of(state=LineState.APPLIED), counts.of(LineKind.REFUSED)
        found.append(DraftShown(draft, level, applied, counts.waiting(), refused))
    return found
