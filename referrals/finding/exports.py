"""How does the list leave as a file, without a name, a text or an author, however long it is?"""

import csv
import io
import itertools
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO, Any

import xlsxwriter

from accounts.formulas import guarded
from partners.names import Names, names_at, read_version
from referrals.finding.paging import Row, Selection, batches
from referrals.models import Channel, ClosingReason, Outcome
from referrals.standing import state_in_words
from schedules.calendars import PARIS

AT_MOST = 50_000
"""Rows of one file: more is a year of the busiest site, and a spreadsheet that nobody can read."""
_AT_ONCE = 2_000
_AN_HOUR = timedelta(hours=1)
HEADER = (
    "Référence",
    "Reçue le",
    "Venue",
    "Démarche",
    "Opérateur",
    "Suite donnée",
    "État",
    "Promise pour le",
    "Usager informé le",
    "Close le",
    "Issue",
    "Attente de l’usager (heures)",
    "Dans le délai",
    "Promise au retour pour le",
)
_WIDTHS = (18, 16, 18, 40, 22, 14, 22, 16, 16, 16, 24, 12, 12, 16)
_OUTCOMES, _CHANNELS, _REASONS = (
    {choice.value: str(choice.label) for choice in choices} for choices in (Outcome, Channel, ClosingReason)
)
_SAFE = {
    "constant_memory": True,
    "remove_timezone": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
Cell = str | float | datetime | None


def is_too_long(selection: Selection) -> bool:
    """Whether the list has more rows than a file takes; none is counted beyond."""
    return selection.rows.order_by()[AT_MOST : AT_MOST + 1].exists()


def as_csv(selection: Selection, *, now: datetime) -> Iterator[bytes]:
    """UTF-8 with its mark and semicolons, as French spreadsheets expect; written as it is read."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    text.write("\ufeff")
    writer.writerow(HEADER)
    for rows in _cells(selection, now):
        writer.writerows([[_in_text(cell) for cell in row] for row in rows])
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def as_xlsx(selection: Selection, *, now: datetime) -> IO[bytes]:
    """A workbook in a temporary file, gone once it is closed: memory holds one row at a time."""
    content = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it, once it is sent)
    with xlsxwriter.Workbook(content, _SAFE) as book:
        sheet = book.add_worksheet("Demandes")
        bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        for place, (title, width) in enumerate(zip(HEADER, _WIDTHS, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, title, bold)
        sheet.freeze_panes(1, 1)
        last = 0
        for last, row in enumerate(itertools.chain.from_iterable(_cells(selection, now)), start=1):
            _write(sheet, last, row, moment)
        sheet.autofilter(0, 0, last, len(HEADER) - 1)
    content.seek(0)
    return content


def _write(sheet: Any, number: int, row: tuple[Cell, ...], moment: object) -> None:
    for place, cell in enumerate(row):
        if isinstance(cell, datetime):
            sheet.write_datetime(number, place, cell, moment)
        elif isinstance(cell, float):
            sheet.write_number(number, place, cell)
        elif cell:
            sheet.write_string(number, place, guarded(cell))


def _in_text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, float):
        return f"{cell:g}".replace(".", ",")
    return guarded(cell) if cell else ""


def _cells(selection: Selection, now: datetime) -> Iterator[list[tuple[Cell, ...]]]:
    names = names_at(read_version())
    for rows in batches(selection, _AT_ONCE):
        names = names_at(names.version, {row.procedure_id for row in rows})
        yield [_line(row, names, now) for row in rows]


def _line(row: Row, names: Names, now: datetime) -> tuple[Cell, ...]:
    told, ended = row.resident_informed_at, row.resident_informed_at or row.closed_at or now
    on_time = "" if told is None else "oui" if told <= row.due_at else "non"
    return (
        row.reference,
        _local(row.received_at),
        _CHANNELS.get(row.channel, ""),
        names.procedure(row.procedure_id),
        names.operator(row.operator_id),
        _OUTCOMES.get(row.outcome, ""),
        state_in_words(row, now)[0],
        _local(row.due_at),
        _local(told),
        _local(row.closed_at),
        _REASONS.get(row.closing_reason, ""),
        round((ended - row.received_at) / _AN_HOUR, 1),
        on_time,
        _local(row.return_due_at),
    )


def _local(at: datetime | None) -> datetime | None:
    """By the clock on the wall, without its zone: a spreadsheet knows none."""
    return at.astimezone(PARIS).replace(tzinfo=None) if at else None
