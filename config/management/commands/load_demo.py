"""How is the invented département loaded from the command line?"""

import argparse
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.demo.load import FEWEST, REQUESTS, SEED, is_empty, load
from schedules.calendars import PARIS


class Command(BaseCommand):
    help = "Charge le département de démonstration, inventé, dans une base vide."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="sans erreur si la base est remplie")
        parser.add_argument("--requests", type=_enough, default=REQUESTS, help=f"nombre de demandes ({REQUESTS})")
        parser.add_argument("--now", type=_instant, help="instant auquel la démonstration se place (maintenant)")
        parser.add_argument("--seed", type=int, default=SEED, help=f"graine du hasard ({SEED})")

    def handle(
        self, *args: Any, if_empty: bool, requests: int, seed: int, now: datetime | None, **options: Any
    ) -> None:
        if settings.PRODUCTION:
            raise CommandError("La démonstration ne se charge pas en production : ses mots de passe sont publics.")
        if not is_empty():
            if not if_empty:
                raise CommandError(
                    "La base contient déjà des données : la démonstration ne se charge que dans une base vide."
                )
            self.stdout.write("La base contient déjà des données : rien à charger.")
            return
        load(now=now or timezone.now(), say=self._say, requests=requests, seed=seed)

    def _say(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()


def _instant(text: str) -> datetime:
    """An ISO 8601 instant; without a zone, Paris time."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=PARIS)


def _enough(text: str) -> int:
    number = int(text)
    if number < FEWEST:
        raise argparse.ArgumentTypeError(f"au moins {FEWEST}")
    return number
