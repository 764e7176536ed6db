"""Does a reply become the contact's answer, once, and is everything else turned away?"""

import uuid
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as configured
from django.utils import timezone
from pytest_django import Settings

from outbox.models import Message
from partners.models import Contact
from referrals import links
from referrals.attachments import vault
from referrals.emails import key_of
from referrals.incoming.judging import MOST_AN_HOUR
from referrals.incoming.reading import LARGEST
from referrals.incoming.taking import take
from referrals.models import Happening, IncomingMail, Referral, ServiceRequest, Verdict
from referrals.reply_addresses import address_of
from tests.partners.factories import ContactFactory
from tests.referrals.incoming import corpus

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def lines(referral: Referral, kind: str) -> list[str]:
    return list(referral.request.exchanges.filter(kind=kind).values_list("text", flat=True))


def close(referral: Referral) -> None:
    ServiceRequest.objects.filter(pk=referral.request_id).update(closed_at=timezone.now())


def refusals() -> list[Message]:
    return list(Message.objects.filter(purpose="message non transmis"))


@pytest.mark.parametrize("program", corpus.PROGRAMS, ids=lambda program: program.name)
def test_the_reply_of_each_mail_program_stops_the_clock_of_the_operator(
    referral: Referral, program: corpus.Program
) -> None:
    now = timezone.now()
    taken = take(corpus.mail(referral, program.headers, program.body), now=now)

    referral.refresh_from_db()
    referral.request.refresh_from_db()
    assert taken.verdict == Verdict.ATTACHED
    assert referral.answered_at == referral.request.answered_at == now
    [text] = lines(referral, Happening.ANSWERED)
    assert corpus.ANSWER in text
    assert taken.exchange is not None
    assert taken.exchange.actor == str(referral.contact)


def test_the_site_is_told_as_by_the_link(referral: Referral) -> None:
    referral.request.structure.mail = "site@exemple.fr"
    referral.request.structure.save()
    take(corpus.simple(referral, "Oui."), now=timezone.now())
    assert Message.objects.filter(to_address="site@exemple.fr").exists()


def test_a_reply_without_the_signed_address_is_found_by_the_mail_that_it_answers(referral: Referral) -> None:
    sent = Message.objects.get(key=key_of(referral))
    mail = corpus.simple("ne-pas-repondre@exemple.fr", "Oui.", more=f"In-Reply-To: {sent.message_id}")
    assert take(mail, now=timezone.now()).referral == referral
    assert lines(referral, Happening.ANSWERED) == ["Oui."]


@pytest.mark.parametrize("header", ["Cc", "Delivered-To", "X-Original-To"])
def test_the_signed_address_is_found_in_each_header(referral: Referral, header: str) -> None:
    mail = corpus.simple("boite@exemple.fr", "Oui.", more=f"{header}: {address_of(referral).upper()}")
    assert take(mail, now=timezone.now()).verdict == Verdict.ATTACHED


def test_the_same_reply_delivered_twice_is_one(referral: Referral) -> None:
    now = timezone.now()
    first = take(corpus.simple(referral, "Oui."), now=now)
    again = take(b"Received: autre\r\n" + corpus.simple(referral, "Oui."), now=now)
    other_id = take(corpus.simple(referral, "Oui.", message_id="<2@exemple.fr>"), now=now)

    assert again == first
    assert other_id != first
    assert lines(referral, Happening.ANSWERED) == ["Oui."]
    assert IncomingMail.objects.filter(original__isnull=False).count() == 1
    assert {path.name for path in _kept()} == {first.original.hex}  # type: ignore[union-attr]


def _kept() -> list[Path]:
    return [path for path in configured.VAULT_DIR.glob("??/*") if not path.name.endswith(".part")]


@pytest.fixture(autouse=True)
def vault_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.VAULT_DIR = tmp_path / "vault"


def test_the_original_is_kept_sealed(referral: Referral) -> None:
    taken = take(corpus.mail(referral, corpus.OUTLOOK.headers, corpus.OUTLOOK.body), now=timezone.now())
    assert taken.original is not None
    assert b"Gestionnaire" in vault.read(taken.original)
    assert all(b"Gestionnaire" not in path.read_bytes() for path in _kept())


