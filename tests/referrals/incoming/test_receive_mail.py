"""Do the mail server's own ways in, LMTP and the pipe, answer only when all is committed?"""

import smtplib
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections

from referrals.incoming import lmtp
from referrals.models import Exchange, Happening, IncomingMail, Referral, Verdict
from referrals.reply_addresses import address_of
from tests.outbox.servers import free_port
from tests.referrals.incoming import corpus


@pytest.fixture
def port(transactional_db: None) -> Iterator[int]:
    server = lmtp.listening("127.0.0.1", free_port())
    server.start()
    yield server.port
    server.stop()


def answers() -> list[str]:
    return list(Exchange.objects.filter(kind=Happening.ANSWERED).values_list("text", flat=True))


def deliver(port: int, sender: str, to: list[str], mail: bytes) -> None:
    with smtplib.LMTP("127.0.0.1", port, timeout=20) as server:
        server.sendmail(sender, to, mail)


def test_a_reply_comes_in_by_lmtp(port: int, referral: Referral) -> None:
    content = corpus.mail("boite@exemple.fr", corpus.ZIMBRA.headers, corpus.ZIMBRA.body)
    deliver(port, corpus.FROM, [address_of(referral)], content)
    assert corpus.ANSWER in answers()[0]


def test_a_line_that_begins_with_a_dot_comes_in_as_it_is(port: int, referral: Referral) -> None:
    deliver(port, corpus.FROM, [address_of(referral)], corpus.simple(referral, "Oui.\n..fin"))
    assert answers() == ["Oui.\n..fin"]


def test_the_empty_sender_of_the_envelope_is_a_machine(port: int, referral: Referral) -> None:
    deliver(port, "", [address_of(referral)], corpus.simple(referral, "Oui."))
    assert [mail.verdict for mail in IncomingMail.objects.all()] == [Verdict.AUTOMATIC]


def test_when_the_database_is_away_the_server_is_asked_to_come_back(
    port: int, referral: Referral, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args, **_kwargs):
        raise OSError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(lmtp, "take", away)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            deliver(port, corpus.FROM, [address_of(referral)], corpus.simple(referral, "Oui."))
    assert refused.value.smtp_code == 451

    deliver(port, corpus.FROM, [address_of(referral)], corpus.simple(referral, "Oui."))
    assert answers() == ["Oui."]


def test_each_mail_has_one_recipient(port: int, referral: Referral) -> None:
    with smtplib.LMTP("127.0.0.1", port, timeout=20) as server:
        to = [address_of(referral), "autre@exemple.fr"]
        refused = server.sendmail(corpus.FROM, to, corpus.simple(referral, "Oui."))
    assert refused["autre@exemple.fr"][0] == 452
    assert answers() == ["Oui."]


def test_what_is_said_in_the_clear_to_a_mail_server_of_the_web_is_refused(port: int, db: None) -> None:
    with pytest.raises(smtplib.SMTPException), smtplib.SMTP("127.0.0.1", port, timeout=20) as server:
        server.sendmail(corpus.FROM, ["a@exemple.fr"], b"x")


def test_one_mail_delivered_by_eight_roads_at_once_is_one_answer(port: int, referral: Referral) -> None:
    together = threading.Barrier(8)
    content, to = corpus.simple(referral, "Oui."), [address_of(referral)]

    def one(number: int) -> None:
        together.wait(20)
        deliver(port, corpus.FROM, to, f"Received: from {number}\r\n".encode() + content)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(8)))
    assert answers() == ["Oui."]
    assert IncomingMail.objects.count() == 1


def test_eight_different_replies_at_once_are_all_there(port: int, referral: Referral) -> None:
    together, to = threading.Barrier(8), [address_of(referral)]

    def one(number: int) -> None:
        together.wait(20)
        content = corpus.simple(referral, f"Réponse {number}", message_id=f"<{number}@exemple.fr>")
        deliver(port, corpus.FROM, to, content)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(8)))
    assert sorted(answers()) == [f"Réponse {number}" for number in range(8)]


PIPE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv.pop(1)
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "receive_mail", "--pipe", *sys.argv[1:]])
"""


def piped(database: str, mail: bytes, *arguments: str) -> int:
    command = [sys.executable, "-c", PIPE, database, *arguments]
    return subprocess.run(command, input=mail, cwd=settings.BASE_DIR, capture_output=True, timeout=120).returncode


def test_a_reply_comes_in_by_the_pipe(transactional_db: None, referral: Referral) -> None:
    database = str(connection.settings_dict["NAME"])
    connections.close_all()
    content = corpus.simple("boite@exemple.fr", "Oui.")
    assert piped(database, content, "--sender", corpus.FROM, "--recipient", address_of(referral)) == 0
    assert answers() == ["Oui."]
    assert piped(database, b"\x00 rien") == 0


def test_the_pipe_asks_to_try_again_when_the_database_is_away(referral: Referral) -> None:
    assert piped("/nowhere/at/all.sqlite3", corpus.simple(referral, "Oui.")) == 75


@pytest.mark.parametrize("arguments", [["--imap"], ["--lmtp", "2424"], []])
def test_a_way_that_is_not_well_said_is_refused(arguments: list[str], settings) -> None:
    settings.REPLY_MAILBOX_URL = ""
    with pytest.raises(CommandError):
        call_command("receive_mail", *arguments)
