"""Write a file of the open data, whole or not at all."""

import os
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from structures.exports.calendars import network_calendar
from structures.exports.catalogue import FILES

BUILDERS: dict[str, Callable[[datetime], bytes]] = {file.code: file.build for file in FILES} | {
    "ical": network_calendar
}


class Command(BaseCommand):
    help = "Écrit les structures dont le label est en vigueur, dans un des formats des données ouvertes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("format", choices=sorted(BUILDERS), metavar="FORMAT", help=", ".join(sorted(BUILDERS)))
        parser.add_argument(
            "--output", type=Path, metavar="FICHIER", help="le fichier à écrire\u00a0; à défaut, la sortie"
        )

    def handle(self, *args: Any, format: str, output: Path | None, **options: Any) -> None:
        body = BUILDERS[format](timezone.now())
        if output is None:
            sys.stdout.buffer.write(body)
            return
        try:
            write_whole(output, body)
        except OSError as error:
            raise CommandError(f"Le fichier {output} ne peut pas être écrit\u00a0: {_why(error)}.") from error
        self.stdout.write(f"{output}\u00a0: {len(body)} octets.")


def write_whole(path: Path, body: bytes) -> None:
    """Readers of the file see the old one or the new one, never half of it. OSError when it cannot be written."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
        try:
            draft.write(body)
            draft.flush()
            os.fsync(draft.fileno())
            Path(draft.name).chmod(0o644)
            Path(draft.name).replace(path)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise


def _why(error: OSError) -> str:
    reasons: dict[type[OSError], str] = {
        FileNotFoundError: "le dossier n’existe pas",
        NotADirectoryError: "le dossier n’existe pas",
        IsADirectoryError: "c’est un dossier",
        PermissionError: "vous n’en avez pas le droit",
    }
    return reasons.get(type(error), "le disque ne répond pas")