@pytest.mark.parametrize("secret", ["1 84 12 76 451 089 46", "4970 1000 0000 0055", "mot de passe : Soleil76!"])
def test_what_must_not_be_kept_is_masked_and_the_original_is_not_kept(referral: Referral, secret: str) -> None:
    taken = take(corpus.simple(referral, f"Son numéro est {secret}, merci."), now=timezone.now())
    [text] = lines(referral, Happening.ANSWERED)
    assert secret not in text
    assert "merci" in text
    assert (taken.was_masked, taken.original, _kept()) == (True, None, [])


def test_a_number_that_is_only_quoted_keeps_the_original_away_too(referral: Referral) -> None:
    quoted = "Oui.\n\nLe 23/11/2026 à 10:00, Réseau a écrit :\n> 1 84 12 76 451 089 46"
    taken = take(corpus.simple(referral, quoted), now=timezone.now())
    assert lines(referral, Happening.ANSWERED) == ["Oui."]
    assert (taken.was_masked, taken.original) == (True, None)


def test_a_number_in_the_name_of_a_file_or_in_the_subject_keeps_the_original_away(referral: Referral) -> None:
    named = corpus.with_files(referral, "Voici.", ("1841276451089 46.pdf", "application/pdf", PDF))
    subject = corpus.simple(referral, "Oui.").replace(b"Subject: Re:", b"Subject: 1 84 12 76 451 089 46")
    assert [take(mail, now=timezone.now()).original for mail in (named, subject)] == [None, None]
    assert _kept() == [vault._path(attachment.key) for attachment in referral.request.attachments.all()]


def test_a_number_in_the_name_of_the_sender_is_masked(referral: Referral) -> None:
    sender = f"1 84 12 76 451 089 46 <luc.bernard@{referral.contact.mail.rpartition('@')[2]}>"
    mail = corpus.simple(referral, "Oui.").replace(f"Claire MARTIN <{corpus.FROM}>".encode(), sender.encode())
    taken = take(mail, now=timezone.now())
    assert taken.exchange is not None
    assert taken.exchange.actor.startswith("[numéro masqué]")
    assert taken.original is None


@pytest.mark.parametrize("depth", [50, 90, 120, 200, 300, 500, 900])
def test_a_mail_nested_however_deep_is_taken(referral: Referral, depth: int) -> None:
    parts = "".join(f'--{n}\nContent-Type: multipart/mixed; boundary="{n + 1}"\n\n' for n in range(depth))
    body = f"{parts}--{depth}\nContent-Type: text/plain\n\nOui.\n"
    head = 'Message-ID: <deep@exemple.fr>\nSubject: Re\nContent-Type: multipart/mixed; boundary="0"'
    assert take(corpus.mail(referral, head, body), now=timezone.now()).pk


def test_a_file_of_the_contact_is_kept_and_a_refused_one_is_said(referral: Referral) -> None:
    png = b"MZ\x90\x00 ceci est un programme"
    mail = corpus.with_files(referral, "Voici.", ("outil.exe", "application/octet-stream", png))
    assert take(mail, now=timezone.now()).verdict == Verdict.ATTACHED
    assert lines(referral, Happening.ANSWERED) == ["Voici."]
    [said] = lines(referral, Happening.MAIL_RECEIVED)
    assert "outil.exe" in said


def test_winmail_dat_leaves_the_words_and_is_said(referral: Referral) -> None:
    mail = corpus.with_files(referral, "Dossier complet.", ("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22"))
    take(mail, now=timezone.now())
    assert lines(referral, Happening.ANSWERED) == ["Dossier complet."]
    assert "winmail.dat" in lines(referral, Happening.MAIL_RECEIVED)[0]


@pytest.mark.parametrize("program", corpus.ABSENCES, ids=lambda program: program.name)
def test_an_absence_stops_no_clock_and_marks_the_contact(referral: Referral, program: corpus.Program) -> None:
    now = timezone.now()
    mail = corpus.mail(referral, program.headers, program.body)
    assert take(mail, now=now).verdict == Verdict.AWAY

    referral.refresh_from_db()
    referral.contact.refresh_from_db()
    assert referral.answered_at is None
    assert referral.contact.away_since == now
    assert "30 novembre" in lines(referral, Happening.AWAY)[0]
    assert refusals() == []


