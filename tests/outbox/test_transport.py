"""Does the transport know, for each thing a server can do, whether the message was delivered?"""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from outbox.messages import Envelope
from outbox.transport import DisplayTransport, Outcome, SmtpTransport, dot_stuffed, transport_from_settings
from tests.outbox.servers import (
    CUT,
    INSIDE,
    PATIENT,
    SHORT,
    SILENCE,
    ScriptedServer,
    WorkingServer,
    free_port,
    timeout_for,
)

LETTER = Envelope("de@exemple.fr", "a@exemple.fr", b"Subject: x\r\n\r\nbonjour\r\n")
LONG_LETTER = Envelope("de@exemple.fr", "a@exemple.fr", b"Subject: x\r\n\r\n" + b"0123456789\r\n" * 1_000_000)


class Calls(list[str]):
    def before_the_end(self) -> None:
        self.append("before the end")


@pytest.fixture
def calls():
    return Calls()


def transport_to(port, timeout=PATIENT, **options):
    return SmtpTransport("127.0.0.1", port, timeout=timeout, **options)


FAULTS = [
    # script, outcome, part of the reason, was the end announced, messages the server read up to the dot
    ({"greeting": "421 busy"}, Outcome.AWAY, "421", False, 0),
    ({"greeting": "554 no service"}, Outcome.AWAY, "554", False, 0),
    ({"greeting": SILENCE}, Outcome.AWAY, "muet", False, 0),
    ({"greeting": CUT}, Outcome.AWAY, "parti", False, 0),
    ({"EHLO": CUT}, Outcome.AWAY, "parti", False, 0),
    ({"MAIL": "451 later"}, Outcome.LATER, "451", False, 0),
    ({"MAIL": "421 closing"}, Outcome.LATER, "421", False, 0),
    ({"MAIL": "530 authentication required"}, Outcome.AWAY, "530", False, 0),
    ({"RCPT": "450 greylisted"}, Outcome.LATER, "450", False, 0),
    ({"RCPT": "452 full"}, Outcome.LATER, "452", False, 0),
    ({"RCPT": "550 nobody"}, Outcome.REFUSED, "550", False, 0),
    ({"RCPT": SILENCE}, Outcome.LATER, "avant la remise", False, 0),
    ({"RCPT": CUT}, Outcome.LATER, "avant la remise", False, 0),
    ({"DATA": "451 later"}, Outcome.LATER, "451", False, 0),
    ({"DATA": "554 no"}, Outcome.REFUSED, "554", False, 0),
    ({"DATA": SILENCE}, Outcome.LATER, "avant la remise", False, 0),
    ({".": "250 taken"}, Outcome.SENT, "", True, 1),
    ({".": "451 later"}, Outcome.LATER, "451", True, 1),
    ({".": "452 full"}, Outcome.LATER, "452", True, 1),
    ({".": "421 closing"}, Outcome.LATER, "421", True, 1),
    ({".": "554 spam"}, Outcome.REFUSED, "554", True, 1),
    ({".": CUT}, Outcome.UNCERTAIN, "après la remise", True, 1),
    ({".": SILENCE}, Outcome.UNCERTAIN, "après la remise", True, 1),
    ({".": "what?"}, Outcome.UNCERTAIN, "après la remise", True, 1),
    ({".": "500 " + "x" * 10_000}, Outcome.UNCERTAIN, "après la remise", True, 1),
]


@pytest.mark.parametrize(
    ("script", "outcome", "reason", "announced", "came"),
    FAULTS,
    ids=[" ".join(*fault[0].items())[:24] for fault in FAULTS],
)
def test_each_fault_has_its_outcome(calls, script, outcome, reason, announced, came):
    with ScriptedServer(script) as server:
        transport = transport_to(server.port, timeout_for(script))
        answer = transport.hand_over(LETTER, calls.before_the_end)
        transport.close()
    assert answer.outcome is outcome
    assert reason in answer.reason
    assert bool(calls) is announced
    assert len(server.contents) == came


def test_a_server_that_is_down_is_away(calls):
    answer = transport_to(free_port()).hand_over(LETTER, calls.before_the_end)
    assert answer.outcome is Outcome.AWAY


def test_a_host_that_does_not_exist_is_away(calls):
    for host in ("nulle-part.invalid", "a" * 70 + ".fr"):
        answer = SmtpTransport(host, 25, timeout=PATIENT).hand_over(LETTER, calls.before_the_end)
        assert answer.outcome is Outcome.AWAY


def test_a_connection_cut_inside_the_content_is_safe_to_retry(calls):
    with ScriptedServer({INSIDE: CUT}) as server:
        answer = transport_to(server.port).hand_over(LONG_LETTER, calls.before_the_end)
    assert answer.outcome is Outcome.LATER
    assert calls == []


@dataclass(frozen=True)
class SlowLetter(Envelope):
    """Long to fetch: the server has left before the content is sent, short enough to be sent all the same."""

    def __getattribute__(self, name: str) -> Any:
        if name == "content":
            time.sleep(0.1)
        return super().__getattribute__(name)


