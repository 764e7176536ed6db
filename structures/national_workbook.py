"""What do the parts of a workbook (.xlsx) say: its first sheet, its texts, its dates?

An XLSX file is an archive of XML parts, and a few hundred kilobytes of it can unpack to gigabytes, or to millions of
empty elements. So each part is read as a stream, the bytes and the tags that really come out of it are counted, no
tree is built, and reading stops at the first excess.
"""

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from posixpath import basename, dirname, join, normpath
from typing import IO
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

MOST_UNPACKED = 20_000_000  # bytes; the national list unpacks to some five millions
MOST_BYTES = {"sheet": 16_000_000, "strings": 10_000_000, "styles": 4_000_000, "other": 500_000}
MOST_TAGS = {"sheet": 1_000_000, "strings": 400_000, "styles": 100_000, "other": 5_000}
LONGEST_CELL = 100_000  # characters; a cell of Excel holds 32,767
READ_AT_ONCE = 1 << 16
WORKBOOK = "xl/workbook.xml"
_ESCAPED = re.compile(r"_x(000[9AD]|005F)_")
_RELATION = "relationships}id"

Value = object
Cells = dict[int, Value]
Attributes = Mapping[str, str]


class TooMuch(Exception):
    """More comes out of the workbook than any list holds."""


class Broken(Exception):
    """A part misses, or is not what it should be."""


class Book:
    """`rows` are those of the first sheet: their number, and by column (from 1) what the cells hold."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = MOST_UNPACKED
        found = _Contents()
        self._read(WORKBOOK, "other", found)
        self._epoch = MAC_EPOCH if found.is_1904 else WINDOWS_EPOCH
        links = _Links()
        self._read(join(dirname(WORKBOOK), "_rels", f"{basename(WORKBOOK)}.rels"), "other", links)
        self._sheet = links.targets.get(found.first_sheet, "")
        self._strings, self._styles = _Strings(), _Styles()
        if links.strings:
            self._read(links.strings, "strings", self._strings)
        if links.styles:
            self._read(links.styles, "styles", self._styles)

    def rows(self) -> Iterator[tuple[int, Cells]]:
        sheet = _Sheet(self._value)
        for _ in self._parsed(self._sheet, "sheet", sheet):
            yield from sheet.taken()

    def _read(self, name: str, kind: str, handler: "_Handler") -> None:
        for _ in self._parsed(name, kind, handler):
            pass

    def _parsed(self, name: str, kind: str, handler: "_Handler") -> Iterator[None]:
        """Feed the part to the handler, piece by piece, counting what really comes out of it."""
        parser, tags, size = _parser(handler), 0, 0
        with self._open(name) as part:
            while piece := part.read(READ_AT_ONCE):
                size += len(piece)
                self._left -= len(piece)
                tags += piece.count(b"<")
                if size > MOST_BYTES[kind] or tags > MOST_TAGS[kind] or self._left < 0:
                    raise TooMuch
                parser.Parse(piece, False)
                yield
            parser.Parse(b"", True)
            yield

    def _open(self, name: str) -> IO[bytes]:
        """Only what is deflated or stored: the other ways of packing give all that they hold at once."""
        try:
            part = self._archive.getinfo(name)
        except KeyError:
            raise Broken(name) from None
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Broken(name)
        return self._archive.open(part)

    def _value(self, kind: str, style: str, text: str) -> Value:
        """What a cell holds: its text, its number, its day; a formula gives the value that was last computed."""
        if kind in ("inlineStr", "str", "e"):
            return text
        if not text:
            return None
        if kind == "s":
            return self._strings.found[int(text)]
        if kind == "b":
            return text.strip() != "0"
        return datetime.fromisoformat(text) if kind == "d" else self._number(text, int(style or 0))

    def _number(self, text: str, style: int) -> Value:
        number = float(text)
        if style in self._styles.of_dates:
            try:
                shown: Value = from_excel(number, self._epoch)
                return shown
            except (OverflowError, ValueError):
                return "#VALUE!"
        return int(number) if number.is_integer() else number


class _Handler:
    """What is told of a part: names without their namespace."""

    def start(self, name: str, attributes: Attributes) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


def _parser(handler: _Handler) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: handler.start(name.rpartition("}")[2], attributes)
    parser.EndElementHandler = lambda name: handler.end(name.rpartition("}")[2])
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    """No spreadsheet writes one: it is there to multiply entities."""
    raise Broken


class _Contents(_Handler):
    """Of workbook.xml: which sheet comes first, and from which year days are counted."""

    def __init__(self) -> None:
        self.first_sheet = ""
        self.is_1904 = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet" and not self.first_sheet:
            self.first_sheet = next((value for key, value in attributes.items() if key.endswith(_RELATION)), "")
        if name == "workbookPr":
            self.is_1904 = attributes.get("date1904", "") in ("1", "true")


class _Links(_Handler):
    """Of workbook.xml.rels: where the other parts are."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}
        self.strings = self.styles = ""

    def start(self, name: str, attributes: Attributes) -> None:
        if name != "Relationship":
            return
        target = normpath(join("/", dirname(WORKBOOK), attributes.get("Target", ""))).lstrip("/")
        kind = basename(attributes.get("Type", ""))
        if kind == "worksheet":
            self.targets[attributes.get("Id", "")] = target
        elif kind == "sharedStrings":
            self.strings = target
        elif kind == "styles":
            self.styles = target


