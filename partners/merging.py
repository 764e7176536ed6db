"""When a reference file and a person both changed a row, which value stays? The person's, always.

Pure: a row is compared with what the file said last time and with what it says now.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Plain: TypeAlias = str | bool | int | None
Values: TypeAlias = Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Merge:
    """What to write, what to remember as loaded, and the fields where the row stays unlike the file."""

    changes: dict[str, Plain]
    loaded: dict[str, Plain]
    kept: list[str]


def merge(*, current: Values, loaded: Values, file: Values, together: Collection[frozenset[str]] = ()) -> Merge:
    """Take from the file the fields that it changed since `loaded` and that nobody edited in the row.

    A field absent from `loaded` (a row made by hand, a new column) counts as edited when it differs. Fields named
    `together` make sense only as a whole: one of them edited keeps them all.
    """
    edited = {name for name, value in file.items() if current[name] != loaded.get(name, value)}
    for group in together:
        if edited & group:
            edited |= group
    changes = {name: value for name, value in file.items() if name not in edited and value != current[name]}
    kept = [name for name, value in file.items() if name in edited and value != current[name]]
    # Remembering a refused value too: someone who puts back an old wording by hand has decided it again.
    return Merge(changes=changes, loaded=dict(file), kept=kept)
