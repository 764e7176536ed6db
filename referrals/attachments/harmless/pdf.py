"""Does this PDF only hold pages, or also something that acts when it is opened?

Not a reader of PDF: it looks for the names of what acts, however they are spelled, in the plain part and in what is
compressed, unpacking no more than a bounded size. What it cannot look into is refused.
"""

import re
import zlib
from collections.abc import Iterator

from referrals.attachments.harmless.refusal import Refused

MOST_UNPACKED = 100 * 1024 * 1024
MOST_STREAMS = 20_000

_PIECE_READ = 16 * 1024
_PIECE_UNPACKED = 256 * 1024
_LONGEST_NAME = 64
_HEAD_OF_A_STREAM = 4_096
_AFTER_THE_END = 1_024

_LOCKED = "Ce PDF est protégé par un mot de passe : enregistrez-le sans protection."
_SCRIPT = "Ce PDF contient un programme (JavaScript)."
_FILE_INSIDE = "Ce PDF contient d’autres fichiers."
_ACTION = "Ce PDF ouvre autre chose que ses pages (programme, site, formulaire à envoyer)."
_OBSCURE = "Ce PDF est construit d’une façon que nous ne savons pas vérifier."
_BOMB = "Ce PDF se déplie en un contenu démesuré."
_BROKEN = "Ce PDF est abîmé ou incomplet."
_MIXED = "Ce fichier est un PDF et autre chose à la fois."
_PRINTED_AGAIN = " Imprimez-le de nouveau en PDF, ou prenez-le en photo."

_REFUSED_NAMES = {
    "Encrypt": _LOCKED,
    "Crypt": _LOCKED,
    "JavaScript": _SCRIPT,
    "Rendition": _SCRIPT,
    "EmbeddedFile": _FILE_INSIDE,
    "EmbeddedFiles": _FILE_INSIDE,
    "RichMedia": _FILE_INSIDE,
    "GoToE": _FILE_INSIDE,
    "GoToR": _ACTION,
    "Launch": _ACTION,
    "SubmitForm": _ACTION,
    "ImportData": _ACTION,
    "XFA": _ACTION,
}
_OTHER_PACKINGS = ("ASCIIHexDecode", "ASCII85Decode", "LZWDecode", "RunLengthDecode")


def _spelled(*names: str) -> re.Pattern[bytes]:
    """These names, each letter as itself or as its number: /JavaScript, /J#61vaScript."""

    def letter(character: str) -> bytes:
        digits = "".join(f"[{d}{d.upper()}]" if d.isalpha() else d for d in f"{ord(character):02x}")
        return f"(?:{character}|#{digits})".encode()

    anyone = b"|".join(b"".join(map(letter, name)) for name in sorted(names, key=len, reverse=True))
    return re.compile(rb"/(" + anyone + rb")(?=[\x00\t\n\f\r ()<>\[\]{}/%]|$)")


_ACTS = _spelled(*_REFUSED_NAMES)
_OBJECTS_INSIDE = _spelled("ObjStm")
_IMAGE = _spelled("Image")
_PACKED_OTHERWISE = _spelled(*_OTHER_PACKINGS)
_PARAMETERS = _spelled("DecodeParms", "DP")
_FILTERS = re.compile(rb"Decode(?![A-Za-z])")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_NUMBERED = re.compile(rb"#([0-9A-Fa-f]{2})")


def checked_pdf(content: bytes) -> bytes:
    """The same content, when it only holds pages. Raises Refused with the reason."""
    _check_ends(content)
    _check_names(content)
    objects_inside = _OBJECTS_INSIDE.search(content) is not None
    if objects_inside and _PACKED_OTHERWISE.search(content):
        raise Refused(_OBSCURE + _PRINTED_AGAIN)
    allowance = _Allowance(MOST_UNPACKED)
    for head, start in _streams(content):
        holds_objects = _OBJECTS_INSIDE.search(head) is not None
        if holds_objects and (_PARAMETERS.search(head) or len(_FILTERS.findall(head)) > 1):
            raise Refused(_OBSCURE + _PRINTED_AGAIN)
        if holds_objects or not _IMAGE.search(head):
            _check_unpacked(content, start, allowance)
    return content


def _check_ends(content: bytes) -> None:
    end = content.rfind(b"%%EOF")
    if end < 0 or b"startxref" not in content or b" obj" not in content:
        raise Refused(_BROKEN)
    after = content[end + 5 :]
    if len(after) > _AFTER_THE_END or after.strip(b"\0\t\n\f\r ") or b"<html" in content[:_AFTER_THE_END].lower():
        raise Refused(_MIXED)


def _check_names(part: bytes) -> None:
    found = _ACTS.search(part)
    if found:
        name = _NUMBERED.sub(lambda number: bytes([int(number[1], 16)]), found[1]).decode()
        raise Refused(_REFUSED_NAMES[name])


def _streams(content: bytes) -> Iterator[tuple[bytes, int]]:
    """The dictionary before each stream, and where the stream begins."""
    previous = 0
    for number, found in enumerate(_STREAM.finditer(content)):
        if number >= MOST_STREAMS:
            raise Refused(_OBSCURE + _PRINTED_AGAIN)
        head = content[max(previous, found.start() - _HEAD_OF_A_STREAM) : found.start()]
        yield head.rpartition(b" obj")[2], found.end()
        previous = found.end()


class _Allowance:
    """How many bytes may still be unpacked, and read to do so, over all the streams of a file."""

    def __init__(self, size: int) -> None:
        self.left = size

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise Refused(_BOMB)


def _check_unpacked(content: bytes, start: int, allowance: _Allowance) -> None:
    """Names in a deflated stream; bytes that are not deflated were looked at with the plain part."""
    opener = zlib.decompressobj()
    before = pending = b""
    at = start
    while not opener.eof:
        pending = pending or content[at : (at := at + _PIECE_READ)]
        if not pending:
            return
        try:
            unpacked = opener.decompress(pending, _PIECE_UNPACKED)
        except zlib.error:
            return
        consumed = len(pending) - len(opener.unconsumed_tail) - len(opener.unused_data)
        allowance.spend(consumed + len(unpacked))
        _check_names(before + unpacked)
        before = (before + unpacked)[-_LONGEST_NAME:]
        pending = opener.unconsumed_tail
