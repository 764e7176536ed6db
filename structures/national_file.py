"""Is this file the national list of France services, and what are the cells of its lines?"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from structures.editions import COLUMNS, TITLES, Edition, recognise, spelled
from structures.national_sheet import sheet_rows
from structures.national_text import (
    LARGEST_FILE,
    LONGEST_LINE,
    MOST_ROWS,
    SAVE_AS,
    WORKBOOK,
    NotTheNationalList,
    text_lines,
    too_long,
)

__all__ = ["COLUMNS", "LARGEST_FILE", "Line", "NationalFile", "NotTheNationalList", "lines"]

DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file; `cells` is None when it has not as many cells as the header, `count` says how many."""

    number: int
    cells: dict[str, str] | None
    count: int


@dataclass(frozen=True, slots=True)
class NationalFile:
    edition: Edition
    lines: tuple[Line, ...]


Row = tuple[int, list[str]]


def lines(source: BinaryIO) -> NationalFile:
    """The rows of the list with the line on which each begins; NotTheNationalList when it is something else.

    CSV (comma, semicolon or tab; UTF-8, UTF-16, Windows-1252) or XLSX; the columns of a known edition in any order,
    others are ignored.
    """
    first = source.readline(LONGEST_LINE + 1)
    if first.startswith(WORKBOOK):
        return _read(sheet_rows(first, source), is_ragged=False)
    text = text_lines(first, source)
    header_line = next(text, "")
    if not header_line.strip():
        raise NotTheNationalList("Le fichier est vide.", line=1)
    return _read(_csv_rows(chain([header_line], text), _delimiter(header_line)), is_ragged=True)


def _csv_rows(text: Iterator[str], delimiter: str) -> Iterator[Row]:
    """Blank rows are left out; the number is that of the line on which a row begins."""
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            number, begins = begins, reader.line_num + 1
            if number == 1 or any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise NotTheNationalList(_said(error), line=reader.line_num or 1) from None


def _read(rows: Iterator[Row], *, is_ragged: bool) -> NationalFile:
    """`is_ragged`: a row of a CSV tells how many cells it has; the cells of a sheet are all as wide as the sheet."""
    _, header = next(rows, (1, []))
    titles = [spelled(cell) for cell in header]
    while titles and not titles[-1] and not is_ragged:
        titles.pop()
    edition = _edition(titles, header)
    found: list[Line] = []
    for number, cells in rows:
        if len(found) == MOST_ROWS:
            raise too_long()
        row = cells if is_ragged else (cells + [""] * len(titles))[: len(titles)]
        fits = len(row) == len(titles)
        found.append(Line(number, edition.cells(titles, row) if fits else None, len(row)))
    if not found:
        raise NotTheNationalList("Le fichier ne contient que la ligne de titres, aucune structure.", line=1)
    return NationalFile(edition, tuple(found))


def _edition(titles: Sequence[str], header: Sequence[str]) -> Edition:
    if not TITLES & set(titles):
        raise _no_column()
    edition = recognise(titles)
    if missing := edition.missing(titles):
        said = "Il manque la colonne" if len(missing) == 1 else "Il manque les colonnes"
        raise NotTheNationalList(f"{said} {', '.join(missing)}.", line=1, column=missing[0])
    for title in edition.columns:
        if titles.count(title) > 1:
            shown = header[titles.index(title)].strip()
            raise NotTheNationalList(f"La colonne {shown} est là deux fois.", line=1, column=title)
    return edition


def _delimiter(header_line: str) -> str:
    """The one that gives the most known columns."""

    def known(delimiter: str) -> int:
        return sum(spelled(cell) in TITLES for cell in header_line.split(delimiter))

    best = max(DELIMITERS, key=known)
    if not known(best):
        raise _no_column()
    return best


def _no_column() -> NotTheNationalList:
    return NotTheNationalList(
        "La première ligne ne donne aucune des colonnes de la liste nationale (id_fs, lib_fs, insee_com…), "
        "séparées par des virgules ou des points-virgules.",
        line=1,
    )


def _said(error: csv.Error) -> str:
    if "unexpected end" in str(error) or "field larger" in str(error):
        return "Un guillemet ouvert n’est jamais refermé\u00a0: le fichier n’est pas un CSV lisible."
    if "new-line character" in str(error):
        return f"Les fins de ligne du fichier ne sont pas celles d’un CSV. {SAVE_AS}"
    if "expected after" in str(error):
        return "Un guillemet est mal placé\u00a0: le fichier n’est pas un CSV lisible."
    return f"Le fichier n’est pas un CSV lisible ({error})."
