"""How do the rows of the national list become structures, as many times as one likes?

Each structure keeps the row of its last import (`national_row`). Only what has changed in the file since is written,
and only where what is stored still says what that import wrote: what was corrected by hand survives, and the report
tells it. Nothing is ever deleted; everything written is in the history of the structure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import prefetch_related_objects

from accounts.models import Team, User, journal
from accounts.permissions import TeamKind
from structures.actions.national import Update, create, update
from structures.importing.compare import READ_WITH, Comparison, compare, is_behind
from structures.importing.differences import ACTOR
from structures.importing.rows import COLUMNS
from structures.models import Structure
from structures.national_list import NationalRow, Problem

CORRECTED = "Corrigé à la main depuis le dernier import\u00a0: gardé."
ENTERED = "Saisi à la main avant le premier import\u00a0: gardé."
BATCH = 500

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Rows created, changed, and left as they were; `warnings` name what a person's hand kept unlike the file."""

    created: int
    changed: int
    unchanged: int
    warnings: tuple[Problem, ...] = ()


@transaction.atomic
def import_rows(rows: Sequence[NationalRow], *, now: datetime, by: User | None = None) -> ImportReport:
    """Create or update structures by `id_fs`, with their main location and its hours; all of it or nothing.

    KeyError for a row whose commune is not known: `national_list.read` has refused those.
    """
    known = _known([row.id_fs for row in rows])
    new = [row for row in rows if row.id_fs not in known]
    create(new, coordination=_only_team(TeamKind.COORDINATION), by=by, now=now)
    changed, warnings = _update([(known[row.id_fs], row) for row in rows if row.id_fs in known], by, now)
    report = ImportReport(len(new), changed, len(rows) - len(new) - changed, tuple(warnings))
    if report.created or report.changed:
        journal(verb=ACTOR, subject="structures", now=now, by=by, actor="import")
    return report


def _known(ids: Sequence[str]) -> dict[str, Structure]:
    """Held until the end of the transaction, in one order whatever that of the file: two imports never cross."""
    keys = [
        key for some in _batched(ids) for key in Structure.objects.filter(id_fs__in=some).values_list("pk", flat=True)
    ]
    found = {}
    for held in _batched(sorted(keys)):
        for structure in Structure.objects.select_for_update().filter(pk__in=held).order_by("pk"):
            found[str(structure.id_fs)] = structure
    return found


def _batched(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """No statement names more rows than every database accepts."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def _only_team(kind: TeamKind) -> Team | None:
    """The one team of a kind: with two, only a person can tell which one it is."""
    teams = list(Team.objects.filter(kind=kind)[:2])
    return teams[0] if len(teams) == 1 else None


def _update(
    pairs: Sequence[tuple[Structure, NationalRow]], by: User | None, now: datetime
) -> tuple[int, list[Problem]]:
    """How many structures became different, and what was kept; the places are read only where the file changed."""
    behind = [(structure, row) for structure, row in pairs if is_behind(structure, row)]
    changed, warnings = 0, list[Problem]()
    for some in _batched(behind):
        prefetch_related_objects([structure for structure, _ in some], READ_WITH)
        compared = [(structure, row, compare(structure, row)) for structure, row in some]
        for structure, row, comparison in compared:
            warnings += _kept(structure, row, comparison)
        updates = [
            Update(structure, row, one.location, frozenset(one.taken), one.said) for structure, row, one in compared
        ]
        update(updates, by=by, now=now)
        changed += sum(bool(one.taken) for _, _, one in compared)
    return changed, warnings


def _kept(structure: Structure, row: NationalRow, comparison: Comparison) -> list[Problem]:
    last = structure.national_row
    return [Problem(row.line, COLUMNS[name], CORRECTED if name in last else ENTERED) for name in comparison.kept]
