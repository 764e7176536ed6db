"""How is a row of the directory changed, whatever it is: only when something differs, and signed?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction

from accounts.models import User
from partners.versions import ChangedMeanwhile, locked, sign, version_of


def apply(row: Any, values: Mapping[str, Any]) -> bool:
    """Give the row these values, without saving; says whether one of them is new."""
    changed = False
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    return changed


@transaction.atomic
def change(row: models.Model, version: int | None, values: Mapping[str, Any], *, by: User, now: datetime) -> bool:
    """Save these values; says whether anything differed, and writes no line of history when nothing did.

    Raises ChangedMeanwhile when someone saved the row since `version`.
    """
    fresh = locked(row, version)
    changed = apply(fresh, values)
    if changed:
        sign(fresh, by=by, now=now).save()
    return changed


@transaction.atomic
def change_unsigned(row: models.Model, version: int | None, values: Mapping[str, Any]) -> bool:
    """The same for a row that keeps no history: its values say what was opened. Sent twice, it is one change."""
    fresh = locked(row, None)
    present = version_of(fresh)
    if not apply(fresh, values):
        return False
    if version is not None and version != present:
        raise ChangedMeanwhile
    fresh.save()
    return True


@transaction.atomic
def set_active(row: Any, is_active: bool, *, by: User, now: datetime, reason: str = "") -> None:
    """Proposed or not any more; nothing is deleted. A second time writes nothing."""
    fresh = locked(row, None)
    if fresh.is_active != is_active:
        fresh.is_active = is_active
        sign(fresh, by=by, now=now, reason=reason).save()
