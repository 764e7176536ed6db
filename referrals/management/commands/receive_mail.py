"""`manage.py receive_mail`: by which way do the replies of the contacts come in?"""

import signal
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from referrals.incoming import lmtp, mailbox
from referrals.incoming.reading import LARGEST
from referrals.incoming.taking import take

TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and comes back."""


class Command(BaseCommand):
    help = "Prend les réponses des interlocuteurs et les rattache à leurs demandes."
    # A mail is not refused for good because a setting is only advised against.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument("--imap", action="store_true", help="lit une fois la boîte de REPLY_MAILBOX_URL")
        way.add_argument("--lmtp", metavar="HÔTE:PORT", help="écoute le serveur de messagerie, sans s’arrêter")
        way.add_argument(
            "--pipe", action="store_true", help="lit un message sur l’entrée\u00a0; rend 0, ou 75 à refaire"
        )
        parser.add_argument("--sender", help="avec --pipe\u00a0: l’expéditeur de l’enveloppe, vide compris")
        parser.add_argument(
            "--recipient", action="append", default=[], help="avec --pipe\u00a0: destinataire, répétable"
        )

    def handle(self, **options: Any) -> None:
        if options["imap"]:
            self._visit()
        elif options["lmtp"]:
            self._listen(options["lmtp"])
        else:
            self._read(options["sender"], options["recipient"])

    def _visit(self) -> None:
        if not settings.REPLY_MAILBOX_URL:
            raise CommandError("REPLY_MAILBOX_URL est vide\u00a0: aucune boîte à lire.")
        self.stdout.write(f"Messages pris\u00a0: {mailbox.visit(timezone.now())}.")

    def _listen(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        if not host or not (port.isascii() and port.isdigit()):
            raise CommandError("--lmtp attend HÔTE:PORT, par exemple 127.0.0.1:2424.")
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        server = lmtp.listening(host.strip("[]"), int(port))
        server.start()
        self.stdout.write(f"À l’écoute sur {address}.")
        self.stdout.flush()
        while not ended.wait(1.0):
            pass
        server.stop()

    def _read(self, sender: str | None, recipients: list[str]) -> None:
        content = sys.stdin.buffer.read(LARGEST + 1)
        while sys.stdin.buffer.read(1_000_000):
            pass  # read to the end: the mail server takes a closed pipe for a failure
        try:
            take(content, now=timezone.now(), sender=sender, recipients=recipients)
        except Exception as error:
            self.stderr.write(f"Message non pris ({type(error).__name__}).")
            sys.exit(TRY_AGAIN)
