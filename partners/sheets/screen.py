"""What do the pages of an import show: how many lines of each kind, a page of them, how far the work has gone?

Plain values, a fixed number of statements.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from partners.forms.imports import FAILED
from partners.models import ContactImport, ContactImportLine, ContactImportState, ContactLineKind
from schedules.wording import NBSP, enumerated

PER_PAGE = 25
WRITING = (ContactLineKind.CREATED, ContactLineKind.CHANGED)
WORDS = {
    ContactLineKind.CREATED: ("nouveau", "nouveaux"),
    ContactLineKind.CHANGED: ("modifié", "modifiés"),
    ContactLineKind.REFUSED: ("ligne refusée", "lignes refusées"),
    FAILED: ("laissé de côté", "laissés de côté"),
}
LEVELS = {ContactLineKind.CREATED: "new", ContactLineKind.CHANGED: "info", ContactLineKind.REFUSED: "error"}
STATE_LEVELS = {
    ContactImportState.PREVIEW: "warning",
    ContactImportState.APPLYING: "info",
    ContactImportState.APPLIED: "success",
}
_LEFT = Q(kind__in=WRITING) & ~Q(problems=[])


@dataclass(frozen=True, slots=True)
class Counts:
    """Lines of each kind; of those to write: written now, and left aside."""

    by_kind: Mapping[str, int]
    written: int = 0
    left: int = 0

    def of(self, kind: str) -> int:
        return self.left if kind == FAILED else self.by_kind.get(kind, 0)

    @property
    def total(self) -> int:
        return sum(self.by_kind.values())

    @property
    def to_write(self) -> int:
        return sum(self.of(kind) for kind in WRITING)

    def tabs(self, current: str) -> list[tuple[str, str, bool]]:
        """Kind, words, whether it is the one that is shown."""
        tabs = [("", f"Toutes les lignes ({self.total})", not current)]
        kinds = [kind for kind in WORDS if self.of(kind) or kind == current]
        return tabs + [(kind, counted(self.of(kind), *WORDS[kind]), kind == current) for kind in kinds]

    def done(self, batch: ContactImport) -> tuple[int, int]:
        """How many lines are done, of how many: written, or undone."""
        if batch.undone_at:
            return self.to_write - self.written, self.to_write
        return self.written + self.left, self.to_write


@dataclass(frozen=True, slots=True)
class LineShown:
    line: ContactImportLine
    kind: str
    level: str
    rows: str
    is_left: bool


@dataclass(frozen=True, slots=True)
class ImportShown:
    """One past import, as a line of the list."""

    batch: ContactImport
    state: str
    level: str
    counts: Counts


def counted(number: int, singular: str, plural: str) -> str:
    """ "1 créé", "2 845 créés"."""
    return f"{number:,}".replace(",", NBSP) + NBSP + (plural if number > 1 else singular)


def counts_of(batches: Collection[ContactImport]) -> dict[int, Counts]:
    """One statement however many imports."""
    rows = ContactImportLine.objects.filter(batch__in=batches).order_by().values_list("batch", "kind")
    counts = rows.annotate(
        count=Count("pk"),
        written=Count("pk", filter=Q(applied_at__isnull=False) & ~_LEFT),
        left=Count("pk", filter=_LEFT),
    )
    found: dict[int, Counts] = {}
    for batch, kind, count, written, left in counts:
        one = found.get(batch, Counts({}))
        found[batch] = Counts({**one.by_kind, kind: count}, one.written + written, one.left + left)
    return {batch.pk: found.get(batch.pk, Counts({})) for batch in batches}


def imports_shown(batches: Collection[ContactImport]) -> list[ImportShown]:
    counts = counts_of(batches)
    return [ImportShown(batch, state_of(batch), level_of(batch), counts[batch.pk]) for batch in batches]


def state_of(batch: ContactImport) -> str:
    if batch.state == ContactImportState.APPLYING and batch.undone_at:
        return "annulation en cours"
    return str(batch.get_state_display())


def level_of(batch: ContactImport) -> str:
    return STATE_LEVELS.get(ContactImportState(batch.state), "")


def lines_of(batch: ContactImport, filters: Mapping[str, str]) -> QuerySet[ContactImportLine]:
    """In the order of the file."""
    lines = batch.lines.select_related("contact")
    kind, words = filters.get("nature"), filters.get("recherche", "").split()
    if kind == FAILED:
        lines = lines.filter(_LEFT)
    elif kind:
        lines = lines.filter(kind=kind)
    for word in words:
        is_row = word.isascii() and word.isdigit() and len(word) < 7
        lines = lines.filter(number=int(word)) if is_row else lines.filter(name__icontains=word)
    return lines.order_by("number", "pk")


def page_of(lines: QuerySet[ContactImportLine], number: str | None) -> Page[ContactImportLine]:
    return Paginator(lines, PER_PAGE).get_page(number)


def lines_shown(lines: Iterable[ContactImportLine]) -> list[LineShown]:
    return [_shown(line) for line in lines]


def _shown(line: ContactImportLine) -> LineShown:
    kind = ContactLineKind(line.kind)
    rows = line.values.get("rows") or [line.number]
    is_left = kind in WRITING and bool(line.problems)
    return LineShown(line, WORDS[kind][0], LEVELS[kind], _rows_said(rows), is_left)


def _rows_said(rows: list[int]) -> str:
    """ "ligne 12", "lignes 12 à 15", "lignes 12, 15 et 40"."""
    if len(rows) == 1:
        return f"ligne {rows[0]}"
    if rows == list(range(rows[0], rows[-1] + 1)):
        return f"lignes {rows[0]} à {rows[-1]}"
    return "lignes " + enumerated([str(row) for row in rows[:10]]) + ("…" if len(rows) > 10 else "")
