"""Files as people send them, and as attackers do, made byte by byte."""

import io
import struct
import zlib
from collections.abc import Iterable

from PIL import Image, PngImagePlugin

PLACE = "49.4431 N, 1.0993 E"
AUTHOR = "Photographe Inconnue"


def pdf(*objects: bytes, trailer: bytes = b"", after: bytes = b"") -> bytes:
    """A PDF of one blank page, with these objects and this in its trailer."""
    base = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ]
    body = b"%PDF-1.7\n"
    places = []
    for number, text in enumerate([*base, *objects], start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    start = len(body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(places) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
        + after
    )


def stream(content: bytes, head: bytes = b"/Filter /FlateDecode") -> bytes:
    """A deflated stream object."""
    packed = zlib.compress(content)
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(packed), head, packed)


def jpeg(*, width: int = 48, height: int = 32, orientation: int = 6) -> bytes:
    """A photo from a telephone held on its side, that says where and by whom it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = AUTHOR
    exif[0x010E] = PLACE
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    kept = io.BytesIO()
    picture.save(kept, "JPEG", exif=exif.tobytes(), comment=PLACE.encode(), progressive=True)
    return kept.getvalue()


def png(*, width: int = 48, height: int = 32) -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", AUTHOR)
    texts.add_itxt("Location", PLACE, zip=True)
    kept = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGBA").save(kept, "PNG", pnginfo=texts)
    return kept.getvalue()


def chunks(*parts: tuple[bytes, bytes]) -> bytes:
    """A PNG of these chunks, right or wrong."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def head_of(width: int, height: int) -> tuple[bytes, bytes]:
    return (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def zeros(parts: Iterable[int]) -> bytes:
    """Zeros deflated again and again: a few kilobytes that become gigabytes."""
    content = b""
    for size in parts:
        packer = zlib.compressobj(9)
        content = b"".join([packer.compress(bytes(2**20)) for _ in range(size)]) + packer.flush()
    return content
