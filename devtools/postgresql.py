"""Where does a PostgreSQL of our own come from, and how is it gone at the end?"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from devtools.programs import LOGS, Command, Failure, die_with_parent, in_words, say, wait


def postgresql_programs() -> Path | None:
    """The folder of initdb and postgres: Debian keeps them out of PATH, one folder per version."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = [str(path) for path in debian[-1:]] or [shutil.which("initdb") or ""]
    return Path(found[0]).resolve().parent if found[0] else None


@contextlib.contextmanager
def temporary_postgresql() -> Iterator[str]:
    """A PostgreSQL of our own in a temporary folder, gone at the end whatever happens."""
    programs = postgresql_programs()
    if programs is None:
        raise Failure("PostgreSQL manque : installez le paquet postgresql, puis recommencez.")
    say("Démarrage d’un PostgreSQL temporaire")
    owner = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if owner and owner not in {account.pw_name for account in pwd.getpwall()}:
        raise Failure(
            "PostgreSQL ne tourne pas sous root : créez le compte postgres, ou lancez les tests sans être root."
        )
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server: subprocess.Popen[bytes] | None = None
    journal = LOGS / "postgresql.log"
    journal.parent.mkdir(parents=True, exist_ok=True)
    try:
        if owner:
            shutil.chown(folder, owner)
        with journal.open("wb") as output:
            initdb: Command = [programs / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "--no-sync"]
            made = subprocess.run(
                [*initdb, "-E", "UTF8", "--locale=C.UTF-8"], cwd=folder, user=owner, stdout=output, stderr=output
            )
            if made.returncode:
                raise Failure(f"PostgreSQL n’a pas pu préparer sa base : la raison est dans {in_words(journal)}.")
            port = free_port()
            settings = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=127.0.0.1")
            options = [word for setting in settings for word in ("-c", setting)]
            server = subprocess.Popen(
                [programs / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder, *options],
                cwd=folder,
                user=owner,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        deadline = time.monotonic() + 30
        while subprocess.run([programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]).returncode:
            if server.poll() is not None or time.monotonic() > deadline:
                raise Failure(f"PostgreSQL n’a pas démarré : la raison est dans {in_words(journal)}.")
            time.sleep(0.1)
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        if server and server.poll() is None:
            server.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown
            if wait(server, 15) is None:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
