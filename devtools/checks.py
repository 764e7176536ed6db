"""Does the code keep its rules: lint, types, floors, templates, migrations, production settings?"""

import base64
import os
import secrets
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

from devtools.programs import MANAGE, PYTHON, ROOT, VENV, Command, Environment, say
from devtools.requirements import install

_NOT_THE_SHELLS = {"SECRET_KEY", "SEALING_KEYS", "EMAIL_URL", "SITE_URL"}


def test_environment(database_url: str) -> dict[str, str]:
    """What the tests need and nothing of what the developer's shell happens to hold."""
    given = {name: value for name, value in os.environ.items() if name not in _NOT_THE_SHELLS}
    return given | {"DJANGO_ENV": "test", "DATABASE_URL": database_url}


def check() -> int:
    """Lint, types, contracts, templates, migrations, production settings."""
    install("dev")
    test = test_environment("sqlite://:memory:")
    production = test | {
        "DJANGO_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "SEALING_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "ALLOWED_HOSTS": "exemple.fr",
        "SITE_URL": "https://exemple.fr",
        "DATABASE_URL": "postgres://exemple@127.0.0.1/exemple",
    }
    contracts = "from importlinter.cli import lint_imports_command as run; run()"
    pages = sorted((ROOT / "templates").rglob("*.html"))
    jobs: dict[str, tuple[Command, Environment]] = {
        "types (mypy)": ([PYTHON, "-m", "mypy"], test),
        "règles (ruff check)": ([PYTHON, "-m", "ruff", "check", "--quiet", "--output-format", "concise", "."], test),
        "mise en forme (ruff format)": ([PYTHON, "-m", "ruff", "format", "--quiet", "--check", "."], test),
        "étages (import-linter)": ([PYTHON, "-c", contracts, "--no-logo"], test),
        "gabarits (djlint)": ([PYTHON, "-m", "djlint", "--lint", "--quiet", "templates"], test),
        "gabarits (djade)": ([VENV / "bin" / "djade", "--check", "--target-version", "5.2", *pages], test),
        "migrations": ([*MANAGE, "makemigrations", "--check", "--dry-run"], test),
        "réglages de production": (
            [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
            production,
        ),
    }
    if (ROOT / "config" / "management" / "commands" / "check_vendored.py").exists():
        jobs["fichiers tiers"] = ([*MANAGE, "check_vendored"], test)
    say(f"Vérifications ({len(jobs)})")
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = {pool.submit(run_check, *job): name for name, job in jobs.items()}
        results = [report(running[done], *done.result()) for done in as_completed(running)]
    say("Vérifications : tout est bon." if all(results) else f"Vérifications : {results.count(False)} en échec.")
    return 0 if all(results) else 1


def tidy() -> int:
    """Put code and templates in the form that the checks expect."""
    install("dev")
    ruff = (PYTHON, "-m", "ruff")
    pages = sorted((ROOT / "templates").rglob("*.html"))
    commands: list[Command] = [
        [*ruff, "check", "--quiet", "--fix-only", "."],
        [*ruff, "format", "--quiet", "."],
        [VENV / "bin" / "djade", "--target-version", "5.2", *pages],
    ]
    for command in commands:
        subprocess.run(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    say("Code et gabarits sont mis en forme.")
    return 0


def run_check(command: Command, env: Environment) -> tuple[bool, float, str]:
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode == 0, time.monotonic() - started, done.stdout


def report(name: str, passed: bool, seconds: float, output: str) -> bool:
    print(f"  {'✓' if passed else '✗'} {name} ({seconds:.1f} s)".replace(".", ",", 1), flush=True)
    if not passed:
        print("\n".join(f"    {line}" for line in output.strip().splitlines()), flush=True)
    return passed