def test_a_server_that_left_before_the_dot_leaves_no_doubt(calls):
    letter = SlowLetter(LETTER.sender, LETTER.to, LETTER.content)
    with ScriptedServer({INSIDE: CUT}) as server:
        answer = transport_to(server.port).hand_over(letter, calls.before_the_end)
    assert answer.outcome is Outcome.LATER
    assert calls == []


def test_an_answer_after_the_time_out_is_uncertain_and_not_taken_for_the_next_mail(calls):
    with ScriptedServer(delays={".": 2 * SHORT}) as server:
        transport = transport_to(server.port, SHORT)
        assert transport.hand_over(LETTER, calls.before_the_end).outcome is Outcome.UNCERTAIN
        server.delays = {}
        assert transport.hand_over(LETTER, calls.before_the_end).outcome is Outcome.SENT
        transport.close()
    assert server.connections == 2


def test_stopping_before_the_end_delivers_nothing():
    def stop() -> None:
        raise KeyError

    with WorkingServer() as server:
        transport = transport_to(server.port)
        with pytest.raises(KeyError):
            transport.hand_over(LETTER, stop)
        assert transport.hand_over(LETTER, list).outcome is Outcome.SENT
        transport.close()
    assert len(server.contents) == 1


def test_one_connection_serves_a_batch_even_when_one_mail_is_refused(calls):
    with ScriptedServer({"RCPT": "550 nobody"}) as server:
        transport = transport_to(server.port)
        assert transport.hand_over(LETTER, calls.before_the_end).outcome is Outcome.REFUSED
        server.script = {}
        for _ in range(3):
            assert transport.hand_over(LETTER, calls.before_the_end).outcome is Outcome.SENT
        transport.close()
    assert server.connections == 1
    assert len(server.contents) == 3


def test_a_connection_that_died_between_two_mails_is_opened_again(calls):
    with ScriptedServer({"RSET": CUT}) as server:
        transport = transport_to(server.port)
        outcomes = [transport.hand_over(LETTER, calls.before_the_end).outcome for _ in range(2)]
        transport.close()
    assert outcomes == [Outcome.SENT, Outcome.SENT]
    assert server.connections == 2


def test_an_address_that_smtp_cannot_say_is_refused_and_the_next_mail_leaves(calls):
    with WorkingServer() as server:
        transport = transport_to(server.port)
        bad = Envelope("de@exemple.fr", "é@exemple.fr", LETTER.content)
        assert transport.hand_over(bad, calls.before_the_end).outcome is Outcome.REFUSED
        assert transport.hand_over(LETTER, calls.before_the_end).outcome is Outcome.SENT
        transport.close()
    assert server.recipients == ["a@exemple.fr"]


def test_a_content_arrives_byte_for_byte(calls):
    content = b"Subject: x\r\n\r\n.\r\n..\r\n.point\r\nfin."
    with WorkingServer() as server:
        transport = transport_to(server.port)
        transport.hand_over(Envelope("de@exemple.fr", "a@exemple.fr", content), calls.before_the_end)
        transport.close()
    assert server.contents == [content + b"\r\n"]


def test_a_line_of_one_dot_does_not_end_the_message():
    assert dot_stuffed(b".\r\na.\r\n") == b"..\r\na.\r\n"


def test_encryption_that_the_server_does_not_offer_is_away_and_nothing_is_said_in_clear(calls):
    with WorkingServer() as server:
        assert transport_to(server.port, use_tls=True).hand_over(LETTER, list).outcome is Outcome.AWAY
        assert transport_to(server.port, use_ssl=True).hand_over(LETTER, list).outcome is Outcome.AWAY
        signed_in = transport_to(server.port, user="nous", password="secret")
        assert signed_in.hand_over(LETTER, list).outcome is Outcome.AWAY
    assert server.contents == []


def test_a_password_is_never_shown():
    assert "secret" not in repr(transport_to(25, user="nous", password="secret"))


def test_the_lease_can_be_longer_than_every_exchange():
    assert transport_to(25, 2).patience >= timedelta(seconds=20)


def test_the_demonstration_sends_nothing_and_succeeds(calls):
    assert DisplayTransport().hand_over(LETTER, calls.before_the_end).outcome is Outcome.SENT
    assert calls == ["before the end"]


def test_the_settings_say_how_mail_leaves(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "mail.exemple.fr", 587, None
    settings.EMAIL_USE_TLS = True
    settings.OUTBOX_TRANSPORT = "smtp"
    transport = transport_from_settings()
    assert isinstance(transport, SmtpTransport)
    assert (transport.host, transport.port, transport.use_tls, transport.timeout) == ("mail.exemple.fr", 587, True, 30)
    settings.OUTBOX_TRANSPORT = "display"
    assert isinstance(transport_from_settings(), DisplayTransport)
    del settings.OUTBOX_TRANSPORT
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert isinstance(transport_from_settings(), SmtpTransport)
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert isinstance(transport_from_settings(), DisplayTransport)


def test_an_unknown_way_out_is_refused_rather_than_taken_for_sent(settings):
    settings.OUTBOX_TRANSPORT = "pigeon"
    with pytest.raises(ImproperlyConfigured):
        transport_from_settings()
