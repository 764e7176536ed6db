"""When many counsellors log at once, is each entry stored, and stored once?"""

import socket
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from accounts.models import Membership, User
from config.bench import data
from config.bench.storm import Verdict, gunicorn, storm


class Command(BaseCommand):
    help = "Fait enregistrer des demandes par beaucoup de conseillères à la fois, sur un vrai serveur, puis compte."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--counsellors", type=int, default=100, metavar="N", help="conseillères (100)")
        parser.add_argument("--seconds", type=int, default=60, metavar="N", help="durée (60)")

    def handle(self, *args: Any, counsellors: int, seconds: int, **options: Any) -> None:
        if min(counsellors, seconds) < 1:
            raise CommandError("Il faut au moins une conseillère et une seconde.")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        try:
            data.prepare(data.Size(1_000, 200), timezone.now())
        except data.NotOurs:
            raise CommandError(
                "Cette base contient déjà autre chose que des mesures\u00a0: donnez-en une vide avec DATABASE_URL."
            ) from None
        rows = data.read()
        people = self._people(rows, counsellors)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        with gunicorn(port):
            verdict = storm(people, rows.procedure, seconds=seconds, port=port)
        self.stdout.write(self._in_words(verdict, counsellors))
        if not verdict.is_good:
            raise CommandError("Une saisie a été perdue, doublée ou refusée.")

    def _people(self, rows: data.Rows, count: int) -> list[User]:
        """Colleagues of the busy site; those of an earlier run serve again."""
        people = []
        for number in range(count):
            person, _ = User.objects.get_or_create(
                email=f"storm{number:03d}@exemple.fr", defaults={"full_name": f"storm {number}", "password": "!"}
            )
            Membership.objects.get_or_create(user=person, team=rows.busy.team)
            people.append(person)
        return people

    def _in_words(self, verdict: Verdict, counsellors: int) -> str:
        entries = verdict.entries
        return "\n".join(
            [
                f"{connection.display_name} · {counsellors} conseillères · {verdict.seconds:.0f} s",
                f"{len(entries.sent)} saisies ({len(entries.sent) / verdict.seconds:.0f} par seconde)",
                f"{entries.pressed_twice} doubles clics, {entries.answers_lost} réponses perdues puis renvoyées",
                f"{len(entries.acknowledged)} confirmées, {len(entries.refused)} refusées",
                f"{verdict.lost} perdue(s), {verdict.doubled} doublée(s) · 95 % en moins de {verdict.p95:.0f} ms",
            ]
        )
