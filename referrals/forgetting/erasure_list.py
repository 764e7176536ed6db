"""Which requests were erased, told to a database that comes back from a backup and does not know?

One line for each: the reference, and when. Kept in a file apart from the database and its backups
(settings.ERASURE_LIST): what a restore brings back is erased again by `manage.py purge --replay`.
"""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings


def append(erased: Iterable[tuple[str, datetime]]) -> None:
    """Add these references; they are on the disk when this returns. A file of its own owner only, made when missing."""
    lines = "".join(f"{reference} {at.isoformat()}\n" for reference, at in erased)
    if not lines:
        return
    settings.ERASURE_LIST.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(settings.ERASURE_LIST, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        # One write: lines of two workers never mix.
        os.write(descriptor, lines.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def entries() -> Iterator[tuple[str, datetime]]:
    """Every reference with its instant, the oldest first; a line cut short by a crash is passed over."""
    try:
        file = settings.ERASURE_LIST.open(encoding="utf-8")
    except FileNotFoundError:
        return
    with file:
        for line in file:
            reference, _, at = line.strip().partition(" ")
            try:
                yield reference, datetime.fromisoformat(at)
            except ValueError:
                continue
