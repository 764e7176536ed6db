"""Does each message leave once, whatever the server and the other senders do?"""

from datetime import timedelta

import pytest
from django.db import Error, connection

from outbox import sender
from outbox.models import Message, State
from outbox.sender import LEASE_MARGIN, MAX_ATTEMPTS, record, recover, send_due
from outbox.transport import Answer, DisplayTransport, Outcome, SmtpTransport
from tests.outbox.factories import NOW, message_in_state, waiting_message
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

pytestmark = pytest.mark.django_db

TOMORROW = NOW + timedelta(days=1)
LONG_TEXT = "Une demande vous attend.\n" * 200_000


def send(port, now=NOW, timeout=PATIENT):
    return send_due(now, SmtpTransport("127.0.0.1", port, timeout=timeout), "worker-1")


def states():
    return [message.state for message in Message.objects.order_by("pk")]


def test_what_is_due_leaves_with_its_message_id():
    message = waiting_message()
    waiting_message(2, now=TOMORROW)
    with WorkingServer() as server:
        assert send(server.port) == {Outcome.SENT: 1}
    message.refresh_from_db()
    assert message.state == State.SENT
    assert message.sent_at is not None
    assert NOW <= message.sent_at < NOW + timedelta(minutes=1)
    assert message.message_id.encode() in server.contents[0]
    assert server.recipients == ["contact1@exemple.fr"]


SAFE = [
    ({"greeting": "421 busy"}, ""),
    ({"greeting": SILENCE}, ""),
    ({"MAIL": "451 later"}, ""),
    ({"RCPT": "450 greylisted"}, ""),
    ({"RCPT": SILENCE}, ""),
    ({"DATA": "452 full"}, ""),
    ({INSIDE: CUT}, LONG_TEXT),
    ({".": "451 later"}, ""),
    ({".": "452 full"}, ""),
]


@pytest.mark.parametrize(("script", "text"), SAFE, ids=[" ".join(*script.items()) for script, _ in SAFE])
def test_a_failure_that_delivered_nothing_is_retried_until_the_mail_leaves(script, text):
    waiting_message(text=text)
    with ScriptedServer(script) as server:
        send(server.port, timeout=timeout_for(script))
    message = Message.objects.get()
    assert message.state == State.WAITING
    assert message.next_try_at > NOW
    assert message.last_error
    with WorkingServer() as repaired:
        assert send(repaired.port, now=NOW) == {}
        assert send(repaired.port, now=TOMORROW) == {Outcome.SENT: 1}
        assert send(repaired.port, now=TOMORROW) == {}
    assert len(repaired.contents) == 1


@pytest.mark.parametrize(
    ("script", "state"),
    [
        ({"RCPT": "550 contact1@exemple.fr unknown"}, State.REFUSED),
        ({".": "554 contact1@exemple.fr is full"}, State.REFUSED),
        ({".": CUT}, State.UNCERTAIN),
        ({".": SILENCE}, State.UNCERTAIN),
    ],
    ids=["550", "554 after the dot", "cut after the dot", "silence after the dot"],
)
def test_what_is_refused_or_uncertain_is_shown_to_a_person_and_never_sent_again(script, state):
    message = waiting_message()
    with ScriptedServer(script) as server:
        send(server.port, timeout=timeout_for(script))
        server.script = {}
        assert send(server.port, now=TOMORROW) == {}
    message.refresh_from_db()
    assert message.state == state
    assert "exemple" not in message.last_error
    assert list(Message.objects.to_review()) == [message]
    assert len(server.contents) <= 1


def test_an_answer_after_the_time_out_leaves_one_copy_and_a_doubt():
    waiting_message()
    with ScriptedServer(delays={".": 2 * SHORT}) as server:
        send(server.port, timeout=SHORT)
        send(server.port, now=TOMORROW, timeout=SHORT)
    assert states() == [State.UNCERTAIN]
    assert len(server.contents) == 1


def test_a_server_that_is_down_costs_one_attempt_for_the_whole_queue():
    for number in range(5):
        waiting_message(number)
    with ScriptedServer({"greeting": "421 busy"}) as server:
        assert send(server.port) == {Outcome.AWAY: 1}
    assert server.connections == 1
    assert states() == [State.WAITING] * 5
    assert send(free_port()) == {Outcome.AWAY: 1}
    with WorkingServer() as repaired:
        assert send(repaired.port, now=NOW + timedelta(seconds=20)) == {Outcome.SENT: 5}


@pytest.mark.parametrize(
    "forged",
    [
        {"headers": {"X-A": "b\r\nBcc: tous@exemple.fr"}},
        {"subject": "Demande\r\nBcc: tous@exemple.fr"},
        {"to_address": "contact1@exemple.fr\r\nBcc: tous@exemple.fr"},
    ],
    ids=["header", "subject", "address"],
)
def test_a_header_with_a_line_end_fails_its_mail_and_not_the_queue(forged):
    for number in range(3):
        waiting_message(number)
    # Written by something else than `write`, which refuses it.
    Message.objects.filter(key="referral-1").update(**forged)
    with WorkingServer() as server:
        assert send(server.port) == {Outcome.SENT: 2, Outcome.REFUSED: 1}
    assert states() == [State.SENT, State.REFUSED, State.SENT]
    assert b"Bcc" not in b"".join(server.contents)


