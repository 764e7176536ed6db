"""Does a mail reach the server as it was written, and is what cannot be sent refused at once?"""

import email
import email.policy

import pytest

from outbox.messages import UnsendableMail, new_message_id, seal
from tests.outbox.factories import NOW, a_mail

SENDER = "Réseau France services <ne-pas-repondre@exemple.fr>"


def read_back(mail, message_id="<1@exemple.fr>"):
    envelope = seal(mail, message_id=message_id, from_email=SENDER, written_at=NOW)
    return envelope, email.message_from_bytes(envelope.content, policy=email.policy.default)


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028"])
@pytest.mark.parametrize("where", ["inside", "at the end"])
def test_a_subject_with_a_line_end_is_refused(line_end, where):
    subject = f"Demande{line_end}Bcc: tous@exemple.fr" if where == "inside" else f"Demande{line_end}"
    with pytest.raises(UnsendableMail):
        a_mail(subject=subject).check()


@pytest.mark.parametrize(
    "changes",
    [
        {"headers": {"In-Reply-To": "<1@exemple.fr>\r\nBcc: tous@exemple.fr"}},
        {"headers": {"X-A\r\nBcc": "tous@exemple.fr"}},
        {"headers": {"Bcc": "tous@exemple.fr"}},
        {"headers": {"message-id": "<2@exemple.fr>"}},
        {"headers": {"Content-Type": "text/html"}},
        {"to": "a@exemple.fr\r\nRCPT TO:<b@exemple.fr>"},
        {"to": "a@exemple.fr, b@exemple.fr"},
        {"to": "personne"},
        {"to": ""},
        {"text": "nul \x00"},
        {"html": "nul \x00"},
        {"subject": "nul \x00"},
        {"text": "seul \ud800"},
    ],
)
def test_what_no_server_can_carry_is_refused_without_being_quoted(changes):
    with pytest.raises(UnsendableMail) as refusal:
        a_mail(**changes).check()
    assert "exemple.fr" not in str(refusal.value)


def test_a_refusal_is_a_value_error():
    assert issubclass(UnsendableMail, ValueError)


def test_accents_lines_and_both_texts_arrive_as_they_were_written():
    text = "Bonjour,\n.\n..\nUne demande à traiter : « Aspa »\n" + "é" * 3000 + "\n"
    envelope, received = read_back(a_mail(subject="Demande à traiter " * 8 + "fin", text=text, html="<p>déjà</p>"))
    plain, html = received.get_body(("plain",)), received.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == text
    assert html.get_content().strip() == "<p>déjà</p>"
    assert received["Subject"] == "Demande à traiter " * 8 + "fin"
    assert received["From"].addresses[0].display_name == "Réseau France services"
    assert envelope.content.isascii()
    assert max(map(len, envelope.content.split(b"\r\n"))) <= 998


def test_a_domain_with_accents_is_written_in_ascii():
    envelope, _ = read_back(a_mail(to="accueil@mairie-épouville.fr"))
    assert envelope.to == "accueil@xn--mairie-pouville-hnb.fr"


def test_long_identifiers_of_other_systems_keep_the_thread():
    identifiers = [f"<{'a' * 85}{n}@mail.exemple.fr>" for n in range(4)]
    envelope, received = read_back(a_mail(headers={"References": " ".join(identifiers), "In-Reply-To": identifiers[0]}))
    assert received["References"].split() == identifiers
    assert received["In-Reply-To"] == identifiers[0]
    assert b"=?utf-8?" not in envelope.content.split(b"References")[1].split(b"MIME")[0]


def test_a_message_id_is_new_each_time_and_says_only_the_domain():
    first, second = new_message_id(SENDER), new_message_id(SENDER)
    assert first != second
    assert first.endswith("@exemple.fr>")


def test_sealing_twice_gives_the_same_identity():
    (_, first), (_, second) = read_back(a_mail()), read_back(a_mail())
    assert [first[name] for name in ("Message-ID", "Date", "To")] == [
        second[name] for name in ("Message-ID", "Date", "To")
    ]
