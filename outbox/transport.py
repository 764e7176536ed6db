"""What did the mail server do with a message: took it, refused it, asked for later, or do we not know?"""

import contextlib
import re
import select
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from functools import partial
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.utils import DNS_NAME
from django.utils.encoding import punycode

from outbox.messages import Envelope

DEFAULT_TIMEOUT = 30.0  # seconds, when EMAIL_TIMEOUT is not set: without one a silent server would hold the worker
STEPS = 15  # exchanges of one delivery at most: connect, greeting, EHLO ×2, STARTTLS, AUTH ×3, MAIL, RCPT, DATA, end…
# The account or the encryption is refused, not the mail (RFC 4954, RFC 3207): all mails wait until it is put right.
ACCOUNT_CODES = frozenset({454, 530, 534, 535, 538})

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
DISPLAY_BACKENDS = frozenset(
    f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "locmem", "dummy")
)


class Outcome(Enum):
    SENT = "sent"
    LATER = "later"  # this mail, after a pause; the server does not have it
    AWAY = "away"  # no mail can leave at the moment
    REFUSED = "refused"  # for good: a person must look
    UNCERTAIN = "uncertain"  # handed over, no answer: never again without a person


@dataclass(frozen=True)
class Answer:
    """An outcome and its class of reason, in French, without what the server wrote (it quotes addresses)."""

    outcome: Outcome
    reason: str = ""


class Transport(Protocol):
    @property
    def patience(self) -> timedelta:
        """How long one delivery can last at most; the lease must be longer."""
        ...

    def hand_over(self, envelope: Envelope, before_the_end: Callable[[], None]) -> Answer:
        """Deliver; `before_the_end` is called when all is said but the final dot, and may raise to stop there."""
        ...

    def close(self) -> None: ...


class DisplayTransport:
    """Nothing leaves: the demonstration shows the messages on a page."""

    patience = timedelta(0)

    def hand_over(self, envelope: Envelope, before_the_end: Callable[[], None]) -> Answer:
        before_the_end()
        return Answer(Outcome.SENT)

    def close(self) -> None:
        pass


