"""What is done to a place: opened, described, put out of service and back, never deleted."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from schedules.models import Schedule
from structures.changes import record, snapshot_of_location
from structures.models import Location, LocationKind, Structure, What
from structures.opened import digest, hold, refuse_if_changed

Values = dict[str, Any]


class SecondMainPlace(ValueError):
    """A structure has one main place, in service or not."""


@transaction.atomic
def create_location(*, structure: Structure, by: User, now: datetime, **values: Any) -> Location:
    """A new place, whose hours are still to be entered. `values`: the fields of a Location. Raises SecondMainPlace."""
    structure = hold(structure)
    _refuse_second_main(structure, values["kind"])
    location = Location.objects.create(structure=structure, schedule=Schedule.objects.create(), **values)
    after = snapshot_of_location(location)
    record(structure=structure, what=What.LOCATION, before=None, after=after, by=by, now=now, location=location)
    return location


@transaction.atomic
def update_location(*, location: Location, opened: str, by: User, now: datetime, **values: Any) -> bool:
    """Write what was typed; False when nothing differs. Raises SecondMainPlace and ChangedMeanwhile.

    `opened`: the digest of the snapshot that the form showed.
    """
    structure = hold(location.structure)
    stored = Location.objects.get(pk=location.pk)
    before = snapshot_of_location(stored)
    refuse_if_changed(opened, before, structure=structure, what=What.LOCATION, location=stored)
    _refuse_second_main(structure, values["kind"], besides=stored)
    return _write(stored, values, by=by, now=now)


@transaction.atomic
def set_in_service(*, location: Location, is_active: bool, by: User, now: datetime) -> bool:
    """Show a place to the public again, or no longer; False when it was so already. Its hours are kept."""
    hold(location.structure)
    return _write(Location.objects.get(pk=location.pk), {"is_active": is_active}, by=by, now=now)


def version_of(location: Location) -> str:
    """What the form of a place carries, to know whether somebody saved it meanwhile."""
    return digest(snapshot_of_location(location))


def _write(location: Location, values: Values, *, by: User, now: datetime) -> bool:
    before = snapshot_of_location(location)
    for name, value in values.items():
        setattr(location, name, value)
    location.save(update_fields=list(values))
    after = snapshot_of_location(location)
    written = record(
        structure=location.structure, what=What.LOCATION, before=before, after=after, by=by, now=now, location=location
    )
    return written is not None


def _refuse_second_main(structure: Structure, kind: str, besides: Location | None = None) -> None:
    if kind != LocationKind.MAIN:
        return
    mains = structure.locations.filter(kind=LocationKind.MAIN)
    if (mains.exclude(pk=besides.pk) if besides else mains).exists():
        raise SecondMainPlace
