"""What does the worker do all day: show that it lives, send what is due, run the periodic jobs, and end cleanly?"""

import contextlib
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import Error, close_old_connections, connections
from django.utils import timezone

from outbox import jobs
from outbox.models import Heartbeat
from outbox.sender import send_due
from outbox.transport import Outcome, Transport

logger = logging.getLogger("app.outbox")

BEAT_EVERY = timedelta(seconds=15)
JOBS_EVERY = timedelta(seconds=10)
LONGEST_SLEEP = 0.2  # seconds before it is seen that somebody asked to stop
LONGEST_PAUSE = 60.0  # seconds, while the mail server is away
LONGEST_DATABASE_PAUSE = 15.0  # seconds, while the database is away


def new_worker_name() -> str:
    """Different in each process, also when the system gives a number again."""
    return f"{socket.gethostname()[:50]}-{os.getpid()}-{secrets.token_hex(2)}"


class Worker:
    """One worker; several may run, on one machine or many."""

    def __init__(
        self,
        transport: Transport,
        *,
        name: str = "",
        interval: float = 1.0,
        limit: int = 50,
        clock: Callable[[], datetime] = timezone.now,
    ) -> None:
        self.name = name or new_worker_name()
        self.transport = transport
        self.interval = interval  # seconds between two looks at an empty outbox
        self.limit = limit
        self.clock = clock
        # A plain flag: a signal handler that sets an Event its own thread is waiting on can block for ever.
        self._stopping = False
        self._beaten_at: datetime | None = None
        self._jobs_looked_at: datetime | None = None
        self._mail_pause = 0.0
        self._mail_again_at = 0.0

    def stop(self) -> None:
        """Ask for the end; the mail in progress is finished first. Safe from a signal handler."""
        self._stopping = True

    def run(self) -> None:
        """Work until `stop`, whatever happens to the database meanwhile."""
        logger.info("worker begins", extra={"worker": self.name})
        database_pause = 0.0
        while not self._stopping:
            try:
                close_old_connections()
                moved = self.step()
                if database_pause:
                    logger.info("database is back", extra={"worker": self.name})
                database_pause = 0.0
                if not moved:
                    self._rest(self.interval)
            except Error as error:
                if not database_pause:
                    logger.error("database is away", extra={"worker": self.name}, exc_info=error)
                database_pause = min(max(1.0, database_pause * 2), LONGEST_DATABASE_PAUSE)
                connections.close_all()
                self._rest(database_pause)
        self._leave()

    def step(self) -> bool:
        """One round; true when mail moved, so that the next round should follow at once."""
        self._carry_on()
        moved = self._send()
        now = self.clock()
        if self._jobs_looked_at is None or now - self._jobs_looked_at >= JOBS_EVERY:
            self._jobs_looked_at = now
            if done := jobs.run_due(now):
                logger.info("jobs done", extra={"worker": self.name, "job": ", ".join(done)})
        return moved

    def _send(self) -> bool:
        if time.monotonic() < self._mail_again_at:
            return False
        outcomes = send_due(self.clock(), self.transport, self.name, self.limit, carry_on=self._carry_on)
        if outcomes[Outcome.AWAY]:
            self._mail_pause = min(max(self.interval, self._mail_pause * 2), LONGEST_PAUSE)
            self._mail_again_at = time.monotonic() + self._mail_pause
            return False
        self._mail_pause = 0.0
        if outcomes:
            counts = ", ".join(f"{outcome.value}: {count}" for outcome, count in outcomes.items())
            logger.info("mails", extra={"worker": self.name, "count": outcomes.total(), "state": counts})
        return bool(outcomes)

    def _rest(self, seconds: float) -> None:
        """Sleep, and wake up soon when asked to stop."""
        end = time.monotonic() + seconds
        while not self._stopping and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, LONGEST_SLEEP))

    def _carry_on(self) -> bool:
        now = self.clock()
        if self._beaten_at is None or now - self._beaten_at >= BEAT_EVERY:
            Heartbeat.objects.update_or_create(worker=self.name, defaults={"at": now})
            self._beaten_at = now
        return not self._stopping

    def _leave(self) -> None:
        with contextlib.suppress(Error):  # the sign of life grows old by itself
            Heartbeat.objects.filter(worker=self.name).delete()
        connections.close_all()
        logger.info("worker ends", extra={"worker": self.name})
