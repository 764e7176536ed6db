"""How does a table leave as a file that French spreadsheets open well and that runs no formula?"""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.http import HttpResponse

from accounts.formulas import guarded


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """UTF-8 with its mark and semicolons; `name` without the ending; what is unknown is left empty."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(header)
    writer.writerows([[_cell(cell) for cell in row] for row in rows])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:g}".replace(".", ",")
    return guarded(cell) if isinstance(cell, str) else str(cell)
