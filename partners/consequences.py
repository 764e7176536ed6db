"""Which cases would change hands if the directory were changed so? The floor above knows the ranking, and answers here.

`referrals` gives its answer when the programme starts (`answered_by`): this app asks without knowing who ranks.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import Team
from partners.models import Contact
from partners.sheets.snapshots import Stored

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
    uncounted: tuple[str, ...] = ()
    """Operators that have too many rules for the page to wait, in words: `cases` is the least that changes hands."""

    @property
    def unshown(self) -> int:
        return self.cases - len({(row.procedure, row.commune) for row in self.rows})


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an office's contacts say, and what they would say: by number, a negative one for those not created yet.

    What stays as it is may be the same object on both sides; what neither side names plays no part.
    """

    office: Team
    before: Mapping[int, Stored]
    after: Mapping[int, Stored]


NOTHING = Hands(cases=0, rows=(), mark="")
Answer = Callable[[Contact, Contact | None, date], Hands]
"""The contact as it is saved, as it would be (None: out of service), and today."""
WholeAnswer = Callable[[Sequence[Foreseen], date], Hands]

_answers: list[tuple[Answer, WholeAnswer]] = []


def answered_by(answer: Answer, whole: WholeAnswer) -> None:
    _answers[:] = [(answer, whole)]


def consequences(saved: Contact, changed: Contact | None, today: date) -> Hands:
    """What changes hands when `saved` becomes `changed`, its rules as they are; None: it goes out of service."""
    return _answers[0][0](saved, changed, today) if _answers else NOTHING


def consequences_of(foreseen: Sequence[Foreseen], today: date) -> Hands:
    """What changes hands when many contacts and rules change together."""
    return _answers[0][1](foreseen, today) if _answers else NOTHING


def must_be_read(hands: Hands, sent: Mapping[str, str]) -> bool:
    """The form was sent without the mark of this very list: it is shown before anything is saved."""
    return bool(hands.cases or hands.uncounted) and sent.get("confirmed") != hands.mark
