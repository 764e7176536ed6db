"""A slip of the finger is forgiven, and only as many as the length of the word allows."""

import random

import pytest

from partners.spelling_mistakes import Vocabulary, forgiven, mistakes
from territories.spelling import typos

WORDS = Vocabulary(["carte grise cession", "carte vitale", "surendettement", "rsa", "attestation de droits"])


@pytest.mark.parametrize(("word", "number"), [("rsa", 0), ("caf", 0), ("gris", 1), ("vitalle", 1), ("vitalles", 2)])
def test_the_longer_the_word_the_more_is_forgiven(word: str, number: int):
    assert forgiven(word) == number


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("grsie", "grise"),
        ("girse", "grise"),
        ("xrise", "grise"),
        ("rise", "grise"),
        ("grisse", "grise"),
        ("grsi", "grise"),
        ("surendetement", "surendettement"),
        ("surendetemant", "surendettement"),
        ("atestasion", "attestation"),
    ],
)
def test_a_word_with_a_mistake_means_the_nearest(typed: str, meant: str):
    assert next(iter(WORDS.meant_by(typed))) == meant


@pytest.mark.parametrize("typed", ["rsq", "zzzz", "zzzzzzzzzz", "gzzze", ""])
def test_what_is_too_far_means_nothing(typed: str):
    assert not any(WORDS.meant_by(typed).values())
    assert WORDS.readings("zzzzzzzzzz carte") == {}


def test_a_beginning_is_no_mistake_and_hides_the_others():
    assert WORDS.meant_by("vit") == {"vitale": 0}
    assert WORDS.meant_by("carte") == {"carte": 0}


def test_what_is_right_in_a_text_stays_as_it_was_typed():
    assert WORDS.readings("carte grsie") == {"carte grise": 1}
    assert WORDS.readings("cart") == {"cart": 0}
    assert WORDS.readings("") == WORDS.readings(" ’ ") == {}


def test_mistakes_are_counted_as_the_full_table_would():
    draw = random.Random(7)
    for _ in range(5_000):
        typed = "".join(draw.choice("abc") for _ in range(draw.randint(1, 8)))
        known = "".join(draw.choice("abc") for _ in range(draw.randint(1, 9)))
        for limit in (1, 2):
            table = min(typos(typed, known[:end], limit=limit) for end in range(len(known) + 1))
            assert mistakes(typed, known, limit=limit) == table, (typed, known, limit)


def test_a_long_text_is_read_in_few_ways():
    assert len(Vocabulary([f"mot{letter}e" for letter in "abcdefghijklmnop"]).readings("motze " * 50)) < 100
