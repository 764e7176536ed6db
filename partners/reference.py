"""What do the reference files of the partners say, and where exactly are they wrong?"""

import csv
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

DATA_FOLDER = Path(__file__).parent / "data"
YES_OR_NO = {"true": True, "false": False}


class ReferenceFileProblem(Exception):
    """A reference file cannot be read; the message is a French sentence for the person who loads it."""


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """`body_name` is the local body (« Caf de Seine-Maritime »): a contact's, not the operator's."""

    code: str
    name: str
    official_name: str
    synonyms: str
    body_name: str
    public_phone: str
    phone_confirmed: bool
    website: str
    counsellor_note: str
    file_number_name: str
    in_bundle_from: date | None


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """`operator`, `theme`, `ends_at` and `alternative_operator` are codes; lists keep their bars."""

    code: str
    operator: str
    name: str
    theme: str
    synonyms: str
    cited: bool
    what_to_bring: str
    counter_note: str
    ends_at: str
    question: str
    alternative_operator: str


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """`position` is the line of the file."""

    code: str
    name: str
    position: int


@dataclass(frozen=True, slots=True)
class BlockerRow:
    code: str
    name: str
    position: int


@dataclass(frozen=True, slots=True)
class SubjectRow:
    code: str
    name: str
    synonyms: str
    who_label: str
    note: str


@dataclass(frozen=True, slots=True)
class Reference:
    operators: list[OperatorRow]
    themes: list[ThemeRow]
    procedures: list[ProcedureRow]
    blockers: list[BlockerRow]
    subjects: list[SubjectRow]


@dataclass(frozen=True, slots=True)
class _Codes:
    """What a démarche may name."""

    operators: set[str]
    themes: set[str]
    subjects: set[str]


def read(folder: Path = DATA_FOLDER) -> Reference:
    """Read the five files of a folder; raises ReferenceFileProblem at the first thing wrong."""
    operators = [_operator(line) for line in _lines(folder, "operators.csv")]
    themes = [ThemeRow(code, name, position) for code, name, position in _in_order(folder, "themes.csv")]
    subjects = [_subject(line) for line in _lines(folder, "subjects.csv")]
    codes = _Codes({row.code for row in operators}, {row.code for row in themes}, {row.code for row in subjects})
    return Reference(
        operators=operators,
        themes=themes,
        procedures=[_procedure(line, codes) for line in _lines(folder, "procedures.csv")],
        blockers=[BlockerRow(code, name, position) for code, name, position in _in_order(folder, "blockers.csv")],
        subjects=subjects,
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a file, which knows where it is so that its complaints can say so."""

    file: str
    number: int
    cells: dict[str, str | None]

    def cell(self, column: str) -> str:
        if column not in self.cells:
            raise ReferenceFileProblem(f"{self.file}\u00a0: la colonne «\u00a0{column}\u00a0» manque.")
        return (self.cells[column] or "").strip()

    def text(self, column: str) -> str:
        return self.cell(column) or self.refuse(column, "la valeur manque")

    def among(self, column: str, known: Container[str]) -> str:
        value = self.cell(column)
        return value if value in known else self.refuse(column, f"code inconnu «\u00a0{value}\u00a0»")

    def yes_or_no(self, column: str) -> bool:
        value = self.cell(column).lower()
        return YES_OR_NO[value] if value in YES_OR_NO else self.refuse(column, "true ou false attendu")

    def day(self, column: str) -> date | None:
        value = self.cell(column)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.refuse(column, f"date attendue, et non «\u00a0{value}\u00a0»")

    def refuse(self, column: str, reason: str) -> NoReturn:
        raise ReferenceFileProblem(f"{self.file}, ligne {self.number}, colonne «\u00a0{column}\u00a0»\u00a0: {reason}.")


def _operator(line: _Line) -> OperatorRow:
    phone_note = line.cell("phone_note")
    notes = [line.cell("counsellor_note"), f"Téléphone\u00a0: {phone_note}" if phone_note else ""]
    return OperatorRow(
        code=line.text("code"),
        name=line.text("name"),
        official_name=line.cell("official_name"),
        synonyms=line.cell("synonyms"),
        body_name=line.cell("body_name"),
        public_phone=line.cell("public_phone"),
        phone_confirmed=line.yes_or_no("phone_confirmed"),
        website=line.cell("website"),
        counsellor_note="\n".join(note for note in notes if note),
        file_number_name=line.cell("file_number_name"),
        in_bundle_from=line.day("in_bundle_from"),
    )


def _subject(line: _Line) -> SubjectRow:
    return SubjectRow(
        line.text("code"), line.text("name"), line.cell("synonyms"), line.text("who_label"), line.cell("note")
    )


def _procedure(line: _Line, codes: _Codes) -> ProcedureRow:
    question = line.cell("question")
    return ProcedureRow(
        code=line.text("code"),
        operator=line.among("operator", codes.operators),
        name=line.text("name"),
        theme=line.among("theme", codes.themes) if line.cell("theme") else "",
        synonyms=line.cell("synonyms"),
        cited=line.yes_or_no("cited"),
        what_to_bring=line.cell("what_to_bring"),
        counter_note=line.cell("counter_note"),
        ends_at=line.among("ends_at", codes.subjects) if line.cell("ends_at") else "",
        question=question,
        # A question leads somewhere, and nothing else does.
        alternative_operator=line.among("alternative_operator", codes.operators) if question else "",
    )


def _in_order(folder: Path, name: str) -> Iterator[tuple[str, str, int]]:
    """Code, name and place of each line of a list whose order counts."""
    for position, line in enumerate(_lines(folder, name), start=1):
        yield line.text("code"), line.text("name"), position


def _lines(folder: Path, name: str) -> Iterator[_Line]:
    path = folder / name
    if not path.is_file():
        raise ReferenceFileProblem(f"Le fichier «\u00a0{name}\u00a0» manque dans le dossier {folder}.")
    seen: set[str] = set()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for cells in (reader := csv.DictReader(file)):
                line = _Line(name, reader.line_num, cells)
                if line.text("code") in seen:
                    line.refuse("code", "ce code est déjà pris plus haut")
                seen.add(line.text("code"))
                yield line
    except UnicodeDecodeError:
        raise ReferenceFileProblem(f"{name}\u00a0: le fichier n’est pas en UTF-8.") from None
    except csv.Error as error:
        raise ReferenceFileProblem(f"{name}\u00a0: le fichier n’est pas un CSV lisible ({error}).") from None
