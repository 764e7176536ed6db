"""A photo keeps its picture and the way it stands; where, when and by whom it was taken stays with who sent it."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageChops, ImageOps

from referrals.attachments.harmless.jpeg import bare_jpeg
from referrals.attachments.harmless.png import bare_png
from referrals.attachments.harmless.refusal import Refused
from tests.referrals.files import AUTHOR, PLACE, chunks, head_of, jpeg, png

ROW = zlib.compress(b"\0" + bytes(3))


def picture(content: bytes) -> Image.Image:
    opened = Image.open(io.BytesIO(content))
    opened.load()
    return opened


@pytest.mark.parametrize("content", [bare_jpeg(jpeg()), bare_png(png())], ids=["jpeg", "png"])
def test_place_and_author_are_gone(content: bytes) -> None:
    assert AUTHOR.encode() not in content
    assert PLACE.encode() not in content
    assert "Location" not in picture(content).info


@pytest.mark.parametrize(("before", "bare"), [(jpeg(), bare_jpeg), (png(), bare_png)], ids=["jpeg", "png"])
def test_the_picture_is_the_same_to_the_last_point(before: bytes, bare) -> None:
    assert ImageChops.difference(picture(before), picture(bare(before))).getbbox() is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_still_stands_the_same_way(orientation: int) -> None:
    before = jpeg(orientation=orientation)
    was, became = (ImageOps.exif_transpose(picture(content)) for content in (before, bare_jpeg(before)))
    assert was.size == became.size
    assert ImageChops.difference(was, became).getbbox() is None
    assert set(picture(bare_jpeg(before)).getexif()) <= {0x0112}


@pytest.mark.parametrize(("before", "bare"), [(jpeg(), bare_jpeg), (png(), bare_png)], ids=["jpeg", "png"])
def test_what_comes_after_the_end_is_not_kept(before: bytes, bare) -> None:
    assert bare(before + b"PK\x03\x04 and an archive") == bare(before)


@pytest.mark.parametrize(("before", "bare"), [(jpeg(), bare_jpeg), (png(), bare_png)], ids=["jpeg", "png"])
def test_cut_anywhere_a_picture_is_refused_and_never_breaks(before: bytes, bare) -> None:
    for end in range(3, len(before) - 1, 7):
        with pytest.raises(Refused):
            bare(before[:end])


def test_a_jpeg_whose_exif_lies_about_its_length_is_bare_all_the_same() -> None:
    exif = b"Exif\0\0II*\0" + struct.pack("<I", 2**31)
    lying = b"\xff\xd8" + struct.pack(">BBH", 0xFF, 0xE1, len(exif) + 2) + exif + jpeg()[2:]
    assert picture(bare_jpeg(lying)).size == (48, 32)


@pytest.mark.parametrize("size", [(0, 10), (10, 0), (60_000, 10), (60_000, 60_000)])
def test_a_jpeg_of_impossible_size_is_refused(size: tuple[int, int]) -> None:
    frame = struct.pack(">BBHBHHB", 0xFF, 0xC0, 11, 8, size[1], size[0], 1) + b"\1\x11\0"
    with pytest.raises(Refused):
        bare_jpeg(b"\xff\xd8" + frame + b"\xff\xda\0\x02\xff\xd9")


@pytest.mark.parametrize(
    "broken",
    [
        chunks(head_of(0, 4), (b"IDAT", ROW), (b"IEND", b"")),
        chunks(head_of(1, 1), (b"IEND", b"")),
        chunks((b"IDAT", ROW), head_of(1, 1), (b"IEND", b"")),
        chunks(head_of(1, 1), head_of(9, 9), (b"IDAT", ROW), (b"IEND", b"")),
        chunks(head_of(1, 1), (b"XXXX", b"unknown and needed"), (b"IDAT", ROW), (b"IEND", b"")),
        png()[:60] + b"\0" + png()[61:],
    ],
)
def test_a_png_that_is_not_well_made_is_refused(broken: bytes) -> None:
    with pytest.raises(Refused):
        bare_png(broken)
