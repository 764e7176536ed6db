"""Load operators, themes, démarches, blockers and the subjects outside, from the files in partners/data."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from partners.actions import LoadReport, LoadTally, load_reference
from partners.reference import DATA_FOLDER, ReferenceFileProblem


class Command(BaseCommand):
    help = "Charge les opérateurs, les thèmes, leurs démarches, les blocages et les besoins hors opérateurs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=DATA_FOLDER, help="dossier des fichiers à lire")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="forme du compte rendu")

    def handle(self, *args: Any, folder: Path, format: str, **options: Any) -> None:
        try:
            report = load_reference(timezone.now(), folder)
        except ReferenceFileProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(json.dumps(asdict(report), ensure_ascii=False) if format == "json" else in_words(report))


def in_words(report: LoadReport) -> str:
    """The counts of a load, one French line per kind of row, then what was left as people edited it."""
    lines = [
        _line("Opérateurs", report.operators),
        _line("Thèmes", report.themes),
        _line("Démarches", report.procedures, feminine=True),
        _line("Blocages", report.blockers),
        _line("Besoins hors opérateurs", report.subjects),
    ]
    tallies = (report.operators, report.themes, report.procedures, report.blockers, report.subjects)
    kept = [name for tally in tallies for name in tally.kept]
    if kept:
        lines.append(f"Modifiés à la main, laissés tels quels\u00a0: {', '.join(kept)}")
    return "\n".join(lines)


def _line(title: str, tally: LoadTally, *, feminine: bool = False) -> str:
    counts = {"créé": tally.created, "modifié": tally.changed, "inchangé": tally.unchanged}
    spoken = [f"{count} {word}{'e' * feminine}{'s' * (count > 1)}" for word, count in counts.items()]
    return f"{title}\u00a0: {', '.join(spoken)}"
