"""What did a line of history write beside its sheet, point by point, and is it still said?

A point is the smallest thing that is taken back on its own: the regular hours, one limit, one area, one place, one
workshop, one month, one session, one member.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

Parts: TypeAlias = Mapping[str, Any]
"""What hung from a sheet, as plain JSON: part by part."""
Point: TypeAlias = tuple[str, str]


def points(parts: Parts) -> dict[Point, Any]:
    """Each point with what it says; what is not there has no point."""
    found: dict[Point, Any] = {}
    for part, said in parts.items():
        if part == "hours":
            found[part, ""] = said
        elif isinstance(said, Mapping):
            found |= {(part, pk): row for pk, row in said.items() if row is not None}
        else:
            found |= {(part, _name(row)): row for row in said}
    return found


def written(before: Parts, after: Parts) -> dict[Point, Any]:
    """The points that differ, with what they say after; None where something went away."""
    old, new = points(before), points(after)
    return {point: new.get(point) for point in {**old, **new} if old.get(point) != new.get(point)}


def still_said(lines: Iterable[tuple[int, Parts, Parts]]) -> set[int]:
    """Of the lines of one sheet (number, before, after), those of which no later one wrote a point anew.

    Give all the lines since the oldest one. What was changed without a line is not known here.
    """
    latest: dict[Point, Any] = {}
    found = set()
    for line, before, after in sorted(lines, key=lambda each: each[0], reverse=True):
        points_of_it = written(before, after)
        if all(latest.setdefault(point, said) == said for point, said in points_of_it.items()):
            found.add(line)
    return found


def _name(row: Mapping[str, Any]) -> str:
    """A place has a key; a limit, an area, is what it says."""
    return str(row["pk"]) if "pk" in row else json.dumps(row, sort_keys=True)
