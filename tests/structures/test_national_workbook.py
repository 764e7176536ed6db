"""Is a workbook read as Excel shows it, and is one that was made to hurt refused at once?"""

import io
import subprocess
import sys
import zipfile
from datetime import date, datetime, time

import pytest
import xlsxwriter
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils.datetime import MAC_EPOCH

from structures.editions import COLUMNS
from structures.national_sheet import sheet_rows
from structures.national_text import SAVE_AS, NotTheNationalList
from structures.national_workbook import MOST_UNPACKED
from tests.structures.national import a_workbook

TOO_MUCH = "Ce classeur est démesuré une fois déplié\u00a0: ce n’est pas la liste nationale."
TOO_LONG = "Le fichier a plus de 20\u202f000 lignes\u00a0: ce n’est pas la liste nationale."
BROKEN = "Ce classeur est abîmé\u00a0: il ne se lit pas."
SHEET, STYLES, STRINGS = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
CHILD = """
import resource, sys, time
from structures.national_sheet import sheet_rows
from structures.national_text import NotTheNationalList
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open(sys.argv[1], "rb") as source:
    before, start, reason = peak(), time.perf_counter(), "read to its end"
    try:
        for _ in sheet_rows(b"", source): pass
    except NotTheNationalList as refusal:
        reason = refusal.reason
print(time.perf_counter() - start, (peak() - before) / 1024, reason, sep="\\t")
"""


def rows(content):
    return list(sheet_rows(b"", io.BytesIO(content)))


def refusal(content):
    with pytest.raises(NotTheNationalList) as caught:
        rows(content)
    return caught.value.reason


