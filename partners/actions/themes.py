"""What can be done to the list of themes under which démarches are put? Nothing in it is ever deleted."""

from datetime import datetime

from django.db import transaction

from accounts.models import User, journal
from partners.actions.blockers import NameTaken
from partners.actions.operators import free_code
from partners.models import Theme


@transaction.atomic
def add_theme(*, name: str, by: User, now: datetime) -> Theme:
    """At the end of the list. Raises NameTaken."""
    rows = _locked()
    _refuse_twice(rows, name)
    last = max((row.position for row in rows), default=0)
    theme = Theme.objects.create(code=free_code(Theme, name), name=name, position=last + 1)
    journal(verb="add_theme", subject=theme.code, by=by, now=now)
    return theme


@transaction.atomic
def rename_theme(*, theme: Theme, name: str, by: User, now: datetime) -> bool:
    """Says whether the name differed; its démarches stay under it. Raises NameTaken."""
    rows = _locked()
    _refuse_twice([row for row in rows if row.pk != theme.pk], name)
    fresh = next(row for row in rows if row.pk == theme.pk)
    if fresh.name == name:
        return False
    fresh.name = name
    fresh.save(update_fields=["name"])
    journal(verb="rename_theme", subject=fresh.code, by=by, now=now)
    return True


@transaction.atomic
def move_theme(*, theme: Theme, up: bool, by: User, now: datetime) -> bool:
    """One place up or down; says whether it moved."""
    rows = _locked()
    here = next(at for at, row in enumerate(rows) if row.pk == theme.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return False
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows, start=1):
        row.position = position
    Theme.objects.bulk_update(rows, ["position"])
    journal(verb="move_theme", subject=theme.code, by=by, now=now)
    return True


def _locked() -> list[Theme]:
    """The whole list, in its order: two people who change it wait for each other."""
    return list(Theme.objects.select_for_update().order_by("position", "pk"))


def _refuse_twice(rows: list[Theme], name: str) -> None:
    if any(row.name.casefold() == name.casefold() for row in rows):
        raise NameTaken(name)
