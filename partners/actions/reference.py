"""How do the reference files become rows, as many times as one likes, without undoing what people edited?"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import models, transaction

from partners import reference
from partners.actions.list_order import put_in_order
from partners.merging import Plain, merge
from partners.models import Blocker, ClosedListRow, Operator, Procedure, Subject, Theme
from partners.reference import BlockerRow, OperatorRow, ProcedureRow, SubjectRow, ThemeRow
from partners.versions import sign
from territories.spelling import plain

LOADED = "Chargement du référentiel"
_QUESTION = frozenset({"question", "alternative_operator"})


@dataclass
class LoadTally:
    """What a load did to the rows of one kind; `kept` names the fields left as people edited them (code.field)."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class LoadReport:
    operators: LoadTally
    themes: LoadTally
    procedures: LoadTally
    blockers: LoadTally
    subjects: LoadTally


@transaction.atomic
def load_reference(now: datetime, folder: Path = reference.DATA_FOLDER) -> LoadReport:
    """Create operators, themes, démarches, blockers and subjects by their codes, or bring them up to date.

    A field is changed only when the file changed since the last load and nobody edited the row; nothing is deleted and
    what was taken out of service stays so. Raises ReferenceFileProblem, with nothing written, when a file is wrong.
    """
    files = reference.read(folder)
    operators = _Loader(Operator, now)
    operators.load((row.code, _operator_values(row)) for row in files.operators)
    _respell(operators.renamed)
    themes, subjects, blockers = _Loader(Theme, now), _Loader(Subject, now), _Loader(Blocker, now)
    themes.load((row.code, _values(row)) for row in files.themes)
    subjects.load((row.code, _values(row)) for row in files.subjects)
    blockers.load((row.code, _values(row)) for row in files.blockers)
    for rows in (themes.rows, blockers.rows):
        put_in_order(sorted(rows.values(), key=_rank), by=None, now=now)
    known = {
        "operator": operators.rows,
        "alternative_operator": operators.rows,
        "theme": themes.rows,
        "ends_at": subjects.rows,
    }
    procedures = _Loader(Procedure, now, together=[_QUESTION], known=known)
    procedures.load((row.code, _values(row)) for row in files.procedures)
    return LoadReport(operators.tally, themes.tally, procedures.tally, blockers.tally, subjects.tally)


def respell_procedures_of(operator: Operator) -> None:
    """The words by which démarches are found hold the operator's names: write them again when they changed."""
    _respell([operator])


class _Loader:
    """Writes the rows of one model; `known` resolves the codes of these fields into rows."""

    def __init__(
        self,
        model: type[models.Model],
        now: datetime,
        *,
        together: Collection[frozenset[str]] = (),
        known: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.model, self.now, self.together, self.known = model, now, together, known or {}
        rows = model._default_manager.all()
        if self.known:
            rows = rows.select_related(*self.known)
        self.rows: dict[str, Any] = {row.code: row for row in rows.select_for_update(of=("self",))}  # type: ignore[attr-defined]
        self.tally = LoadTally()
        self.renamed: list[Any] = []

    def load(self, lines: Iterable[tuple[str, dict[str, Plain]]]) -> None:
        for code, values in lines:
            if code in self.rows:
                self._update(self.rows[code], values)
            else:
                self.rows[code] = self._save(self.model(code=code, loaded_values=values), values)
                self.tally.created += 1

    def _update(self, row: Any, values: dict[str, Plain]) -> None:
        current = {name: _plain_value(getattr(row, name)) for name in values}
        merged = merge(current=current, loaded=row.loaded_values, file=values, together=self.together)
        self.tally.kept += [f"{row.code}.{name}" for name in merged.kept]
        if not merged.changes:
            self.tally.unchanged += 1
            if row.loaded_values != merged.loaded:
                self.model._default_manager.filter(pk=row.pk).update(loaded_values=merged.loaded)
            return
        if {"name", "synonyms"} & set(merged.changes):
            self.renamed.append(row)
        row.loaded_values = merged.loaded
        self._save(row, merged.changes)
        self.tally.changed += 1

    def _save(self, row: Any, values: Mapping[str, Plain]) -> Any:
        for name, value in values.items():
            setattr(row, name, self._row_value(name, value))
        sign(row, by=None, now=self.now, reason=LOADED).save()
        return row

    def _row_value(self, name: str, value: Plain) -> Any:
        if name in self.known:
            return self.known[name][str(value)] if value else None
        if name == "in_bundle_from":
            return date.fromisoformat(str(value)) if value else None
        return value


def _respell(operators: Collection[Operator]) -> None:
    rows = list(Procedure.objects.filter(operator__in=operators).select_related("operator")) if operators else []
    for row in rows:
        row.search_text = plain(f"{row.name} {row.synonyms} {row.operator.name} {row.operator.synonyms}")
    Procedure.objects.bulk_update(rows, ["search_text"])


def _rank(row: ClosedListRow) -> tuple[int, bool, int]:
    """Of two rows of one rank, the one that the file puts there comes first."""
    return row.position, row.loaded_values.get("position") != row.position, row.pk


def _operator_values(row: OperatorRow) -> dict[str, Plain]:
    return {name: value for name, value in _values(row).items() if name != "body_name"}


def _values(row: OperatorRow | ThemeRow | ProcedureRow | BlockerRow | SubjectRow) -> dict[str, Plain]:
    return {name: _plain_value(value) for name, value in asdict(row).items() if name != "code"}


def _plain_value(value: Any) -> Plain:
    """As JSON keeps it: days in ISO, other rows by their code."""
    match value:
        case Operator() | Theme() | Subject():
            return value.code
        case date():
            return value.isoformat()
        case None:
            return ""
        case _:
            return value  # type: ignore[no-any-return]
