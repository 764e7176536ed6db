"""Is what must be erased truly erased by the worker, without anybody asking?"""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from outbox.jobs import periodic_jobs, run_due
from outbox.models import Message, State
from tests.outbox.factories import message_in_state


def test_the_worker_knows_what_to_erase_and_how_often() -> None:
    assert {job.name: job.every for job in periodic_jobs()} == {
        "erase the texts of old mails": timedelta(days=1),
        "erase ended sessions": timedelta(minutes=15),
        "forget who came through a link": timedelta(minutes=15),
        "erase interrupted texts": timedelta(minutes=15),
        "end the access of those gone": timedelta(days=1),
        "bring labels into force": timedelta(days=1),
        "apply accepted imports": timedelta(seconds=10),
        "apply confirmed contact imports": timedelta(seconds=10),
        "ask contacts whether they are right": timedelta(hours=1),
        "flag the addresses that refuse mail": timedelta(minutes=15),
        "erase the files that no row knows": timedelta(days=1),
        "scan the files not scanned yet": timedelta(days=1),
        "erase identities, texts and files on time": timedelta(days=1),
        "remind of the promises": timedelta(minutes=15),
        "send the notices that waited": timedelta(minutes=15),
    }


@pytest.mark.django_db
def test_one_round_of_the_jobs_erases_old_mails_and_ended_sessions(counsellor: Client) -> None:
    now = timezone.now()
    old = message_in_state(State.SENT, created_at=now - timedelta(days=61))
    Session.objects.update(expire_date=now - timedelta(seconds=1))
    assert len(run_due(now)) == len(periodic_jobs())
    assert Message.objects.get(pk=old.pk).text == ""
    assert not Session.objects.exists()
