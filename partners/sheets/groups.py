"""Which rows of a file are about the same contact, and do they agree?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from partners.sheets.columns import TELLING_APART, TITLES
from partners.sheets.known import Known, spelled
from partners.sheets.snapshots import RuleValues, Stored, Values, rule_key

Problem = dict[str, str]
"""`column` (its title, or nothing) and `reason`, in French."""

Identity: TypeAlias = tuple[int, str, str] | int
"""The number of a stored contact, or what tells a new one apart: operator, plain name, plain body."""


@dataclass(frozen=True, slots=True)
class GoodRow:
    number: int
    values: Values
    rule: RuleValues | None
    is_bare: bool
    """Its cells about the contact only tell which one: it adds a rule."""


@dataclass(slots=True)
class Group:
    """The rows of one contact. `says_all`: they come from an export, which names all of its rules.

    `stand_in` is found once every row is read: it may be a contact that the file creates.
    """

    identity: Identity
    stored: Stored | None
    rows: list[GoodRow] = field(default_factory=list)
    rules: dict[tuple[int, int, str], tuple[int, RuleValues]] = field(default_factory=dict)
    says_all: bool = False
    is_cut: bool = False
    """One of its rows was refused: nothing is concluded from what is not there."""
    stand_in: Any = None
    says_stand_in: bool = False

    @property
    def number(self) -> int:
        return self.rows[0].number

    @property
    def said(self) -> Values:
        """What the file says of the contact."""
        return next((row.values for row in self.rows if not row.is_bare), self.rows[0].values)

    @property
    def name(self) -> str:
        return str(self.said["name"])


class Ambiguous(Exception):
    """Several stored contacts could be meant."""


def identity_of(values: Mapping[str, Any], known: Known) -> Identity:
    """By number; else by operator, name and body; else by operator and name when one only bears it. Ambiguous."""
    if values.get("identifier"):
        return int(values["identifier"])
    operator, name, body = values["operator"], spelled(values["name"]), spelled(values.get("body", ""))
    same = known.by_identity.get((operator, name, body), []) or (
        [] if body else known.by_name.get((operator, name), [])
    )
    if len(same) > 1:
        raise Ambiguous
    return same[0].pk if same else (operator, name, body)


def add(group: Group, row: GoodRow) -> Problem | None:
    """Put the row with the others, or say why it cannot be."""
    if problem := _disagreement(group, row) or _repetition(group, row):
        group.is_cut = True
        return problem
    group.rows.append(row)
    group.says_all = group.says_all or bool(row.values.get("identifier"))
    if row.rule:
        group.rules[rule_key(row.rule)] = (row.number, row.rule)
    return None


def _disagreement(group: Group, row: GoodRow) -> Problem | None:
    first = next((other for other in group.rows if not other.is_bare), None)
    if first is None or row.is_bare:
        return None
    for name, value in row.values.items():
        if name != "identifier" and value != first.values.get(name):
            said = f"La ligne {first.number} dit autre chose de cet interlocuteur dans cette colonne."
            return {"column": TITLES[name], "reason": said}
    return None


def _repetition(group: Group, row: GoodRow) -> Problem | None:
    if row.rule is None:
        twin = group.rows[0].number if group.rows else None
    else:
        twin = group.rules.get(rule_key(row.rule), (None, row.rule))[0]
    return {"column": "", "reason": f"Cette ligne répète la ligne {twin}."} if twin else None


def is_bare(cells: Mapping[str, str], names: Sequence[str]) -> bool:
    return not any(cells.get(name) for name in names if name not in TELLING_APART)
