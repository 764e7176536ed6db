"""Does the service say how it is: alive without the database, ready only when people would notice nothing?"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from outbox.models import Heartbeat, State
from tests.outbox.factories import message_in_state, waiting_message

ALIVE, READY = "/healthz", "/healthz/ready"


@pytest.fixture
def working_worker(db: None) -> Heartbeat:
    return Heartbeat.objects.create(worker="worker-1", at=timezone.now())


def readiness() -> tuple[int, dict[str, Any]]:
    response = Client().get(READY)
    return response.status_code, response.json()


def test_alive_needs_no_database() -> None:
    """Without the `db` mark any statement would fail."""
    response = Client().get(ALIVE)
    assert (response.status_code, response.content) == (200, b"ok")
    assert "no-store" in response.headers["Cache-Control"] or "no-cache" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_alive_costs_not_a_single_query_even_to_who_has_signed_in(
    counsellor: Client, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert counsellor.get(ALIVE).status_code == 200


def test_ready_when_all_is_well(working_worker: Heartbeat) -> None:
    assert readiness() == (200, {"ready": True, "troubles": [], "warnings": []})


@pytest.mark.django_db
def test_not_ready_before_any_worker_was_heard() -> None:
    status, said = readiness()
    assert status == 503
    assert said["troubles"] == ["the worker has not been heard for two minutes"]


def test_not_ready_when_the_worker_is_late(working_worker: Heartbeat) -> None:
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=3))
    assert readiness()[0] == 503


def test_one_worker_out_of_two_is_enough(working_worker: Heartbeat) -> None:
    Heartbeat.objects.create(worker="worker-2", at=timezone.now() - timedelta(hours=3))
    assert readiness()[0] == 200


def test_not_ready_when_a_mail_has_waited_too_long(working_worker: Heartbeat) -> None:
    waiting_message(1, now=timezone.now() - timedelta(minutes=14))
    assert readiness()[0] == 200
    waiting_message(2, now=timezone.now() - timedelta(minutes=16))
    status, said = readiness()
    assert status == 503
    assert said["troubles"] == ["a mail has waited for more than 15 minutes"]


def test_an_old_mail_that_left_is_no_trouble(working_worker: Heartbeat) -> None:
    message_in_state(State.SENT, created_at=timezone.now() - timedelta(days=2))
    assert readiness()[0] == 200


@pytest.mark.parametrize("state", [State.HELD, State.UNCERTAIN, State.REFUSED])
def test_a_mail_that_waits_for_a_person_is_a_warning_and_takes_nothing_down(
    working_worker: Heartbeat, state: State
) -> None:
    message = message_in_state(state)
    assert readiness() == (
        200,
        {"ready": True, "troubles": [], "warnings": ["a mail waits for a person to decide"]},
    )
    type(message).objects.filter(pk=message.pk).update(decided_at=timezone.now(), decided_by=1)
    assert readiness()[1]["warnings"] == []


def test_not_ready_while_migrations_are_pending(working_worker: Heartbeat) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("quality", "0002_initial")
    status, said = readiness()
    assert (status, said["troubles"]) == (503, ["migrations are pending"])
    recorder.record_applied("quality", "0002_initial")
    assert readiness()[0] == 200


def test_nothing_personal_is_said(working_worker: Heartbeat) -> None:
    waiting_message(1, now=timezone.now() - timedelta(hours=1))
    assert "@" not in Client().get(READY).content.decode()


def test_ready_asks_the_database_a_fixed_number_of_times(
    working_worker: Heartbeat, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(20):
        waiting_message(number, now=timezone.now())
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        readiness()
