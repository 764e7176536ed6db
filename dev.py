#!/usr/bin/env python3
"""Which one command does a newcomer type? demo, test, check…: everything, from a bare Python."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (this file is what an older Python meets first)
    sys.exit("✗ Il faut Python 3.11 ou plus récent : installez-le, puis lancez « python3.11 dev.py ».")

import argparse
import signal
from collections.abc import Callable, Sequence
from types import FrameType
from typing import NoReturn

from devtools import checks, demonstration, requirements, suites
from devtools.programs import ROOT, Failure


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Failure("Cette commande n’est pas comprise : « python3 dev.py --help » montre ce qui existe.")


def port_number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Failure(
            f"« {text} » n’est pas un port : donnez un nombre entre 1024 et 65535, par exemple « --port 8000 »."
        )
    return int(text)


def command_line(arguments: Sequence[str]) -> Callable[[], int]:
    parser = Parser(prog="dev.py", description="Installer, montrer, vérifier, mesurer.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)
    show = commands.add_parser("demo", help="lancer la démonstration")
    show.add_argument("--port", type=port_number, default=8000, metavar="N", help="port du serveur web (8000)")
    show.add_argument("--reset", action="store_true", help="recommencer avec une base embarquée neuve")
    prove = commands.add_parser("test", help="tout vérifier ; ce qui suit -- va à pytest")
    prove.add_argument("--only", choices=("sqlite", "postgresql"), help="les tests seuls, sur une seule base")
    for name, words in {
        "check": "la partie rapide des vérifications",
        "tidy": "mettre en forme le code et les gabarits",
        "bench": "mesurer",
        "lock": "refaire les verrous (uv)",
        "manage": "une commande de manage.py, sur la base de démonstration",
    }.items():
        commands.add_parser(name, help=words)
    if arguments and arguments[0] in {"manage", "bench"}:
        extra = list(arguments[1:])
        return lambda: demonstration.manage(extra) if arguments[0] == "manage" else demonstration.bench(extra)
    split = list(arguments).index("--") if "--" in arguments else len(arguments)
    options, extra = parser.parse_args(arguments[:split]), list(arguments[split + 1 :])
    chosen: dict[str, Callable[[], int]] = {
        "demo": lambda: demonstration.demo(options.port, options.reset),
        "test": lambda: suites.test(options.only, extra),
        "check": checks.check,
        "tidy": checks.tidy,
        "lock": requirements.lock,
    }
    return chosen[options.command]


def interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def main(arguments: Sequence[str]) -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        return command_line(arguments)()
    except Failure as failure:
        problem = str(failure)
    except KeyboardInterrupt:
        print("\n✗ Interrompu.", file=sys.stderr)
        return 130
    except PermissionError as error:
        refused = error.filename or ROOT
        problem = f"Impossible d’écrire dans « {refused} » : rendez-le à votre compte, ou copiez le projet ailleurs."
    except OSError as error:
        problem = f"Le système refuse une opération ({error.strerror}, {error.filename}) : corrigez, puis recommencez."
    print(f"✗ {problem}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal that cannot show « or ✗
    sys.exit(main(sys.argv[1:]))
