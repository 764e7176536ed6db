"""Read a spreadsheet of contacts and rules and write what it creates and changes; the second time changes nothing."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from partners.actions import imports
from partners.management.offices import office_named
from partners.models import ContactLineKind
from partners.sheets.compare import Preview
from partners.sheets.reading import NotASheet, read


class Command(BaseCommand):
    help = (
        "Importe des interlocuteurs et leurs règles (CSV ou XLSX)."
        " Rien n’est supprimé\u00a0; l’import s’annule à l’écran."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER", help="le tableau, en CSV ou en XLSX")
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui serait fait, sans rien écrire")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="forme du compte rendu")
        parser.add_argument("--office", metavar="NOM", help="l’équipe, quand il y en a plusieurs")

    def handle(self, *args: Any, file: Path, dry_run: bool, format: str, office: str | None, **options: Any) -> None:
        now, team = timezone.now(), office_named(office)
        try:
            with file.open("rb") as source:
                if dry_run:
                    preview = imports.look(read(source), [team], now)
                else:
                    preview = imports.import_now(source=source, file_name=file.name, office=team, now=now)
        except NotASheet as refusal:
            raise CommandError(f"Fichier refusé. {refusal.reason}") from refusal
        except OSError as error:
            raise CommandError(f"Le fichier {file} ne peut pas être lu\u00a0: {error.strerror}.") from error
        self.stdout.write(as_json(preview) if format == "json" else in_words(preview, dry_run=dry_run))


def as_json(preview: Preview) -> str:
    answer = {
        "read": preview.read,
        "created": len(preview.of(ContactLineKind.CREATED)),
        "changed": len(preview.of(ContactLineKind.CHANGED)),
        "unchanged_rows": preview.unchanged,
        "refused": [
            {"row": line.number, "name": line.name, "problems": line.problems}
            for line in preview.of(ContactLineKind.REFUSED)
        ],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def in_words(preview: Preview, *, dry_run: bool) -> str:
    """The counts, then one French line per refusal."""
    created, changed = len(preview.of(ContactLineKind.CREATED)), len(preview.of(ContactLineKind.CHANGED))
    refused = preview.of(ContactLineKind.REFUSED)
    counts = (
        f"Lignes lues\u00a0: {preview.read}. Interlocuteurs créés\u00a0: {created}, modifiés\u00a0: {changed}. "
        f"Lignes sans changement\u00a0: {preview.unchanged}, refusées\u00a0: {len(refused)}."
    )
    said = [counts]
    if dry_run:
        said.append("Essai à blanc\u00a0: rien n’a été écrit.")
    for line in sorted(refused, key=lambda line: line.number):
        for problem in line.problems:
            where = f", colonne {problem['column']}" if problem["column"] else ""
            said.append(f"Refusée (ligne {line.number}{where}). {problem['reason']}")
    return "\n".join(said)
