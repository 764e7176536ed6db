"""Where does a request stand, in two words and a colour, from its row alone?"""

from datetime import datetime
from typing import Protocol

from referrals.models import ClosingReason, Outcome
from referrals.promised import Promised, promised_until
from schedules.wording import spoken_moment


class Standing(Promised, Protocol):
    """A request, or the columns of one."""

    @property
    def outcome(self) -> str: ...
    @property
    def referred_at(self) -> datetime | None: ...
    @property
    def answered_at(self) -> datetime | None: ...
    @property
    def call_back_at(self) -> datetime | None: ...
    @property
    def closing_reason(self) -> str: ...


_REASONS = {reason.value: str(reason.label) for reason in ClosingReason}


def state_in_words(row: Standing, now: datetime) -> tuple[str, str]:
    """Where the request stands, and the level of its badge."""
    if row.cancelled_at is not None:
        return "annulée", ""
    if row.closed_at is not None:
        return _closed(row)
    if row.resident_informed_at is not None:
        until = promised_until(row)
        return ("rouverte, en retard", "error") if until and now > until else ("rouverte", "info")
    if now > row.due_at:
        return "en retard", "error"
    return _open(row, now)


def _closed(row: Standing) -> tuple[str, str]:
    if row.resident_informed_at is None:
        return f"close, {_REASONS.get(row.closing_reason, 'sans réponse donnée')}", "warning"
    return (
        ("close, dans le délai", "success")
        if row.resident_informed_at <= row.due_at
        else ("close, en retard", "warning")
    )


def _open(row: Standing, now: datetime) -> tuple[str, str]:
    if row.answered_at is not None:
        return "réponse à transmettre", "new"
    if row.outcome == Outcome.CALL_BACK:
        return "à rappeler", "info"
    if row.call_back_at is not None:
        later = row.call_back_at > now
        return f"appel à passer {spoken_moment(row.call_back_at)}" if later else "appel à passer", "info"
    return ("chez l’opérateur", "info") if row.referred_at is not None else ("à transmettre", "warning")
