"""Is each mail taken for what it is, before anything is done with it?"""

from dataclasses import replace

import pytest

from referrals.incoming.judging import MOST_AN_HOUR, Kind, Known, judge, may_answer, wants_an_answer
from referrals.incoming.reading import File, Incoming, read
from tests.referrals.incoming import corpus

ASKED = Known(
    own_addresses=frozenset({"ne-pas-repondre@exemple.fr", "reponses@exemple.fr"}),
    has_hand_over=True,
    contact=corpus.FROM,
    colleagues=frozenset({"accueil@autre-operateur.fr"}),
)
HUMAN = Incoming(digest="1", sender=corpus.FROM, reply="Voici.", text="Voici.")


def as_read(program: corpus.Program) -> Incoming:
    return read(corpus.mail("reponses@exemple.fr", program.headers, program.body))


@pytest.mark.parametrize("program", corpus.PROGRAMS, ids=lambda program: program.name)
def test_what_a_person_writes_is_an_answer_in_every_mail_program(program: corpus.Program) -> None:
    assert judge(as_read(program), ASKED) is Kind.ATTACHED


@pytest.mark.parametrize("program", corpus.ABSENCES, ids=lambda program: program.name)
def test_an_absence_reply_is_recognised(program: corpus.Program) -> None:
    assert judge(as_read(program), ASKED) is Kind.AWAY


def test_an_acknowledgement_is_no_absence() -> None:
    assert judge(as_read(corpus.ACKNOWLEDGEMENT), ASKED) is Kind.AUTOMATIC


@pytest.mark.parametrize(
    "headers",
    [
        {"auto-submitted": "auto-generated"},
        {"precedence": "bulk"},
        {"x-autoreply": "yes"},
        {"x-autorespond": "1"},
        {"list-id": "<lettre.exemple.fr>"},
    ],
)
def test_a_machine_is_known_by_its_headers(headers: dict[str, str]) -> None:
    assert judge(replace(HUMAN, headers=headers), ASKED) is Kind.AUTOMATIC


def test_auto_submitted_no_is_a_person() -> None:
    assert judge(replace(HUMAN, headers={"auto-submitted": "no"}), ASKED) is Kind.ATTACHED


def test_an_empty_envelope_sender_is_a_machine() -> None:
    assert judge(replace(HUMAN, returns_to=""), ASKED) is Kind.AUTOMATIC


def test_a_person_who_writes_about_an_absence_is_a_person() -> None:
    said = replace(HUMAN, subject="Absence de pièce", reply="La personne était absente au rendez-vous.")
    assert judge(said, ASKED) is Kind.ATTACHED


def test_a_mail_that_cannot_be_delivered_is_a_bounce_and_a_late_one_is_not() -> None:
    assert judge(read(corpus.bounce("r@exemple.fr", corpus.FROM)), ASKED) is Kind.BOUNCE
    late = corpus.bounce("r@exemple.fr", corpus.FROM, action="delayed", status="4.4.1")
    assert judge(read(late), ASKED) is Kind.AUTOMATIC
    full = corpus.bounce("r@exemple.fr", corpus.FROM, status="5.2.2")
    assert judge(read(full), ASKED) is Kind.AUTOMATIC


@pytest.mark.parametrize(
    "mail",
    [
        replace(HUMAN, sender="ne-pas-repondre@exemple.fr"),
        replace(HUMAN, headers={"x-loop": "<Reponses@exemple.fr>"}),
    ],
)
def test_our_own_mail_is_a_loop(mail: Incoming) -> None:
    assert judge(mail, ASKED) is Kind.LOOP
    assert judge(HUMAN, replace(ASKED, is_our_own=True)) is Kind.LOOP


def test_too_many_mails_in_an_hour_are_a_loop() -> None:
    assert judge(HUMAN, replace(ASKED, of_the_last_hour=MOST_AN_HOUR - 1)) is Kind.ATTACHED
    assert judge(HUMAN, replace(ASKED, of_the_last_hour=MOST_AN_HOUR)) is Kind.LOOP


def test_what_answers_nothing_is_turned_away() -> None:
    assert judge(HUMAN, Known()) is Kind.NO_ADDRESS
    assert judge(HUMAN, replace(ASKED, is_ended=True)) is Kind.CLOSED
    assert judge(replace(HUMAN, reply=""), ASKED) is Kind.EMPTY
    assert judge(replace(HUMAN, reply="", files=(File("a.pdf", b""),)), ASKED) is Kind.ATTACHED
    assert judge(replace(HUMAN, is_too_big=True), ASKED) is Kind.TOO_BIG


@pytest.mark.parametrize(
    ("sender", "contact", "may"),
    [
        (corpus.FROM, corpus.FROM, True),
        ("luc.bernard@exemple.fr", corpus.FROM, True),
        ("luc@rouen.exemple.fr", corpus.FROM, True),
        ("luc@mauvais-exemple.fr", corpus.FROM, False),
        ("luc@exemple.fr.pirate.net", corpus.FROM, False),
        ("accueil@autre-operateur.fr", corpus.FROM, True),
        ("voisin@orange.fr", "mairie@orange.fr", False),
        ("mairie@orange.fr", "mairie@orange.fr", True),
        ("luc@exemple.fr", "", False),
        ("", corpus.FROM, False),
    ],
)
def test_the_contact_and_its_house_may_answer_and_nobody_else(sender: str, contact: str, may: bool) -> None:
    assert may_answer(sender, replace(ASKED, contact=contact)) is may


def test_a_stranger_learns_nothing_of_whether_the_request_is_closed() -> None:
    stranger = replace(HUMAN, sender="luc@pirate.net")
    assert judge(stranger, replace(ASKED, is_ended=True)) is Kind.UNKNOWN_SENDER


@pytest.mark.parametrize(
    ("mail", "wanted"),
    [
        (HUMAN, True),
        (replace(HUMAN, sender=""), False),
        (replace(HUMAN, returns_to=""), False),
        (replace(HUMAN, sender="noreply@exemple.fr"), False),
        (replace(HUMAN, sender="MAILER-DAEMON@exemple.fr"), False),
        (replace(HUMAN, headers={"x-spam-flag": "YES"}), False),
    ],
)
def test_a_refusal_is_never_written_to_a_machine(mail: Incoming, wanted: bool) -> None:
    assert wants_an_answer(mail) is wanted
