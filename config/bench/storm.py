"""When a hundred counsellors log at once for a minute, is each entry stored, and stored once?

Real gunicorn, real connections. Some press twice, some lose the answer and send the same entry again, as their browser
would. What the server acknowledged must be there; what was sent once must not be there twice.
"""

import contextlib
import http.client
import os
import random
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.urls import reverse

from accounts.models import User
from config.bench.browser import Browser
from partners.models import Procedure
from referrals.models import ServiceRequest

PATIENCE = 30.0
"""Seconds without an answer, or of trying the same entry again, before it counts as not acknowledged."""
_TWICE, _LOST = 0.2, 0.15
_AT_ONCE = 500


@dataclass
class Entries:
    """What the counsellors did, and what was answered."""

    sent: list[uuid.UUID] = field(default_factory=list)
    acknowledged: set[uuid.UUID] = field(default_factory=set)
    pressed_twice: int = 0
    answers_lost: int = 0
    tries_again: int = 0
    refused: list[int] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def add(self, other: "Entries") -> None:
        self.sent += other.sent
        self.acknowledged |= other.acknowledged
        self.pressed_twice += other.pressed_twice
        self.answers_lost += other.answers_lost
        self.tries_again += other.tries_again
        self.refused += other.refused
        self.milliseconds += other.milliseconds


@dataclass(frozen=True)
class Verdict:
    """`lost`: acknowledged and not stored. `doubled`: stored and never sent under that key, so a second copy."""

    entries: Entries
    lost: int
    doubled: int
    seconds: float

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.entries.milliseconds, n=20)[-1]

    @property
    def is_good(self) -> bool:
        e = self.entries
        return not self.lost and not self.doubled and not e.refused and len(e.acknowledged) == len(e.sent) > 0


def storm(people: Sequence[User], procedure: Procedure, *, seconds: float, port: int, at_least: int = 1) -> Verdict:
    """One thread a person, all at once, against the server of this port; then the database is asked.

    Each goes on for so many seconds, and until she has logged `at_least` entries.
    """
    before = ServiceRequest.objects.count()
    cookies = [Browser(WSGIHandler(), person).cookies for person in people]
    results = [Entries() for _ in people]
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_log, args=(port, cookie, procedure, end, at_least, result, random.Random(number)))  # noqa: S311
        for number, (cookie, result) in enumerate(zip(cookies, results, strict=True))
    ]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, entries = time.monotonic() - started, Entries()
    for result in results:
        entries.add(result)
    stored = _stored(entries.sent)
    written = ServiceRequest.objects.count() - before
    return Verdict(entries, len(entries.acknowledged - stored), written - len(stored), took)


def _stored(keys: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    rows = ServiceRequest.objects.order_by().values_list("idempotency_key", flat=True)
    return {
        key
        for first in range(0, len(keys), _AT_ONCE)
        for key in rows.filter(idempotency_key__in=keys[first : first + _AT_ONCE])
    }


def _log(
    port: int,
    cookies: str,
    procedure: Procedure,
    end: float,
    at_least: int,
    entries: Entries,
    chance: random.Random,
) -> None:
    line = _line(port)
    while time.monotonic() < end or len(entries.sent) < at_least:
        key = uuid.uuid4()
        entries.sent.append(key)
        fields = {"procedure": procedure.name, "procedure_code": procedure.code, "outcome": "solved", "key": str(key)}
        if chance.random() < _LOST:
            entries.answers_lost += 1
            _send_and_hang_up(port, cookies, fields)
        elif chance.random() < _TWICE:
            entries.pressed_twice += 1
            other = threading.Thread(target=_send_and_hang_up, args=(port, cookies, fields, PATIENCE))
            other.start()
            line = _until_acknowledged(line, port, cookies, fields, key, entries)
            other.join()
            continue
        line = _until_acknowledged(line, port, cookies, fields, key, entries)
    line.close()


def _until_acknowledged(
    line: http.client.HTTPConnection, port: int, cookies: str, fields: dict[str, str], key: uuid.UUID, entries: Entries
) -> http.client.HTTPConnection:
    """The same entry again as long as the server is busy or gone; what it refuses is kept as it is."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        started = time.monotonic()
        with contextlib.suppress(OSError, http.client.HTTPException):
            _post(line, cookies, fields)
            answer = line.getresponse()
            answer.read()
            if answer.status == 302:
                entries.acknowledged.add(key)
                entries.milliseconds.append((time.monotonic() - started) * 1000)
                return line
            if answer.status != 503:
                entries.refused.append(answer.status)
                return line
        entries.tries_again += 1
        line.close()
        line = _line(port)
        time.sleep(0.05)
    return line


def _send_and_hang_up(port: int, cookies: str, fields: dict[str, str], wait: float = 0.0) -> None:
    """An entry whose answer nobody reads; with `wait`, it is read and forgotten: the other press of a double click."""
    line = _line(port)
    with contextlib.suppress(OSError, http.client.HTTPException):
        _post(line, cookies, fields)
        if wait:
            line.getresponse().read()
    line.close()


def _line(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)


def _post(line: http.client.HTTPConnection, cookies: str, fields: dict[str, str]) -> None:
    secret = cookies.rpartition("=")[2]
    body = urlencode({"csrfmiddlewaretoken": secret, **fields})
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded", "Connection": "keep-alive"}
    line.request("POST", reverse("referrals:desk"), body, headers)


@contextlib.contextmanager
def gunicorn(port: int) -> Iterator[None]:
    """The web server as in service, on this process’s database."""
    environment = os.environ | {"DATABASE_URL": _database_url(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{port}"]
    server = subprocess.Popen(  # noqa: S603 (our own server)
        [*command, "--log-level", "critical"], cwd=Path(settings.BASE_DIR), env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_until_alive(port, server)
        yield
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_until_alive(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(_line(port)) as line:
            line.request("GET", "/healthz")
            answer = line.getresponse()
            answer.read()
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("The web server did not start.")


def _database_url() -> str:
    """Of the database in use here, a test's too."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    secret = f":{known['PASSWORD']}" if known["PASSWORD"] else ""
    return f"postgres://{known['USER']}{secret}@{known['HOST']}:{known['PORT']}/{known['NAME']}"
