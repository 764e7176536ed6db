"""A real IMAP server, with a box of our own in its memory."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from imap_tools import MailBoxUnencrypted

from tests.outbox.servers import free_port

ACCOUNT, PASSWORD = "boite", "un@secret:simple"


class Box:
    """What a test puts in the box, and what it finds there afterwards."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"imap://{ACCOUNT}:un%40secret%3Asimple@127.0.0.1:{port}/INBOX"

    @contextmanager
    def opened(self, folder: str = "INBOX") -> Iterator[MailBoxUnencrypted]:
        with MailBoxUnencrypted("127.0.0.1", self.port, timeout=10) as box:
            box.login(ACCOUNT, PASSWORD, initial_folder=folder)
            yield box

    def put(self, *mails: bytes) -> None:
        with self.opened() as box:
            for mail in mails:
                box.append(mail, "INBOX")

    def count(self, folder: str = "INBOX") -> int:
        with self.opened(folder) as box:
            return len(box.uids())

    def empty(self) -> None:
        with self.opened() as box:
            for info in box.folder.list():
                box.folder.set(info.name)
                box.delete(box.uids())
            box.folder.set("INBOX")
            for info in box.folder.list():
                if info.name != "INBOX":
                    box.folder.delete(info.name)


@contextmanager
def imap_server() -> Iterator[Box]:
    port = free_port()
    pymap = str(Path(sys.executable).with_name("pymap"))
    command = [pymap, "--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict"]
    account = ["--demo-user", ACCOUNT, "--demo-password", PASSWORD]
    server = subprocess.Popen([*command, *account], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield Box(port)
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(port: int, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < deadline, "the IMAP server does not listen"
            time.sleep(0.05)
        else:
            return
