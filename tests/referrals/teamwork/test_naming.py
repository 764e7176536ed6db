"""Who is called by « @… » in a note?"""

import pytest

from referrals.teamwork.naming import called

TEAM = {1: "Aline Duval", 2: "Marie-Claude Hébert", 3: "Marie Lefèvre", 4: "Marie Roussel", 5: "Zoé"}


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@Aline tu peux rappeler ?", {1}),
        ("vu avec @aline duval, merci", {1}),
        ("@ALINE DUVAL", {1}),
        ("@Marie-Claude Hebert et @zoe", {2, 5}),
        ("@Marie Lefevre", {3}),
        ("@Marie peux-tu ?", set()),
        ("écrire à aline@exemple.fr", set()),
        ("rendez-vous @ 14 h", set()),
        ("@Personne", set()),
        ("@", set()),
        ("", set()),
        ("@Aline @Aline", {1}),
    ],
)
def test_who_is_called(text: str, who: set[int]) -> None:
    assert called(text, TEAM) == who


def test_two_of_the_same_whole_name_are_never_guessed() -> None:
    assert called("@Jean Petit", {1: "Jean Petit", 2: "Jean Petit"}) == set()


def test_a_long_text_full_of_calls_is_read_quickly() -> None:
    assert called("@x " * 2000, TEAM) == set()
