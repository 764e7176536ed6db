"""Which jobs run by themselves, how often, and has this one been done in the present slot of time?"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from outbox.models import JobRun
from outbox.retention import erase_old_texts

__all__ = ["Job", "erase_old_texts", "periodic_jobs", "register", "run_due"]

logger = logging.getLogger("app.outbox")

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday: weekly slots begin on Mondays
# A job that runs longer than this is taken for dead and begun again by another worker: jobs are short.
LONGEST_RUN = timedelta(hours=1)
PAUSE_AFTER_FAILURE = timedelta(minutes=5)
MAX_ATTEMPTS = 5  # in one slot

# Any: what a job gives back is nobody's business, and a lambda in a test may give anything.
Run = Callable[[datetime], Any]


@dataclass(frozen=True)
class Job:
    """Something to do once in each slot of `every`. It must bear to be begun again after a crash."""

    name: str
    run: Run
    every: timedelta

    def slot(self, now: datetime) -> datetime:
        """The beginning of the slot that `now` falls in; slots are counted from a fixed instant, in UTC."""
        return EPOCH + (now - EPOCH) // self.every * self.every


_registered: dict[str, Job] = {}


def register(name: str, run: Run, *, every: timedelta) -> None:
    """Add a periodic job, from the `ready()` of the app that brings it. Raises `ValueError` if the interval is not
    positive; registering a name again replaces the job."""
    if every <= timedelta(0):
        raise ValueError("A periodic job needs a positive interval.")
    _registered[name] = Job(name, run, every)


def periodic_jobs() -> list[Job]:
    """The registered jobs, and those of the setting PERIODIC_JOBS: pairs (dotted path, interval or seconds)."""
    from_settings: Iterable[tuple[str, timedelta | int]] = getattr(settings, "PERIODIC_JOBS", ())
    jobs = dict(_registered)
    for path, every in from_settings:
        interval = every if isinstance(every, timedelta) else timedelta(seconds=every)
        jobs[path] = Job(path, partial(_run_path, path), interval)
    return list(jobs.values())


def _run_path(path: str, now: datetime) -> None:
    # Imported when it runs: a path that leads nowhere is a job that fails, not a worker that sends no mail.
    import_string(path)(now)


def run_due(now: datetime, jobs: Iterable[Job] | None = None) -> list[str]:
    """Run what has not been run in the present slot; give the names of what was done. Slots missed stay missed.

    A job that fails is tried again after a pause, and never prevents the others.
    """
    jobs = periodic_jobs() if jobs is None else list(jobs)
    known = {
        (run.job, run.slot): run
        for run in JobRun.objects.filter(job__in={job.name for job in jobs}, slot__in={job.slot(now) for job in jobs})
    }
    done = []
    for job in jobs:
        run = _take(job, known.get((job.name, job.slot(now))), now)
        if run is not None and _carry_out(job, run, now):
            done.append(job.name)
    return done


def _take(job: Job, run: JobRun | None, now: datetime) -> JobRun | None:
    """Make this slot ours, by the unique pair or by a conditional UPDATE; None when it is done or in other hands."""
    if run is None:
        run, is_new = JobRun.objects.get_or_create(
            job=job.name, slot=job.slot(now), defaults={"started_at": now, "next_try_at": now + LONGEST_RUN}
        )
        return run if is_new else None
    if run.finished_at is not None or run.next_try_at > now or run.attempts >= MAX_ATTEMPTS:
        return None
    is_ours = JobRun.objects.filter(pk=run.pk, finished_at__isnull=True, attempts=run.attempts).update(
        started_at=now, next_try_at=now + LONGEST_RUN, attempts=run.attempts + 1
    )
    run.attempts += 1
    return run if is_ours else None


def _carry_out(job: Job, run: JobRun, now: datetime) -> bool:
    ours = JobRun.objects.filter(pk=run.pk, attempts=run.attempts)
    try:
        job.run(now)
    except Exception as error:  # one broken job must stop neither the mail nor the other jobs
        logger.error("job failed", extra={"job": job.name, "count": run.attempts}, exc_info=error)
        ours.update(next_try_at=now + PAUSE_AFTER_FAILURE, last_error=type(error).__name__)
        return False
    ours.update(finished_at=now, last_error="")
    return True
