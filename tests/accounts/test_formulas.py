"""Is every text that a spreadsheet would run marked, and given back as it was?"""

import pytest

from accounts.formulas import guarded, unguarded


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("=cmd|'/C calc'!A0", "'=cmd|'/C calc'!A0"),
        ("+33 2 61 91 00 12", "'+33 2 61 91 00 12"),
        ("- le mardi", "'- le mardi"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("＝1+1", "'＝1+1"),
        ("\t=1", "\t'=1"),
        ("ouvert ;=1+1", "ouvert ;'=1+1"),
        ("ouvert\r\n=1+1", "ouvert\r\n'=1+1"),
        ("'=1", "''=1"),
    ],
)
def test_what_would_run_is_marked_and_comes_back(text, written):
    assert guarded(text) == written
    assert unguarded(written) == text


@pytest.mark.parametrize(
    "text",
    ["", "Rouen", "02 61 91 00 12", "+33261910012", "-0.5", "L'Étang", "'", "a=b", "1 rue - bât. B"],
)
def test_everything_else_is_left_as_it_is(text):
    assert guarded(text) == unguarded(text) == text
