"""Print each structure's findings: does it keep the charter, on what figure, and what would mend it?"""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from quality.actions import load_charter
from quality.charter import assess
from quality.facts import charter_in_force, gather
from quality.findings import Finding, SiteFacts
from quality.models import CharterVersion
from schedules.calendars import PARIS
from schedules.wording import spoken_date
from structures.models import Structure

MARKS = {"met": "✓", "not_met": "✕", "unknown": "?", "not_asked": "–"}


class Command(BaseCommand):
    help = "Affiche les constats de la charte, structure par structure."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text", help="forme du résultat")
        parser.add_argument("--at", type=_day, help="le jour des constats, AAAA-MM-JJ (aujourd’hui par défaut)")

    def handle(self, *args: Any, format: str, at: date | None, **options: Any) -> None:
        now = timezone.now()
        if not CharterVersion.objects.exists():
            load_charter(now)
        today = now.astimezone(PARIS).date()
        instant = now if at in (None, today) else datetime.combine(at or today, time(23, 59, 59), tzinfo=PARIS)
        charter = charter_in_force(instant.astimezone(PARIS).date())
        sites = gather(Structure.objects.all(), charter, instant, looking_back=instant < now)
        found = [(site, assess(site, charter)) for site in sites]
        self.stdout.write(_as_json(found) if format == "json" else _in_words(found, charter.name, instant.date()))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise ArgumentTypeError(f"« {text} » n’est pas un jour : écrivez-le comme 2026-11-24.") from problem


def _as_json(found: list[tuple[SiteFacts, list[Finding]]]) -> str:
    rows = [
        {
            "id_fs": site.id_fs,
            "structure": site.name,
            "criterion": finding.criterion,
            "verdict": finding.verdict.value,
            "figure": finding.value,
            "unit": finding.unit,
            "threshold": _whole(finding.threshold_value),
        }
        for site, findings in found
        for finding in findings
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def _whole(number: float | None) -> float | int | None:
    return int(number) if number is not None and number == int(number) else number


def _in_words(found: list[tuple[SiteFacts, list[Finding]]], charter: str, day: date) -> str:
    if not found:
        return "Aucune structure : importez d’abord la liste nationale (import_structures)."
    if not charter:
        return f"Aucune version de la charte n’était en vigueur le {spoken_date(day, with_year=True)}."
    lines = [f"{charter}, constats du {spoken_date(day, with_year=True)}"]
    for site, findings in found:
        lines += ["", f"{site.name}{f' ({site.id_fs})' if site.id_fs else ''}"]
        lines += [_line(finding) for finding in findings] or [f"  label pas en vigueur ({site.label})\u00a0: non jugée"]
    return "\n".join(lines)


def _line(finding: Finding) -> str:
    asked = f", pour {finding.threshold}" if finding.threshold_value is not None else ""
    mend = f". {finding.to_meet}" if finding.to_meet else ""
    mark = MARKS[finding.verdict.value]
    return f"  {mark} {finding.verdict.label} · {finding.asked.short_name} : {finding.figure}{asked}{mend}"
