"""Is a mail read whatever is broken in it?"""

import random

import pytest

from referrals.incoming.reading import LARGEST, Unreadable, read, without_files
from tests.referrals.incoming import corpus

TO = "reponses+1-abc@exemple.fr"


def test_the_addresses_are_found_wherever_mail_systems_put_them() -> None:
    more = "Cc: Autre <autre@exemple.fr>\nDelivered-To: boite@exemple.fr\nX-Original-To: Reponses+9-X@Exemple.fr"
    mail = read(corpus.simple(TO, "Oui", more=more), recipients=("LMTP@exemple.fr",))

    assert mail.recipients[0] == "lmtp@exemple.fr"
    assert {TO, "autre@exemple.fr", "boite@exemple.fr", "reponses+9-x@exemple.fr"} <= set(mail.recipients)


def test_the_mails_that_it_answers_are_found() -> None:
    mail = read(corpus.simple(TO, "Oui", more="In-Reply-To: <a@x.fr>\nReferences: <a@x.fr>\n <b@x.fr>"))
    assert mail.answers_to == ("<a@x.fr>", "<b@x.fr>")


def test_what_comes_back_names_the_mail_that_was_sent_and_who_refuses_it() -> None:
    mail = read(corpus.bounce(TO, "Claire.Martin@exemple.fr", original_id="<notre@exemple.fr>"))
    assert (mail.answers_to, mail.failed, mail.returns_to) == (("<notre@exemple.fr>",), (corpus.FROM,), "")


def test_the_same_mail_has_the_same_mark_by_any_road() -> None:
    one, two = corpus.simple(TO, "Oui"), b"Received: from a by b\r\n" + corpus.simple(TO, "Oui")
    assert read(one).digest == read(two).digest

    one, two = (corpus.simple(TO, "Oui", message_id="", more=f"Received: from {road}") for road in "ab")
    assert read(one).digest == read(two).digest
    assert read(one).digest != read(corpus.simple(TO, "Non", message_id="")).digest


def test_files_are_found_and_the_ornaments_of_a_signature_are_not() -> None:
    pdf = ("d\u00e9cision.pdf".encode().decode("latin-1", "replace"), "application/pdf", b"%PDF-1.4")
    assert [file.content for file in read(corpus.with_files(TO, "Voici", pdf)).files] == [b"%PDF-1.4"]

    headers = 'Message-ID: <l@x.fr>\nSubject: a\nContent-Type: multipart/related; boundary="R"'
    logo = f"""--R
Content-Type: text/html

<p>Oui</p><img src="cid:logo">
--R
Content-Type: image/png; name="logo.png"
Content-ID: <logo>
Content-Transfer-Encoding: base64
Content-Disposition: inline; filename="logo.png"

{corpus.PICTURE}
--R--"""
    read_mail = read(corpus.mail(TO, headers, logo))
    assert (read_mail.files, read_mail.reply) == ((), "Oui")


def test_winmail_dat_is_a_file_like_another() -> None:
    tnef = ("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22")
    mail = read(corpus.with_files(TO, "Voici la réponse", tnef))
    assert (mail.reply, [file.name for file in mail.files]) == ("Voici la réponse", ["winmail.dat"])


def test_the_original_is_kept_without_its_files() -> None:
    kept = without_files(corpus.with_files(TO, "Voici", ("a.pdf", "application/pdf", b"%PDF-1.4 secret")))
    assert "Voici" in read(kept).text
    assert read(kept).sender == corpus.FROM
    assert b"secret" not in kept
    assert b"JVBERi0xLjQg" not in kept


def test_of_a_mail_that_is_too_large_only_the_headers_are_read() -> None:
    mail = read(corpus.simple(TO, "x" * (LARGEST + 1)))
    assert (mail.is_too_big, mail.sender, mail.text) == (True, corpus.FROM, "")


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", b"\x00\x01\x02", b"pas un message"])
def test_what_is_no_mail_is_said_to_be_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(content)


@pytest.mark.parametrize(
    "headers",
    [
        "Subject: =?utf-8?B?!!!!?=\nContent-Type: text/plain; charset=inconnu",
        'Subject: =?klingon?Q?a?=\nContent-Type: text/plain; charset="utf-8',
        "Subject: \udcff".encode("utf-8", "surrogateescape").decode("latin-1") + "\nContent-Transfer-Encoding: base64",
        "Date: demain\nContent-Type: multipart/mixed",
        'Content-Type: multipart/mixed; boundary="x"\nTo: <<<@@@>>>',
        "Content-Type: message/rfc822",
    ],
)
def test_broken_headers_stop_nothing(headers: str) -> None:
    assert read(corpus.mail(TO, headers, "Bonjour")).sender == corpus.FROM


def test_mails_damaged_at_random_are_read_or_said_to_be_unreadable() -> None:
    """Two thousand of them: nothing else is ever raised."""
    chance = random.Random(7)
    sources = [corpus.mail(TO, each.headers, each.body) for each in (*corpus.PROGRAMS, *corpus.ABSENCES)]
    sources += [corpus.bounce(TO, corpus.FROM), corpus.with_files(TO, "a", ("a.pdf", "application/pdf", b"%PDF"))]
    for _ in range(2_000):
        content = bytearray(chance.choice(sources))
        for _ in range(chance.randint(1, 30)):
            at = chance.randrange(len(content))
            match chance.randrange(3):
                case 0:
                    content[at] = chance.randrange(256)
                case 1:
                    del content[at : at + chance.randint(1, 40)]
                case _:
                    content[at:at] = chance.choice([b"\r\n", b"\x00", b"=?", b"--B", b'"', b"\xff"])
            if not content:
                break
        try:
            assert "\x00" not in read(bytes(content)).text
        except Unreadable:
            continue
