"""Load the charter of 2020, its courses and its promise, where they are absent."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from quality.actions import load_charter
from quality.wording import counted


class Command(BaseCommand):
    help = "Crée ce qui manque de la charte : version du 1er janvier 2020, formations, promesse des 72 heures."

    def handle(self, *args: Any, **options: Any) -> None:
        load = load_charter(timezone.now())
        if not (load.version or load.courses or load.promise):
            self.stdout.write("Tout était déjà là, rien n’a changé.")
            return
        self.stdout.write(f"Version de la charte : {'créée' if load.version else 'déjà là'}.")
        self.stdout.write(f"Formations : {counted(load.courses, 'créée', 'créées')}.")
        self.stdout.write(f"Promesse de réponse : {'créée' if load.promise else 'déjà là'}.")
