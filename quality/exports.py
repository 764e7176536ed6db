"""How does a list leave as a spreadsheet that opens well and cannot run a formula?"""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

import xlsxwriter
from django.http import HttpResponse

from accounts.formulas import guarded


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """UTF-8 with its mark and semicolons, as French spreadsheets expect; `name` without the ending."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(header)
    writer.writerows([[harmless(cell) for cell in row] for row in rows])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_response(name: str, sheet: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A workbook of one sheet; no text is ever a formula or a link, whatever it begins with."""
    content = BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, safe) as workbook:
        page = workbook.add_worksheet(sheet[:31])
        page.write_row(0, 0, header, workbook.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            page.write_row(number, 0, ["" if cell is None else cell for cell in row])
        page.freeze_panes(1, 0)
        page.autofit()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(content.getvalue(), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def harmless(cell: object) -> str:
    """A text that a spreadsheet would run as a formula is marked as text; a number is written as in French."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:g}".replace(".", ",")
    return guarded(cell) if isinstance(cell, str) else str(cell)
