"""What are the rows of a workbook (.xlsx), as text, without letting it fill the memory?

Only the first sheet is read, cell by cell; formulas give the value that was last computed.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import BinaryIO

from structures.national_text import LARGEST_FILE, MOST_ROWS, SAVE_AS, NotTheNationalList, too_large, too_long
from structures.national_workbook import MOST_UNPACKED, WORKBOOK, Book, TooMuch

MOST_ROWS_SEEN = 10 * MOST_ROWS  # a sheet may go on for a million rows that only have a colour
MOST_PARTS = 500
MOST_COLUMNS = 200
_ENTRY = b"PK\x01\x02"  # of a part, in the table of contents
_LIBRE_OFFICE = b"application/vnd.oasis.opendocument"
Row = tuple[int, list[str]]


def sheet_rows(first: bytes, source: BinaryIO) -> Iterator[Row]:
    """The rows that hold something, with their number on the sheet. NotTheNationalList for any other archive."""
    raw = first + source.read(LARGEST_FILE)
    if len(raw) > LARGEST_FILE:
        raise too_large()
    _refuse_other_archives(raw)
    try:
        yield from _rows(raw)
    except NotTheNationalList:
        raise
    except TooMuch:
        raise _disproportionate() from None
    # A broken workbook raises whatever its reading met first: the archive, the XML, a number, a day.
    except Exception as error:
        raise NotTheNationalList(f"Ce classeur est abîmé\u00a0: il ne se lit pas. {SAVE_AS}", line=1) from error


def _rows(raw: bytes) -> Iterator[Row]:
    found = 0
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for seen, (number, cells) in enumerate(Book(archive).rows(), start=1):
            if seen > MOST_ROWS_SEEN:
                raise too_long()
            texts = {column: text for column, value in cells.items() if (text := _text(value)).strip()}
            if not texts:
                continue
            found += 1
            if found > MOST_ROWS + 1:
                raise too_long()
            yield number, [texts.get(column, "") for column in range(1, min(MOST_COLUMNS, max(texts)) + 1)]


def _disproportionate() -> NotTheNationalList:
    return NotTheNationalList("Ce classeur est démesuré une fois déplié\u00a0: ce n’est pas la liste nationale.")


def _refuse_other_archives(raw: bytes) -> None:
    """Judged on the table of contents, before anything is unpacked."""
    if _LIBRE_OFFICE in raw[:200]:
        raise NotTheNationalList(f"Ce fichier est un classeur LibreOffice. {SAVE_AS}", line=1)
    if raw.count(_ENTRY) > MOST_PARTS:
        raise _disproportionate()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise NotTheNationalList(f"Ce classeur est abîmé\u00a0: il ne se lit pas. {SAVE_AS}", line=1) from None
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _disproportionate()
    if WORKBOOK not in {part.filename for part in parts}:
        raise NotTheNationalList(f"Ce fichier est une archive, pas un classeur Excel. {SAVE_AS}", line=1)


def _text(cell: object) -> str:
    """As the list would write it: a whole number without decimals, a date as on a label."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Oui" if cell else "Non"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    return str(cell)
