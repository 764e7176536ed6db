"""Is this file the national list of France services, and what are the cells of its lines?

It is read as a stream, and left as soon as it cannot be the list: a file of any size costs little.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

MOST_ROWS = 20_000  # seven times the whole national network
MOST_LINES = 10 * MOST_ROWS  # a comment may hold several lines, a file may hold blank ones
LONGEST_LINE = 65_536  # bytes
DELIMITERS = (",", ";")
COLUMNS = (
    "id_fs",
    "insee_dep",
    "lib_fs",
    "adresse",
    "complement_adresse",
    "insee_com",
    "code_postal",
    "lib_com",
    "latitude",
    "longitude",
    "mail",
    "telephone",
    "h_lundi",
    "h_mardi",
    "h_mercredi",
    "h_jeudi",
    "h_vendredi",
    "h_samedi",
    "prise_rdv",
    "commentaire",
    "type_fs",
    "format_fs",
    "groupe_fs",
    "labellisation_fs",
)
SAVE_AS = "Enregistrez la liste au format « CSV UTF-8 », puis recommencez."
_FOREIGN_STARTS = (
    (b"PK\x03\x04", "un classeur (Excel ou LibreOffice)"),
    (b"\xd0\xcf\x11\xe0", "un classeur d’une ancienne version d’Excel"),
    (b"%PDF", "un document PDF"),
    (b"{", "du JSON"),
    (b"[", "du JSON"),
    (b"<", "une page web ou du XML"),
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UTF_8_MARK = b"\xef\xbb\xbf"


class NotTheNationalList(Exception):
    """The whole file is refused: `line` (the header is 1) and `column` where they are known, `reason` in French."""

    def __init__(self, reason: str, *, line: int | None = None, column: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file; `cells` is None when it has not as many cells as the header, `count` says how many."""

    number: int
    cells: dict[str, str] | None
    count: int


class _Reader(Protocol):
    """What `csv.reader` gives."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


def lines(source: BinaryIO) -> list[Line]:
    """The rows of the list with the line on which each begins; NotTheNationalList when it is something else.

    Comma or semicolon, UTF-8 with or without byte order mark, the columns of 2024 in any order, others are ignored.
    """
    text = _text(source)
    header_line = next(text, "")
    if not header_line.strip():
        raise NotTheNationalList("Le fichier est vide.", line=1)
    reader = csv.reader(_from(header_line, text), delimiter=_delimiter(header_line), strict=True)
    try:
        return list(_rows(reader))
    except csv.Error as error:
        raise NotTheNationalList(_said(error), line=reader.line_num or 1) from None


def _rows(reader: _Reader) -> Iterator[Line]:
    header = _checked([cell.strip().casefold() for cell in next(reader)])
    begins, rows = reader.line_num + 1, 0
    for cells in reader:
        number, begins = begins, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        rows += 1
        if rows > MOST_ROWS:
            raise _too_long()
        fits = len(cells) == len(header)
        yield Line(number, dict(zip(header, cells, strict=True)) if fits else None, len(cells))
    if not rows:
        raise NotTheNationalList("Le fichier ne contient que la ligne de titres, aucune structure.", line=1)


def _text(source: BinaryIO) -> Iterator[str]:
    """The physical lines of the file, decoded."""
    number = 0
    while raw := source.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            _refuse_other_formats(raw)
            raw = raw.removeprefix(_UTF_8_MARK)
        if b"\0" in raw:
            raise NotTheNationalList(
                f"Ce fichier n’est pas du texte : il contient des octets nuls. {SAVE_AS}", line=number
            )
        if len(raw) > LONGEST_LINE:
            raise NotTheNationalList(
                "Cette ligne est trop longue : ce fichier n’est pas la liste nationale.", line=number
            )
        if number > MOST_LINES:
            raise _too_long()
        yield _decoded(raw, number)


def _decoded(raw: bytes, number: int) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        reason = (
            f"Le fichier n’est pas en UTF-8 : l’octet {raw[error.start]:02X} de la ligne {number} n’a pas de sens "
            f"(c’est souvent du Latin-1 ou du Windows-1252). {SAVE_AS}"
        )
        raise NotTheNationalList(reason, line=number) from None


def _refuse_other_formats(raw: bytes) -> None:
    if raw.startswith(_UTF_16):
        raise NotTheNationalList(f"Le fichier est en UTF-16, pas en UTF-8. {SAVE_AS}", line=1)
    start = raw.removeprefix(_UTF_8_MARK).lstrip()
    for signature, kind in _FOREIGN_STARTS:
        if start.startswith(signature):
            raise NotTheNationalList(f"Ce fichier n’est pas un CSV : c’est {kind}. {SAVE_AS}", line=1)


def _delimiter(header_line: str) -> str:
    """The one that gives the most known columns."""

    def known(delimiter: str) -> int:
        return sum(cell.strip(' "\r\n').casefold() in COLUMNS for cell in header_line.split(delimiter))

    best = max(DELIMITERS, key=known)
    if not known(best):
        raise NotTheNationalList(
            "La première ligne ne donne aucune des colonnes de la liste nationale (id_fs, lib_fs, insee_com…), "
            "séparées par des virgules ou des points-virgules.",
            line=1,
        )
    return best


def _checked(header: list[str]) -> list[str]:
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        said = "Il manque la colonne" if len(missing) == 1 else "Il manque les colonnes"
        raise NotTheNationalList(f"{said} {', '.join(missing)}.", line=1, column=missing[0])
    for column in COLUMNS:
        if header.count(column) > 1:
            raise NotTheNationalList(f"La colonne {column} est là deux fois.", line=1, column=column)
    return header


def _from(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _too_long() -> NotTheNationalList:
    most = f"{MOST_ROWS:,}".replace(",", "\u202f")
    return NotTheNationalList(f"Le fichier a plus de {most} lignes : ce n’est pas la liste nationale.")


def _said(error: csv.Error) -> str:
    if "unexpected end" in str(error) or "field larger" in str(error):
        return "Un guillemet ouvert n’est jamais refermé : le fichier n’est pas un CSV lisible."
    if "new-line character" in str(error):
        return f"Les fins de ligne du fichier ne sont pas celles d’un CSV. {SAVE_AS}"
    if "expected after" in str(error):
        return "Un guillemet est mal placé : le fichier n’est pas un CSV lisible."
    return f"Le fichier n’est pas un CSV lisible ({error})."
