"""How do real workers, in processes of their own, share one database in a test?"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
PRELUDE = """
import json
from datetime import timedelta
from django.core.management import call_command
from django.utils import timezone
from outbox.models import Heartbeat, Message
from outbox.sender import send_due
from outbox.transport import transport_from_settings
from tests.outbox.factories import waiting_message
now = timezone.now()
result = None
"""


class Nursery:
    """The process that the others are forked from, for the whole session."""

    def __enter__(self) -> Self:
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.outbox.small_site", "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.outbox.nursery"],
            env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=60)

    def order(self, **order: Any) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(order), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


class SiteProcess:
    """One process at work on a site, and what it says."""

    def __init__(self, nursery: Nursery, output: Path, **order: Any) -> None:
        self._nursery = nursery
        self._output = output
        self.number = nursery.order(output=str(output), **order)
        self.code: int | None = None

    @property
    def lines(self) -> list[str]:
        return self._output.read_text().splitlines() if self._output.exists() else []

    @property
    def is_alive(self) -> bool:
        # Not waited for yet, a dead process is still listed: its state tells.
        return self.code is None and ") Z" not in Path(f"/proc/{self.number}/stat").read_text()

    def wait_to_say(self, words: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not any(words in line for line in self.lines):
            assert time.monotonic() < deadline, f"never said « {words} »: {self.lines}"
            time.sleep(0.01)

    def end(self) -> int:
        if self.code is None:
            self.code = self._nursery.order(wait=self.number)
        return self.code

    def ask_to_stop(self) -> None:
        os.kill(self.number, signal.SIGTERM)

    def stop(self) -> int:
        self.ask_to_stop()
        return self.end()

    def kill(self) -> None:
        """`kill -9`: it can neither finish nor say anything."""
        os.kill(self.number, signal.SIGKILL)
        self.end()


@dataclass
class Site:
    """A database with an outbox (on SQLite a file of its own, on PostgreSQL the test database) and a mail server."""

    nursery: Nursery
    folder: Path
    database: dict[str, Any]
    port: int
    take_database_away: Callable[[], object]
    bring_database_back: Callable[[], object]
    processes: list[SiteProcess] = field(default_factory=list)

    def start(self, code: str) -> SiteProcess:
        output = self.folder / f"output-{len(self.processes)}"
        process = SiteProcess(
            self.nursery, output, start=f"{PRELUDE}\n{code}", database=self.database, port=self.port
        )  # fmt: skip
        self.processes.append(process)
        return process

    def start_worker(self) -> SiteProcess:
        worker = self.start("call_command('worker', interval=0.05)")
        worker.wait_to_say("worker begins")
        return worker

    def run(self, code: str) -> Any:
        """Run lines of Python in a process of its own; give what they put in `result`."""
        process = self.start(f"{code}\nprint(json.dumps(result))")
        assert process.end() == 0, process.lines
        return json.loads(process.lines[-1])

    def write(self, count: int) -> None:
        self.run(f"for number in range({count}): waiting_message(number, now=now)")

    def send_an_hour_later(self) -> None:
        """The leases of the dead have run out; one more sender comes."""
        self.run("send_due(now + timedelta(hours=1), transport_from_settings(), 'later', 1000)")

    def messages(self) -> list[list[Any]]:
        """Address, state and last sender of each message."""
        rows: list[list[Any]] = self.run(
            "result = [list(row) for row in Message.objects.order_by('pk')"
            ".values_list('to_address', 'state', 'claimed_by')]"
        )
        return rows

    def close(self) -> None:
        for process in self.processes:
            if process.code is None:
                process.kill()
