"""Where are the files of requests, sealed, outside of what the web server can reach?

A file has a key and nothing else: whose it is and what it is called are in the database. Its sealed bytes are whole on
the disk before `write` gives the key back. A transaction that is undone afterwards leaves an orphan, which the daily
`sweep` erases; so a row is always written in the transaction that follows its file, never the other way round.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from accounts.sealing import is_stale, seal_bytes, unseal_bytes
from referrals.models import Attachment, IncomingMail

YOUNGEST_ORPHAN = timedelta(days=1)
"""A younger file may belong to a transaction that is not finished."""

_UNFINISHED = ".part"


class Gone(LookupError):
    """Nothing is kept under this key: erased, or never written."""


def write(content: bytes) -> uuid.UUID:
    """Seal the content and keep it; its key."""
    key = uuid.uuid4()
    _write_sealed(key, content)
    return key


def read(key: uuid.UUID) -> bytes:
    """The content again. Raises Gone, and accounts.sealing.Unreadable when no key of the list opens it."""
    return unseal_bytes(_sealed(key))


def delete(key: uuid.UUID) -> None:
    """Erase for good. What is already gone is no error: an erasure may be begun again."""
    _path(key).unlink(missing_ok=True)


def seal_again(key: uuid.UUID) -> bool:
    """Seal with the newest key what an older one sealed; whether there was something to do. Raises Gone."""
    sealed = _sealed(key)
    if not is_stale(sealed):
        return False
    _write_sealed(key, unseal_bytes(sealed))
    return True


def keys() -> Iterator[uuid.UUID]:
    """Every file that is kept."""
    for path in settings.VAULT_DIR.glob("??/*"):
        with suppress(ValueError):
            yield uuid.UUID(path.name)


def orphans(now: datetime) -> list[uuid.UUID]:
    """Files that no row knows, left by a transaction that was undone; never one younger than a day."""
    old = {key for key in keys() if _is_old(_path(key), now)}
    known: set[uuid.UUID | None] = set(Attachment.objects.kept().values_list("key", flat=True))
    known |= set(IncomingMail.objects.values_list("original", flat=True).exclude(original=None))
    return sorted(old - known)


def sweep(now: datetime) -> int:
    """Erase the orphans, and what a stopped process left half written; count them. A periodic job."""
    half_written = [path for path in settings.VAULT_DIR.glob(f"??/*{_UNFINISHED}") if _is_old(path, now)]
    for path in half_written:
        path.unlink(missing_ok=True)
    left = orphans(now)
    for key in left:
        delete(key)
    return len(half_written) + len(left)


def _path(key: uuid.UUID) -> Path:
    name = uuid.UUID(str(key)).hex
    return Path(settings.VAULT_DIR, name[:2], name)


def _sealed(key: uuid.UUID) -> bytes:
    try:
        return _path(key).read_bytes()
    except FileNotFoundError:
        raise Gone(str(key)) from None


def _is_old(path: Path, now: datetime) -> bool:
    try:
        written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return False
    return now - written_at >= YOUNGEST_ORPHAN


def _write_sealed(key: uuid.UUID, content: bytes) -> None:
    """Under another name first: a file that bears its own name is whole, whatever stops the machine."""
    path = _path(key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.VAULT_DIR.chmod(0o700)
    unfinished = path.with_name(f"{path.name}-{uuid.uuid4().hex[:8]}{_UNFINISHED}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(seal_bytes(content))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
