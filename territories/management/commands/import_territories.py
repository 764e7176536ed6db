"""Load the communes of the département and what they belong to, from the files in territories/data."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from territories.actions import DATA_FOLDER, Tally, TerritoryLoad, load_territories
from territories.files import TerritoryFileProblem


class Command(BaseCommand):
    help = "Charge les départements, arrondissements, intercommunalités, communes et codes postaux."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=DATA_FOLDER, help="dossier des fichiers à lire")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="forme du compte rendu")

    def handle(self, *args: Any, folder: Path, format: str, **options: Any) -> None:
        try:
            load = load_territories(folder)
        except TerritoryFileProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(json.dumps(asdict(load)) if format == "json" else in_words(load))


def in_words(load: TerritoryLoad) -> str:
    """The counts of a load, one French line per kind of place."""
    return "\n".join(
        [
            _line("Départements", load.departements),
            _line("Arrondissements", load.arrondissements),
            _line("Intercommunalités", load.epcis, feminine=True),
            _line("Communes", load.communes, feminine=True),
            _line("Codes postaux", load.postal_codes),
        ]
    )


def _line(title: str, tally: Tally, *, feminine: bool = False) -> str:
    counts = {"créé": tally.created, "modifié": tally.changed, "inchangé": tally.unchanged}
    spoken = [f"{count} {word}{'e' * feminine}{'s' * (count > 1)}" for word, count in counts.items()]
    return f"{title}\u00a0: {', '.join(spoken)}"
