"""Does the outbox forget what it must, and only that?"""

from datetime import timedelta

import pytest

from outbox.actions import write
from outbox.models import Heartbeat, JobRun, Message, State
from outbox.retention import TEXTS_KEPT, erase_old_texts
from tests.outbox.factories import NOW, a_mail, message_in_state

pytestmark = pytest.mark.django_db

AFTER = NOW + TEXTS_KEPT + timedelta(seconds=1)


@pytest.mark.parametrize("state", [State.SENT, State.REFUSED, State.UNCERTAIN, State.HELD])
def test_after_sixty_days_nothing_of_a_mail_can_be_read(state):
    message = message_in_state(state)
    assert erase_old_texts(AFTER) == 1
    message.refresh_from_db()
    kept = " ".join(str(value) for value in Message.objects.filter(pk=message.pk).values_list()[0])
    assert "contact1@" not in kept
    assert "attend" not in kept
    assert "FS76" not in kept
    assert message.erased_at == AFTER


def test_before_sixty_days_everything_is_kept():
    message = message_in_state(State.SENT)
    assert erase_old_texts(NOW + TEXTS_KEPT) == 0
    message.refresh_from_db()
    assert message.text


def test_a_message_still_to_be_sent_is_never_erased():
    for number, state in enumerate([State.WAITING, State.CLAIMED, State.HANDING_OVER]):
        message_in_state(state, number)
    assert erase_old_texts(AFTER) == 0


def test_an_erased_message_is_still_not_written_twice():
    message = message_in_state(State.SENT)
    erase_old_texts(AFTER)
    again = write(a_mail(), key=message.key, now=AFTER)
    assert again.pk == message.pk
    assert again.state == State.SENT


def test_old_runs_and_signs_of_life_are_dropped():
    for at in (NOW, AFTER):
        JobRun.objects.create(job="a", slot=at, started_at=at, next_try_at=at)
        Heartbeat.objects.create(worker=f"worker {at}", at=at)
    erase_old_texts(AFTER)
    assert JobRun.objects.get().slot == AFTER
    assert Heartbeat.objects.get().at == AFTER
