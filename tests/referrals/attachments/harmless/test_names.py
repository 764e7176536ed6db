"""The name of a file leads nowhere, lies about nothing and stays on one line."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.attachments.harmless import clean_name


@pytest.mark.parametrize(
    ("name", "kind", "clean"),
    [
        ("Avis d’imposition 2025.pdf", "pdf", "Avis d’imposition 2025.pdf"),
        ("photo.JPEG", "jpeg", "photo.jpg"),
        ("../../etc/passwd", "pdf", "passwd.pdf"),
        (r"C:\Users\aline\scan.png", "png", "scan.png"),
        ("facture\0.exe.pdf", "pdf", "facture.exe.pdf"),
        ("facture.pdf.exe", "pdf", "facture.pdf.exe.pdf"),
        ("rib\u202egpj.exe", "pdf", "ribgpj.exe.pdf"),
        ("un\r\nContent-Type: text\u2028html.pdf", "pdf", "un Content-Type text html.pdf"),
        ('a"; filename="b.exe', "png", "a; filename=b.exe.png"),
        ("   ", "pdf", "piece.pdf"),
        ("", "jpeg", "piece.jpg"),
        (".htaccess", "pdf", "htaccess.pdf"),
        ("é" * 300 + ".pdf", "pdf", "é" * 80 + ".pdf"),
        ("\ud800bad.pdf", "pdf", "bad.pdf"),
    ],
)
def test_a_name_is_cleaned(name: str, kind: str, clean: str) -> None:
    assert clean_name(name, kind) == clean


@given(st.text(max_size=200), st.sampled_from(["pdf", "jpeg", "png"]))
def test_whatever_the_name_it_is_short_plain_and_ends_as_it_should(name: str, kind: str) -> None:
    clean = clean_name(name, kind)
    assert len(clean) <= 84
    assert clean.endswith((".pdf", ".jpg", ".png"))
    assert not clean.startswith(".")
    assert not set(clean) & set('/\\"\r\n\0')
    assert not any(unicodedata.category(character).startswith("C") for character in clean)
    assert clean_name(clean, kind) == clean
