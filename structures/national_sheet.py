"""What are the rows of a workbook (.xlsx), as text, without letting it fill the memory?

Only the first sheet is read, cell by cell; formulas give the value that was last computed.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import BinaryIO

from openpyxl import load_workbook

from structures.national_text import LARGEST_FILE, MOST_ROWS, SAVE_AS, NotTheNationalList, too_large, too_long

MOST_UNPACKED = 120_000_000  # bytes; the national list unpacks to some five millions
MOST_PARTS = 500
MOST_COLUMNS = 200
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
    # openpyxl has no exception of its own: a broken workbook raises whatever its parser met.
    except Exception as error:
        raise NotTheNationalList(f"Ce classeur est abîmé\u00a0: il ne se lit pas. {SAVE_AS}", line=1) from error


def _rows(raw: bytes) -> Iterator[Row]:
    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    try:
        found = 0
        for number, cells in enumerate(book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
            row = [_text(cell) for cell in cells]
            if not any(cell.strip() for cell in row):
                # A sheet may go on for a million rows that only have a colour.
                if number > 10 * MOST_ROWS:
                    raise too_long()
                continue
            found += 1
            if found > MOST_ROWS + 1:
                raise too_long()
            yield number, row
    finally:
        book.close()


def _refuse_other_archives(raw: bytes) -> None:
    """Judged on the table of contents, before anything is unpacked."""
    if _LIBRE_OFFICE in raw[:200]:
        raise NotTheNationalList(f"Ce fichier est un classeur LibreOffice. {SAVE_AS}", line=1)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise NotTheNationalList(f"Ce classeur est abîmé\u00a0: il ne se lit pas. {SAVE_AS}", line=1) from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise NotTheNationalList("Ce classeur est démesuré une fois déplié\u00a0: ce n’est pas la liste nationale.")
    if "xl/workbook.xml" not in {part.filename for part in parts}:
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
