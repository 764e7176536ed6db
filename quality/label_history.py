"""How is the history of a label told: what was decided, from when, why, by whom, and what is still to come?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from quality.roster import LABEL_LEVELS
from schedules.wording import spoken_date
from structures.actions.labels import is_public
from structures.models import LabelChange, LabelState


@dataclass(frozen=True)
class LabelLine:
    pk: int
    state: str
    level: str
    """Of components/badge.html."""
    since: str
    note: str
    author: str
    is_coming: bool
    is_in_force: bool


def label_lines(history: Iterable[LabelChange], today: date) -> list[LabelLine]:
    """The decisions, latest first; of those whose day has come, the latest is in force."""
    ordered = sorted(history, key=lambda line: (line.decided_on, line.pk), reverse=True)
    in_force = next((line.pk for line in ordered if line.decided_on <= today), None)
    return [
        LabelLine(
            pk=line.pk,
            state=line.get_state_display(),
            level=LABEL_LEVELS[line.state],
            since=f"à compter du {spoken_date(line.decided_on, with_year=True)}",
            note=line.note,
            author=str(line.author) if line.author else "",
            is_coming=line.decided_on > today,
            is_in_force=line.pk == in_force,
        )
        for line in ordered
    ]


def consequence(*, now_in: str, state: str, decided_on: date, today: date) -> str:
    """What a decision changes for the public, said before it is taken."""
    said = f"le label sera «\u00a0{LabelState(state).label}\u00a0»"
    when = f"Le {spoken_date(decided_on, with_year=True)}, {said}" if decided_on > today else _sentence(said)
    was_public, will_be = is_public(now_in), is_public(state)
    if was_public and not will_be:
        return (
            f"{when}\u00a0: la page publique disparaît, ainsi que les lieux et les horaires de cette structure dans la "
            "recherche, les calendriers et les données ouvertes. La charte ne la juge plus."
        )
    if will_be and not was_public:
        appears = "la page publique apparaît, avec ses lieux et ses horaires, et la charte juge cette structure."
        return f"{when}\u00a0: {appears}"
    return f"{when}. Rien ne change pour le public."


def _sentence(said: str) -> str:
    return said[0].upper() + said[1:]
