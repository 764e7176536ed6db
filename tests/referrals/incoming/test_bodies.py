"""Is what the person wrote told from what she quotes, whatever her mail program?"""

import time

import pytest

from referrals.incoming.bodies import LONGEST_TEXT, reply_in, text_of_html
from referrals.incoming.reading import read
from tests.referrals.incoming.corpus import ANSWER, PROGRAMS, Program, mail


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_only_the_new_words_of_each_mail_program_are_kept(program: Program) -> None:
    reply = read(mail("reponses@exemple.fr", program.headers, program.body)).reply

    assert ANSWER in reply
    assert "sollicite" not in reply
    for cut in ("Cordialement", "Envoyé", "Télécharger", "02 61 91", "De :", "a écrit", "Salutations", ">"):
        assert cut not in reply


def test_a_list_with_hyphens_is_no_signature() -> None:
    text = "Il manque :\n- la pièce d’identité\n- le RIB"
    assert reply_in(text) == text


def test_an_answer_under_the_quotation_is_read() -> None:
    text = "Le 23/11/2026 à 10:00, Réseau a écrit :\n> Bonjour\n> Une question\n\nLe dossier est clos."
    assert reply_in(text) == "Le dossier est clos."


def test_answers_between_the_quoted_lines_are_read() -> None:
    text = "> Le dossier est-il complet ?\nOui.\n> Quand part le versement ?\nJeudi."
    assert "Oui." in reply_in(text)
    assert "Jeudi." in reply_in(text)
    assert ">" not in reply_in(text)


def test_a_quotation_alone_leaves_nothing() -> None:
    assert reply_in("Le 23/11/2026 à 10:00, Réseau a écrit :\n> Bonjour") == ""


def test_a_mail_that_is_only_a_greeting_keeps_it() -> None:
    assert reply_in("Cordialement") == "Cordialement"


def test_a_page_runs_no_program_and_shows_no_style() -> None:
    text = text_of_html("<style>p{}</style><script>alert(1)</script><p onclick='x()'>Bonjour&nbsp;<b>Luc</b></p><p>Oui")
    assert text.replace("\u00a0", " ") == "Bonjour Luc\n\nOui"


def test_a_broken_page_is_read_as_far_as_it_goes() -> None:
    assert "Oui" in text_of_html("<div></p></table><blockquote><div>cité</blockquote></div></div><<p>Oui<")


@pytest.mark.parametrize(
    "hostile",
    [
        "Le " * 20_000,
        "> " * 20_000,
        "De : " * 9_000,
        " " * 50_000 + ":",
        "\n" * 50_000 + "x",
        "On a\n" * 10_000,
        ("De :" + " " * 300 + "\n") * 150,
        "-" * 40_000,
        ("Le " * 190 + "\n") * 30,
        ("a écrit " * 70 + "\n") * 30,
        "\n".join(["Le a"] * 5_000),
        "<" * 30_000,
        "<a " * 100_000,
        '<a x="' * 50_000,
        "<!-- " * 200_000,
        "<!" * 150_000,
        "</" * 150_000,
        "<i>" * 60_000 + "</b>" * 60_000,
        "<![" * 100_000,
        "<script>" * 100_000,
        "<i>a" * 80_000,
        "a&" * 500_000,
        "<a " + "id " * 300_000 + ">",
        "<a " + "'" * 1_000_000 + ">",
    ],
)
def test_no_text_takes_long_to_read(hostile: str) -> None:
    started = time.process_time()
    reply_in(hostile)
    reply_in(text_of_html(hostile))
    assert time.process_time() - started < 3


def test_a_tag_with_a_sign_in_its_attributes_and_a_comment_are_no_words() -> None:
    page = (
        "<a title='3 > 2' href=x>Oui</a><!-- <p>non --><!DOCTYPE x><o:p></o:p> &eacute;t&#233; 3 < 4 <b title=\"a>fin"
    )
    assert text_of_html(page).replace("\u00a0", " ") == "Oui été 3 < 4 fin"


def test_a_very_long_text_is_cut() -> None:
    assert len(reply_in("mot " * 50_000)) <= LONGEST_TEXT
