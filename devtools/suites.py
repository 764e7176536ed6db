"""Does the whole suite pass, in a real browser too, on SQLite and on PostgreSQL?"""

import os
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from devtools.checks import check, test_environment
from devtools.demonstration import sqlite_url
from devtools.postgresql import postgresql_programs, temporary_postgresql
from devtools.programs import PYTHON, ROOT, VAR, Command, Failure, run_quietly, say
from devtools.requirements import install

# What is seen of a page does not depend on the database: these tests run on the first one only.
NOT_AGAIN = ("-m", "not looks")


def test(only: str | None, extra: Sequence[str]) -> int:
    """Checks, then the suite on each database, what pages look like on the first only; the last line is the counts."""
    install("dev")
    install_system_programs(needs_postgresql=only != "sqlite")
    checked = check() if only is None else 0
    VAR.mkdir(exist_ok=True)
    outcomes: list[tuple[int, int, int, int]] = []
    if only != "postgresql":
        outcomes.append(run_suite("SQLite", sqlite_url(VAR / "test.sqlite3"), extra))
    if only != "sqlite":
        with temporary_postgresql() as url:
            outcomes.append(run_suite("PostgreSQL", url, [*(NOT_AGAIN if only is None else ()), *extra]))
    code, passed, failed, skipped = (sum(column) for column in zip(*outcomes, strict=True))
    if checked:
        say("Des vérifications sont en échec : voir plus haut.")
    if not passed + failed:
        say("Aucun test n’a tourné.")
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if checked or code or failed or not passed else 0


def run_suite(name: str, database_url: str, extra: Sequence[str]) -> tuple[int, int, int, int]:
    """Run pytest once; return its exit code, then how many tests passed, failed and were skipped."""
    say(f"Tests sur {name}")
    counts = VAR / f"tests-{name.lower()}.xml"
    counts.unlink(missing_ok=True)
    env = test_environment(database_url) | {"CHROMIUM": chromium() or ""}
    command: Command = [PYTHON, "-m", "pytest", "-n", "2", f"--junitxml={counts}", *extra]
    code = subprocess.run(command, cwd=ROOT, env=env).returncode
    passed = failed = skipped = 0
    for case in ET.parse(counts).iter("testcase") if counts.exists() else ():  # noqa: S314 (our own file)
        kinds = {child.tag for child in case}
        failed += bool(kinds & {"failure", "error"})
        skipped += "skipped" in kinds and not kinds & {"failure", "error"}
        passed += not kinds & {"failure", "error", "skipped"}
    return code, passed, failed, skipped


def chromium() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def install_system_programs(*, needs_postgresql: bool) -> None:
    missing = [] if chromium() else ["chromium"]
    if needs_postgresql and not postgresql_programs():
        missing.append("postgresql")
    if not missing:
        return
    names = " ".join(missing)
    if not shutil.which("apt-get"):
        raise Failure(f"Il manque des programmes pour les tests ({names}) : installez-les, puis recommencez.")
    if os.geteuid():
        raise Failure(
            f"Il manque des programmes pour les tests : lancez « sudo apt-get update && sudo apt-get install -y "
            f"--no-install-recommends {names} », puis recommencez."
        )
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for what, command in {
        "Mise à jour de la liste des paquets": ["apt-get", "update"],
        f"Installation de {names}": ["apt-get", "install", "-y", "--no-install-recommends", *missing],
    }.items():
        run_quietly(what, command, log="apt", env=env, why=lambda log: (
            f"Les paquets {names} n’ont pas pu être installés : vérifiez la connexion et les sources d’apt"
        ))  # fmt: skip
