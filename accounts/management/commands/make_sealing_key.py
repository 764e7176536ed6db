"""How is a new sealing key made?"""

from typing import Any

from cryptography.fernet import Fernet
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Écrit une nouvelle clé de scellement, à mettre en tête de SEALING_KEYS ; puis « rotate_seals » scelle tout "
        "avec elle, et l’ancienne peut être retirée. À garder à part des sauvegardes de la base."
    )
    # The key is made before the first start: nothing needs to be configured yet.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(Fernet.generate_key().decode())
