"""Load the communes and what they belong to, from the files in territories/data or from official ones."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from territories.actions import DATA_FOLDER, OfficialLoad, Tally, TerritoryLoad, load_official, load_territories
from territories.files import TerritoryFileProblem
from territories.models import Commune


class Command(BaseCommand):
    help = (
        "Charge les départements, arrondissements, intercommunalités, communes et codes postaux. Avec --communes, "
        "--epci ou --priority-districts, ne charge que ces fichiers officiels. Rien n’est supprimé."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=DATA_FOLDER, help="dossier des fichiers à lire")
        parser.add_argument(
            "--communes", type=Path, metavar="FICHIER", help="communes\u00a0: nom, population, superficie, point"
        )
        parser.add_argument(
            "--epci", type=Path, metavar="FICHIER", help="composition des intercommunalités (Insee ou DGCL), en CSV"
        )
        parser.add_argument(
            "--priority-districts", type=Path, metavar="FICHIER", help="liste des quartiers prioritaires (ANCT), en CSV"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text", help="forme du compte rendu")

    def handle(self, *args: Any, folder: Path, format: str, **options: Any) -> None:
        given = {"communes": options["communes"], "epcis": options["epci"]}
        given["priority_districts"] = options["priority_districts"]
        try:
            load = load_official(**given) if any(given.values()) else load_territories(folder)
        except TerritoryFileProblem as problem:
            raise CommandError(str(problem)) from problem
        if format == "json":
            self.stdout.write(json.dumps(asdict(load)))
        elif isinstance(load, OfficialLoad):
            self.stdout.write(official_in_words(load))
        else:
            self.stdout.write(in_words(load))


def official_in_words(load: OfficialLoad) -> str:
    """The counts of the files that were given, and of the communes that have a priority district."""
    kinds = [
        ("communes", "Communes", load.communes, True),
        ("epcis", "Intercommunalités", load.epcis, True),
        ("", "Communes rattachées à une intercommunalité", load.communes_of_epcis, True),
        ("priority_districts", "Quartiers prioritaires", load.priority_districts, False),
    ]
    said = []
    for code, title, tally, feminine in kinds:
        if tally is not None:
            said.append(_line(title, tally, feminine=feminine))
        if load.ignored.get(code):
            said.append(f"Hors du réseau, laissés de côté\u00a0: {load.ignored[code]}")
    return "\n".join([*said, _with_a_district()])


def _with_a_district() -> str:
    count = Commune.objects.filter(has_priority_district=True).count()
    return f"Communes qui ont un quartier prioritaire\u00a0: {count}"


def in_words(load: TerritoryLoad) -> str:
    """The counts of a load, one French line per kind of place."""
    return "\n".join(
        [
            _line("Départements", load.departements),
            _line("Arrondissements", load.arrondissements),
            _line("Intercommunalités", load.epcis, feminine=True),
            _line("Communes", load.communes, feminine=True),
            _line("Codes postaux", load.postal_codes),
            _with_a_district(),
        ]
    )


def _line(title: str, tally: Tally, *, feminine: bool = False) -> str:
    counts = {"créé": tally.created, "modifié": tally.changed, "inchangé": tally.unchanged}
    spoken = [f"{count} {word}{'e' * feminine}{'s' * (count > 1)}" for word, count in counts.items()]
    return f"{title}\u00a0: {', '.join(spoken)}"
