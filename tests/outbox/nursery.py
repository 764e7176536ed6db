"""Where do the processes of the worker tests come from? They are forked from one that has Django ready: 10 ms, not 1 s.

Reads one JSON order per line: {"start": code, "database": …, "port": …, "output": path} answers the process number;
{"wait": number} answers its exit code.
"""

import json
import os
import signal
import sys
import time
import traceback
from typing import Any

import django
from django.conf import settings
from django.db import connections

LONGEST_LIFE = 90  # seconds, once it is waited for


def main() -> None:
    django.setup()
    import outbox.management.commands.worker  # noqa: F401 (read once, for all the children)
    import tests.outbox.factories  # noqa: F401

    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            answer = wait(order["wait"])
        else:
            answer = os.fork()
            if answer == 0:
                live(order)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def wait(number: int) -> int:
    """The exit code; a process that does not end is killed, so that its test fails instead of hanging."""
    deadline = time.monotonic() + LONGEST_LIFE
    while True:
        gone, status = os.waitpid(number, os.WNOHANG)
        if gone:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.kill(number, signal.SIGKILL)
        time.sleep(0.005)


def live(order: dict[str, Any]) -> None:
    """The life of one child; it never comes back from here."""
    code = 1
    try:
        output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(source, target)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        connections.settings = connections.configure_settings({"default": order["database"]})
        if hasattr(connections._connections, "default"):  # type: ignore[attr-defined]
            del connections["default"]  # that of nowhere, made while Django got ready
        settings.EMAIL_PORT = order["port"]
        exec(order["start"], {})
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
