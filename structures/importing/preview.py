"""What would a file of the national list create, change and close in a coordination's network, and what is refused?"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import prefetch_related_objects

from accounts.models import Team
from structures.importing.compare import READ_WITH, compare, is_behind
from structures.importing.differences import differences_of, differences_of_new, hands_of
from structures.importing.rows import as_json
from structures.models import LABEL_IN_FORCE, ImportLine, LineKind, Structure
from structures.national_list import NationalList, NationalRow, Refused, departement_of
from territories.models import Commune
from territories.spelling import plain

BATCH = 500
ELSEWHERE = "Cette structure est suivie par une autre coordination\u00a0: rien n’y est changé."


@dataclass(slots=True)
class Preview:
    """Lines not yet saved; `elsewhere` counts the rows of the départements that were left aside."""

    unchanged: int = 0
    elsewhere: int = 0
    lines: list[ImportLine] = field(default_factory=list)


def preview(listed: NationalList, *, coordination: Team, everywhere: bool) -> Preview:
    """Compare a list with what is stored, writing nothing. Statements do not grow with what is unchanged."""
    scope = None if everywhere else departements_of(coordination)
    rows = [row for row in listed.rows if _is_in(departement_of(row.insee), scope)]
    refusals = [refusal for refusal in listed.refusals if _is_in(refusal.departement, scope)]
    found = Preview(elsewhere=listed.read - len(rows) - len(refusals))
    remarks = _remarks(listed)
    known = _known([row.id_fs for row in rows])
    found.lines += [_refused(refusal) for refusal in refusals]
    found.lines += _new([row for row in rows if row.id_fs not in known], coordination, remarks)
    found.lines += _others([(known[row.id_fs], row) for row in rows if row.id_fs in known], coordination, remarks)
    found.lines += _closed(listed, {departement_of(row.insee) for row in rows}, coordination)
    refused_here = len(refusals) + sum(line.kind == LineKind.REFUSED and bool(line.structure) for line in found.lines)
    listed_rows = sum(line.kind in (LineKind.NEW, LineKind.CHANGED, LineKind.CONFLICT) for line in found.lines)
    found.unchanged = len(rows) + len(refusals) - refused_here - listed_rows
    return found


def departements_of(coordination: Team) -> frozenset[str]:
    """Those of its structures; that of the service for a coordination that has none yet."""
    found = Structure.objects.filter(coordination=coordination).values_list("departement_id", flat=True).distinct()
    return frozenset(found.order_by("departement_id")) or frozenset({settings.DEPARTEMENT})


def _is_in(departement: str, scope: Collection[str] | None) -> bool:
    return scope is None or departement in scope


def _known(ids: Sequence[str]) -> dict[str, Structure]:
    """No statement names more rows than every database accepts."""
    found = {}
    for start in range(0, len(ids), BATCH):
        for structure in Structure.objects.filter(id_fs__in=ids[start : start + BATCH]):
            found[str(structure.id_fs)] = structure
    return found


def _remarks(listed: NationalList) -> Mapping[int, list[str]]:
    """What was doubtful, by line of the file."""
    found: dict[int, list[str]] = defaultdict(list)
    for problem in listed.warnings:
        if problem.line is not None:
            found[problem.line].append(f"Colonne {problem.column}\u00a0: {problem.reason}")
    return found


def _refused(refusal: Refused) -> ImportLine:
    problem = refusal.problem
    return ImportLine(
        kind=LineKind.REFUSED,
        number=problem.line,
        id_fs=refusal.id_fs[:12],
        name=refusal.name[:200],
        row={"column": problem.column or ""},
        reason=problem.reason,
    )


def _line(kind: LineKind, row: NationalRow, remarks: Mapping[int, list[str]]) -> ImportLine:
    reason = "\n".join(remarks.get(row.line, []))
    return ImportLine(kind=kind, number=row.line, id_fs=row.id_fs, name=row.name, row=as_json(row), reason=reason)


def _new(rows: Sequence[NationalRow], coordination: Team, remarks: Mapping[int, list[str]]) -> list[ImportLine]:
    if not rows:
        return []
    without = Structure.objects.filter(coordination=coordination, id_fs__isnull=True)
    namesakes = set(without.values_list("plain_name", flat=True))
    communes = _communes(rows)
    found = []
    for row in rows:
        line = _line(LineKind.NEW, row, remarks)
        line.differences = differences_of_new(row, communes)
        if plain(row.name) in namesakes:
            line.reason = "\n".join(filter(None, [line.reason, _namesake(row)]))
        found.append(line)
    return found


def _namesake(row: NationalRow) -> str:
    return (
        "Une structure de votre réseau porte ce nom sans avoir de matricule\u00a0: si c’est la même, donnez-lui le "
        f"matricule {row.id_fs} plutôt que d’en créer une autre."
    )


def _communes(rows: Sequence[NationalRow]) -> dict[str, str]:
    """Every name when the file is large: naming thousands of codes costs more than reading them all."""
    communes = Commune.objects.all()
    if len(rows) <= BATCH:
        communes = communes.filter(pk__in={row.insee for row in rows})
    return dict(communes.values_list("insee", "name"))


def _others(
    pairs: Sequence[tuple[Structure, NationalRow]], coordination: Team, remarks: Mapping[int, list[str]]
) -> list[ImportLine]:
    """Lines of the structures that the file would change, and of those that it may not."""
    found, behind = [], []
    for structure, row in pairs:
        if structure.coordination_id not in (None, coordination.pk):
            line = _line(LineKind.REFUSED, row, {})
            line.structure, line.row, line.reason = structure, {"column": "id_fs"}, ELSEWHERE
            found.append(line)
        elif structure.coordination_id is None or is_behind(structure, row):
            behind.append((structure, row))
    for start in range(0, len(behind), BATCH):
        found += _changed(behind[start : start + BATCH], coordination, remarks)
    return found


def _changed(
    pairs: Sequence[tuple[Structure, NationalRow]], coordination: Team, remarks: Mapping[int, list[str]]
) -> list[ImportLine]:
    structures = [structure for structure, _ in pairs]
    prefetch_related_objects(structures, READ_WITH)
    compared = [(structure, row, compare(structure, row)) for structure, row in pairs]
    hands = hands_of([structure for structure, _, comparison in compared if comparison.kept])
    codes = {comparison.stored.get("commune_id", "") for _, _, comparison in compared}
    communes = _communes([row for _, row in pairs]) | dict(
        Commune.objects.filter(pk__in=codes).values_list("insee", "name")
    )
    found = []
    for structure, row, comparison in compared:
        line = _line(LineKind.CONFLICT if comparison.kept else LineKind.CHANGED, row, remarks)
        line.structure = structure
        line.differences = differences_of(comparison, communes, hands.get(structure.pk, []))
        if structure.coordination_id is None:
            line.differences.append(_adopted(coordination))
        if line.differences:
            found.append(line)
    return found


def _adopted(coordination: Team) -> dict[str, object]:
    said = {"stored_said": "aucune", "file_said": coordination.name}
    return {"fields": ["coordination"], "label": "Coordination", "column": "", **said, "conflict": False, "take": True}


def _closed(listed: NationalList, departements: Collection[str], coordination: Team) -> list[ImportLine]:
    """Structures of these départements whose label is in force and that the file does not name any more."""
    named = {row.id_fs for row in listed.rows} | {refusal.id_fs for refusal in listed.refusals}
    stored = Structure.objects.filter(
        coordination=coordination,
        id_fs__isnull=False,
        label_state__in=LABEL_IN_FORCE,
        departement__in=list(departements),
    )
    return [
        ImportLine(kind=LineKind.CLOSED, id_fs=str(structure.id_fs), name=structure.name, structure=structure)
        for structure in stored.order_by("plain_name", "pk")
        if structure.id_fs not in named
    ]
