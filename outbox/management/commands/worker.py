"""How is a worker started from the command line?"""

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from outbox.transport import transport_from_settings
from outbox.worker import Worker

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Command(BaseCommand):
    help = "Envoie le courrier en attente et fait passer les tâches périodiques. Plusieurs peuvent tourner ensemble."
    # A worker starts before the database is there, and waits for it.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="un seul tour, puis s’arrêter")
        parser.add_argument("--interval", type=float, default=1.0, help="secondes entre deux regards (1 par défaut)")

    def handle(self, *args: Any, once: bool = False, interval: float = 1.0, **options: Any) -> None:
        worker = Worker(transport_from_settings(), interval=interval)

        def stop(_number: int, _frame: FrameType | None) -> None:
            worker.stop()

        before = {number: signal.signal(number, stop) for number in STOP_SIGNALS}
        try:
            if once:
                while worker.step():
                    pass
            else:
                worker.run()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
