"""Has someone else saved this row since I opened it, and how is a change signed?"""

import hashlib
from datetime import datetime
from itertools import pairwise
from typing import Any, TypeVar

from django.db import models

from accounts.models import User

Row = TypeVar("Row", bound=models.Model)


class ChangedMeanwhile(Exception):
    """Someone saved the row after it was opened; nothing was written. `at` is None when the row does not say."""

    def __init__(self, by: User | None = None, at: datetime | None = None) -> None:
        super().__init__("changed meanwhile")
        self.by = by
        self.at = at


def version_of(row: models.Model) -> int:
    """The number of the last change of the row, 0 when it has none; of a row without history, that of its values."""
    if not hasattr(row, "history"):
        return version_of_values([getattr(row, field.attname) for field in row._meta.concrete_fields])
    last: int | None = _changes(row).order_by("-history_id").values_list("history_id", flat=True).first()
    return last or 0


def version_of_values(values: object) -> int:
    """A number that is another as soon as one of these values is; of eleven digits at most, so that none is a NIR."""
    return int(hashlib.sha256(repr(values).encode()).hexdigest()[:9], 16)


def locked(row: Row, version: int | None) -> Row:
    """The row as it is now, held until the end of the transaction.

    Raises ChangedMeanwhile when its version is no longer the one that was opened (None compares nothing). A line that
    only tells of what hangs from the row is no other version of it.
    """
    fresh = type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)
    if version is not None and (other := _rewritten(row, version)):
        raise ChangedMeanwhile(other.history_user, other.history_date)
    return fresh


def sign(row: Row, *, by: User | None, now: datetime, reason: str = "") -> Row:
    """Say who changes the row, when and (in French) why, for the line of history that its saving writes."""
    signature: dict[str, Any] = {"_history_user": by, "_history_date": now, "_change_reason": reason[:100] or None}
    for name, value in signature.items():
        setattr(row, name, value)
    return row


def _rewritten(row: models.Model, version: int) -> Any:
    """The last line since this one that says something else of the row than the line before it; None when none does."""
    last = _changes(row).select_related("history_user").order_by("-history_id").first()
    if last is None or last.history_id == version:
        return None
    since = list(_changes(row).select_related("history_user").filter(history_id__gte=version).order_by("history_id"))
    if not since or since[0].history_id != version:
        return last
    return next((new for old, new in reversed(list(pairwise(since))) if _said(old) != _said(new)), None)


def _said(line: Any) -> tuple[list[Any], list[set[Any]]]:
    """The columns and the lists of a line of history; hours are not the row's own."""
    columns = [getattr(line, field.attname) for field in line.tracked_fields if field.name != "schedule"]
    lists = [
        set(getattr(line, field.name).values_list(field.m2m_reverse_field_name(), flat=True))
        for field in line._history_m2m_fields
    ]
    return columns, lists


def _changes(row: models.Model) -> Any:
    return row.history.filter(**{row._meta.pk.name: row.pk})  # type: ignore[attr-defined]
