"""What can be done to a list that the partner office keeps, of themes or of blockers? Nothing in it is ever deleted.

Each gesture is one line of history of the row, signed, and one line of the journal.
"""

from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from accounts.models import User, journal
from partners.actions.list_order import in_order, put_in_order
from partners.actions.operators import free_code
from partners.list_history import changed, stands
from partners.models import ClosedListRow
from partners.versions import ChangedMeanwhile, sign, version_of_values

Row = TypeVar("Row", bound=ClosedListRow)


class NameTaken(Exception):
    """Another row of the list, in use or retired, bears this name."""


class NothingLeft(Exception):
    """What the line of history did was done again differently since, or is undone already."""


def version_of_name(row: ClosedListRow) -> int:
    """What a form that renames was opened on: the moves of a row disturb nobody who renames it."""
    return version_of_values([row.name])


@transaction.atomic
def add_row(model: type[Row], *, name: str, by: User, now: datetime) -> Row:
    """At the end of the list. Raises NameTaken."""
    rows = in_order(model)
    _refuse_twice(rows, name)
    row = model(code=free_code(model, name), name=name, position=len(rows) + 1)
    put_in_order(rows, by=by, now=now)
    sign(row, by=by, now=now).save()
    _write_down("add", row, by, now)
    return row


@transaction.atomic
def rename_row(row: ClosedListRow, *, name: str, version: int | None, by: User, now: datetime) -> bool:
    """Says whether the name differed; all that hold the row say it by its new name.

    Raises NameTaken, and ChangedMeanwhile when somebody renamed it since `version` (None compares nothing).
    """
    rows = in_order(type(row))
    fresh = _among(rows, row)
    if fresh.name == name:
        return False
    if version is not None and version != version_of_name(fresh):
        raise _renamed_by(fresh)
    _refuse_twice([other for other in rows if other is not fresh], name)
    fresh.name = name
    sign(fresh, by=by, now=now).save(update_fields=["name"])
    _write_down("rename", fresh, by, now)
    return True


@transaction.atomic
def move_row(row: ClosedListRow, *, up: bool, by: User, now: datetime) -> bool:
    """One place up or down among those of its state, in use or retired; says whether it moved."""
    rows = in_order(type(row))
    fresh = _among(rows, row)
    kin = [other for other in rows if other.is_active == fresh.is_active]
    place = kin.index(fresh) + (-1 if up else 1)
    if not 0 <= place < len(kin):
        return False
    there = rows.index(kin[place])
    rows.remove(fresh)
    rows.insert(there, fresh)
    put_in_order(rows, by=by, now=now, moved=fresh)
    _write_down("move", fresh, by, now)
    return True


def retire_row(row: ClosedListRow, *, by: User, now: datetime) -> None:
    """Proposed no more; what holds it keeps it. A second time writes nothing."""
    _set_active(row, False, by, now)


def restore_row(row: ClosedListRow, *, by: User, now: datetime) -> None:
    _set_active(row, True, by, now)


@transaction.atomic
def take_back(line: Any, *, by: User, now: datetime, reason: str) -> None:
    """Undo the gesture that this line of history tells; what came in with it is retired.

    Raises NothingLeft, and NameTaken when another row bears the name that would come back.
    """
    rows = in_order(line.instance_type)
    fresh = next((row for row in rows if row.pk == line.id), None)
    history = line.instance_type.history.filter(id=line.id)
    before = history.filter(history_id__lt=line.history_id).order_by("-history_id").first()
    lines = list(history.filter(history_id__gte=line.history_id).order_by("history_id"))
    if fresh is None or not stands(before, lines):
        raise NothingLeft
    parts = changed(before, line)
    if "name" in parts:
        _refuse_twice([other for other in rows if other is not fresh], before.name)
        fresh.name = before.name
    if "is_active" in parts:
        fresh.is_active = before is not None and before.is_active
    if "position" in parts:
        rows.remove(fresh)
        rows.insert(before.position - 1, fresh)
        fresh.position = rows.index(fresh) + 1
    sign(fresh, by=by, now=now, reason=reason).save(update_fields=parts)
    put_in_order(rows, by=by, now=now)
    _write_down("undo", fresh, by, now)


@transaction.atomic
def _set_active(row: ClosedListRow, is_active: bool, by: User, now: datetime) -> None:
    fresh = _among(in_order(type(row)), row)
    if fresh.is_active != is_active:
        fresh.is_active = is_active
        sign(fresh, by=by, now=now).save(update_fields=["is_active"])
        _write_down("restore" if is_active else "retire", fresh, by, now)


def _among(rows: list[Row], row: ClosedListRow) -> Row:
    return next(other for other in rows if other.pk == row.pk)


def _refuse_twice(rows: list[Row], name: str) -> None:
    if any(row.name.casefold() == name.casefold() for row in rows):
        raise NameTaken(name)


def _renamed_by(row: ClosedListRow) -> ChangedMeanwhile:
    """Who gave the row the name that it has."""
    lines: Any = type(row).history.filter(id=row.pk)
    other = lines.exclude(name=row.name).order_by("-history_id").values("history_id")[:1]
    since = lines.filter(history_id__gt=other[0]["history_id"]) if other else lines
    first = since.select_related("history_user").order_by("history_id").first()
    return ChangedMeanwhile(first.history_user, first.history_date) if first else ChangedMeanwhile()


def _write_down(gesture: str, row: ClosedListRow, by: User, now: datetime) -> None:
    journal(verb=f"{gesture}_{row._meta.model_name}", subject=row.code, by=by, now=now)
