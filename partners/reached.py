"""How was a contact reached lately, as measured? The floor above counts calls and answers, and tells them here.

`referrals` gives its answer when the programme starts (`answered_by`): this app asks without knowing the requests.
Facts about a line, never a ranking.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Reached:
    """Two sentences, ready to read; `hours`, when calls were answered, may be empty."""

    sentence: str
    hours: str = ""


Answer = Callable[[int, datetime], Reached | None]
"""The key of a contact, and now; None: too little was counted to say anything."""

_answers: list[Answer] = []


def answered_by(answer: Answer) -> None:
    _answers[:] = [answer]


def reached(contact: int, now: datetime) -> Reached | None:
    """What is said of this contact over the last 180 days; one statement."""
    return _answers[0](contact, now) if _answers else None
