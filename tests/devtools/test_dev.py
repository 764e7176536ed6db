"""What does a newcomer read when `dev.py` cannot do what was asked? One French sentence, and what to do."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def dev(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "dev.py"), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
        check=False,
    )


def sentence_of(refused: subprocess.CompletedProcess[str]) -> str:
    """The only line on the screen; no trace of Python."""
    lines = [line.strip() for line in (refused.stdout + refused.stderr).splitlines() if line.strip()]
    assert refused.returncode == 1
    assert len(lines) == 1
    assert lines[0].startswith("✗ ")
    assert lines[0].endswith(".")
    return lines[0].replace("\u00a0", " ")


def test_a_port_that_is_taken_is_named_with_another_to_try() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = sentence_of(dev("demo", "--port", str(port)))
    assert f"Le port {port} est déjà pris" in said
    assert "--port" in said.removeprefix(f"✗ Le port {port}")


@pytest.mark.parametrize("port", ["abc", "0", "99999", "80.5"])
def test_a_port_that_is_not_one_is_said(port: str) -> None:
    assert f"« {port} » n’est pas un port" in sentence_of(dev("demo", "--port", port))


def test_reset_never_touches_a_database_of_somebody_elses() -> None:
    said = sentence_of(dev("demo", "--reset", "--port", "18977", DATABASE_URL="postgres://x@127.0.0.1/x"))
    assert "n’efface que la base embarquée" in said


@pytest.mark.parametrize("arguments", [(), ("danse",), ("test", "--only", "oracle")])
def test_a_command_that_does_not_exist_says_where_to_look(arguments: tuple[str, ...]) -> None:
    assert "--help" in sentence_of(dev(*arguments))


def test_an_older_python_is_told_which_one_is_needed() -> None:
    """The guard is run as an old interpreter would: only the version it sees is changed."""
    guard = "import sys; sys.version_info = (3, 9, 1); import runpy; runpy.run_path('dev.py', run_name='__main__')"
    refused = subprocess.run(
        [sys.executable, "-c", guard], capture_output=True, text=True, timeout=60, cwd=ROOT, check=False
    )
    assert refused.returncode == 1
    assert "3.11" in refused.stdout + refused.stderr
    assert "Traceback" not in refused.stderr