def test_the_contact_that_answers_is_not_away_any_more(referral: Referral) -> None:
    Contact.objects.update(away_since=timezone.now())
    take(corpus.simple(referral, "Oui."), now=timezone.now())
    referral.contact.refresh_from_db()
    assert referral.contact.away_since is None


def test_absences_fill_no_timeline(referral: Referral) -> None:
    for number in range(3):
        headers = corpus.ZIMBRA_AWAY.headers.replace("oof2", f"oof{number}")
        take(corpus.mail(referral, headers, corpus.ZIMBRA_AWAY.body), now=timezone.now())
    assert len(lines(referral, Happening.AWAY)) == 1


def test_an_acknowledgement_stops_no_clock(referral: Referral) -> None:
    program = corpus.ACKNOWLEDGEMENT
    assert take(corpus.mail(referral, program.headers, program.body), now=timezone.now()).verdict == Verdict.AUTOMATIC
    referral.refresh_from_db()
    referral.contact.refresh_from_db()
    assert (referral.answered_at, referral.contact.away_since) == (None, None)


@pytest.mark.parametrize("by_address", [True, False])
def test_a_mail_that_comes_back_flags_the_address(referral: Referral, by_address: bool) -> None:
    sent = Message.objects.get(key=key_of(referral))
    to = address_of(referral) if by_address else "ne-pas-repondre@exemple.fr"
    now = timezone.now()
    assert take(corpus.bounce(to, corpus.FROM, original_id=sent.message_id), now=now).verdict == Verdict.BOUNCE

    referral.contact.refresh_from_db()
    assert referral.contact.bounced_at == now
    assert "n’est pas arrivé" in lines(referral, Happening.MAIL_RECEIVED)[0]
    assert refusals() == []


def test_what_a_forward_refuses_says_nothing_of_the_contact(referral: Referral) -> None:
    take(corpus.bounce(address_of(referral), "quelqu-un@ailleurs.fr"), now=timezone.now())
    referral.contact.refresh_from_db()
    assert referral.contact.bounced_at is None


def test_a_colleague_of_the_same_house_may_answer(referral: Referral) -> None:
    taken = take(corpus.simple(referral, "Oui.", sender="luc.bernard@exemple.fr"), now=timezone.now())
    assert taken.exchange is not None
    assert taken.exchange.actor.endswith(f"pour {referral.contact}")


def test_a_stranger_is_turned_away_politely_once_a_day(referral: Referral) -> None:
    now = timezone.now()
    for number in range(3):
        mail = corpus.simple(referral, "Le mot secret", message_id=f"<{number}@pirate.net>", sender="luc@pirate.net")
        assert take(mail, now=now).verdict == Verdict.UNKNOWN_SENDER
    take(
        corpus.simple(referral, "x", message_id="<9@pirate.net>", sender="luc@pirate.net"), now=now + timedelta(days=1)
    )

    first, second = refusals()
    assert first.to_address == second.to_address == "luc@pirate.net"
    assert "secret" not in first.text
    assert referral.request.structure.name not in first.text
    assert first.headers["Auto-Submitted"] == "auto-replied"
    assert lines(referral, Happening.ANSWERED) == []


def test_a_mail_without_a_valid_address_is_turned_away(referral: Referral) -> None:
    forged = address_of(referral).replace("+", "+9")
    assert take(corpus.simple(forged, "Oui."), now=timezone.now()).verdict == Verdict.NO_ADDRESS
    assert len(refusals()) == 1


def test_a_reply_to_a_closed_request_is_turned_away_and_the_site_may_be_called(referral: Referral) -> None:
    now = timezone.now()
    close(referral)
    assert take(corpus.simple(referral, "Oui."), now=now).verdict == Verdict.CLOSED
    [refusal] = refusals()
    assert referral.request.structure.phone in refusal.text
    assert lines(referral, Happening.ANSWERED) == []


@pytest.mark.parametrize("ending", ["revoked_at", "declined_at"])
def test_a_link_that_ended_takes_no_reply_either(referral: Referral, ending: str) -> None:
    Referral.objects.update(**{ending: timezone.now()})
    assert take(corpus.simple(referral, "Oui."), now=timezone.now()).verdict == Verdict.CLOSED


