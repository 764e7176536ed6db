"""Are names found whatever the accents, the order and one slip of the finger, and nothing else found?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territories import spelling


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Saint-Étienne-du-Rouvray", "saint etienne du rouvray"),
        ("L’Œuvre d'Elbeuf", "l oeuvre d elbeuf"),
        ("  MAROMME ", "maromme"),
        ("C2S : demande, renouvellement", "c2s demande renouvellement"),
        ("Ça\u00a0!", "ca"),
        ("un_deux\x00trois", "un deux trois"),
        ("’", ""),
    ],
)
def test_plain_text_has_no_accent_no_capital_and_no_punctuation(typed: str, plain: str) -> None:
    assert spelling.plain(typed) == plain


@given(st.text())
def test_plain_text_is_already_plain(text: str) -> None:
    assert spelling.plain(spelling.plain(text)) == spelling.plain(text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("carte gri", "Carte grise : changement d’adresse"),
        ("gri carte", "Carte grise : changement d’adresse"),
        ("enerGIE", "Chèque énergie"),
        ("l'énergie", "Chèque énergie"),
        ("st aubin", "Saint-Aubin-lès-Elbeuf"),
        ("saint aubin", "France services de St-Aubin"),
        ("ste adresse", "Sainte-Adresse"),
        ("", "Rouen"),
    ],
)
def test_each_word_typed_begins_a_word_of_the_name(query: str, text: str) -> None:
    assert spelling.matches(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("rise", "Carte grise"),
        ("carte verte", "Carte grise"),
        ("rouen", ""),
        ("roeun", "Rouen"),
    ],
)
def test_a_word_that_begins_no_word_of_the_name_does_not_match(query: str, text: str) -> None:
    assert not spelling.matches(query, text)


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("rouen", "rouen", 0),
        ("rouen", "roen", 1),
        ("rouen", "rrouen", 1),
        ("rouen", "ruoen", 1),
        ("rouen", "rouan", 1),
        ("rouen", "nouer", 2),
        ("", "ab", 2),
        ("ab", "ba", 1),
        ("abcdef", "badcfe", 3),
        ("rouen", "dieppe", 4),
        ("rouen", "dieppedalle", 4),
    ],
)
def test_typos_are_counted_up_to_the_limit(one: str, other: str, count: int) -> None:
    assert spelling.typos(one, other, limit=3) == spelling.typos(other, one, limit=3) == count


@given(st.text("ab", max_size=6), st.text("ab", max_size=6), st.integers(0, 4))
def test_giving_up_early_never_changes_the_count(one: str, other: str, limit: int) -> None:
    assert spelling.typos(one, other, limit=limit) == min(spelling.typos(one, other, limit=99), limit + 1)


NAMES = ["Dieppe", "Rouen", "Déville-lès-Rouen", "Saint-Étienne-du-Rouvray", "Eu"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("rouen", ["Rouen", "Déville-lès-Rouen"]),
        ("ruoen", ["Rouen", "Déville-lès-Rouen"]),
        ("dieepe", ["Dieppe"]),
        ("diepp", ["Dieppe"]),
        ("st etiene", ["Saint-Étienne-du-Rouvray"]),
        ("saitn etiene", []),
        ("ea", []),
        ("", []),
        ("havre", []),
    ],
)
def test_one_typo_is_forgiven_and_two_are_not(query: str, found: list[str]) -> None:
    assert spelling.closest(query, NAMES) == found


def test_an_exact_name_comes_before_one_with_a_typo() -> None:
    assert spelling.closest("marte", ["Carte grise", "Marte"]) == ["Marte", "Carte grise"]
