"""A file is what its content says; eighteen hostile ones are refused, or kept without what harms, in a moment."""

import io
import resource
import time
import zipfile
import zlib

import pytest

from referrals.attachments.harmless import Refused, read
from referrals.attachments.harmless.kinds import LARGEST, size_in_words
from tests.referrals import files

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><svg>&j;</svg>"
)
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"


def zipped() -> bytes:
    """An office document: ten million zeros in ten kilobytes, and a macro."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/vbaProject.bin", bytes(10_000_000))
    return kept.getvalue()


def bomb_inside() -> bytes:
    return files.pdf(files.stream(bytes(200 * 2**20)))


HOSTILE = {
    "an empty file": (b"", "vide"),
    "11 MB": (b"%PDF-1.7\n" + bytes(11 * 2**20), "pèse"),
    "a zip bomb that says it is a PDF": (zipped(), "ni un PDF"),
    "a zip bomb after the five letters of a PDF": (b"%PDF-" + zipped(), "abîmé"),
    "a PDF that unpacks into 200 MB": (bomb_inside(), "démesuré"),
    "a billion laughs": (LAUGHS, "ni un PDF"),
    "a page of the web": (b"<html><script>alert(1)</script>", "ni un PDF"),
    "a PDF that is also a page of the web": (files.pdf(after=b"<html><script>alert(1)</script>"), "autre chose"),
    "a PDF that is also a zip": (files.pdf(after=zipped()), "autre chose"),
    "a program": (b"MZ\x90\0" + bytes(200), "ni un PDF"),
    "the test of scanners": (EICAR, "ni un PDF"),
    "a PDF that runs a script": (files.pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), "JavaScript"),
    "a PDF that starts a program": (files.pdf(b"<< /S /Launch /F (cmd.exe) >>"), "ouvre autre chose"),
    "a PDF that carries a file": (files.pdf(b"<< /Type /EmbeddedFile >>"), "autres fichiers"),
    "a PDF under a password": (files.pdf(trailer=b"/Encrypt 4 0 R"), "mot de passe"),
    "a PNG of ten thousand million points": (
        files.chunks(files.head_of(100_000, 100_000), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")),
        "démesurée",
    ),
    "a photo cut short": (files.jpeg()[:-40], "incomplète"),
    "a PNG cut short": (files.png()[:-20], "incomplète"),
    "a JPEG that is only a beginning": (b"\xff\xd8\xff\xe0" + b"\xff" * 3_000_000, "incomplète"),
    "a PDF made of nothing but streams": (
        b"%PDF-1.7\n1 0 obj" + b"\nstream\n" * 1_000_000 + b"startxref%%EOF",
        "vérifier",
    ),
    "a PDF made of nothing but names": (b"%PDF-1.7\n1 0 obj" + b"/J#61" * 1_900_000 + b"startxref%%EOF", None),
}


@pytest.mark.parametrize("content", [files.pdf(), files.jpeg(), files.png()], ids=["pdf", "jpeg", "png"])
def test_what_people_send_is_taken(content: bytes) -> None:
    assert read(content).kind == {b"%": "pdf", b"\xff": "jpeg", b"\x89": "png"}[content[:1]]


@pytest.mark.parametrize(("content", "reason"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_in_a_moment_and_in_little_memory(content: bytes, reason: str | None) -> None:
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    if reason is None:
        assert read(content).kind == "pdf"
    else:
        with pytest.raises(Refused, match=reason):
            read(content)
    assert time.perf_counter() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


def test_what_is_kept_is_never_larger_than_what_was_sent_but_for_how_the_telephone_was_held() -> None:
    for content in (files.jpeg(), files.png(), files.pdf()):
        assert len(read(content).content) <= len(content)


@pytest.mark.parametrize(
    ("size", "words"),
    [(1, "1\u00a0Ko"), (348_000, "340\u00a0Ko"), (LARGEST, "10\u00a0Mo"), (LARGEST + 1, "10,1\u00a0Mo")],
)
def test_sizes_are_read_as_people_say_them(size: int, words: str) -> None:
    assert size_in_words(size) == words
