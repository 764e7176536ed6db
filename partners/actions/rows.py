"""How is a row of the directory changed, whatever it is: only when something differs, and signed?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction

from accounts.models import User
from partners.actions.rows_beside import RowBeside, said_by
from partners.actions.surroundings import changed_meanwhile, remember_rows
from partners.versions import locked, sign, version_of


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
def change_beside(row: RowBeside, version: int | None, values: Mapping[str, Any], *, by: User, now: datetime) -> bool:
    """The same for a row that hangs from a local service, whose history tells it. Sent twice, it is one change.

    ChangedMeanwhile when the row no longer has the values that were opened, or is gone.
    """
    service = locked(row.service, None)
    fresh = type(row)._default_manager.filter(pk=row.pk).first()
    if fresh is None:
        raise changed_meanwhile(row)
    before, present = said_by(fresh), version_of(fresh)
    if not apply(fresh, values):
        return False
    if version is not None and version != present:
        raise changed_meanwhile(fresh)
    fresh.save()
    remember_rows(service, before, by=by, now=now)
    return True


@transaction.atomic
def set_active(row: Any, is_active: bool, *, by: User, now: datetime, reason: str = "") -> None:
    """Proposed or not any more; nothing is deleted. A second time writes nothing."""
    fresh = locked(row, None)
    if fresh.is_active != is_active:
        fresh.is_active = is_active
        sign(fresh, by=by, now=now, reason=reason).save()
