"""Do the words of the outbox pick the right messages, and does the database refuse what must never be?"""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from outbox.models import Heartbeat, JobRun, Message, State
from tests.outbox.factories import NOW, message_in_state, waiting_message

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=10)


def one_message_per_state():
    return {state: message_in_state(state, number) for number, state in enumerate(State)}


def test_unsent_is_what_the_sender_still_cares_for():
    one_message_per_state()
    assert {message.state for message in Message.objects.unsent()} == {"waiting", "claimed", "handing_over"}


def test_to_review_is_what_waits_for_a_person():
    one_message_per_state()
    assert {message.state for message in Message.objects.to_review()} == {"uncertain", "refused", "held"}


def test_a_message_is_due_when_its_time_has_come():
    message = waiting_message(now=LATER)
    assert not Message.objects.due(NOW).exists()
    assert list(Message.objects.due(LATER)) == [message]


def test_a_message_is_claimed_once():
    message = waiting_message()
    claimed = Message.objects.claim(message.pk, worker="a", now=NOW, until=LATER)
    assert claimed is not None
    assert claimed.attempts == 1
    assert Message.objects.claim(message.pk, worker="b", now=NOW, until=LATER) is None
    assert Message.objects.claim(message.pk, worker="a", now=NOW, until=LATER) is None


def test_two_claims_of_one_worker_are_told_apart():
    message = waiting_message()
    first = Message.objects.claim(message.pk, worker="a", now=NOW, until=LATER)
    Message.objects.update(state=State.WAITING, claimed_until=None)
    second = Message.objects.claim(message.pk, worker="a", now=NOW, until=LATER)
    assert first is not None
    assert second is not None
    assert not Message.objects.in_hand_of(first).exists()
    assert Message.objects.in_hand_of(second).exists()


@pytest.mark.parametrize(
    ("state", "impossible"),
    [
        (State.WAITING, {"state": "lost"}),
        (State.WAITING, {"key": ""}),
        (State.WAITING, {"to_address": ""}),
        (State.WAITING, {"erased_at": NOW}),
        (State.WAITING, {"sent_at": NOW}),
        (State.WAITING, {"claimed_until": NOW}),
        (State.SENT, {"sent_at": None}),
        (State.CLAIMED, {"claimed_until": None}),
        (State.CLAIMED, {"claimed_by": ""}),
        (State.HANDING_OVER, {"claimed_until": None}),
    ],
)
def test_the_database_refuses_what_must_never_be(state, impossible):
    message = message_in_state(state)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**impossible)


@pytest.mark.parametrize("field", ["key", "message_id"])
def test_keys_and_message_ids_are_unique(field):
    first, second = waiting_message(1), waiting_message(2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=second.pk).update(**{field: getattr(first, field)})


def test_a_job_and_a_slot_and_a_worker_have_one_row():
    JobRun.objects.create(job="a", slot=NOW, started_at=NOW, next_try_at=NOW)
    Heartbeat.objects.create(worker="a", at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        JobRun.objects.create(job="a", slot=NOW, started_at=LATER, next_try_at=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Heartbeat.objects.create(worker="a", at=LATER)


@pytest.mark.parametrize(
    "rows",
    [
        lambda: Message.objects.due(NOW),
        lambda: Message.objects.unsent(),
        lambda: Message.objects.expired(NOW),
        lambda: Message.objects.to_review(),
    ],
    ids=["due", "unsent", "expired", "to_review"],
)
def test_the_sender_and_the_review_list_never_read_what_was_sent(rows):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "outbox_not_sent" in rows().explain()


def test_what_is_shown_of_a_message_names_nobody():
    assert "exemple.fr" not in str(waiting_message())
    assert str(Heartbeat(worker="a")) == "a"
    assert "2026-11-24" in str(JobRun(job="a", slot=NOW))
