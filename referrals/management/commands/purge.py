"""What is forgotten now, and what would be?"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from referrals.actions import erasing
from referrals.forgetting.retention import LABELS, Counted, counted


class Command(BaseCommand):
    help = (
        "Efface ce dont le temps est venu : trente jours après la clôture, six mois sans rien, douze mois de journal. "
        "Le worker le fait chaque jour ; à lancer à la main après une restauration (--replay)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="compter seulement, ne rien effacer")
        parser.add_argument(
            "--replay", action="store_true", help="effacer d’abord ce que la liste des effacements dit déjà effacé"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text", help="text par défaut")

    def handle(self, *args: Any, dry_run: bool, replay: bool, format: str, **options: Any) -> None:
        now = timezone.now()
        if dry_run:
            self._say(counted(now), format, "À effacer maintenant :")
            return
        done = erasing.replay(now) if replay else Counted()
        self._say(done + erasing.forget_on_time(now), format, "Effacé :")

    def _say(self, found: Counted, format: str, title: str) -> None:
        if format == "json":
            self.stdout.write(json.dumps(found.as_dict(), indent=2))
            return
        self.stdout.write(title)
        for name, count in found.as_dict().items():
            self.stdout.write(f"{count:>8} {LABELS[name]}")
