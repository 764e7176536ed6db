"""How do the locked libraries get into .venv, and how are the locks made again?"""

import hashlib
import importlib.util
import shutil
import subprocess
import sys

from devtools.programs import PYTHON, ROOT, VENV, Command, Failure, run_quietly, say


def install(name: str) -> None:
    """Install requirements/<name>.txt in .venv; nothing to do when the stamp has the lock's fingerprint."""
    lock = ROOT / "requirements" / f"{name}.txt"
    fingerprint = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / f"installed-{name}"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return
    uv = shutil.which("uv")
    if not usable_venv(needs_pip=not uv):
        make_venv(uv)
    with_pip: Command = [PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--retries", "2"]
    installer = [uv, "pip", "install", "--python", PYTHON] if uv else with_pip
    run_quietly(
        "Installation des bibliothèques (une à deux minutes la première fois)",
        [*installer, "--quiet", "--require-hashes", "--only-binary", ":all:", "-r", lock],
        log="installation",
        why=why_install_failed,
    )
    stamp.write_text(fingerprint)


def usable_venv(*, needs_pip: bool) -> bool:
    if not PYTHON.exists():
        return False
    question = "import sys{}; sys.exit(sys.version_info < (3, 11))".format(", pip" if needs_pip else "")
    return subprocess.run([PYTHON, "-c", question], capture_output=True).returncode == 0


def make_venv(uv: str | None) -> None:
    if not uv and importlib.util.find_spec("ensurepip") is None:
        raise Failure("Il manque ensurepip à ce Python : lancez « sudo apt install python3-venv », puis recommencez.")
    if VENV.exists():
        shutil.rmtree(VENV)
    run_quietly(
        "Création de l’environnement Python (.venv)",
        [uv, "venv", "--quiet", "--python", sys.executable, VENV] if uv else [sys.executable, "-m", "venv", VENV],
        log="environnement",
        why=why_venv_failed,
    )


def why_venv_failed(log: str) -> str:
    if "No space left" in log:
        return "L’environnement Python n’a pas pu être créé faute de place : libérez environ 1 Go, puis recommencez"
    return "L’environnement Python n’a pas pu être créé : lancez « sudo apt install python3-venv », puis recommencez"


def why_install_failed(log: str) -> str:
    def seen(*words: str) -> bool:
        return any(word in log.lower() for word in words)

    if seen("no space left"):
        return "L’installation s’arrête faute de place : libérez environ 1 Go sur le disque, puis recommencez"
    if seen("permission denied"):
        return "L’installation ne peut pas écrire dans .venv : supprimez ce dossier avec le compte qui l’a créé"
    if seen("do not match the hashes", "hash mismatch"):
        return "Un fichier téléchargé n’a pas l’empreinte attendue : recommencez, et signalez-le si cela se répète"
    if seen("connection", "name resolution", "timed out", "timeout", "proxy", "ssl", "dns", "network"):
        return (
            "Le serveur des bibliothèques ne répond pas : vérifiez la connexion internet ou le proxy, puis recommencez"
        )
    if seen("no matching distribution", "could not find a version", "no solution found"):
        return "Une bibliothèque manque pour cette version de Python : essayez avec Python 3.11, 3.12 ou 3.13"
    return "L’installation des bibliothèques a échoué : lisez la fin du journal, puis recommencez"


def lock() -> int:
    """Make requirements/*.txt again from requirements/*.in."""
    uv = shutil.which("uv")
    if not uv:
        raise Failure("Les verrous se refont avec uv : installez-le, puis recommencez.")
    for name, constraints in (("base", []), ("dev", ["--constraint", "base.txt"])):
        say(f"Verrou requirements/{name}.txt")
        options = [
            "--universal",
            "--python-version",
            "3.11",
            "--generate-hashes",
            "--no-header",
            "--quiet",
            *constraints,
        ]
        command = [uv, "pip", "compile", f"{name}.in", "--output-file", f"{name}.txt", *options]
        if subprocess.run(command, cwd=ROOT / "requirements").returncode:
            raise Failure(
                "uv n’a pas trouvé de versions qui vont ensemble : lisez son message, corrigez requirements/."
            )
    return 0
