"""Do real workers, racing, killed, stopped or cut off from the database, send each mail once?"""

import time
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from outbox.models import Heartbeat, JobRun, Message, State
from outbox.transport import Answer, DisplayTransport, Outcome
from outbox.worker import Worker, new_worker_name
from tests.outbox.factories import NOW, waiting_message
from tests.outbox.servers import WorkingServer

KILLS = 3


@pytest.mark.parametrize("count", [2, 4])
def test_racing_workers_send_sixty_mails_once_each(site_with, count):
    with WorkingServer(pause=0.005) as server:
        site = site_with(server.port)
        workers = [site.start_worker() for _ in range(count)]
        site.write(60)
        server.wait_for(60)
        assert [worker.stop() for worker in workers] == [0] * count
        messages = site.messages()
    assert Counter(server.recipients) == Counter({f"contact{number}@exemple.fr": 1 for number in range(60)})
    assert {state for _, state, _ in messages} == {"sent"}
    assert len({claimed_by.split("/")[0] for _, _, claimed_by in messages}) > 1, "the workers did not race"


def test_a_worker_killed_after_the_dot_leaves_one_doubt_and_no_second_copy(site_with):
    with WorkingServer(hold_at=".", hold_from=5) as server:
        site = site_with(server.port)
        site.write(20)
        worker = site.start_worker()
        assert server.held.wait(15)
        worker.kill()
        assert [state for _, state, _ in site.messages()] == ["sent"] * 4 + ["handing_over"] + ["waiting"] * 15
        server.release()
        site.send_an_hour_later()
        states = [state for _, state, _ in site.messages()]
    assert states == ["sent"] * 4 + ["uncertain"] + ["sent"] * 15
    assert set(Counter(server.recipients).values()) == {1}
    assert len(server.recipients) == 20


def test_a_worker_killed_before_the_content_loses_and_doubles_nothing(site_with):
    with WorkingServer(hold_at="RCPT", hold_from=5) as server:
        site = site_with(server.port)
        site.write(20)
        worker = site.start_worker()
        assert server.held.wait(15)
        worker.kill()
        server.release()
        site.send_an_hour_later()
        states = [state for _, state, _ in site.messages()]
    assert states == ["sent"] * 20
    assert set(Counter(server.recipients).values()) == {1}
    assert len(server.recipients) == 20


def test_workers_killed_at_any_moment_leave_each_mail_sent_once_or_in_doubt(site_with):
    with WorkingServer(pause=0.005) as server:
        site = site_with(server.port)
        site.write(60)
        for kill in range(KILLS):
            worker = site.start_worker()
            server.wait_for(1 + kill * 15)
            time.sleep(0.003 * (kill + 1))
            worker.kill()
        site.send_an_hour_later()
        messages = site.messages()
    copies = Counter(server.recipients)
    assert max(copies.values()) == 1
    assert {state for _, state, _ in messages} <= {"sent", "uncertain"}
    assert sum(state == "uncertain" for _, state, _ in messages) <= KILLS
    assert all(copies[address] == 1 for address, state, _ in messages if state == "sent")


def test_a_worker_asked_to_stop_finishes_the_mail_in_progress_and_no_other(site_with):
    with WorkingServer(hold_at=".", hold_from=3) as server:
        site = site_with(server.port)
        site.write(10)
        worker = site.start_worker()
        assert server.held.wait(15)
        worker.ask_to_stop()
        time.sleep(0.2)
        assert worker.is_alive
        server.release()
        assert worker.end() == 0
        assert [state for _, state, _ in site.messages()] == ["sent"] * 3 + ["waiting"] * 7
        assert site.run("result = Heartbeat.objects.count()") == 0
    assert worker.lines[-1] == "INFO worker ends"


def test_a_worker_stops_whenever_it_is_asked(site_with):
    with WorkingServer() as server:
        site = site_with(server.port)
        for attempt in range(8):
            worker = site.start_worker()
            time.sleep(0.01 * attempt)
            assert worker.stop() == 0


