"""What is written on the sheet of a structure by its own people: how to reach it, what it offers, what to know."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from structures.changes import OF_STRUCTURE, Snapshot, record, snapshot_of_structure
from structures.models import Structure, What
from structures.opened import digest, hold, refuse_if_changed

KEPT_BY_THE_SITE = ("phone", "mail", "website", "services", "by_appointment", "comment")


@transaction.atomic
def update_sheet(*, structure: Structure, opened: str, by: User, now: datetime, **values: Any) -> bool:
    """Write what was typed; False when nothing differs. `values`: fields of KEPT_BY_THE_SITE. Raises ChangedMeanwhile.

    Who rewrites a comment that hid nothing any more has nothing to settle again.
    """
    stored = hold(structure)
    before = snapshot_of_structure(stored)
    refuse_if_changed(opened, _of_the_site(before), structure=stored, what=What.STRUCTURE)
    if values["comment"] != stored.comment and not stored.has_comment_to_settle:
        values = values | {"settled_comment": values["comment"]}
    return _write(stored, values, by=by, now=now)


@transaction.atomic
def settle_comment(*, structure: Structure, by: User, now: datetime) -> bool:
    """Everything that the national comment tells of places and passages is entered; False when it was said before."""
    stored = hold(structure)
    return _write(stored, {"settled_comment": stored.comment}, by=by, now=now)


def version_of(structure: Structure) -> str:
    """What the form of the sheet carries; the coordinator's fields are not in it, she may change them meanwhile."""
    return digest(_of_the_site(snapshot_of_structure(structure)))


def _of_the_site(snapshot: Snapshot) -> Snapshot:
    return {name: snapshot[name] for name in OF_STRUCTURE if name in KEPT_BY_THE_SITE}


def _write(structure: Structure, values: dict[str, Any], *, by: User, now: datetime) -> bool:
    before = snapshot_of_structure(structure)
    for name, value in values.items():
        setattr(structure, name, value)
    structure.save(update_fields=list(values))
    after = snapshot_of_structure(structure)
    return record(structure=structure, what=What.STRUCTURE, before=before, after=after, by=by, now=now) is not None