class _Text(_Handler):
    """Gathers the text of the elements of these names, without how it is pronounced; no longer than a cell."""

    names: tuple[str, ...] = ("t",)

    def __init__(self) -> None:
        self._is_kept = self._is_phonetic = False
        self._pieces: list[str] = []
        self._length = 0

    def start(self, name: str, attributes: Attributes) -> None:
        self._is_phonetic = self._is_phonetic or name == "rPh"
        self._is_kept = name in self.names and not self._is_phonetic

    def end(self, name: str) -> None:
        self._is_kept = False
        if name == "rPh":
            self._is_phonetic = False

    def text(self, text: str) -> None:
        if self._is_kept:
            self._length += len(text)
            if self._length > LONGEST_CELL:
                raise TooMuch
            self._pieces.append(text)

    def gathered(self) -> str:
        """What was gathered since the last time, its ends of lines and underscores as they were typed."""
        text = "".join(self._pieces)
        self._pieces, self._length = [], 0
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


class _Strings(_Text):
    """Of sharedStrings.xml: the texts that cells refer to by number."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def end(self, name: str) -> None:
        super().end(name)
        if name == "si":
            self.found.append(self.gathered())


class _Styles(_Handler):
    """Of styles.xml: which of the styles of cells show a day or a time."""

    def __init__(self) -> None:
        self.of_dates: set[int] = set()
        self._formats: dict[str, str] = {str(number): code for number, code in BUILTIN_FORMATS.items()}
        self._is_of_cells = False
        self._count = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self._formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:255]
        elif name == "cellXfs":
            self._is_of_cells = True
        elif name == "xf" and self._is_of_cells:
            if is_date_format(self._formats.get(attributes.get("numFmtId", ""))):
                self.of_dates.add(self._count)
            self._count += 1

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._is_of_cells = False


class _Sheet(_Text):
    """Of the sheet: its rows, as they come."""

    names = ("v", "t")

    def __init__(self, value: Callable[[str, str, str], Value]) -> None:
        super().__init__()
        self._value = value
        self._is_data = False
        self._rows: list[tuple[int, Cells]] = []
        self._number = self._column = 0
        self._cells: Cells = {}
        self._cell: Attributes = {}

    def taken(self) -> list[tuple[int, Cells]]:
        """The rows that came since the last time."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, attributes: Attributes) -> None:
        super().start(name, attributes)
        if name == "sheetData":
            self._is_data = True
        elif not self._is_data:
            return
        elif name == "row":
            self._number = int(attributes.get("r", self._number + 1))
            self._column, self._cells = 0, {}
        elif name == "c":
            self._cell = attributes
            letters = attributes.get("r", "").rstrip("0123456789")
            self._column = column_index_from_string(letters) if letters else self._column + 1

    def end(self, name: str) -> None:
        super().end(name)
        if name == "sheetData":
            self._is_data = False
        elif not self._is_data:
            return
        elif name == "c":
            value = self._value(self._cell.get("t", "n"), self._cell.get("s", ""), self.gathered())
            if value is not None:
                self._cells[self._column] = value
        elif name == "row":
            self._rows.append((self._number, self._cells))
