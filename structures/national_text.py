"""What are the lines of text of a file, whichever way the spreadsheet that saved it writes letters?

Read as a stream, and left as soon as it cannot be the list: a file of any size costs little.
"""

import io
from collections.abc import Iterator
from typing import BinaryIO

MOST_ROWS = 20_000  # seven times the whole national network
MOST_LINES = 10 * MOST_ROWS  # a comment may hold several lines, a file may hold blank ones
LONGEST_LINE = 65_536  # bytes
LARGEST_FILE = 20_000_000  # bytes; the whole national list has one million
SAVE_AS = "Enregistrez la liste au format «\u00a0CSV UTF-8 », puis recommencez."
WORKBOOK = b"PK\x03\x04"
_FOREIGN_STARTS = (
    (b"\xd0\xcf\x11\xe0", "un classeur d’une ancienne version d’Excel"),
    (b"%PDF", "un document PDF"),
    (b"{", "du JSON"),
    (b"[", "du JSON"),
    (b"<", "une page web ou du XML"),
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UTF_8_MARK = b"\xef\xbb\xbf"
# UTF-8 that was read as Windows-1252 once: é, è, à and the apostrophe.
_MANGLED = ("Ã©", "Ã¨", "Ã\xa0", "â€™")


class NotTheNationalList(Exception):
    """The whole file is refused: `line` (the header is 1) and `column` where they are known, `reason` in French."""

    def __init__(self, reason: str, *, line: int | None = None, column: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


def too_large() -> NotTheNationalList:
    most = f"{LARGEST_FILE // 1_000_000}\u00a0Mo"
    return NotTheNationalList(f"Le fichier dépasse {most}\u00a0: ce n’est pas la liste nationale.")


def too_long() -> NotTheNationalList:
    most = f"{MOST_ROWS:,}".replace(",", "\u202f")
    return NotTheNationalList(f"Le fichier a plus de {most} lignes\u00a0: ce n’est pas la liste nationale.")


def text_lines(first: bytes, source: BinaryIO) -> Iterator[str]:
    """The physical lines, `first` among them: UTF-8 with or without its mark, UTF-16, or the Windows-1252 of Excel."""
    _refuse_other_formats(first)
    if first.startswith(_UTF_16):
        yield from _utf_16(first, source)
        return
    decoder, number, size = _Decoder(), 0, 0
    raw = first.removeprefix(_UTF_8_MARK)
    while raw:
        number += 1
        size += len(raw)
        _refuse_line(raw, number, size)
        yield decoder.decoded(raw, number)
        raw = source.readline(LONGEST_LINE + 1)


class _Decoder:
    """UTF-8 until the first letter that is not: a file is in one encoding from end to end."""

    def __init__(self) -> None:
        self.encoding = "utf-8"
        self.is_sure = False

    def decoded(self, raw: bytes, number: int) -> str:
        try:
            text = raw.decode(self.encoding)
        except UnicodeDecodeError as error:
            if self.is_sure or self.encoding != "utf-8":
                raise self._refusal(raw, error, number) from None
            self.encoding = "cp1252"
            return self.decoded(raw, number)
        if self.encoding == "cp1252" and any(mangled in text for mangled in _MANGLED):
            raise NotTheNationalList(
                f"La ligne {number} mélange deux façons d’écrire les accents. {SAVE_AS}", line=number
            )
        self.is_sure = self.is_sure or not text.isascii()
        return text

    @staticmethod
    def _refusal(raw: bytes, error: UnicodeDecodeError, number: int) -> NotTheNationalList:
        return NotTheNationalList(
            f"Les accents du fichier ne se lisent pas, ni en UTF-8 ni en Windows-1252\u00a0: l’octet "
            f"{raw[error.start]:02X} de la ligne {number} n’a pas de sens. {SAVE_AS}",
            line=number,
        )


def _refuse_line(raw: bytes, number: int, size: int) -> None:
    if b"\0" in raw:
        raise NotTheNationalList(
            f"Ce fichier n’est pas du texte\u00a0: il contient des octets nuls. {SAVE_AS}", line=number
        )
    if len(raw) > LONGEST_LINE:
        raise NotTheNationalList(
            "Cette ligne est trop longue\u00a0: ce fichier n’est pas la liste nationale.", line=number
        )
    if number > MOST_LINES:
        raise too_long()
    if size > LARGEST_FILE:
        raise too_large()


def _utf_16(first: bytes, source: BinaryIO) -> Iterator[str]:
    """What Excel calls « Texte Unicode »."""
    raw = first + source.read(LARGEST_FILE)
    if len(raw) > LARGEST_FILE:
        raise too_large()
    try:
        text = raw.decode("utf-16")
    except UnicodeDecodeError:
        raise NotTheNationalList(f"Le fichier se dit en UTF-16 et ne l’est pas. {SAVE_AS}", line=1) from None
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        _refuse_line(line.encode(errors="replace"), number, 0)
        yield line


def _refuse_other_formats(raw: bytes) -> None:
    start = raw.removeprefix(_UTF_8_MARK).lstrip()
    for signature, kind in _FOREIGN_STARTS:
        if start.startswith(signature):
            raise NotTheNationalList(f"Ce fichier n’est pas la liste\u00a0: c’est {kind}. {SAVE_AS}", line=1)
