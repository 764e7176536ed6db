"""Is a message written with what it announces, once, and put back only by a person?"""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction

from outbox.actions import NothingToDecide, close_case, replace, resend, write
from outbox.models import Message, State
from tests.outbox.factories import NOW, a_mail, message_in_state, waiting_message

pytestmark = pytest.mark.django_db

COUNSELLOR = SimpleNamespace(pk=7)


def test_a_message_written_waits_to_be_sent_at_once():
    message = waiting_message()
    assert message.state == State.WAITING
    assert list(Message.objects.due(NOW)) == [message]


def test_the_same_key_gives_the_same_message_and_changes_nothing():
    first = write(a_mail(1), key="referral-1", now=NOW)
    second = write(a_mail(2), key="referral-1", now=NOW)
    assert second == first
    assert second.to_address == a_mail(1).to
    assert second.message_id == first.message_id
    assert Message.objects.count() == 1


def test_a_message_may_wait_for_its_hour():
    later = NOW + timedelta(hours=9)
    message = write(a_mail(1), key="tomorrow", now=NOW, not_before=later)
    assert (message.created_at, message.next_try_at) == (NOW, later)
    assert list(Message.objects.due(NOW)) == []
    assert list(Message.objects.due(later)) == [message]


def test_a_message_that_waits_may_say_something_else_to_the_same_person():
    message = waiting_message()
    assert replace(message, a_mail(subject="Deux demandes"))
    message.refresh_from_db()
    assert (message.subject, message.state) == ("Deux demandes", State.WAITING)
    assert not replace(message, a_mail(2))


@pytest.mark.parametrize("state", [State.CLAIMED, State.HANDING_OVER, State.SENT, State.UNCERTAIN])
def test_a_message_that_a_sender_has_taken_says_what_it_said(state: State):
    message = message_in_state(state)
    assert not replace(message, a_mail(subject="Deux demandes"))
    message.refresh_from_db()
    assert message.subject != "Deux demandes"


def test_a_transaction_that_fails_takes_its_message_away():
    @transaction.atomic
    def announce_what_fails() -> None:
        waiting_message()
        raise KeyError

    with pytest.raises(KeyError):
        announce_what_fails()
    assert not Message.objects.exists()


def test_a_refused_mail_leaves_the_transaction_of_the_caller_usable():
    with transaction.atomic():
        with pytest.raises(ValueError, match="fin de ligne"):
            write(a_mail(subject="Demande\nBcc: tous@exemple.fr"), key="bad", now=NOW)
        waiting_message(2)
    assert [message.key for message in Message.objects.all()] == ["referral-2"]


def test_a_message_without_a_key_is_refused():
    with pytest.raises(ValueError, match="key"):
        write(a_mail(), key="", now=NOW)


def test_writing_costs_two_statements(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(2):
        waiting_message()


@pytest.mark.parametrize("state", [State.UNCERTAIN, State.REFUSED, State.HELD])
def test_a_person_puts_a_message_back_with_the_same_message_id(state):
    message = message_in_state(state, attempts=50, last_error="pas de réponse après la remise")
    identity = message.message_id
    resend(message, by=COUNSELLOR, now=NOW)
    assert (message.state, message.message_id, message.attempts) == (State.WAITING, identity, 0)
    assert (message.decided_by, message.decided_at) == (7, NOW)
    assert list(Message.objects.due(NOW)) == [message]


@pytest.mark.parametrize("state", [State.WAITING, State.CLAIMED, State.HANDING_OVER, State.SENT])
def test_a_message_that_left_or_will_leave_is_not_put_back(state):
    message = message_in_state(state)
    with pytest.raises(NothingToDecide):
        resend(message, by=COUNSELLOR, now=NOW)
    message.refresh_from_db()
    assert message.state == state


def test_two_people_who_resend_the_same_message_send_it_once():
    message = message_in_state(State.UNCERTAIN)
    same = Message.objects.get(pk=message.pk)
    resend(message, by=COUNSELLOR, now=NOW)
    with pytest.raises(NothingToDecide):
        resend(same, by=SimpleNamespace(pk=8), now=NOW)


def test_an_erased_message_is_not_put_back():
    message = message_in_state(State.UNCERTAIN, erased_at=NOW)
    assert not message.can_be_resent
    with pytest.raises(NothingToDecide):
        resend(message, by=COUNSELLOR, now=NOW)


def test_a_closed_case_leaves_the_review_list():
    message = message_in_state(State.UNCERTAIN)
    assert list(Message.objects.to_review()) == [message]
    close_case(message, by=COUNSELLOR, now=NOW)
    assert not Message.objects.to_review().exists()
    assert message.state == State.UNCERTAIN
