"""What was done to a row of a closed list, in words, and does it still stand?

Each line of its history is one gesture: added, renamed, moved, retired, put back. A row that the moving of another one
pushed has a line too, so that every line tells the rank exactly, but nobody did anything to it: FOLLOWS.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

FOLLOWS = "Suit le déplacement d’un autre intitulé"
PARTS = ("name", "position", "is_active")


def changed(old: Any, new: Any) -> list[str]:
    """The parts of the row that the line `new` changed; `old` is the version before it, None when there is none."""
    if new.history_type == "+":
        return ["is_active"]
    return [part for part in PARTS if getattr(old, part) != getattr(new, part)] if old is not None else []


def stands(old: Any, lines: Sequence[Any]) -> bool:
    """Something is left of the first of these lines to take back, and no later gesture changed the same part.

    `lines`: that line and all those that follow it on the row, in their order; `old`: the version before them.
    """
    parts = set(changed(old, lines[0]))
    gestures = [pair for pair in pairwise(lines) if pair[1].history_change_reason != FOLLOWS]
    if any(parts & set(changed(*pair)) for pair in gestures):
        return False
    now = lines[-1]
    return now.is_active if lines[0].history_type == "+" else any(getattr(now, p) != getattr(old, p) for p in parts)


def following(model: Any, lines: Sequence[Any]) -> dict[int, list[Any]]:
    """By the key of each of these lines of history: it and those that follow it on its row; one query."""
    first = min((line.history_id for line in lines), default=0)
    rows = model.history.filter(id__in={line.id for line in lines}, history_id__gte=first).order_by("history_id")
    later: dict[int, list[Any]] = {}
    for row in rows:
        later.setdefault(row.id, []).append(row)
    return {line.history_id: [row for row in later[line.id] if row.history_id >= line.history_id] for line in lines}


def sentences(old: Any, new: Any) -> list[str]:
    """« Renommé : « Logement » devient « Habitat » »; what the line did, gesture by gesture."""
    if new.history_type == "+":
        return ["Ajouté à la liste"]
    if new.history_type == "-":
        return ["Supprimé"]
    if old is None:
        return ["Déjà dans la liste"]
    return [_said(part, getattr(old, part), getattr(new, part)) for part in changed(old, new)]


def _said(part: str, before: Any, after: Any) -> str:
    if part == "name":
        return f"Renommé\u00a0: «\u00a0{before}\u00a0» devient «\u00a0{after}\u00a0»"
    if part == "position":
        way = "Monté" if after < before else "Descendu"
        return f"{way} dans la liste, de la place {before} à la place {after}"
    return "Remis dans la liste" if after else "Retiré de la liste"
