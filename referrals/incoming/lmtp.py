"""How does the mail server of the house hand replies over itself? LMTP: « 250 » is said once all is committed."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import close_old_connections
from django.utils import timezone

from referrals.incoming.reading import LARGEST
from referrals.incoming.taking import take

logger = logging.getLogger("app.mail_in")

TAKEN = "250 2.0.0 Message pris"
AGAIN = "451 4.3.0 Message non pris, recommencez plus tard"
ONE_AT_A_TIME = "452 4.5.3 Un destinataire par message"
_AT_ONCE = 4


class _Conversation(LMTP):
    line_length_limit = 64_000
    """Bytes: the standard says 998, and real mails do not obey."""


class Door:
    """What is answered at each step; one recipient for one mail, since LMTP answers for each of them."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="lmtp")

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, to: str, options: Any) -> str:
        if envelope.rcpt_tos:
            return ONE_AT_A_TIME
        envelope.rcpt_tos.append(to)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _deliver, envelope)


class LmtpController(Controller):
    def factory(self) -> SMTP:
        return _Conversation(self.handler, hostname="lmtp", ident="LMTP", data_size_limit=LARGEST, enable_SMTPUTF8=True)


def listening(host: str, port: int) -> LmtpController:
    """A server to `start()` and to `stop()`; nobody signs in to it, so it listens where the mail server alone comes."""
    return LmtpController(Door(), hostname=host, port=port)


def _deliver(envelope: Envelope) -> str:
    close_old_connections()
    try:
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        take(content, now=timezone.now(), sender=envelope.mail_from or "", recipients=envelope.rcpt_tos)
    except Exception as error:  # whatever it is, the mail server keeps the mail and comes back
        logger.error("mail not taken", exc_info=error)
        return AGAIN
    finally:
        close_old_connections()
    return TAKEN
