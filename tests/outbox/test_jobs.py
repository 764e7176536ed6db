"""Does each periodic job run once per slot, and does a broken one disturb nobody?"""

from datetime import timedelta

import pytest

from outbox import jobs
from outbox.jobs import Job, periodic_jobs, register, run_due
from outbox.models import JobRun
from tests.outbox.factories import NOW

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def calls():
    return []


def test_a_job_runs_once_per_slot(calls):
    job = Job("count", calls.append, HOUR)
    assert run_due(NOW, [job]) == ["count"]
    assert run_due(NOW + timedelta(minutes=1), [job]) == []
    assert run_due(NOW + HOUR, [job]) == ["count"]
    assert calls == [NOW, NOW + HOUR]


def test_a_job_done_stays_done_until_its_next_slot(calls):
    job = Job("count", calls.append, timedelta(days=1))
    run_due(NOW, [job])
    assert run_due(NOW + jobs.LONGEST_RUN + timedelta(minutes=1), [job]) == []


def test_a_slot_taken_by_another_worker_is_left_to_it(calls):
    job = Job("count", calls.append, HOUR)
    JobRun.objects.create(job="count", slot=job.slot(NOW), started_at=NOW, next_try_at=NOW + HOUR)
    assert run_due(NOW, [job]) == []
    assert calls == []


def test_a_worker_that_died_in_a_job_is_replaced(calls):
    job = Job("count", calls.append, timedelta(days=1))
    JobRun.objects.create(job="count", slot=job.slot(NOW), started_at=NOW - 2 * HOUR, next_try_at=NOW - HOUR)
    assert run_due(NOW, [job]) == ["count"]


def test_a_broken_job_is_tried_again_later_and_the_others_run(calls):
    def broken(now):
        calls.append("broken")
        raise RuntimeError("contact@exemple.fr")

    day = timedelta(days=1)
    both = [Job("broken", broken, day), Job("count", calls.append, day)]
    assert run_due(NOW, both) == ["count"]
    assert run_due(NOW + timedelta(minutes=1), both) == []
    for attempt in range(1, 10):
        run_due(NOW + attempt * timedelta(minutes=6), both)
    assert calls.count("broken") == jobs.MAX_ATTEMPTS
    assert JobRun.objects.get(job="broken").last_error == "RuntimeError"


def test_slots_are_counted_in_utc_whatever_the_hour_of_summer():
    day = Job("day", print, timedelta(days=1))
    assert day.slot(NOW).isoformat() == "2026-11-24T00:00:00+00:00"
    assert day.slot(NOW + timedelta(hours=12)).isoformat() == "2026-11-25T00:00:00+00:00"


def test_jobs_come_from_the_apps_and_from_the_settings(settings, monkeypatch, calls):
    monkeypatch.setattr(jobs, "_registered", {})
    settings.PERIODIC_JOBS = [("outbox.jobs.erase_old_texts", 86_400), ("nowhere.at_all", HOUR)]
    register("count", calls.append, every=HOUR)
    assert {job.name: job.every for job in periodic_jobs()} == {
        "count": HOUR,
        "outbox.jobs.erase_old_texts": timedelta(days=1),
        "nowhere.at_all": HOUR,
    }
    assert run_due(NOW) == ["count", "outbox.jobs.erase_old_texts"]
    assert JobRun.objects.get(job="nowhere.at_all").last_error == "ModuleNotFoundError"


def test_an_interval_is_positive():
    with pytest.raises(ValueError, match="positive"):
        register("never", print, every=timedelta(0))


def test_looking_costs_one_statement_when_all_is_done(django_assert_num_queries, calls):
    many = [Job(f"job-{number}", calls.append, HOUR) for number in range(5)]
    run_due(NOW, many)
    with django_assert_num_queries(1):
        run_due(NOW, many)
