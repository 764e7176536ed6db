"""Who changed what on this note of know-how, in words, and may it be taken back from its page?"""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from partners.actions.undo import differing, to_put_back
from partners.history import Change, author
from partners.models import KnowHowNote, NoteState

NAMES = ("procedure", "blocker")
"""Rows that a line names."""
_CHOICES = {"procedure": "Démarche", "blocker": "Ce qui bloque"}
_TEXTS = {
    "title": "Titre",
    "what_solved_it": "Ce qui a débloqué",
    "what_to_bring": "À apporter",
    "links": "Liens",
}
_AROUND, _WORDS = 3, 40
"""Of a long text, the words that changed are said, between so many others; no more than so many in all."""


def changes_of(note: KnowHowNote) -> list[Change]:
    """What happened to the note, latest first, with the lines that may be undone; one query."""
    history: Any = KnowHowNote.history
    rows = history.filter(id=note.pk).select_related("history_user", *NAMES).order_by("-history_id")
    versions = list(rows)
    return [
        Change(
            new.history_date,
            author(new),
            sentences(old, new),
            new.history_id if may_be_undone(old, new, versions[0]) else None,
        )
        for new, old in zip_longest(versions, versions[1:])
    ]


def may_be_undone(old: Any, new: Any, last: Any) -> bool:
    """What the line changed is still what the last one says; the action looks at the note itself before writing."""
    if new.history_type == "-" or last.history_type == "-":
        return False
    if new.history_type == "+":
        return not differing(last, new) and new.state != NoteState.REFUSED
    return old is not None and bool(to_put_back(old, new, last))


def sentences(old: Any, new: Any) -> list[str]:
    reason = [new.history_change_reason] if new.history_change_reason and new.history_user_id else []
    if new.history_type == "-":
        return [*reason, "Fiche supprimée"]
    if old is None:
        return [*reason, f"Fiche écrite, {NoteState(new.state).label}" if new.history_type == "+" else "Fiche modifiée"]
    return [*reason, *_review(old, new), *_differences(old, new)] or ["Fiche enregistrée sans changement"]


def _review(old: Any, new: Any) -> list[str]:
    state = NoteState(new.state).label
    if old.state != new.state:
        return [f"Fiche {state}"]
    is_later = new.reviewed_at is not None and (old.reviewed_at is None or old.reviewed_at < new.reviewed_at)
    return [f"Fiche relue, toujours {state}"] if is_later else []


def _differences(old: Any, new: Any) -> Iterator[str]:
    for name, label in _CHOICES.items():
        if getattr(old, f"{name}_id") != getattr(new, f"{name}_id"):
            yield f"{label}\u00a0: {_named(old, name)} devient {_named(new, name)}"
    for name, label in _TEXTS.items():
        before, after = getattr(old, name), getattr(new, name)
        if before.split() != after.split():
            yield f"{label}\u00a0: {' devient '.join(map(_quoted, what_differs(before, after)))}"
        elif before != after:
            yield f"{label}\u00a0: mise en lignes changée"


def what_differs(before: str, after: str) -> tuple[str, str]:
    """The words that are not the same, with a few of those around them; « … » stands for the rest."""
    one, other = before.split(), after.split()
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    ending = zip(one[same:][::-1], other[same:][::-1], strict=False)
    left = min(len(one), len(other)) - same
    end = next((n for n, (a, b) in enumerate(ending) if a != b), left)
    return _cut(one, same, end), _cut(other, same, end)


def _cut(words: list[str], same: int, end: int) -> str:
    first, last = max(0, same - _AROUND), len(words) - max(0, end - _AROUND)
    shown = words[first:last]
    more = len(shown) > _WORDS or last < len(words)
    return " ".join([*(["…"] if first else []), *shown[:_WORDS], *(["…"] if more else [])])


def _named(line: Any, name: str) -> str:
    row = getattr(line, name) if getattr(line, f"{name}_id") else None
    return f"«\u00a0{row}\u00a0»" if row else "vide"


def _quoted(text: str) -> str:
    return f"«\u00a0{text}\u00a0»" if text else "vide"