def test_a_worker_survives_a_database_that_goes_away(site_with):
    with WorkingServer() as server:
        site = site_with(server.port)
        site.write(3)
        worker = site.start_worker()
        server.wait_for(3)
        time.sleep(0.2)
        site.take_database_away()
        try:
            worker.wait_to_say("database is away")
        finally:
            site.bring_database_back()
        site.run("for number in range(3, 6): waiting_message(number, now=now)")
        server.wait_for(6)
        assert worker.stop() == 0
        states = [state for _, state, _ in site.messages()]
    assert states == ["sent"] * 6
    assert len(set(server.recipients)) == 6
    assert sum("database is away" in line for line in worker.lines) == 1, "it says it once"
    assert "exemple.fr" not in " ".join(worker.lines)


@pytest.mark.django_db
def test_once_sends_what_is_due_runs_the_jobs_and_shows_a_sign_of_life(settings):
    settings.OUTBOX_TRANSPORT = "display"
    settings.PERIODIC_JOBS = [("outbox.jobs.erase_old_texts", 86_400)]
    for number in range(120):
        waiting_message(number, now=timezone.now())
    call_command("worker", "--once")
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}
    assert JobRun.objects.get(job="outbox.jobs.erase_old_texts").finished_at is not None
    assert not JobRun.objects.filter(finished_at__isnull=True).exists()
    assert Heartbeat.objects.count() == 1


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


class Away(DisplayTransport):
    tries = 0

    def hand_over(self, envelope, before_the_end):
        self.tries += 1
        return Answer(Outcome.AWAY, "serveur de messagerie injoignable")


@pytest.mark.django_db
def test_a_worker_shows_that_it_lives_between_two_slow_mails():
    clock = Clock()

    class Slow(DisplayTransport):
        def hand_over(self, envelope, before_the_end):
            clock.now += timedelta(seconds=30)
            return super().hand_over(envelope, before_the_end)

    waiting_message(1)
    waiting_message(2)
    Worker(Slow(), name="slow", clock=clock).step()
    assert Heartbeat.objects.get().at == NOW + timedelta(seconds=30)


@pytest.mark.django_db
def test_a_worker_does_not_hammer_a_mail_server_that_is_away():
    for number in range(10):
        waiting_message(number)
    transport = Away()
    worker = Worker(transport, clock=Clock())
    assert [worker.step() for _ in range(10)] == [False] * 10
    assert transport.tries == 1


def test_two_workers_never_have_the_same_name():
    assert len({new_worker_name() for _ in range(50)}) > 40


def test_workers_killed_in_the_middle_of_three_hundred_mails_leave_each_sent_once_or_in_doubt(site_with):
    with WorkingServer() as server:
        site = site_with(server.port)
        site.write(300)
        for kill in range(KILLS):
            workers = [site.start_worker() for _ in range(2)]
            server.wait_for(30 + kill * 80)
            workers[0].kill()
            workers[1].kill()
        site.send_an_hour_later()
        messages = site.messages()
    copies = Counter(server.recipients)
    uncertain = {address for address, state, _ in messages if state == "uncertain"}
    assert max(copies.values()) == 1
    assert {state for _, state, _ in messages} <= {"sent", "uncertain"}
    assert len(uncertain) <= 2 * KILLS
    assert all(copies[address] == 1 for address, _, _ in messages if address not in uncertain)
    assert len(messages) == 300


def test_what_was_written_while_the_mail_server_was_down_is_sent_once_it_is_back(site_with):
    with WorkingServer() as gone:
        port = gone.port
    site = site_with(port)
    site.write(40)
    worker = site.start_worker()
    worker.wait_to_say("mail not sent")
    assert {state for _, state, _ in site.messages()} <= {"waiting", "claimed"}, "tried, and none given up"
    assert worker.stop() == 0
    with WorkingServer(port=port) as server:
        site.send_an_hour_later()
        messages = site.messages()
    assert {state for _, state, _ in messages} == {"sent"}
    assert set(Counter(server.recipients).values()) == {1}
    assert len(server.recipients) == 40
