"""How fast is each page, beside a bare Django view doing the same work on the same rows, in one run?"""

import logging
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from config.bench import data, measure, pages, report
from referrals.models import ServiceRequest


class Command(BaseCommand):
    help = "Mesure le temps de calcul et les requêtes SQL de chaque page, à côté d’une vue Django nue."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--requests", type=int, default=100_000, metavar="N", help="demandes du plus grand site")
        parser.add_argument("--contacts", type=int, default=20_000, metavar="N", help="interlocuteurs du pays")
        parser.add_argument("--procedures", type=int, default=0, metavar="N", help="démarches, au moins (3000)")
        parser.add_argument("--rounds", type=int, default=20, metavar="N", help="tours de mesure")
        parser.add_argument("--repeats", type=int, default=3, metavar="N", help="essais par page et par tour")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(
        self,
        *args: Any,
        requests: int,
        contacts: int,
        procedures: int,
        rounds: int,
        repeats: int,
        format: str,
        **options: Any,
    ) -> None:
        if min(requests, contacts) < 100 or min(rounds, repeats) < 1:
            raise CommandError("Il faut au moins 100 demandes, 100 interlocuteurs, un tour et un essai.")
        size = data.Size(requests, contacts, procedures)
        self._prepare(size)
        found = self._measure(rounds, repeats)
        about: dict[str, object] = {
            "database": connection.display_name,
            "requests": requests,
            "of_quiet": size.of_quiet,
            "contacts": contacts,
            "procedures": procedures,
            "rounds": rounds,
        }
        self.stdout.write(report.as_json(found, about) if format == "json" else report.in_words(found, about))

    def _prepare(self, size: data.Size) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if getattr(staticfiles_storage, "manifest_strict", False) and not _has_manifest():
            call_command("collectstatic", interactive=False, verbosity=0)
        self.stderr.write("Préparation des données…")
        try:
            wrote = data.prepare(size, timezone.now())
        except data.NotOurs:
            raise CommandError(
                "Cette base contient déjà autre chose que des mesures\u00a0: donnez-en une vide avec DATABASE_URL."
            ) from None
        self.stderr.write("Données écrites. Mesure…" if wrote else "Données déjà là. Mesure…")

    def _measure(self, rounds: int, repeats: int) -> list[report.Line]:
        last = ServiceRequest.objects.order_by("-pk").values_list("pk", flat=True)[0]
        measures = pages.measures(data.read())
        with Path(os.devnull).open("w") as nowhere, _Quiet(nowhere):
            try:
                costs = measure.costs({one.key: one.work for one in measures}, rounds=rounds, repeats=repeats)
            except pages.WrongAnswer as problem:
                raise CommandError(f"Mesure impossible\u00a0: {problem}.") from problem
            finally:
                ServiceRequest.objects.filter(pk__gt=last).delete()
        return report.lines(measures, costs)


def _has_manifest() -> bool:
    return (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()


class _Quiet:
    """The lines of the log are written as in service, but to nowhere."""

    def __init__(self, nowhere: Any) -> None:
        self.nowhere = nowhere
        self.handlers = [one for one in logging.root.handlers if isinstance(one, logging.StreamHandler)]

    def __enter__(self) -> None:
        self.before = [one.setStream(self.nowhere) for one in self.handlers]

    def __exit__(self, *_: object) -> None:
        for one, stream in zip(self.handlers, self.before, strict=True):
            if stream is not None:
                one.setStream(stream)
