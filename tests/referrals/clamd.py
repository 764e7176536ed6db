"""A small scanner that speaks the protocol of clamd over real sockets, and knows one virus."""

import socket
import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

VIRUS = b"HARMLESS-FOR-TESTS-BUT-REFUSED"


class Scanner(socketserver.BaseRequestHandler):
    """One conversation. `mood` of the server: None, or what goes wrong with it."""

    def handle(self) -> None:
        mood = self.server.mood  # type: ignore[attr-defined]
        if mood == "silent":
            time.sleep(3)
            return
        if mood == "closes":
            return
        said = self._until_null()
        if said == b"zPING":
            self.request.sendall(b"PONG\0")
        elif said == b"zINSTREAM":
            self.request.sendall(self._verdict(mood))

    def _verdict(self, mood: str | None) -> bytes:
        content = b""
        while length := struct.unpack(">I", self._exactly(4))[0]:
            content += self._exactly(length)
            if mood == "small":
                return b"INSTREAM size limit exceeded. ERROR\0"
        return b"stream: Test.Harmless.UNOFFICIAL FOUND\0" if VIRUS in content else b"stream: OK\0"

    def _exactly(self, length: int) -> bytes:
        got = b""
        while len(got) < length:
            piece = self.request.recv(length - len(got))
            if not piece:
                raise ConnectionError
            got += piece
        return got

    def _until_null(self) -> bytes:
        got = b""
        while not got.endswith(b"\0"):
            got += self._exactly(1)
        return got[:-1]


class _Quiet(socketserver.ThreadingMixIn):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *args: Any) -> None:
        """A conversation cut by the other side is what some tests are about."""


class _OverTcp(_Quiet, socketserver.TCPServer):
    pass


class _OverSocket(_Quiet, socketserver.UnixStreamServer):
    pass


@contextmanager
def clamd(*, mood: str | None = None, path: Path | None = None) -> Iterator[str]:
    """Its address, as CLAMAV says it."""
    server: Any = _OverSocket(str(path), Scanner) if path else _OverTcp(("127.0.0.1", 0), Scanner)
    server.mood = mood
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield str(path) if path else f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def nobody() -> str:
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"