@dataclass
class SmtpTransport:
    """SMTP that knows its phase. Before the final dot nothing is delivered (RFC 5321, 4.1.1.4): any failure is safe to
    retry. From the dot on, only an answer tells. One connection serves a batch."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    use_tls: bool = False
    use_ssl: bool = False
    timeout: float = DEFAULT_TIMEOUT  # seconds, for each exchange
    keyfile: str | None = None
    certfile: str | None = None
    _smtp: smtplib.SMTP | None = field(default=None, init=False, repr=False)

    @property
    def patience(self) -> timedelta:
        return timedelta(seconds=STEPS * self.timeout)

    def hand_over(self, envelope: Envelope, before_the_end: Callable[[], None]) -> Answer:
        try:
            self._smtp = self._reused() or self._connect()
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            return self._broken(Outcome.AWAY, _why_away(error))
        try:
            if answer := self._say_all_but_the_dot(self._smtp, envelope):
                return answer
            before_the_end()
        except BaseException:
            self._drop()  # without the dot: the server throws away what it has
            raise
        return self._finish(self._smtp)

    def _say_all_but_the_dot(self, smtp: smtplib.SMTP, envelope: Envelope) -> Answer | None:
        """None when only the dot is missing; nothing that happens here can have delivered the message."""
        try:
            if answer := _refused_envelope(smtp, envelope):
                return answer
            smtp.send(dot_stuffed(envelope.content))
            if _spoke_too_early(smtp):
                return self._broken(Outcome.LATER, "connexion coupée avant la remise")
        except (OSError, smtplib.SMTPException):
            return self._broken(Outcome.LATER, "connexion coupée avant la remise")
        except ValueError:
            return self._broken(Outcome.REFUSED, "adresse impossible à transmettre")
        return None

    def _finish(self, smtp: smtplib.SMTP) -> Answer:
        try:
            smtp.send(b".\r\n")
            code, _ = smtp.getreply()
        except (OSError, smtplib.SMTPException):
            return self._broken(Outcome.UNCERTAIN, "pas de réponse après la remise")
        if 200 <= code < 300:
            return Answer(Outcome.SENT)
        if 400 <= code < 600:
            return _refusal(code)
        return self._broken(Outcome.UNCERTAIN, "réponse incompréhensible après la remise")

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            try:
                smtp.quit()
            except (OSError, smtplib.SMTPException):
                smtp.close()

    def _reused(self) -> smtplib.SMTP | None:
        """The open connection, if the server is still there; RSET also clears what a refused mail left behind."""
        if self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if self._smtp.rset()[0] == 250:
                    return self._smtp
            self._drop()
        return None

    def _connect(self) -> smtplib.SMTP:
        name = punycode(str(DNS_NAME))
        smtp: smtplib.SMTP
        if self.use_ssl:
            context = self._tls_context()
            smtp = smtplib.SMTP_SSL(self.host, self.port, local_hostname=name, timeout=self.timeout, context=context)
        else:
            smtp = smtplib.SMTP(self.host, self.port, local_hostname=name, timeout=self.timeout)
        try:
            smtp.ehlo_or_helo_if_needed()
            if self.use_tls:
                smtp.starttls(context=self._tls_context())
                smtp.ehlo_or_helo_if_needed()
            if self.user and self.password:
                smtp.login(self.user, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _tls_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.certfile:
            context.load_cert_chain(self.certfile, self.keyfile)
        return context

    def _broken(self, outcome: Outcome, reason: str) -> Answer:
        self._drop()
        return Answer(outcome, reason)

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def transport_from_settings() -> Transport:
    """The way out that the settings describe: OUTBOX_TRANSPORT ("smtp" or "display") or, without it, EMAIL_BACKEND;
    then EMAIL_HOST and its companions.

    Raises `ImproperlyConfigured` for a way it does not know: to call a mail sent that went nowhere would be to lose it.
    """
    way = getattr(settings, "OUTBOX_TRANSPORT", settings.EMAIL_BACKEND)
    if way in {"smtp", SMTP_BACKEND}:
        return SmtpTransport(
            host=settings.EMAIL_HOST,
            port=settings.EMAIL_PORT,
            user=settings.EMAIL_HOST_USER,
            password=settings.EMAIL_HOST_PASSWORD,
            use_tls=settings.EMAIL_USE_TLS,
            use_ssl=settings.EMAIL_USE_SSL,
            timeout=settings.EMAIL_TIMEOUT or DEFAULT_TIMEOUT,
            keyfile=settings.EMAIL_SSL_KEYFILE,
            certfile=settings.EMAIL_SSL_CERTFILE,
        )
    if way == "display" or way in DISPLAY_BACKENDS:
        return DisplayTransport()
    raise ImproperlyConfigured(f"Le courrier ne sait pas sortir par {way}\u00a0: choisir smtp:// ou consolemail://.")


def dot_stuffed(content: bytes) -> bytes:
    """Lines that begin with a dot get a second one (RFC 5321, 4.5.2); the content ends with CRLF."""
    content = re.sub(rb"(?m)^\.", b"..", content)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _refused_envelope(smtp: smtplib.SMTP, envelope: Envelope) -> Answer | None:
    """Say who writes to whom; None when the server waits for the content."""
    options = [f"size={len(envelope.content)}"] if smtp.has_extn("size") else []
    steps = (
        (partial(smtp.mail, envelope.sender, options), 2),
        (partial(smtp.rcpt, envelope.to), 2),
        (partial(smtp.docmd, "DATA"), 3),
    )
    for say, welcome in steps:
        code, _ = say()
        if code // 100 != welcome:
            return _refusal(code)
    return None


def _why_away(error: Exception) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            return "identification refusée par le serveur de messagerie"
        case smtplib.SMTPResponseException():
            return f"serveur de messagerie indisponible ({error.smtp_code})"
        case TimeoutError() | smtplib.SMTPServerDisconnected():
            return "serveur de messagerie muet ou parti"
        case ssl.SSLError():
            return "chiffrement impossible avec le serveur de messagerie"
    return "serveur de messagerie injoignable"


def _refusal(code: int) -> Answer:
    if code in ACCOUNT_CODES:
        return Answer(Outcome.AWAY, f"identification ou chiffrement demandé par le serveur de messagerie ({code})")
    if 500 <= code < 600:
        return Answer(Outcome.REFUSED, f"refus définitif du serveur de messagerie ({code})")
    return Answer(Outcome.LATER, f"refus temporaire du serveur de messagerie ({code})")


def _spoke_too_early(smtp: smtplib.SMTP) -> bool:
    """Has the server closed, or said something, before the dot? Then it cannot have taken the message.

    An encrypted stream cannot be looked at without reading it: there the answer is no.
    """
    sock = smtp.sock
    if not isinstance(sock, socket.socket) or isinstance(sock, ssl.SSLSocket):
        return False
    readable, _, _ = select.select([sock], [], [], 0)
    return bool(readable)