def test_pauses_grow_and_the_mail_is_held_in_the_end():
    message = waiting_message()
    pauses = []
    with ScriptedServer({"RCPT": "450 greylisted"}) as server:
        now = NOW
        for _ in range(MAX_ATTEMPTS):
            message.refresh_from_db()
            now = message.next_try_at
            send(server.port, now=now)
            message.refresh_from_db()
            pauses.append(round((message.next_try_at - now).total_seconds() / 60))
    assert pauses[:8] == [1, 2, 5, 10, 20, 30, 60, 60]
    assert message.state == State.HELD
    assert now - NOW > timedelta(days=1)


def test_a_dead_server_never_makes_a_mail_held():
    message = message_in_state(State.WAITING, attempts=MAX_ATTEMPTS - 1)
    for hour in range(3):
        send(free_port(), now=NOW + timedelta(hours=hour))
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.WAITING, MAX_ATTEMPTS - 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [(State.CLAIMED, State.WAITING), (State.HANDING_OVER, State.UNCERTAIN)],
)
def test_the_lease_of_a_dead_sender_ends_in_doubt_only_if_the_hand_over_had_begun(before, after):
    message_in_state(before, claimed_until=NOW)
    assert recover(NOW - timedelta(seconds=1)) == 0
    assert states() == [before]
    assert recover(NOW) == 1
    assert states() == [after]


def test_a_message_that_kills_its_senders_is_held():
    message_in_state(State.CLAIMED, attempts=MAX_ATTEMPTS)
    recover(NOW)
    assert states() == [State.HELD]


class StolenOnTheWay(DisplayTransport):
    """While one sender talks, its lease runs out and another takes the message."""

    def __init__(self):
        self.delivered = 0

    def hand_over(self, envelope, before_the_end):
        recover(TOMORROW)
        pk = Message.objects.get().pk
        assert Message.objects.claim(pk, worker="worker-1", now=TOMORROW, until=TOMORROW + timedelta(hours=1))
        before_the_end()
        self.delivered += 1
        return Answer(Outcome.SENT)


def test_a_sender_that_lost_its_claim_stops_before_the_dot():
    waiting_message()
    transport = StolenOnTheWay()
    assert send_due(NOW, transport, "worker-1") == {}
    assert transport.delivered == 0
    assert states() == [State.CLAIMED]


def test_a_late_answer_settles_the_doubt_of_a_lease_that_ran_out():
    waiting_message()
    message = Message.objects.claim(Message.objects.get().pk, worker="a", now=NOW, until=NOW + LEASE_MARGIN)
    assert message is not None
    Message.objects.update(state=State.HANDING_OVER)
    recover(TOMORROW)
    assert states() == [State.UNCERTAIN]
    record(message, Answer(Outcome.SENT), TOMORROW)
    assert states() == [State.SENT]


class Broken(DisplayTransport):
    def __init__(self, after_the_end):
        self.after_the_end = after_the_end

    def hand_over(self, envelope, before_the_end):
        if self.after_the_end:
            before_the_end()
        raise RuntimeError("contact1@exemple.fr")


@pytest.mark.parametrize(("after_the_end", "state"), [(False, State.WAITING), (True, State.UNCERTAIN)])
def test_a_mistake_of_ours_neither_doubles_nor_loses_nor_stops_the_queue(after_the_end, state, caplog):
    waiting_message(1)
    waiting_message(2)
    send_due(NOW, Broken(after_the_end), "worker-1")
    assert states() == [state, state]
    assert "exemple.fr" not in " ".join(record.getMessage() for record in caplog.records)


def test_a_sender_told_to_stop_takes_no_other_mail():
    for number in range(5):
        waiting_message(number)
    answers = iter([True, True, False])
    assert send_due(NOW, DisplayTransport(), "worker-1", carry_on=lambda: next(answers)) == {Outcome.SENT: 2}
    assert states().count(State.WAITING) == 3


def test_a_batch_is_limited():
    for number in range(5):
        waiting_message(number)
    assert send_due(NOW, DisplayTransport(), "worker-1", 3) == {Outcome.SENT: 3}


@pytest.mark.django_db(transaction=True)
def test_an_outcome_is_kept_for_a_database_that_comes_back(monkeypatch):
    waiting_message()
    message = Message.objects.claim(Message.objects.get().pk, worker="a", now=NOW, until=TOMORROW)
    assert message is not None
    monkeypatch.setattr(sender, "RECORDING_PAUSES", (0.01, 0.01, 0.01))
    failures = iter([Error, Error])

    def away_twice(execute, sql, params, many, context):
        for failure in failures:
            raise failure
        return execute(sql, params, many, context)

    with connection.execute_wrapper(away_twice):
        record(message, Answer(Outcome.SENT), NOW)
    assert states() == [State.SENT]


def test_sending_costs_the_same_statements_for_each_message(django_assert_num_queries):
    for number in range(4):
        waiting_message(number)
    with django_assert_num_queries(2 + 4 * 4):  # claim, read back, hand over, sent
        send_due(NOW, DisplayTransport(), "worker-1")
