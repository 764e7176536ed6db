"""What of a PNG is the picture, and what only says how it was made?"""

import struct
import zlib
from collections.abc import Iterator

from referrals.attachments.harmless.jpeg import check_pixels
from referrals.attachments.harmless.refusal import Refused

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PICTURE = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
_LOOKS = {b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"bKGD", b"pHYs"}
_BROKEN = "Cette image PNG est abîmée ou incomplète."


def bare_png(content: bytes) -> bytes:
    """The same picture without texts, date, place, animation or anything after its end.

    Raises Refused when it is cut short, altered, larger than any scan, or not the PNG that every viewer opens.
    """
    kept = [_SIGNATURE]
    seen: list[bytes] = []
    for name, body, whole in _chunks(content):
        if not seen:
            _check_head(name, body)
        if name in _PICTURE | _LOOKS:
            kept.append(whole)
            seen.append(name)
        elif name[0] < ord("a"):
            # A capital first: who does not know it cannot show the picture.
            raise Refused(_BROKEN)
    if b"IDAT" not in seen or seen.count(b"IHDR") != 1 or seen[-1:] != [b"IEND"]:
        raise Refused(_BROKEN)
    return b"".join(kept)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, body and whole bytes of each chunk up to the end of the picture."""
    at = len(_SIGNATURE)
    while True:
        if len(content) < at + 12:
            raise Refused(_BROKEN)
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content) or not name.isalpha():
            raise Refused(_BROKEN)
        body = content[at + 8 : end - 4]
        if zlib.crc32(name + body) != int.from_bytes(content[end - 4 : end], "big"):
            raise Refused(_BROKEN)
        yield name, body, content[at:end]
        if name == b"IEND":
            return
        at = end


def _check_head(name: bytes, body: bytes) -> None:
    if name != b"IHDR" or len(body) != 13:
        raise Refused(_BROKEN)
    width, height = struct.unpack_from(">II", body)
    check_pixels(width, height)
