"""How do contacts and their rules leave as a spreadsheet, so that importing it again changes nothing?

One row per rule, the contact repeated; a contact without a rule has one row. No cell can run.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from accounts.formulas import guarded
from accounts.models import Team
from partners.forms.import_rows import EVERY_PROCEDURE
from partners.models import ContactKind
from partners.sheets.columns import COLUMNS
from partners.sheets.known import Known
from partners.sheets.snapshots import DAYS, RuleValues, Stored

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Cell = str | int | date | None
_WIDTHS = {"note": 40, "name": 28, "operator": 22, "body": 22, "mail": 28, "procedure": 36, "area": 28}
_WORKBOOK = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def export(pks: Iterable[int], *, offices: Sequence[Team], kind: str) -> bytes:
    """These contacts, in this order, as « csv » or « xlsx »; those of other offices are left out."""
    known = Known(offices)
    rows = rows_of((known.contacts[pk] for pk in pks if pk in known.contacts), known)
    return _csv(rows) if kind == "csv" else _xlsx(rows)


def rows_of(contacts: Iterable[Stored], known: Known) -> Iterator[list[Cell]]:
    """The cells of each row, in the order of the columns."""
    for contact in contacts:
        values = _contact_cells(contact, known)
        for cells in [_rule_cells(rule, contact.values["operator"], known) for rule in contact.rules] or [{}]:
            yield [(values | cells).get(column.name) for column in COLUMNS]


def _contact_cells(contact: Stored, known: Known) -> dict[str, Cell]:
    values: dict[str, Any] = dict(contact.values)
    days = {name: date.fromisoformat(values[name]) if values[name] else None for name in DAYS}
    return {
        **values,
        **days,
        "operator": known.operators.label(str(values["operator"])),
        "kind": str(ContactKind(values["kind"]).label),
        "stand_in": known.contact_label(values["stand_in"]) if values["stand_in"] else None,
        "is_active": "oui" if values["is_active"] else "non",
        "identifier": contact.pk,
    }


def _rule_cells(rule: RuleValues, operator: int, known: Known) -> dict[str, Cell]:
    kind, area = known.area_label(rule["area"])
    procedure, blocker = rule["procedure"], rule["blocker"]
    return {
        "procedure": known.procedures.label(str(procedure), operator=operator) if procedure else EVERY_PROCEDURE,
        "area_kind": kind,
        "area": area,
        "blocker": known.blockers.label(str(blocker)) if blocker else None,
        "rule_note": rule["note"],
        "priority": rule["priority"],
    }


def _csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with its mark and semicolons: French Excel opens it with a double click."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.title for column in COLUMNS])
    writer.writerows([[_text(cell) for cell in row] for row in rows])
    return ("\ufeff" + text.getvalue()).encode()


def _xlsx(rows: Iterable[Sequence[Cell]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _WORKBOOK) as book:
        page = book.add_worksheet("Interlocuteurs")
        head, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
        for place, column in enumerate(COLUMNS):
            page.write_string(0, place, column.title, head)
            page.set_column(place, place, _WIDTHS.get(column.name, 16))
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(number, place, cell, day)
                elif isinstance(cell, int):
                    page.write_number(number, place, cell)
                elif cell:
                    page.write_string(number, place, guarded(cell.replace("\r\n", "\n")))
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, 0, len(COLUMNS) - 1)
    return content.getvalue()


def _text(cell: Cell) -> str:
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return guarded(cell) if isinstance(cell, str) else str(cell if cell is not None else "")
