"""What can a mail server do to us? One that works, and one that follows a script of faults."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class WorkingServer:
    """A real SMTP server (aiosmtpd) that keeps what it accepts, and can hold its answer at a step."""

    pause: float = 0.0  # seconds before each answer to the final dot
    hold_at: str = ""  # "RCPT" or "." : from then on, no answer at that step, until `release`
    hold_from: int = 0  # the number of messages taken before holding
    port: int = 0  # where it listens; 0: anywhere
    contents: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    held: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port or free_port())
        self._controller.start()
        self.port = self._controller.port
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self._controller.stop()

    def release(self) -> None:
        self.hold_at = ""

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, to: str, _options: Any) -> str:
        await self._hold("RCPT")
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.contents.append(envelope.content)
        self.recipients.extend(envelope.rcpt_tos)
        await self._hold(".")
        await asyncio.sleep(self.pause)
        return "250 OK"

    async def _hold(self, step: str) -> None:
        if self.hold_at == step and len(self.contents) >= self.hold_from:
            self.held.set()
            while self.hold_at:
                await asyncio.sleep(0.01)

    def wait_for(self, count: int, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while len(self.contents) < count:
            assert time.monotonic() < deadline, f"{len(self.contents)} of {count} messages came"
            time.sleep(0.01)


CUT = "cut"  # the server closes the connection
SILENCE = "silence"  # the server never answers
INSIDE = "inside"  # (a step) while the content is coming


PATIENT, SHORT = 10.0, 0.6  # seconds: a busy machine is not a silent server


def timeout_for(script: Mapping[str, str]) -> float:
    """Short only where the server will not answer."""
    return SHORT if SILENCE in script.values() else PATIENT


@dataclass
class ScriptedServer:
    """A raw socket that answers each step ("greeting", "MAIL", "RCPT", "DATA", INSIDE, ".") as the script says."""

    script: Mapping[str, str] = field(default_factory=dict)
    delays: Mapping[str, float] = field(default_factory=dict)  # seconds before the answer of a step
    contents: list[bytes] = field(default_factory=list)  # what came whole, up to the dot
    connections: int = 0

    GOOD = {
        "greeting": "220 mail.exemple.fr", "DATA": "354 go on", "QUIT": "221 bye", ".": "250 taken"
    }  # fmt: skip

    def __enter__(self) -> Self:
        self._over = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.02)
        self.port: int = self._listening.getsockname()[1]
        self._threads = [threading.Thread(target=self._listen)]
        self._threads[0].start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._listening.close()

    def _listen(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = self._listening.accept()
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(2)
        with connection, contextlib.suppress(OSError), connection.makefile("rb") as lines:
            if not self._answer(connection, "greeting"):
                return
            while line := lines.readline():
                step = line.split()[0].decode().upper()
                if not self._answer(connection, step):
                    return
                if step == "QUIT":
                    return
                if step == "DATA" and self.script.get("DATA", "354").startswith("354"):
                    if self.script.get(INSIDE) == CUT:
                        return
                    content = b"".join(iter(lines.readline, b".\r\n"))
                    self.contents.append(content)
                    if not self._answer(connection, "."):
                        return

    def _answer(self, connection: socket.socket, step: str) -> bool:
        """False when the conversation is over."""
        self._over.wait(self.delays.get(step, 0))
        answer = self.script.get(step) or self.GOOD.get(step, "250 OK")
        if answer == SILENCE:
            self._over.wait()
            return False
        if answer == CUT:
            return False
        connection.sendall(answer.encode() + b"\r\n")
        return not answer.startswith("421")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