def a_model():
    """As Excel saves it, the texts in a part of their own."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        book.add_worksheet().write_string("A1", "id_fs")
    return written.getvalue()


def a_book_with(method=zipfile.ZIP_DEFLATED, **parts):
    """A workbook of one cell, some parts of which are replaced; a part is bytes, or pieces of it."""
    names = {"sheet": SHEET, "styles": STYLES, "strings": STRINGS, "workbook": "xl/workbook.xml"}
    replaced = {names[name]: [part] if isinstance(part, bytes) else part for name, part in parts.items()}
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_model())) as model, zipfile.ZipFile(written, "w", method) as book:
        for name in model.namelist():
            with book.open(name, "w") as part:
                for piece in replaced.get(name) or [model.read(name)]:
                    part.write(piece)
    return written.getvalue()


def a_sheet(data):
    return [b"<worksheet ", MAIN, b"><sheetData>", *data, b"</sheetData></worksheet>"]


BOMBS = {
    "one cell of 100 million letters": (
        {
            "sheet": a_sheet(
                [b'<row r="1"><c r="A1" t="inlineStr"><is><t>', *[b"a" * 10**6] * 100, b"</t></is></c></row>"]
            )
        },
        TOO_MUCH,
    ),
    "one cell of 15 million line ends": (
        {
            "sheet": a_sheet(
                [b'<row r="1"><c r="A1" t="inlineStr"><is><t>', *[b"\n" * 10**6] * 15, b"</t></is></c></row>"]
            )
        },
        TOO_MUCH,
    ),
    "two million rows without dimension": ({"sheet": a_sheet([b"<row/>" * 10**5] * 22)}, TOO_LONG),
    "rows without end": ({"sheet": a_sheet([b"<row><c><v>1</v></c></row>" * 10**4] * 60)}, TOO_LONG),
    "ten million styles": (
        {"styles": [b"<styleSheet ", MAIN, b"><cellXfs>", *[b"<xf/>" * 10**5] * 100, b"</cellXfs></styleSheet>"]},
        TOO_MUCH,
    ),
    "a million texts": ({"strings": [b"<sst ", MAIN, b">", *[b"<si/>" * 10**5] * 15, b"</sst>"]}, TOO_MUCH),
    "elements within elements": ({"sheet": a_sheet([b"<row>" * 10**6])}, TOO_MUCH),
    "sheets without number": (
        {"workbook": [b"<workbook ", MAIN, b"><sheets>", b"<sheet/>" * 10**5, b"</sheets></workbook>"]},
        TOO_MUCH,
    ),
    "entities": (
        {"sheet": b'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><w>&b;</w>'},
        f"{BROKEN} {SAVE_AS}",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_was_made_to_hurt_is_refused_in_seconds_and_little_memory(name, tmp_path):
    parts, expected = BOMBS[name]
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(a_book_with(**parts))
    assert path.stat().st_size < 1_000_000
    told = subprocess.run([sys.executable, "-c", CHILD, path], capture_output=True, text=True, check=True).stdout
    seconds, megabytes, reason = told.strip("\n").split("\t")
    assert reason == expected
    assert float(seconds) < 5
    assert float(megabytes) < 200


def test_declared_sizes_are_not_believed(tmp_path):
    """The table of contents says ten bytes; a gigabyte would come out."""
    honest = a_book_with(sheet=a_sheet([b"a" * 10**6] * 15))
    with zipfile.ZipFile(io.BytesIO(honest)) as book:
        size = book.getinfo(SHEET).file_size
    lying = honest.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    assert refusal(lying).startswith(BROKEN)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_part_packed_as_no_spreadsheet_does_is_refused(method):
    """Those two unpack everything at once, whatever is asked of them."""
    assert refusal(a_book_with(method)).startswith(BROKEN)


def test_parts_that_are_small_one_by_one_do_not_make_a_workbook_of_any_size():
    strings = [b"<sst ", MAIN, b">", *[b"<si><t>" + b"a" * 90_000 + b"</t></si>"] * 100, b"</sst>"]
    cell = b'<c t="inlineStr"><is><t>' + b"a" * 90_000 + b"</t></is></c>"
    assert 18 * 10**6 < 100 * 90_000 + 110 * 90_000 < MOST_UNPACKED
    assert len(rows(a_book_with(strings=strings, sheet=a_sheet([b"<row>", *[cell] * 110, b"</row>"])))) == 1
    assert refusal(a_book_with(strings=strings, sheet=a_sheet([b"<row>", *[cell] * 140, b"</row>"]))) == TOO_MUCH


def test_a_table_of_contents_of_any_length_is_refused():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as book:
        for number in range(600):
            book.writestr(f"{number}.xml", b"")
    assert refusal(written.getvalue()) == TOO_MUCH


def test_three_thousand_structures_are_read():
    changes: list[dict[str, object]] = [{"id_fs": number} for number in range(3000)]
    found = rows(a_workbook(*changes))
    assert (len(found), len(found[0][1])) == (3001, len(COLUMNS))


# What Excel shows


def saved(*cells, **options):
    book, written = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for number, cell in enumerate(cells, start=1):
        sheet.cell(row=1, column=number, value=cell)
    for name, value in options.items():
        setattr(book, name, value)
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("a & b < c", "a & b < c"),
        (76540, "76540"),
        (1.5, "1.5"),
        (261910012.0, "261910012"),
        (True, "Oui"),
        (False, "Non"),
        (date(2024, 8, 1), "01/08/2024"),
        (datetime(2024, 8, 1, 12), "01/08/2024"),
        (time(13, 30), "13:30"),
        ("=1+1", ""),
    ],
)
def test_a_cell_is_read_as_it_is_shown(cell, text):
    assert rows(saved("x", cell, "y")) == [(1, ["x", text, "y"])]


def test_days_counted_from_1904_are_the_same_days():
    assert rows(saved(date(2024, 8, 1), epoch=MAC_EPOCH)) == [(1, ["01/08/2024"])]


def test_rows_and_cells_that_miss_leave_their_place():
    book, written = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet["C4"] = "là"
    sheet["B9"].font = Font(bold=True)
    sheet["A12"] = "ici"
    book.create_sheet("Autre")["A1"] = "jamais lue"
    book.save(written)
    assert rows(written.getvalue()) == [(4, ["", "", "là"]), (12, ["ici"])]


def test_a_text_in_several_styles_is_one_text_without_its_pronunciation():
    strings = (
        b"<sst " + MAIN + b"><si><r><t>France </t></r><r><rPr><b/></rPr><t>services_x000A_Rouen_x005F_x000A_</t></r>"
        b"<rPh><t>fu</t></rPh></si></sst>"
    )
    sheet = b"".join(a_sheet([b'<row r="2"><c r="B2" t="s"><v>0</v></c></row>']))
    assert rows(a_book_with(strings=strings, sheet=sheet)) == [(2, ["", "France services\nRouen_x000A_"])]


def test_the_rows_are_those_that_openpyxl_reads():
    content = a_workbook({}, {"lib_com": None, "telephone": 261910012}, {"labellisation_fs": datetime(2020, 1, 1)})
    sheet = load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    expected = [[str(cell.value) if isinstance(cell.value, str) else None for cell in row] for row in sheet.iter_rows()]
    for (_, found), cells in zip(rows(content), expected, strict=True):
        assert [text for text, cell in zip(found, cells, strict=True) if cell is not None] == list(filter(None, cells))


@pytest.mark.parametrize(
    "sheet",
    [
        b"<worksheet",
        b"",
        b'<w><sheetData><row><c t="s"><v>9</v></c></row></sheetData></w>',
        b'<w><sheetData><row r="x"/></sheetData></w>',
        b"<w><sheetData><row><c><v>beaucoup</v></c></row></sheetData></w>",
    ],
)
def test_a_broken_sheet_is_refused_in_french(sheet):
    assert refusal(a_book_with(sheet=[sheet])).startswith(BROKEN)
