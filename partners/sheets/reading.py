"""What are the rows of a file of contacts, whichever spreadsheet saved it?

CSV (semicolon, comma or tab; UTF-8 with or without its mark, UTF-16, Windows-1252) or XLSX, first sheet. What is not
one of these, or is larger than a person's file can be, is refused before it fills the memory.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import BinaryIO

import openpyxl
import openpyxl.xml

from accounts.formulas import unguarded
from partners.sheets.columns import NEEDED, TITLES, column_of

LARGEST_FILE = 10_000_000  # bytes
MOST_ROWS = 20_000
MOST_UNPACKED = 150_000_000  # bytes; 20,000 rows unpack to some thirty millions
MOST_PARTS = 500
MOST_COLUMNS = 100
MOST_BLANKS = 10 * MOST_ROWS  # a sheet may go on for a million rows that only have a colour
SAVE_AS = "Enregistrez-le au format «\u00a0CSV UTF-8 » ou «\u00a0Classeur Excel (.xlsx)\u00a0», puis recommencez."
_WORKBOOK = b"PK\x03\x04"
_UTF_8_MARK = b"\xef\xbb\xbf"
_FOREIGN_STARTS = (
    (b"\xd0\xcf\x11\xe0", "un classeur d’une ancienne version d’Excel"),
    (b"%PDF", "un document PDF"),
    (b"{", "du JSON"),
    (b"<", "une page web ou du XML"),
)
_DELIMITERS = (";", ",", "\t")
RawRow = tuple[int, Sequence[str]]


class NotASheet(Exception):
    """The whole file is refused, for a reason said in French."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`number` as the spreadsheet shows it (the titles are row 1); `extra` when cells go beyond the titles."""

    number: int
    cells: dict[str, str]
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """`columns`: those the file has; `ignored`: titles that mean nothing here."""

    columns: frozenset[str]
    rows: tuple[SheetRow, ...]
    ignored: tuple[str, ...] = ()


def read(source: BinaryIO) -> Sheet:
    """The rows of the file that hold something. Raises NotASheet."""
    raw = source.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise NotASheet(f"Ce fichier dépasse {LARGEST_FILE // 1_000_000}\u00a0Mo.")
    if not raw.strip():
        raise NotASheet("Ce fichier est vide.")
    return _sheet(_workbook_rows(raw) if raw.startswith(_WORKBOOK) else _text_rows(raw))


def _sheet(rows: Iterator[RawRow]) -> Sheet:
    _, header = next(rows, (1, ()))
    names = [column_of(cell) for cell in header]
    _refuse_header(names)
    found: list[SheetRow] = []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(found) == MOST_ROWS:
            raise NotASheet("Ce fichier a plus de 20\u00a0000 lignes\u00a0: coupez-le en plusieurs.")
        kept = {name: unguarded(cell).strip() for name, cell in zip(names, cells, strict=False) if name}
        found.append(SheetRow(number, kept, any(cell.strip() for cell in cells[len(names) :])))
    if not found:
        raise NotASheet("Ce fichier ne contient que la ligne de titres.")
    ignored = [cell.strip() for cell, name in zip(header, names, strict=True) if name is None and cell.strip()]
    return Sheet(frozenset(name for name in names if name), tuple(found), tuple(ignored))


def _refuse_header(names: Sequence[str | None]) -> None:
    missing = [TITLES[name] for name in NEEDED if name not in names]
    if missing:
        said = "Il manque la colonne" if len(missing) == 1 else "Il manque les colonnes"
        raise NotASheet(f"{said} {' et '.join(missing)} dans la première ligne du fichier.")
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice:
        raise NotASheet(f"La colonne «\u00a0{TITLES[twice]}\u00a0» est là deux fois.")


# Text


def _text_rows(raw: bytes) -> Iterator[RawRow]:
    start = raw.removeprefix(_UTF_8_MARK).lstrip()
    for signature, kind in _FOREIGN_STARTS:
        if start.startswith(signature):
            raise NotASheet(f"Ce fichier est {kind}, pas un tableau. {SAVE_AS}")
    text = _decoded(raw)
    if "\0" in text:
        raise NotASheet(f"Ce fichier n’est pas du texte. {SAVE_AS}")
    delimiter = _delimiter(text[: text.find("\n") if "\n" in text else None])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from enumerate(reader, start=1)
    except csv.Error as error:
        raise NotASheet(
            f"Le guillemet de la ligne {reader.line_num} est mal placé ou n’est pas refermé. {SAVE_AS}"
        ) from error


def _decoded(raw: bytes) -> str:
    encodings = ("utf-16",) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotASheet(f"Les accents de ce fichier ne se lisent pas. {SAVE_AS}")


def _delimiter(header: str) -> str:
    """The one that gives the most known columns."""
    return max(
        _DELIMITERS, key=lambda sign: sum(column_of(cell.strip('"\r ')) is not None for cell in header.split(sign))
    )


# Workbooks


def _workbook_rows(raw: bytes) -> Iterator[RawRow]:
    _refuse_other_archives(raw)
    try:
        yield from _cells_of(raw)
    except NotASheet:
        raise
    # openpyxl has no exception of its own: a broken workbook raises whatever its parser met.
    except Exception as error:
        raise NotASheet(f"Ce classeur est abîmé\u00a0: il ne se lit pas. {SAVE_AS}") from error


def _cells_of(raw: bytes) -> Iterator[RawRow]:
    if not openpyxl.xml.DEFUSEDXML:
        raise RuntimeError("defusedxml is missing: no workbook is read without it")
    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    try:
        blanks = 0
        for number, cells in enumerate(book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
            row = [_text(cell) for cell in cells]
            if not any(row):
                blanks += 1
                if blanks > MOST_BLANKS:
                    return
                continue
            yield number, row
    finally:
        book.close()


def _refuse_other_archives(raw: bytes) -> None:
    """Judged on the table of contents, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise NotASheet(f"Ce classeur est abîmé\u00a0: il ne se lit pas. {SAVE_AS}") from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise NotASheet("Ce classeur est démesuré une fois déplié\u00a0: il n’est pas lu.")
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise NotASheet(f"Ce fichier n’est pas un classeur Excel. {SAVE_AS}")


def _text(cell: object) -> str:
    """As a person would type it: a whole number without decimals, a day as 24/11/2026."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    return str(cell)
