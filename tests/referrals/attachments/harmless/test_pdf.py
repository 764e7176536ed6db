"""What acts is found however it is spelled or packed; ordinary PDFs pass."""

import zlib

import pytest

from referrals.attachments.harmless.pdf import checked_pdf
from referrals.attachments.harmless.refusal import Refused
from tests.referrals.files import pdf, stream

OBJECTS = b"/Type /ObjStm /N 1 /First 4"


def test_an_ordinary_pdf_comes_back_as_it_was() -> None:
    content = pdf(stream(b"BT (Bonjour) Tj ET"), b"<< /S /URI /URI (https://exemple.fr) >>")
    assert checked_pdf(content) == content


def test_an_archive_of_pdf_with_its_objects_packed_passes() -> None:
    content = pdf(stream(b"1 0 << /Type /Font >>", OBJECTS + b" /Filter /FlateDecode"))
    assert checked_pdf(content) == content


@pytest.mark.parametrize(
    "name",
    [
        b"/JavaScript",
        b"/Java#53cript",
        b"/#4a#61vaScript",
        b"/Launch",
        b"/EmbeddedFiles",
        b"/RichMedia",
        b"/SubmitForm",
        b"/GoToE",
        b"/GoToR",
        b"/XFA",
        b"/Rendition",
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_what_acts_is_refused(name: bytes, packed: bool) -> None:
    acting = b"<< /S " + name + b" >>"
    with pytest.raises(Refused):
        checked_pdf(pdf(stream(b"1 0 " + acting, OBJECTS + b" /Filter /FlateDecode") if packed else acting))


def test_a_name_that_only_begins_alike_passes() -> None:
    checked_pdf(pdf(b"<< /LaunchDate (mai) /XFAbcd true >>"))


def test_a_name_cut_between_two_unpacked_pieces_is_found() -> None:
    for shift in range(-12, 13):
        content = b" " * (256 * 1024 + shift) + b"/JavaScript /JS (x)"
        with pytest.raises(Refused):
            checked_pdf(pdf(stream(content, OBJECTS + b" /Filter /FlateDecode")))


def test_a_script_hidden_in_a_stream_that_does_not_say_what_it_is_is_found() -> None:
    with pytest.raises(Refused):
        checked_pdf(pdf(stream(b"1 0 << /S /JavaScript >>", b"/Type 9 0 R /Filter /FlateDecode")))


@pytest.mark.parametrize(
    "head",
    [
        OBJECTS + b" /Filter [/ASCII85Decode /FlateDecode]",
        OBJECTS + b" /Filter [/FlateDecode /FlateDecode]",
        OBJECTS + b" /Filter /FlateDecode /DecodeParms << /Predictor 12 >>",
        OBJECTS + b" /Filter /LZWDecode",
    ],
)
def test_objects_packed_so_that_nobody_can_look_inside_are_refused(head: bytes) -> None:
    with pytest.raises(Refused, match="vérifier"):
        checked_pdf(pdf(stream(b"1 0 << >>", head)))


def test_a_scan_of_many_large_pictures_passes() -> None:
    page = stream(bytes(30 * 2**20), b"/Type /XObject /Subtype /Image /Filter /FlateDecode")
    checked_pdf(pdf(*[page] * 8))


def test_many_small_streams_cost_nothing_of_the_allowance() -> None:
    raw = b"<< /Length 9 >>\nstream\nnot packed\nendstream"
    checked_pdf(pdf(*[raw] * 2_000, stream(b"x" * 1000)))


def test_a_stream_cut_short_is_no_reason_to_hang() -> None:
    packed = zlib.compress(b"x" * 10_000)[:-6]
    checked_pdf(pdf(b"<< /Filter /FlateDecode >>\nstream\n" + packed + b"\nendstream"))
