"""Are the mails of the box taken, each once, and put away only when all is committed? With a real IMAP server."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone
from pytest_django import Settings

from referrals.incoming import mailbox, taking
from referrals.incoming.reading import LARGEST
from referrals.models import Happening, IncomingMail, Referral, Verdict
from tests.referrals.incoming import corpus
from tests.referrals.incoming.servers import Box, imap_server


@pytest.fixture(scope="module")
def server() -> Iterator[Box]:
    with imap_server() as box:
        yield box


@pytest.fixture
def box(server: Box, settings: Settings) -> Box:
    server.empty()
    settings.REPLY_MAILBOX_URL = server.url
    return server


def answers(referral: Referral) -> list[str]:
    return list(referral.request.exchanges.filter(kind=Happening.ANSWERED).values_list("text", flat=True))


def test_a_reply_is_taken_then_put_away(box: Box, referral: Referral) -> None:
    box.put(corpus.mail(referral, corpus.GMAIL.headers, corpus.GMAIL.body))
    assert mailbox.visit(timezone.now()) == 1

    assert corpus.ANSWER in answers(referral)[0]
    assert (box.count(), box.count("Traités")) == (0, 1)
    with box.opened("Traités") as opened:
        assert all("\\Seen" in message.flags for message in opened.fetch(mark_seen=False))


def test_the_command_reads_the_box_once(box: Box, referral: Referral, capsys: pytest.CaptureFixture[str]) -> None:
    box.put(corpus.simple(referral, "Oui."))
    call_command("receive_mail", "--imap")
    assert answers(referral) == ["Oui."]
    assert "Messages pris : 1." in capsys.readouterr().out.replace("\u00a0", " ")


def test_an_unreadable_mail_blocks_none_of_the_next(box: Box, referral: Referral) -> None:
    box.put(b"\x01\x02\x03 rien de lisible", corpus.simple(referral, "Oui."))
    assert mailbox.visit(timezone.now()) == 2
    assert answers(referral) == ["Oui."]
    assert box.count() == 0


def test_a_mail_that_cannot_be_taken_now_stays_and_the_next_ones_are_taken(
    box: Box, referral: Referral, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(corpus.simple(referral, "Première"), corpus.simple(referral, "Seconde", message_id="<2@exemple.fr>"))
    with monkeypatch.context() as patched:
        patched.setattr(mailbox, "take", _full_disk_once(taking.take))
        assert mailbox.visit(timezone.now()) == 1
    assert (answers(referral), box.count()) == (["Seconde"], 1)

    assert mailbox.visit(timezone.now()) == 1
    assert (answers(referral), box.count()) == (["Seconde", "Première"], 0)


def _full_disk_once(real):
    failed: list[bytes] = []

    def take(content, **kwargs):
        if not failed:
            failed.append(content)
            raise OSError("No space left on device")
        return real(content, **kwargs)

    return take


def test_without_a_database_nothing_leaves_the_box(
    box: Box, referral: Referral, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(corpus.simple(referral, "Oui."))

    def away(*_args, **_kwargs):
        raise OperationalError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(mailbox, "take", away)
        with pytest.raises(OperationalError):
            mailbox.visit(timezone.now())
    assert (answers(referral), box.count()) == ([], 1)
    with box.opened() as opened:
        assert all("\\Seen" not in message.flags for message in opened.fetch(mark_seen=False))


def test_stopped_before_it_is_put_away_a_mail_is_not_taken_twice(
    box: Box, referral: Referral, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(corpus.simple(referral, "Oui."))
    with monkeypatch.context() as patched:
        patched.setattr(mailbox, "_put_away", lambda *_: None)
        mailbox.visit(timezone.now())
    assert box.count() == 1

    mailbox.visit(timezone.now())
    assert answers(referral) == ["Oui."]
    assert (box.count(), IncomingMail.objects.count()) == (0, 1)


def test_a_mail_that_somebody_opened_in_the_box_is_taken_too(box: Box, referral: Referral) -> None:
    box.put(corpus.simple(referral, "Oui."))
    with box.opened() as opened:
        opened.flag(opened.uids(), "\\Seen", True)
    assert mailbox.visit(timezone.now()) == 1


def test_of_a_mail_that_is_too_large_the_beginning_alone_is_fetched(box: Box, referral: Referral) -> None:
    box.put(corpus.simple(referral, "x" * (LARGEST + 1)))
    mailbox.visit(timezone.now())
    assert [mail.verdict for mail in IncomingMail.objects.all()] == [Verdict.TOO_BIG]


def test_an_empty_box_is_left_as_it_is(box: Box, db: None) -> None:
    assert mailbox.visit(timezone.now()) == 0
    with box.opened() as opened:
        assert [info.name for info in opened.folder.list()] == ["INBOX"]


@pytest.mark.parametrize("url", ["", "https://exemple.fr", "imaps://"])
def test_an_address_that_is_no_box_is_said(settings: Settings, url: str) -> None:
    settings.REPLY_MAILBOX_URL = url
    with pytest.raises(ImproperlyConfigured):
        mailbox.visit(timezone.now())


def test_a_wrong_password_takes_nothing_and_is_an_error(box: Box, settings: Settings) -> None:
    settings.REPLY_MAILBOX_URL = box.url.replace("un%40secret%3Asimple", "faux")
    with pytest.raises(Exception, match=r"(?i)login|auth|credential|invalid"):
        mailbox.visit(timezone.now())
