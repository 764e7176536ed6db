"""Which cases would change hands if a contact were changed so? The floor above knows the ranking, and answers here.

`referrals` gives its answer when the programme starts (`answered_by`): this app asks without knowing who ranks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from partners.models import Contact

SHOWN = 50


@dataclass(frozen=True, slots=True)
class HandsRow:
    """One démarche in one commune, in words; `since` is empty when it changes at once."""

    procedure: str
    commune: str
    before: str
    after: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class Hands:
    """What a page shows before it saves: how many démarche × commune change hands, and the first of them.

    `mark` identifies the whole list: the form sends it back, so that one confirms what one has read.
    """

    cases: int
    rows: tuple[HandsRow, ...]
    mark: str
    left_alone: int = 0
    """Those that nobody answers for afterwards."""

    @property
    def unshown(self) -> int:
        return self.cases - len({(row.procedure, row.commune) for row in self.rows})


NOTHING = Hands(cases=0, rows=(), mark="")
Answer = Callable[[Contact, Contact | None, date], Hands]
"""The contact as it is saved, as it would be (None: out of service), and today."""

_answers: list[Answer] = []


def answered_by(answer: Answer) -> None:
    _answers[:] = [answer]


def consequences(saved: Contact, changed: Contact | None, today: date) -> Hands:
    """What changes hands when `saved` becomes `changed`, its rules as they are; None: it goes out of service."""
    return _answers[0](saved, changed, today) if _answers else NOTHING


def must_be_read(hands: Hands, sent: Mapping[str, str]) -> bool:
    """The form was sent without the mark of this very list: it is shown before anything is saved."""
    return hands.cases > 0 and sent.get("confirmed") != hands.mark