def test_an_old_link_takes_no_reply(referral: Referral) -> None:
    assert take(corpus.simple(referral, "Oui."), now=timezone.now() + timedelta(days=31)).verdict == Verdict.CLOSED


def test_a_reply_racing_a_closing_is_a_late_one(referral: Referral, monkeypatch: pytest.MonkeyPatch) -> None:
    """The request closes after the verdict, while the original is being sealed."""
    real = vault.write

    def written_slowly(content: bytes) -> uuid.UUID:
        close(referral)
        return real(content)

    monkeypatch.setattr(vault, "write", written_slowly)
    taken = take(corpus.simple(referral, "Oui."), now=timezone.now())
    taken.refresh_from_db()
    assert (taken.verdict, taken.original, _kept()) == (Verdict.CLOSED, None, [])
    assert lines(referral, Happening.ANSWERED) == []


def test_two_machines_do_not_talk_for_ever(referral: Referral) -> None:
    now = timezone.now()
    verdicts = [
        take(corpus.simple(referral, f"Message {number}", message_id=f"<{number}@exemple.fr>"), now=now).verdict
        for number in range(MOST_AN_HOUR + 2)
    ]
    assert verdicts == [Verdict.ATTACHED] * MOST_AN_HOUR + [Verdict.LOOP] * 2
    assert refusals() == []


def test_our_own_mail_that_comes_back_is_a_loop(referral: Referral) -> None:
    sent = Message.objects.get(key=key_of(referral))
    assert take(corpus.simple(referral, "x", message_id=sent.message_id), now=timezone.now()).verdict == Verdict.LOOP


def test_a_mail_without_new_words_is_shown_with_its_original(referral: Referral) -> None:
    taken = take(corpus.simple(referral, "> Bonjour"), now=timezone.now())
    assert taken.verdict == Verdict.EMPTY
    assert taken.original is not None
    referral.refresh_from_db()
    assert referral.answered_at is None


def test_a_mail_that_is_too_large_is_turned_away(referral: Referral) -> None:
    assert take(corpus.simple(referral, "x" * (LARGEST + 1)), now=timezone.now()).verdict == Verdict.TOO_BIG
    assert len(refusals()) == 1


def test_bytes_that_are_no_mail_are_noted_once(db: None) -> None:
    first = take(b"\x00\x01", now=timezone.now())
    assert (first.verdict, take(b"\x00\x01", now=timezone.now())) == (Verdict.UNREADABLE, first)


def test_an_old_box_wakes_up_nobody(db: None) -> None:
    mail = corpus.simple("reponses@exemple.fr", "Oui.", more="Date: Mon, 02 Mar 2026 10:00:00 +0100")
    take(mail, now=timezone.now())
    assert refusals() == []


def test_another_contact_of_the_operator_may_answer_from_another_house(referral: Referral) -> None:
    other = ContactFactory(operator=referral.contact.operator, office=referral.contact.office, mail="Luc@Orange.fr")
    assert take(corpus.simple(referral, "Oui.", sender=other.mail), now=timezone.now()).verdict == Verdict.ATTACHED


def test_no_signed_link_that_she_pastes_stays_on_the_timeline(referral: Referral) -> None:
    link = links.url_for(referral)
    wrapped = f"https://protege.exemple.net/?url={quote(link, safe='')}&d=1"
    taken = take(corpus.simple(referral, f"C’est fait : {link} et {wrapped} merci."), now=timezone.now())
    assert links.without_links(quote(wrapped, safe="")) == links.LINK_TAKEN_OUT
    assert taken.exchange is not None
    assert taken.exchange.text == "C’est fait : [lien retiré] et [lien retiré] merci."


def test_a_colleague_who_answers_does_not_bring_the_contact_back(referral: Referral) -> None:
    Contact.objects.update(away_since=timezone.now())
    for number, words in enumerate(("Bien reçu.", "Le dossier est complet.")):
        mail = corpus.simple(referral, words, message_id=f"<{number}@e.fr>", sender="luc.bernard@exemple.fr")
        take(mail, now=timezone.now())
        assert Contact.objects.get(pk=referral.contact_id).away_since is not None
    take(corpus.simple(referral, "Dossier complet.", message_id="<own@e.fr>"), now=timezone.now())
    assert Contact.objects.get(pk=referral.contact_id).away_since is None
