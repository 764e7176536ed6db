"""How do the web server and the worker live and stop together?"""

import contextlib
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Sequence

from devtools.programs import (
    LOGS,
    MANAGE,
    PYTHON,
    ROOT,
    Command,
    Environment,
    Failure,
    die_with_parent,
    in_words,
    say,
    wait,
)

PASSWORD = "demo-france-services"
ACCOUNTS = {
    "conseillere@exemple.fr": "conseillère France services",
    "coordinatrice@exemple.fr": "coordinatrice départementale",
    "partenaires@exemple.fr": "gestionnaire des partenaires",
    "numerique@exemple.fr": "coordinatrice des conseillers numériques",
    "admin@exemple.fr": "administration technique",
}
RESTARTS_A_MINUTE = 3


class Service:
    """A program kept running: its name in a sentence, its command, its journal."""

    def __init__(self, name: str, log: str, command: Command, env: Environment) -> None:
        self.name, self.log, self.command, self.env = name, LOGS / f"{log}.log", command, env
        self.starts: list[float] = []
        self.log.write_bytes(b"")
        self.start()

    def start(self) -> None:
        self.starts.append(time.monotonic())
        with self.log.open("ab") as output:
            # A session of its own: Ctrl-C reaches the supervisor alone, which stops both in order.
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, preexec_fn=die_with_parent,
            )  # fmt: skip

    def keep_alive(self) -> None:
        code = self.process.poll()
        if code is None:
            return
        if sum(time.monotonic() - start < 60 for start in self.starts) > RESTARTS_A_MINUTE:
            raise Failure(
                f"{self.name} s’arrête sans cesse (code {code}) : la raison est à la fin de {in_words(self.log)}."
            )
        say(f"{self.name} s’est arrêté tout seul (code {code}) : il est relancé.")
        time.sleep(1)
        self.start()


def supervise(env: Environment, port: int) -> None:
    say("Démarrage du serveur web et du processus d’arrière-plan")
    gunicorn: Command = [PYTHON, "-m", "gunicorn", "config.wsgi", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{port}"]
    services: list[Service] = []
    try:
        services.append(Service("Le serveur web", "web", gunicorn, env))
        services.append(Service("Le processus d’arrière-plan", "worker", [*MANAGE, "worker"], env))
        wait_until_healthy(services[0], port)
        welcome(env, port)
        while True:
            for service in services:
                service.keep_alive()
            time.sleep(0.5)
    except KeyboardInterrupt:
        print()
        say("Arrêt demandé")
    finally:
        stop(services)
    say("Tout est arrêté ; les données sont gardées.")


def wait_until_healthy(web: Service, port: int) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if (code := web.process.poll()) is not None:
            raise Failure(
                f"Le serveur web n’a pas démarré (code {code}) : la raison est à la fin de {in_words(web.log)}."
            )
        with contextlib.suppress(OSError), direct.open(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return
        time.sleep(0.1)
    raise Failure(f"Le serveur web ne répond pas après une minute : la raison est à la fin de {in_words(web.log)}.")


def welcome(env: Environment, port: int) -> None:
    mail = "partent par EMAIL_URL" if "EMAIL_URL" in env else "ne partent pas : ils se lisent dans l’application"
    accounts = "\n".join(f"    {address:<28}{role}" for address, role in ACCOUNTS.items())
    print(
        f"\n  La démonstration est prête : http://127.0.0.1:{port}/\n\n"
        f"  Comptes (mot de passe : {PASSWORD})\n{accounts}\n\n"
        f"  Les données sont inventées. Les courriels {mail}.\n"
        f"  Journaux : {in_words(LOGS)}/. Ctrl-C arrête tout.\n",
        flush=True,
    )


def stop(services: Sequence[Service]) -> None:
    running = [service.process for service in services if service.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + 15
    try:
        for process in running:
            wait(process, max(0.0, deadline - time.monotonic()))
    finally:  # a second Ctrl-C, or a program that does not listen
        for process in running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
