"""When the national list and a person both changed a field, which value stays? The person's, always.

Pure: what is stored is compared with what the list said last time and with what it says now.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Merge", "merge"]

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Merge:
    """The fields whose value is the list's from now on, and those where a person's stays unlike it."""

    taken: Sequence[str]
    kept: Sequence[str]


def merge(*, stored: Values, last: Values, file: Values, together: Collection[frozenset[str]] = ()) -> Merge:
    """Take from the list what it changed since `last` and nobody edited; say nothing of what it did not change.

    A field that `last` does not name (a row made by hand, a new column) is taken when nothing is stored in it. Fields
    named `together` make sense only as a whole: one of them edited keeps them all.
    """
    edited = {name for name in file if (not _same(stored[name], last[name]) if name in last else _holds(stored[name]))}
    for group in together:
        if edited & group:
            edited |= group
    news = [name for name, value in file.items() if name not in last or last[name] != value]
    unlike = [name for name in news if not _same(stored[name], file[name])]
    return Merge(
        taken=[name for name in unlike if name not in edited], kept=[name for name in unlike if name in edited]
    )


def _same(one: Any, other: Any) -> bool:
    """A form gives a text back with other ends of lines and without its outer blanks: nobody edited it."""
    return bool(_text(one) == _text(other))


def _text(value: Any) -> Any:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _holds(value: Any) -> bool:
    """A box that is not ticked says nothing, like an empty text."""
    return value not in ("", None, []) and value is not False
