"""What is a mail, which mails can never be sent, and what does the mail server receive?"""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import parseaddr
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode

HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
# The sender writes these itself; two of them in one mail, or a hidden recipient, would be a forgery.
OWN_HEADERS = frozenset({"from", "to", "cc", "bcc", "sender", "subject", "date", "message-id", "mime-version"})

# Not a header of the mail: the envelope's sender, where what cannot be delivered and absence replies come back.
RETURN_PATH = "Return-Path"


class UnsendableMail(ValueError):
    """This mail can never be sent as it is written; the text says what is wrong, without quoting it."""


@dataclass(frozen=True)
class Mail:
    """One mail to one person, as the business code words it.

    `headers` are extra ones (In-Reply-To, References, Reply-To, Auto-Submitted…), and RETURN_PATH, the envelope's
    sender when it is not the one of all mails; `purpose` is a short French label for the people who review what did
    not leave, without personal data.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    purpose: str = ""

    def check(self) -> None:
        """Raise `UnsendableMail` when no mail server could carry this mail."""
        try:
            validate_email(self.to)
        except ValidationError:
            raise UnsendableMail("L’adresse n’est pas une adresse électronique.") from None
        _check_header("Subject", self.subject)
        for name, value in self.headers.items():
            if not HEADER_NAME.fullmatch(name):
                raise UnsendableMail("Un nom d’en-tête n’est pas permis.")
            if name.lower() in OWN_HEADERS or name.lower().startswith("content-"):
                raise UnsendableMail(f"L’en-tête {name} est réservé à l’envoi.")
            _check_header(name, value)
        _check_characters("texte", self.text)
        _check_characters("texte", self.html)


@dataclass(frozen=True)
class Envelope:
    """What the transport needs: two bare addresses and the bytes, lines ended by CRLF."""

    sender: str
    to: str
    content: bytes


class _Identifiers(BaseHeader):
    """Message identifiers, one per line: the standard folding would encode the long ones and cut the thread."""

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        UnstructuredHeader.parse(value, kwds)

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {(policy.linesep + ' ').join(str(self).split())}{policy.linesep}"


def _policy() -> Policy:
    registry = HeaderRegistry()
    for name in ("message-id", "in-reply-to", "references"):
        registry.map_to_type(name, _Identifiers)
    # 7 bits: the message must not depend on what the next server on the way accepts.
    return SMTP.clone(header_factory=registry, cte_type="7bit")


POLICY = _policy()


def new_message_id(from_email: str) -> str:
    """A Message-ID that says nothing of the machine, the clock or the mail; `from_email` gives the domain."""
    domain = parseaddr(from_email)[1].rpartition("@")[2] or "localhost"
    return f"<{uuid.uuid4().hex}@{punycode(domain)}>"


def seal(mail: Mail, *, message_id: str, from_email: str, written_at: datetime) -> Envelope:
    """The bytes of a mail. The same arguments give the same Message-ID and date: a second copy can be recognised.

    Raises `ValueError` (or a parent of it) when a header cannot be written.
    """
    sender_name, sender = parseaddr(from_email)
    sender, to = _ascii(sender), _ascii(mail.to)
    headers = dict(mail.headers)
    returns_to = headers.pop(RETURN_PATH, sender)
    email = EmailMessage(policy=POLICY)
    email["From"] = Address(display_name=sender_name, addr_spec=sender)
    email["To"] = Address(addr_spec=to)
    email["Subject"] = mail.subject
    email["Date"] = written_at
    email["Message-ID"] = message_id
    for name, value in headers.items():
        email[name] = value
    email.set_content(mail.text)
    if mail.html:
        email.add_alternative(mail.html, subtype="html")
    return Envelope(sender=_ascii(returns_to), to=to, content=email.as_bytes())


def _check_header(name: str, value: str) -> None:
    # Every line end that Python's e-mail package knows, not only CR and LF; a trailing one counts too.
    if value and value.splitlines() != [value]:
        raise UnsendableMail(f"L’en-tête {name} contient une fin de ligne.")
    _check_characters(f"en-tête {name}", value)


def _check_characters(where: str, value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UnsendableMail(f"Un caractère ne peut pas être écrit ({where}).") from None
    if "\x00" in value:
        raise UnsendableMail(f"Un caractère nul est interdit ({where}).")


def _ascii(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{punycode(domain)}"
