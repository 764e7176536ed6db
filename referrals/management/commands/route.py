"""`manage.py route`: who should be asked for this démarche, in this commune, now; and where does nobody answer?"""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from accounts.models import Team
from accounts.permissions import TeamKind
from partners.models import Operator, Procedure
from referrals.coverage.facts import Hole, holes
from referrals.facts import Card, recommend
from schedules.calendars import PARIS
from territories.models import Commune


class Command(BaseCommand):
    help = "Affiche les interlocuteurs à solliciter, du premier au dernier, avec les raisons."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--procedure", help="code de la démarche")
        parser.add_argument("--commune", help="code INSEE")
        parser.add_argument(
            "--holes", action="store_true", help="liste plutôt où personne ne répond, par opérateur et intercommunalité"
        )
        parser.add_argument("--at", help="instant, par exemple 2026-11-24T14:05 (par défaut : maintenant)")
        parser.add_argument("--operator", help="code de l’opérateur que la question désigne")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, **options: Any) -> None:
        if options["holes"]:
            self._list_holes(_instant(options["at"]), options["format"])
            return
        missing = [f"--{name}" for name in ("procedure", "commune") if not options[name]]
        if missing:
            raise CommandError(f"Il manque {' et '.join(missing)} (ou bien demandez --holes).")
        procedure = _found(
            Procedure.objects.select_related("operator", "alternative_operator"),
            "la démarche",
            code=options["procedure"],
        )
        commune = _found(Commune.objects.all(), "la commune", insee=options["commune"])
        operators = (
            [_found(Operator.objects.all(), "l’opérateur", code=options["operator"])] if options["operator"] else []
        )
        cards = recommend(procedure=procedure, commune=commune, now=_instant(options["at"]), operators=operators)
        if options["format"] == "json":
            self.stdout.write(json.dumps([_as_json(card) for card in cards], ensure_ascii=False, indent=1))
            return
        if procedure.open_question and not operators:
            self.stdout.write(f"À demander : {procedure.question}")
        for card in cards:
            self.stdout.write(_as_text(card))
        if not cards:
            self.stdout.write("Plus personne à solliciter : prévenez l’équipe partenaires.")

    def _list_holes(self, now: datetime, form: str) -> None:
        """Those of every partner office, one after the other."""
        day = now.astimezone(PARIS).date()
        found = [
            (office, hole)
            for office in Team.objects.filter(kind=TeamKind.PARTNER_OFFICE).order_by("name", "pk")
            for hole in holes(office, day)
        ]
        if form == "json":
            self.stdout.write(json.dumps([_hole_as_json(*each) for each in found], ensure_ascii=False, indent=1))
            return
        for office, hole in found:
            self.stdout.write(_hole_as_text(office, hole))
        if not found:
            self.stdout.write("Aucun trou\u00a0: partout, quelqu’un répond.")


def _found(rows: Any, what: str, **key: str) -> Any:
    row = rows.filter(**key).first()
    if row is None:
        raise CommandError(f"Code inconnu pour {what} : « {next(iter(key.values()))} ».")
    return row


def _instant(text: str | None) -> datetime:
    """An instant without an offset is a Paris time; a bare date is its noon."""
    if not text:
        return timezone.now()
    try:
        if (day := parse_date(text)) is not None:
            return datetime(day.year, day.month, day.day, 12, tzinfo=PARIS)
        instant = parse_datetime(text)
    except ValueError:
        instant = None
    if instant is None:
        raise CommandError("L’instant se donne ainsi : 2026-11-24T14:05.")
    return instant if instant.tzinfo else instant.replace(tzinfo=PARIS)


def _as_json(card: Card) -> dict[str, Any]:
    return {
        "rank": card.rank,
        "operator": card.operator.code,
        "contact": card.contact.name,
        "phone": card.contact.best_phone,
        "mail": card.contact.mail,
        "reason": card.reason,
        "reachable_now": card.reachable_now,
        "stand_in_for": card.stand_in_for.name if card.stand_in_for else None,
    }


def _as_text(card: Card) -> str:
    now = "joignable maintenant" if card.reachable_now else "pas joignable maintenant"
    instead = f", remplace {card.stand_in_for.name}" if card.stand_in_for else ""
    ways = f"{card.contact.best_phone} · {card.contact.mail}"
    return f"{card.rank}. {card.contact}{instead} · {ways} · {card.reason} · {now}"


def _hole_as_json(office: Team, hole: Hole) -> dict[str, Any]:
    return {
        "office": office.name,
        "operator": hole.operator.code,
        "area": hole.area_name,
        "unanswered": hole.cell.holes,
        "cases": hole.cell.cases,
        "url": hole.url,
    }


def _hole_as_text(office: Team, hole: Hole) -> str:
    count = f"{hole.cell.holes} couple{'s' if hole.cell.holes > 1 else ''} démarche × commune sur {hole.cell.cases}"
    return f"{office.name} · {hole.operator.name} · {hole.area_name}\u00a0: {count}"
