"""What was found wrong in one line of the national list?"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Where the file is wrong: `line` counts from the header, which is 1; `reason` is a French sentence."""

    line: int | None
    column: str | None
    reason: str


class Faults:
    """What was found wrong in one line: faults refuse it, remarks do not."""

    def __init__(self, line: int, unknown: frozenset[str]) -> None:
        self.line = line
        self.unknown = set(unknown)
        self.faults: list[Problem] = []
        self.remarks: list[Problem] = []

    def refuse(self, column: str | None, reason: str) -> None:
        self.faults.append(Problem(self.line, column, reason))

    def remark(self, column: str, reason: str, *, leaves_out: tuple[str, ...] = ()) -> None:
        self.remarks.append(Problem(self.line, column, reason))
        self.unknown.update(leaves_out)

    def as_one(self) -> Problem:
        """The first fault; its reason goes on with those of the other columns."""
        first, *others = self.faults
        also = "".join(f" Colonne {other.column}\u00a0: {other.reason}" for other in others)
        return Problem(first.line, first.column, f"{first.reason}{also}")


def fitting(cells: dict[str, str], column: str, shape: re.Pattern[str], problem: str, faults: Faults) -> str:
    """The cell, or nothing and a remark when it has not the right shape: the rest of the row is worth keeping."""
    if not cells[column] or shape.fullmatch(cells[column]):
        return cells[column]
    faults.remark(column, f"« {cells[column]} » {problem} : laissé vide.")
    return ""
