"""Write the contacts of a partner office and their rules as a spreadsheet, whole or not at all."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners.management.offices import office_named
from partners.models import Contact
from partners.sheets.export import FORMATS, export


class Command(BaseCommand):
    help = "Écrit les interlocuteurs et leurs règles, une ligne par règle. Le fichier peut être importé de nouveau."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=sorted(FORMATS), default="csv", help="csv (par défaut) ou xlsx")
        parser.add_argument(
            "--output", type=Path, metavar="FICHIER", help="le fichier à écrire\u00a0; à défaut, la sortie"
        )
        parser.add_argument("--office", metavar="NOM", help="l’équipe, quand il y en a plusieurs")

    def handle(self, *args: Any, format: str, output: Path | None, office: str | None, **options: Any) -> None:
        team = office_named(office)
        rows = Contact.objects.filter(office=team).order_by("operator__plain_name", "plain_name", "pk")
        body = export(rows.values_list("pk", flat=True), offices=[team], kind=format)
        if output is None:
            sys.stdout.buffer.write(body)
            return
        draft = output.with_name(f".{output.name}.part")
        try:
            draft.write_bytes(body)
            draft.replace(output)
        except OSError as error:
            raise CommandError(f"Le fichier {output} ne peut pas être écrit\u00a0: {error.strerror}.") from error
        self.stdout.write(f"{output}\u00a0: {len(body)} octets.")
