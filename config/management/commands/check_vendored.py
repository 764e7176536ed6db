"""Do the vendored files match their manifest? Exit code 1 and one line per difference when they do not."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.vendored import differences, expected_files


class Command(BaseCommand):
    help = "Compare static/vendor/ avec son manifeste (empreintes SHA-256)."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "static" / "vendor"
        if found := differences(folder):
            raise CommandError("Fichiers tiers à remettre en ordre\u00a0:\n" + "\n".join(f"- {line}" for line in found))
        self.stdout.write(f"Fichiers tiers conformes au manifeste\u00a0: {len(expected_files(folder))}.")
