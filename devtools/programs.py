"""How does dev.py run a program, say what it is doing, and fail in one French sentence?"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
LOGS = VAR / "log"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MANAGE = (PYTHON, "manage.py")
Command = Sequence[str | os.PathLike[str]]
Environment = Mapping[str, str]


class Failure(Exception):
    """One French sentence: what went wrong and what to do."""


def say(text: str) -> None:
    print(f"• {text}", flush=True)


def in_words(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def run_quietly(
    what: str, command: Command, *, log: str, why: Callable[[str], str], env: Environment | None = None
) -> None:
    """Say what is done, keep what the program writes in var/log/, and turn its failure into one sentence."""
    say(what)
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    started = time.monotonic()
    with path.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            while (code := wait(process, 15)) is None:
                print(f"  … toujours en cours ({time.monotonic() - started:.0f} s)", flush=True)
        except BaseException:
            process.kill()
            process.wait()
            raise
    if code:
        raise Failure(f"{why(path.read_text(errors='replace'))} (détail : {in_words(path)}).")


def wait(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None


def die_with_parent() -> None:
    """Ask Linux to stop this child when the supervisor dies, even killed without notice."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def why_command_failed(log: str) -> str:
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    if "readonly database" in log or "unable to open database" in log:
        return "La base embarquée n’est pas accessible en écriture : rendez le dossier var/ à votre compte"
    if "OperationalError" in log:
        return "La base de données ne répond pas : vérifiez DATABASE_URL et que le serveur est démarré"
    return (
        f"La commande s’est arrêtée (« {lines[-1][:200] if lines else 'sans message'} ») : corrigez, puis recommencez"
    )
