"""Does this file hold a virus, as far as the ClamAV of the host knows?

Speaks the INSTREAM command of clamd, over TCP (`host:port`) or a socket of the machine (a path). Nothing here waits
longer than a few seconds: without an answer a file is « non analysé », and a daily job asks again.
"""

import logging
import re
import socket
import struct
import time
from dataclasses import dataclass

from django.conf import settings

from referrals.models import Scan

log = logging.getLogger("app.scanning")

LONGEST_SECONDS = 5.0
"""For the whole conversation, connection included."""

_PIECE = 128 * 1024
_LONGEST_ANSWER = 4_096
_FOUND = re.compile(r"stream: (?P<name>.{1,200}) FOUND")


class Infected(Exception):
    """The scanner recognised a virus; its text is the name that the scanner gives to it."""


@dataclass(frozen=True)
class _Deadline:
    at: float

    def left(self) -> float:
        """Seconds left. Raises TimeoutError."""
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


def is_configured() -> bool:
    return bool(settings.CLAMAV)


def scan(content: bytes, *, seconds: float = LONGEST_SECONDS) -> Scan:
    """CLEAN, or NOT_SCANNED when no scanner is there, answers in time or takes such a file. Raises Infected."""
    if not is_configured():
        return Scan.NOT_SCANNED
    try:
        answer = _ask(content, _Deadline(time.monotonic() + seconds))
    except OSError as error:
        log.warning("scanner away", extra={"reason": type(error).__name__})
        return Scan.NOT_SCANNED
    if found := _FOUND.fullmatch(answer):
        raise Infected(found["name"])
    if answer == "stream: OK":
        return Scan.CLEAN
    # Too big for the limits of this clamd, out of memory, signatures being loaded again.
    log.warning("scanner could not tell", extra={"reason": answer[:80]})
    return Scan.NOT_SCANNED


def is_there() -> bool:
    """Whether a scanner answers now."""
    if not is_configured():
        return False
    deadline = _Deadline(time.monotonic() + LONGEST_SECONDS)
    try:
        with _connected(deadline) as line:
            line.sendall(b"zPING\0")
            return _answer(line, deadline) == "PONG"
    except OSError:
        return False


def _ask(content: bytes, deadline: _Deadline) -> str:
    with _connected(deadline) as line:
        try:
            line.sendall(b"zINSTREAM\0")
            view = memoryview(content)
            for start in range(0, len(view), _PIECE):
                piece = view[start : start + _PIECE]
                line.settimeout(deadline.left())
                line.sendall(struct.pack(">I", len(piece)))
                line.sendall(piece)
            line.sendall(struct.pack(">I", 0))
        except (BrokenPipeError, ConnectionResetError):
            # clamd answers and closes as soon as its limit is passed: the reason may still be read.
            pass
        return _answer(line, deadline)


def _connected(deadline: _Deadline) -> socket.socket:
    address = settings.CLAMAV
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(deadline.left())
        try:
            line.connect(address)
        except BaseException:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    if not port.isascii() or not port.isdigit():
        raise ConnectionError("CLAMAV: host:port, or the path of a socket.")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=deadline.left())


def _answer(line: socket.socket, deadline: _Deadline) -> str:
    """What is said before the null character that ends it. Raises OSError."""
    said = b""
    while b"\0" not in said and len(said) < _LONGEST_ANSWER:
        line.settimeout(deadline.left())
        piece = line.recv(_LONGEST_ANSWER)
        if not piece:
            raise ConnectionError("The scanner closed without an answer.")
        said += piece
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()
