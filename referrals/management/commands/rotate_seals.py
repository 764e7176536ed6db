"""How is everything sealed again with the newest key?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.sealing import Unreadable
from referrals.resealing import Progress, seal_everything_again


class Command(BaseCommand):
    help = (
        "Scelle avec la première clé de SEALING_KEYS ce qu’une plus ancienne avait scellé : identités, empreintes, "
        "brouillons, noms et contenus des fichiers. Peut être interrompu et relancé, l’application en marche."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sealed = seal_everything_again(self._say)
        except Unreadable:
            raise CommandError(
                "Une donnée est scellée par une clé absente de SEALING_KEYS : remettez l’ancienne après la nouvelle."
            ) from None
        self.stdout.write(f"{sealed} scellés refaits. L’ancienne clé peut être retirée.")

    def _say(self, progress: Progress) -> None:
        self.stdout.write(f"{progress.kind} : {progress.seen} vus, {progress.sealed} scellés à nouveau")
