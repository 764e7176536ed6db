"""What happened to a request, line by line: what each line is called, how it looks, and which lines are shown?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Case, F, QuerySet, Value, When

from referrals.models import USEFUL, Exchange, Happening


class Show(StrEnum):
    """The filter of the timeline, as it is in the address."""

    ALL = ""
    EXCHANGES = "echanges"
    NOTES = "notes"


@dataclass(frozen=True)
class Look:
    """The icon of components/icon.html, and the tone: answer, done, sent, warning, error, or none."""

    icon: str
    tone: str = ""


_LOOKS = {
    Happening.HANDED_OVER_BY_MAIL: Look("mail", "sent"),
    Happening.HANDED_OVER_BY_PHONE: Look("phone", "sent"),
    Happening.CALL_ANSWERED: Look("phone", "answer"),
    Happening.CALL_NO_ANSWER: Look("phone", "warning"),
    Happening.CALL_BACK: Look("clock"),
    Happening.WRONG_CONTACT: Look("cross", "warning"),
    Happening.LINK_OPENED: Look("mail"),
    Happening.TAKEN: Look("person"),
    Happening.ANSWERED: Look("mail", "answer"),
    Happening.MISSING: Look("question", "answer"),
    Happening.PASSED_ON: Look("arrow", "sent"),
    Happening.NOBODY_LEFT: Look("alert", "warning"),
    Happening.REVOKED: Look("cross"),
    Happening.ORIENTED: Look("pin", "sent"),
    Happening.NOTE: Look("edit"),
    Happening.NEW_HOLDER: Look("person"),
    Happening.INFORMED: Look("check", "done"),
    Happening.CLOSED: Look("check"),
    Happening.REOPENED: Look("arrow", "warning"),
    Happening.CORRECTED: Look("edit"),
    Happening.CANCELLED: Look("cross"),
    Happening.REMINDED: Look("clock", "sent"),
    Happening.ESCALATED: Look("alert", "error"),
    Happening.MAIL_RECEIVED: Look("mail"),
    Happening.USEFUL: Look("check", "answer"),
    Happening.NOT_USEFUL: Look("clock"),
    Happening.AWAY: Look("clock", "warning"),
    Happening.ATTACHED: Look("plus"),
    Happening.FILE_ERASED: Look("cross"),
    Happening.NATIONAL: Look("arrow"),
    Happening.MANDATE: Look("check"),
    Happening.IDENTITY: Look("person"),
    Happening.WARNED_IDLE: Look("alert", "warning"),
    Happening.ERASED: Look("cross"),
}
_BETWEEN_US_AND_THEM = frozenset(
    {
        Happening.HANDED_OVER_BY_MAIL,
        Happening.HANDED_OVER_BY_PHONE,
        Happening.CALL_ANSWERED,
        Happening.CALL_NO_ANSWER,
        Happening.CALL_BACK,
        Happening.WRONG_CONTACT,
        Happening.LINK_OPENED,
        Happening.TAKEN,
        Happening.ANSWERED,
        Happening.MISSING,
        Happening.PASSED_ON,
        Happening.ORIENTED,
        Happening.INFORMED,
        Happening.REMINDED,
        Happening.MAIL_RECEIVED,
        Happening.USEFUL,
        Happening.NOT_USEFUL,
        Happening.AWAY,
        Happening.ATTACHED,
    }
)
_ASKED = frozenset({Happening.HANDED_OVER_BY_MAIL, Happening.HANDED_OVER_BY_PHONE, Happening.PASSED_ON})
_SAYABLE: dict[str, str] = {
    Happening.ANSWERED: Happening.NOT_USEFUL,
    Happening.MISSING: Happening.NOT_USEFUL,
    Happening.TAKEN: Happening.USEFUL,
    Happening.MAIL_RECEIVED: Happening.USEFUL,
}
_WORTH_A_NOTE = frozenset({Happening.ANSWERED, Happening.CALL_ANSWERED})


@dataclass(frozen=True)
class Line:
    """One line, ready to show; nothing here costs a query."""

    exchange: Exchange
    look: Look
    may_become_a_note: bool
    original: int | None = None
    """The mail that came in, whose original is kept; known of rows read `with_originals`."""
    question: str = ""
    """What the contact was asked, on the line that says she was."""
    may_be_said: str = ""
    """What whoever reads this mail may say of it: it is useful, or not yet; empty when there is nothing to say."""


def with_originals(exchanges: QuerySet[Exchange]) -> QuerySet[Exchange]:
    """The same rows, each with the mail it is, and the original that can be shown of it; no statement more."""
    kept = When(incoming_mail__original__isnull=False, then=F("incoming_mail__pk"))
    is_mail = When(incoming_mail__isnull=False, then=Value(True))
    return exchanges.annotate(original=Case(kept), is_mail=Case(is_mail, default=Value(False)))


def lines_of(
    exchanges: Iterable[Exchange],
    show: Show = Show.ALL,
    questions: Mapping[int, str] | None = None,
    *,
    is_open: bool = False,
) -> list[Line]:
    """The lines that the filter leaves, oldest first. `questions`: what each hand-over asked, by its number.

    `is_open`: the request is, so that what its mails are worth may still be said.
    """
    asked = questions or {}
    return [
        Line(
            exchange,
            look_of(exchange.kind),
            bool(exchange.text) and exchange.kind in _WORTH_A_NOTE,
            getattr(exchange, "original", None),
            asked.get(exchange.referral_id or 0, "") if exchange.kind in _ASKED else "",
            _SAYABLE.get(exchange.kind, "") if is_open and getattr(exchange, "is_mail", False) else "",
        )
        for exchange in exchanges
        if _is_shown(exchange.kind, show)
    ]


def answer_among(exchanges: Iterable[Exchange]) -> Exchange | None:
    """The last useful answer in words: what the resident is to be told; None when it has none."""
    said = [exchange for exchange in exchanges if exchange.kind in USEFUL and exchange.text]
    return said[-1] if said else None


def look_of(kind: str) -> Look:
    """How this kind of line looks; a kind of another version of the application looks plain."""
    return _LOOKS.get(Happening(kind), Look("clock")) if kind in Happening.values else Look("clock")


def shown(asked: str) -> Show:
    """The filter of the address; anything else shows everything."""
    return Show(asked) if asked in list(Show) else Show.ALL


def _is_shown(kind: str, show: Show) -> bool:
    if show is Show.EXCHANGES:
        return kind in _BETWEEN_US_AND_THEM
    return kind == Happening.NOTE if show is Show.NOTES else True
