"""How are the hours and the closures of a place, or of a whole structure, written?

Each verb takes the digest of what its form had opened; it raises ChangedMeanwhile when something else is stored by now.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from schedules.snapshots import write_exceptions, write_hours
from structures.changes import record, snapshot_of_closures, snapshot_of_exceptions, snapshot_of_hours
from structures.models import Change, Location, Structure, StructureClosure, What
from structures.opened import hold, refuse_if_changed

Snapshot = dict[str, Any]
Edit = Callable[[Snapshot], Snapshot]


@transaction.atomic
def set_hours(location: Location, *, hours: Snapshot, opened: str, by: User, now: datetime) -> Change | None:
    """Make these the regular hours; None when they already were."""
    structure = hold(location.structure)
    place = structure.locations.select_related("schedule").get(pk=location.pk)
    before = snapshot_of_hours(place)
    refuse_if_changed(opened, before, structure=structure, what=What.HOURS, location=place)
    if hours == before:
        return None
    write_hours(place.schedule, hours)
    after = snapshot_of_hours(place)
    return record(structure=structure, what=What.HOURS, before=before, after=after, by=by, now=now, location=place)


@transaction.atomic
def set_exceptions(location: Location, *, exceptions: Snapshot, opened: str, by: User, now: datetime) -> Change | None:
    """Make these the closures and the exceptional openings of a place."""
    structure = hold(location.structure)
    place = structure.locations.select_related("schedule").get(pk=location.pk)
    before = snapshot_of_exceptions(place)
    refuse_if_changed(opened, before, structure=structure, what=What.EXCEPTIONS, location=place)
    write_exceptions(place.schedule, exceptions)
    after = snapshot_of_exceptions(place)
    return record(structure=structure, what=What.EXCEPTIONS, before=before, after=after, by=by, now=now, location=place)


@transaction.atomic
def set_closures(structure: Structure, *, closures: Snapshot, opened: str, by: User, now: datetime) -> Change | None:
    """Make these the closures of the whole structure."""
    held = hold(structure)
    before = snapshot_of_closures(held)
    refuse_if_changed(opened, before, structure=held, what=What.STRUCTURE_CLOSURES)
    held.closures.all().delete()
    StructureClosure.objects.bulk_create(StructureClosure(structure=held, **row) for row in closures["closures"])
    after = snapshot_of_closures(held)
    return record(structure=held, what=What.STRUCTURE_CLOSURES, before=before, after=after, by=by, now=now)
