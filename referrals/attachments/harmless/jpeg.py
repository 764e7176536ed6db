"""What of a JPEG is the picture, and what only says where and by whom it was taken?"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from referrals.attachments.harmless.refusal import Refused

WIDEST = 20_000
MOST_PIXELS = 150_000_000
"""Above what a telephone takes; a viewer would need half a gigabyte for more."""

_END, _SCAN, _EXIF, _ADOBE, _COLOURS = 0xD9, 0xDA, 0xE1, 0xEE, 0xE2
_FRAMES = {0xC0, 0xC1, 0xC2}
_TABLES = {0xC4, 0xDB, 0xDD}
_ORIENTATION = 0x0112
_AFTER_A_SCAN = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")
_BROKEN = "Cette image JPEG est abîmée ou incomplète."


@dataclass(frozen=True)
class _Segment:
    marker: int
    body: bytes
    pixels: bytes = b""
    """What follows the head of a scan, up to the next segment."""

    def as_bytes(self) -> bytes:
        return struct.pack(">BBH", 0xFF, self.marker, len(self.body) + 2) + self.body + self.pixels


def bare_jpeg(content: bytes) -> bytes:
    """The same picture, standing the same way, without place, date, author, thumbnail or anything after its end.

    Raises Refused when it is cut short, larger than any photo, or not the JPEG that every viewer opens.
    """
    kept: list[bytes] = [b"\xff\xd8"]
    frames = scans = 0
    for segment in _segments(content):
        if segment.marker in _FRAMES:
            frames += 1
            _check_size(segment.body)
        scans += segment.marker == _SCAN
        if segment.marker == _EXIF:
            kept.append(_way_up(segment.body))
        elif _is_picture(segment):
            kept.append(segment.as_bytes())
    if frames != 1 or not scans:
        raise Refused(_BROKEN)
    return b"".join([*kept, b"\xff\xd9"])


def _segments(content: bytes) -> Iterator[_Segment]:
    """Each segment up to the end of the picture. Raises Refused when it does not come."""
    at = 2
    while True:
        while content[at : at + 2] == b"\xff\xff":
            at += 1
        if len(content) < at + 2 or content[at] != 0xFF:
            raise Refused(_BROKEN)
        marker = content[at + 1]
        if marker == _END:
            return
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        end = at + 2 + length
        if marker < 0xC0 or 0xD0 <= marker <= 0xD8 or length < 2 or end > len(content):
            raise Refused(_BROKEN)
        body, pixels = content[at + 4 : end], b""
        if marker == _SCAN:
            following = _AFTER_A_SCAN.search(content, end)
            if following is None:
                raise Refused(_BROKEN)
            pixels = content[end : following.start()]
            end = following.start()
        yield _Segment(marker, body, pixels)
        at = end


def _is_picture(segment: _Segment) -> bool:
    """Tables, frame and scans; of the rest, only what changes the colours on the screen."""
    if segment.marker in _TABLES | _FRAMES | {_SCAN}:
        return True
    if segment.marker == _COLOURS:
        return segment.body.startswith(b"ICC_PROFILE\0")
    if segment.marker == _ADOBE:
        return segment.body.startswith(b"Adobe")
    if 0xE0 <= segment.marker <= 0xEF or segment.marker == 0xFE:
        return False
    raise Refused("Cette image JPEG est d’une sorte trop rare : enregistrez-la de nouveau, ou faites-en une photo.")


def _check_size(frame: bytes) -> None:
    if len(frame) < 6:
        raise Refused(_BROKEN)
    height, width = struct.unpack(">HH", frame[1:5])
    check_pixels(width, height)


def check_pixels(width: int, height: int) -> None:
    """Raises Refused when no screen could show it."""
    if not width or not height:
        raise Refused("Cette image n’a ni largeur ni hauteur.")
    if max(width, height) > WIDEST or width * height > MOST_PIXELS:
        raise Refused(f"Cette image est démesurée ({width} × {height} points) : réduisez-la.")


def _way_up(body: bytes) -> bytes:
    """A new Exif segment that only says how the telephone was held; nothing when it was held upright."""
    turned = _orientation(body)
    if turned is None or not 2 <= turned <= 8:
        return b""
    exif = b"Exif\0\0" + b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)
    return struct.pack(">BBH", 0xFF, _EXIF, len(exif) + 2) + exif


def _orientation(body: bytes) -> int | None:
    """The orientation written in an Exif segment; None when it is not one, or is not well made."""
    tiff = body[6:]
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if not body.startswith(b"Exif\0\0") or order is None:
        return None
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for index in range(min(count, 200)):
            tag, kind, _number, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * index)
            if (tag, kind) == (_ORIENTATION, 3):
                return int(value)
    except struct.error:
        return None
    return None
