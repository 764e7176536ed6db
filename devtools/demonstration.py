"""How does one command show a network at work, on an embedded database that is kept?"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import socket
import subprocess
import urllib.parse
from collections.abc import Iterator, Sequence
from pathlib import Path

from devtools.programs import (
    LOGS,
    MANAGE,
    PYTHON,
    ROOT,
    VAR,
    Command,
    Environment,
    Failure,
    in_words,
    run_quietly,
    say,
    why_command_failed,
)
from devtools.requirements import install
from devtools.supervisor import supervise

EMBEDDED = VAR / "db.sqlite3"
HALF_LOADED = VAR / "demo-incomplete"
# Both in one process: starting Django twice is what a second run would wait for.
TABLES = """
from django import setup
from django.core.management import call_command
setup()
call_command("migrate", interactive=False)
call_command("createcachetable")
"""


def demo(port: int, reset: bool) -> int:
    """Show a network at work; returns when asked to stop."""
    check_port(port)
    VAR.mkdir(exist_ok=True)
    with only_one_writer(reset):
        env = demo_environment(port)
        if reset and env["DATABASE_URL"] != sqlite_url(EMBEDDED):
            raise Failure(
                "« --reset » n’efface que la base embarquée : retirez DATABASE_URL, ou videz cette base vous-même."
            )
        install("base")
        prepare_database(env, reset)
        collect_static(env)
        supervise(env, port)
    return 0


def check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Failure(
                f"Le port {port} est réservé : choisissez-en un plus grand, par exemple « --port 8000 »."
            ) from None
        except OSError:
            other = port + 1 if port < 65535 else 8000
            raise Failure(f"Le port {port} est déjà pris : libérez-le, ou essayez « --port {other} ».") from None


@contextlib.contextmanager
def only_one_writer(alone: bool) -> Iterator[None]:
    """Keep --reset from removing a database that another demonstration is using."""
    with (VAR / "demo.lock").open("w") as lock:
        if alone:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Failure("Une démonstration tourne déjà ici : arrêtez-la (Ctrl-C) avant « --reset ».") from None
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def demo_environment(port: int) -> dict[str, str]:
    env = {"SECRET_KEY": secret_key(), "DATABASE_URL": sqlite_url(EMBEDDED), "SITE_URL": f"http://127.0.0.1:{port}"}
    return env | os.environ | {"DJANGO_ENV": "demo", "DJANGO_SETTINGS_MODULE": "config.settings"}


def sqlite_url(path: Path) -> str:
    return "sqlite:///" + urllib.parse.quote(str(path))


def secret_key() -> str:
    path = VAR / "secret_key"
    VAR.mkdir(exist_ok=True)
    if not path.exists() or not path.read_text().strip():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()


def prepare_database(env: Environment, reset: bool) -> None:
    embedded = env["DATABASE_URL"] == sqlite_url(EMBEDDED)
    if embedded and reset:
        say("Effacement de la base embarquée")
        remove_embedded_database()
    elif embedded and HALF_LOADED.exists():
        say("Le chargement précédent avait été interrompu : la base embarquée est recommencée")
        remove_embedded_database()
    if embedded and not EMBEDDED.exists():
        HALF_LOADED.touch()
    tables: Command = [PYTHON, "-c", TABLES]
    run_quietly("Mise à jour de la base", tables, log="base", why=why_command_failed, env=env)
    say("Données de démonstration")
    errors = LOGS / "demonstration.log"
    with errors.open("wb") as output:
        code = subprocess.run([*MANAGE, "load_demo", "--if-empty"], cwd=ROOT, env=env, stderr=output).returncode
    if code:
        raise Failure(f"{why_command_failed(errors.read_text(errors='replace'))} (détail : {in_words(errors)}).")
    if embedded:
        HALF_LOADED.unlink(missing_ok=True)


def remove_embedded_database() -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        EMBEDDED.with_name(EMBEDDED.name + suffix).unlink(missing_ok=True)


def collect_static(env: Environment) -> None:
    """Gather the static files again only when one of them, or a library, has changed (compression takes seconds)."""
    fingerprint = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    for path in sorted(path for path in (ROOT / "static").rglob("*") if path.is_file()):
        fingerprint.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    stamp = VAR / "static.sha256"
    manifest = VAR / "static" / "staticfiles.json"
    if manifest.exists() and stamp.exists() and stamp.read_text() == fingerprint.hexdigest():
        return
    command: Command = [*MANAGE, "collectstatic", "--noinput"]
    run_quietly("Préparation des fichiers de style", command, log="static", why=why_command_failed, env=env)
    stamp.write_text(fingerprint.hexdigest())


def manage(arguments: Sequence[str]) -> int:
    """Run one of Django's or our own commands on the demonstration's database."""
    VAR.mkdir(exist_ok=True)
    install("base")
    return subprocess.run([*MANAGE, *arguments], cwd=ROOT, env=demo_environment(8000)).returncode


def bench(arguments: Sequence[str]) -> int:
    """Measure, on a database of its own unless DATABASE_URL is given."""
    VAR.mkdir(exist_ok=True)
    install("dev")
    env = demo_environment(8000) | {"DATABASE_URL": os.environ.get("DATABASE_URL", sqlite_url(VAR / "bench.sqlite3"))}
    collect_static(env)
    return subprocess.run([*MANAGE, "bench", *arguments], cwd=ROOT, env=env).returncode
