"""What can be done to the closed list of what stands in the way? Nothing in it is ever deleted."""

from datetime import datetime

from django.db import transaction

from accounts.models import User, journal
from partners.actions.operators import free_code
from partners.models import Blocker


class NameTaken(Exception):
    """Another blocker, in use or retired, bears this name."""


@transaction.atomic
def add_blocker(*, name: str, by: User, now: datetime) -> Blocker:
    """At the end of the list. Raises NameTaken."""
    rows = _locked()
    _refuse_twice(rows, name)
    last = max((row.position for row in rows), default=0)
    blocker = Blocker.objects.create(code=free_code(Blocker, name), name=name, position=last + 1)
    journal(verb="add_blocker", subject=blocker.code, by=by, now=now)
    return blocker


@transaction.atomic
def rename_blocker(*, blocker: Blocker, name: str, by: User, now: datetime) -> bool:
    """Says whether the name differed; the requests that hold it say it by its new name. Raises NameTaken."""
    rows = _locked()
    _refuse_twice([row for row in rows if row.pk != blocker.pk], name)
    fresh = next(row for row in rows if row.pk == blocker.pk)
    if fresh.name == name:
        return False
    fresh.name = name
    fresh.save(update_fields=["name"])
    journal(verb="rename_blocker", subject=fresh.code, by=by, now=now)
    return True


@transaction.atomic
def move_blocker(*, blocker: Blocker, up: bool, by: User, now: datetime) -> bool:
    """One place up or down among those of its state, in use or retired; says whether it moved."""
    rows = _locked()
    kin = [row for row in rows if row.is_active == blocker.is_active]
    place = next((at for at, row in enumerate(kin) if row.pk == blocker.pk), 0)
    other = place - 1 if up else place + 1
    if not kin or not 0 <= other < len(kin):
        return False
    here, there = rows.index(kin[place]), rows.index(kin[other])
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows, start=1):
        row.position = position
    Blocker.objects.bulk_update(rows, ["position"])
    journal(verb="move_blocker", subject=blocker.code, by=by, now=now)
    return True


@transaction.atomic
def retire_blocker(*, blocker: Blocker, by: User, now: datetime) -> None:
    """Proposed no more; requests, rules and notes that hold it keep it."""
    _set_active(blocker, False, by=by, now=now)


@transaction.atomic
def restore_blocker(*, blocker: Blocker, by: User, now: datetime) -> None:
    _set_active(blocker, True, by=by, now=now)


def _set_active(blocker: Blocker, is_active: bool, *, by: User, now: datetime) -> None:
    if Blocker.objects.filter(pk=blocker.pk, is_active=not is_active).update(is_active=is_active):
        journal(verb="restore_blocker" if is_active else "retire_blocker", subject=blocker.code, by=by, now=now)


def _locked() -> list[Blocker]:
    """The whole list, in its order: two people who change it wait for each other."""
    return list(Blocker.objects.select_for_update().order_by("position", "pk"))


def _refuse_twice(rows: list[Blocker], name: str) -> None:
    if any(row.name.casefold() == name.casefold() for row in rows):
        raise NameTaken(name)
