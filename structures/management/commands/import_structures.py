"""Read the national list of France services and create or update its structures."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from structures.actions import ImportReport, import_rows
from structures.importing.reading import read_list
from structures.national_list import NationalList, NotTheNationalList, Problem, Refused


class Command(BaseCommand):
    help = "Importe la liste nationale (CSV ou XLSX, colonnes de 2024 ou de 2022). Rien n’est supprimé."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER", help="la liste nationale, en CSV ou en XLSX")
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui serait fait, sans rien écrire")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="forme du compte rendu")

    def handle(self, *args: Any, file: Path, dry_run: bool, format: str, **options: Any) -> None:
        try:
            listed, report = run(file, now=timezone.now(), dry_run=dry_run)
        except NotTheNationalList as refusal:
            if format == "json":
                self.stdout.write(as_json(_nothing(refusal), ImportReport(0, 0, 0)))
            raise CommandError(f"Fichier refusé{_where(refusal.line, refusal.column)}. {refusal.reason}") from refusal
        except OSError as error:
            raise CommandError(f"Le fichier {file} ne peut pas être lu\u00a0: {_why(error)}.") from error
        self.stdout.write(as_json(listed, report) if format == "json" else in_words(listed, report, dry_run=dry_run))


def run(file: Path, *, now: datetime, dry_run: bool) -> tuple[NationalList, ImportReport]:
    """Read the file and write its structures, in one transaction that a dry run takes back."""
    with file.open("rb") as source, transaction.atomic():
        listed = read_list(source)
        report = import_rows(listed.rows, now=now)
        transaction.set_rollback(dry_run)
    return listed, report


def as_json(listed: NationalList, report: ImportReport) -> str:
    answer = {
        "read": listed.read,
        "created": report.created,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "refused": [asdict(problem) for problem in listed.refused],
        "warnings": [asdict(problem) for problem in _warnings(listed, report)],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def in_words(listed: NationalList, report: ImportReport, *, dry_run: bool) -> str:
    """The counts, then one French line per refusal and per remark."""
    counts = [
        _counted(listed.read, "ligne lue", "lignes lues"),
        _counted(report.created, "structure créée", "structures créées"),
        _counted(report.changed, "modifiée", "modifiées"),
        _counted(report.unchanged, "inchangée", "inchangées"),
        _counted(len(listed.refused), "refusée", "refusées"),
    ]
    said = [f"{', '.join(counts)}."]
    if dry_run:
        said.append("Essai à blanc\u00a0: rien n’a été écrit.")
    said += [f"Refusée{_where(problem.line, problem.column)}. {problem.reason}" for problem in listed.refused]
    said += [
        f"À vérifier{_where(problem.line, problem.column)}. {problem.reason}" for problem in _warnings(listed, report)
    ]
    return "\n".join(said)


def _warnings(listed: NationalList, report: ImportReport) -> list[Problem]:
    """What was doubtful in the file and what was kept unlike it, in the order of its lines."""
    return sorted((*listed.warnings, *report.warnings), key=lambda problem: problem.line or 0)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {many if count > 1 else one}"


def _where(line: int | None, column: str | None) -> str:
    places = [f"ligne {line}" if line else "", f"colonne {column}" if column else ""]
    said = ", ".join(place for place in places if place)
    return f" ({said})" if said else ""


def _why(error: OSError) -> str:
    reasons: dict[type[OSError], str] = {
        FileNotFoundError: "il n’existe pas",
        IsADirectoryError: "c’est un dossier",
        PermissionError: "vous n’en avez pas le droit",
    }
    return reasons.get(type(error), "le disque ou le réseau ne répond pas")


def _nothing(refusal: NotTheNationalList) -> NationalList:
    return NationalList(0, (), (Refused(Problem(refusal.line, refusal.column, refusal.reason)),), ())
