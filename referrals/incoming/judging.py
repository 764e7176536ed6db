"""Is this mail an answer, and if not, what is it? The whole verdict, from the mail and what is known; pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

from referrals.incoming.reading import Incoming

MOST_AN_HOUR = 10
"""Mails taken for one hand-over in an hour: two machines that answer each other write more."""

# Shared by everybody: here the same domain does not make a colleague.
PUBLIC_DOMAINS = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "sfr.fr",
        "neuf.fr",
        "bbox.fr",
        "numericable.fr",
        "laposte.net",
        "hotmail.com",
        "hotmail.fr",
        "outlook.com",
        "outlook.fr",
        "live.com",
        "live.fr",
        "msn.com",
        "yahoo.com",
        "yahoo.fr",
        "ymail.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "gmx.com",
        "gmx.fr",
        "proton.me",
        "protonmail.com",
        "mailo.com",
        "zaclys.net",
        "club-internet.fr",
        "aliceadsl.fr",
    ]
)

_ABSENCE_SUBJECT = re.compile(
    r"^\s*(?:re\s*:\s*|tr\s*:\s*)*(?:\[?(?:réponse automatique|reponse automatique|automatic reply|auto(?:matique)? ?:"
    r"|absen(?:t|te|ce)\b|absence du bureau|out of (?:the )?office|message d['’]absence"
    r"|en congés?\b|congés?\b|vacation))",
    re.IGNORECASE,
)
_ABSENCE_WORDS = re.compile(
    r"\b(?:absente?s?|absence|en congés?|congé (?:maternité|parental|maladie)|de retour|mon retour|indisponible"
    r"|out of (?:the )?office|on leave|annual leave)\b",
    re.IGNORECASE,
)
_ACKNOWLEDGED = re.compile(r"accusé de réception|avons bien reçu|bien été (?:reçu|enregistré)e?", re.IGNORECASE)
_MACHINES = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?reply|ne-pas-repondre|nepasrepondre|bounces?)\b", re.IGNORECASE
)
_MAILERS = re.compile(r"^(?:mailer-daemon|postmaster)@", re.IGNORECASE)


class Kind(StrEnum):
    """The values are those of `referrals.models.Verdict`."""

    ATTACHED = "attached"
    AWAY = "away"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    LOOP = "loop"
    UNKNOWN_SENDER = "unknown"
    NO_ADDRESS = "no_address"
    CLOSED = "closed"
    EMPTY = "empty"
    UNDECIDED = "undecided"
    TOO_BIG = "too_big"


REFUSED_POLITELY = frozenset({Kind.UNKNOWN_SENDER, Kind.NO_ADDRESS, Kind.CLOSED, Kind.TOO_BIG})


@dataclass(frozen=True)
class Known:
    """What the application knows about a mail when it comes. Addresses in small letters."""

    own_addresses: frozenset[str] = frozenset()
    is_our_own: bool = False
    """Its identifier is that of a mail that we wrote."""
    has_hand_over: bool = False
    is_undecided: bool = False
    """It answers a mail of several requests, and nobody can tell which."""
    is_ended: bool = False
    """The request is closed, or the link opens nothing any more."""
    contact: str = ""
    """The address of the contact that was asked."""
    colleagues: frozenset[str] = frozenset()
    """The other contacts of the same operator."""
    of_the_last_hour: int = 0


def judge(mail: Incoming, known: Known) -> Kind:
    """What this mail is. A machine is recognised before anything is refused: nobody answers to it."""
    if (
        known.is_our_own
        or mail.sender in known.own_addresses
        or _bare(mail.headers.get("x-loop", "")) in {_bare(address) for address in known.own_addresses}
    ):
        return Kind.LOOP
    if machine := _machine(mail):
        return machine
    if mail.is_too_big:
        return Kind.TOO_BIG
    if not known.has_hand_over:
        return Kind.NO_ADDRESS
    if not may_answer(mail.sender, known):
        return Kind.UNKNOWN_SENDER
    if known.is_ended:
        return Kind.CLOSED
    if known.of_the_last_hour >= MOST_AN_HOUR:
        return Kind.LOOP
    if known.is_undecided:
        return Kind.UNDECIDED
    return Kind.ATTACHED if mail.reply or mail.files else Kind.EMPTY


def may_answer(sender: str, known: Known) -> bool:
    """The contact, another contact of the operator, or somebody of the same house: colleagues answer for each other.

    The signed mark was given to the contact alone; the domain says that it stayed in the house.
    """
    if not sender:
        return False
    if sender == known.contact or sender in known.colleagues:
        return True
    house, domain = known.contact.rpartition("@")[2], sender.rpartition("@")[2]
    return bool(house) and house not in PUBLIC_DOMAINS and (domain == house or domain.endswith(f".{house}"))


def wants_an_answer(mail: Incoming) -> bool:
    """Whether a polite refusal may be written: never to a machine, an empty sender or what is taken for spam."""
    return (
        bool(mail.sender)
        and mail.returns_to != ""
        and not _MACHINES.search(mail.sender)
        and not mail.headers.get("x-spam-flag", "").lower().startswith("yes")
    )


def _machine(mail: Incoming) -> Kind | None:
    if mail.is_report or "x-failed-recipients" in mail.headers or _MAILERS.search(mail.sender):
        return Kind.BOUNCE if mail.failed or "x-failed-recipients" in mail.headers else Kind.AUTOMATIC
    says = mail.headers
    submitted = says.get("auto-submitted", "no").strip().lower()
    by_subject = bool(_ABSENCE_SUBJECT.search(mail.subject))
    is_machine = (
        not submitted.startswith("no")
        or says.get("precedence", "").strip().lower() in {"bulk", "junk", "list", "auto_reply"}
        or any(name in says for name in _SAYS_AUTOMATIC)
        or mail.returns_to == ""
        # A person may answer « Re : absence… »; an answering machine of Outlook begins so and suppresses answers.
        or (by_subject and "x-auto-response-suppress" in says)
        or bool(re.match(r"\s*(?:réponse automatique|automatic reply)\b", mail.subject, re.IGNORECASE))
    )
    if not is_machine:
        return None
    speaks_of_absence = by_subject or "vacation" in submitted or bool(_ABSENCE_WORDS.search(mail.reply or mail.text))
    return Kind.AWAY if speaks_of_absence and not _ACKNOWLEDGED.search(mail.reply or mail.text) else Kind.AUTOMATIC


_SAYS_AUTOMATIC = (
    "x-autoreply", "x-autorespond", "x-autoreply-from", "x-autoresponder", "x-mail-autoreply", "x-vacation",
    "x-zimbra-autoreply", "x-ms-exchange-inbox-rules-loop", "list-id", "list-unsubscribe",
)  # fmt: skip


def _bare(address: str) -> str:
    return address.strip().strip("<>").lower()
