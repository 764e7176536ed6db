"""How does a thing that was changed stand now, and how is it made to say again what it said before?

One pair of gestures, read and write, for each kind of thing in `What`. Sheets of separate fields (a structure, a place,
a person) are put back field by field: correcting the telephone does not stop the opening of a service from being
undone. Hours and closures are one thing each.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import models

from accounts.models import User
from schedules.calendars import PARIS
from schedules.models import Schedule
from schedules.snapshots import write_exceptions, write_hours
from schedules.wording import spoken_moment
from structures.actions.carriers import snapshot_of_holder
from structures.actions.people import full_snapshot, presence_of, write_counsellor
from structures.changes import (
    Snapshot,
    snapshot_of_closures,
    snapshot_of_exceptions,
    snapshot_of_hours,
    snapshot_of_label,
    snapshot_of_location,
)
from structures.models import Change, Counsellor, LabelChange, Location, StructureClosure, What

FIELD_BY_FIELD = frozenset({What.STRUCTURE, What.LOCATION, What.COUNSELLOR})
OF_THE_NETWORK = frozenset(
    {"name", "kind", "id_fs", "group_name", "labelled_on", "carrier_id", "carrier", "carrier_kind"}
)
"""Fields of a structure's sheet that only the coordinator decides."""
NOTHING_KEPT: Snapshot = {"note": "", "slots": [], "closures": [], "extras": []}


def altered(change: Change) -> frozenset[str]:
    """The fields that differ between before and after; all of them when the thing was created."""
    before, after = change.before or {}, change.after or {}
    return frozenset(name for name in {*before, *after} if name not in before or before[name] != after.get(name))


def is_of_the_network(change: Change) -> bool:
    """Whether the coordinator alone may take it back: the label, the name, the carrier."""
    if change.what == What.LABEL:
        return True
    return change.what == What.STRUCTURE and not OF_THE_NETWORK.isdisjoint(altered(change))


def is_gone(change: Change) -> bool:
    """Whether the place or the person is no longer in the database."""
    if change.what in (What.HOURS, What.EXCEPTIONS, What.LOCATION):
        return change.location is None
    return change.what in (What.COUNSELLOR, What.PRESENCE) and change.counsellor is None


def is_birth_of_structure(change: Change) -> bool:
    """A structure enters by the national list and leaves by its label: nothing to take back here."""
    return change.what in (What.STRUCTURE, What.LABEL) and change.before is None


def present(change: Change) -> Snapshot:
    """The thing as it is stored now, in the words of `before` and `after`. KeyError for a kind that is not known."""
    return _READ[What(change.what)](change)


def is_as_left(change: Change, now: Snapshot) -> bool:
    """Whether the thing still says what this change made it say."""
    after = change.after or {}
    if change.what in FIELD_BY_FIELD:
        return all(now.get(name) == after.get(name) for name in altered(change))
    return now == after


def last_since(change: Change) -> Change | None:
    """The latest change of the same fields of the same thing that came after."""
    same = Change.objects.filter(
        structure=change.structure_id,
        what=change.what,
        location=change.location_id,
        counsellor=change.counsellor_id,
        pk__gt=change.pk,
    )
    fields = altered(change)
    later: Iterable[Change] = same.order_by("-pk")[:50]
    return next((row for row in later if not fields.isdisjoint(altered(row))), None)


def put_back(change: Change, *, by: User, now: datetime) -> None:
    """Write what was before; what did not exist is put out of service, never deleted. Inside a transaction."""
    _WRITE[What(change.what)](change, by, now)


# Reading


def _place(change: Change) -> Location:
    if change.location is None:
        raise LookupError("the place is gone")
    return change.location


def _person(change: Change) -> Counsellor:
    if change.counsellor is None:
        raise LookupError("the person is gone")
    return change.counsellor


def _label(change: Change) -> Snapshot:
    """The state in force; or, when a note was corrected, the line of the history that bears it."""
    if "note" not in (change.after or {}):
        return snapshot_of_label(change.structure)
    line = _line(change)
    return (change.after or {}) | {"note": line.note if line else None}


def _line(change: Change) -> LabelChange | None:
    kept = change.after or {}
    return change.structure.label_changes.filter(state=kept["state"], decided_on=kept["decided_on"]).last()


_READ: dict[What, Callable[[Change], Snapshot]] = {
    What.HOURS: lambda change: snapshot_of_hours(_place(change)),
    What.EXCEPTIONS: lambda change: snapshot_of_exceptions(_place(change)),
    What.STRUCTURE_CLOSURES: lambda change: snapshot_of_closures(change.structure),
    What.STRUCTURE: lambda change: snapshot_of_holder(change.structure),
    What.LOCATION: lambda change: snapshot_of_location(_place(change)),
    What.LABEL: _label,
    What.COUNSELLOR: lambda change: full_snapshot(_person(change)),
    What.PRESENCE: lambda change: presence_of(_person(change)),
}


# Writing


def _write_hours(change: Change, by: User, now: datetime) -> None:
    write_hours(_place(change).schedule, change.before or NOTHING_KEPT)


def _write_exceptions(change: Change, by: User, now: datetime) -> None:
    write_exceptions(_place(change).schedule, change.before or NOTHING_KEPT)


def _write_closures(change: Change, by: User, now: datetime) -> None:
    change.structure.closures.all().delete()
    kept = (change.before or NOTHING_KEPT)["closures"]
    StructureClosure.objects.bulk_create([StructureClosure(structure=change.structure, **row) for row in kept])


def _write_structure(change: Change, by: User, now: datetime) -> None:
    kept, names = change.before or {}, altered(change)
    _write_fields(change.structure, kept, names)
    carrier = change.structure.carrier
    if "carrier_kind" in names and carrier is not None:
        carrier.kind = kept["carrier_kind"]
        carrier.save(update_fields=["kind"])


def _write_location(change: Change, by: User, now: datetime) -> None:
    _write_fields(_place(change), *_or_nothing(change, {"is_active": False}))


def _write_counsellor(change: Change, by: User, now: datetime) -> None:
    """Somebody entered by mistake leaves on the day she came: she is never counted, and can come back."""
    person = _person(change)
    kept, names = _or_nothing(change, {"left_on": person.arrived_on.isoformat()})
    as_it_stands = {name: value for name, value in present(change).items() if name != "trainings"}
    write_counsellor(person, as_it_stands | {name: kept[name] for name in names if name in kept})


def _write_presence(change: Change, by: User, now: datetime) -> None:
    person = _person(change)
    if person.schedule is None:
        person.schedule = Schedule.objects.create()
        person.save(update_fields=["schedule"])
    write_hours(person.schedule, change.before or NOTHING_KEPT)


def _write_label(change: Change, by: User, now: datetime) -> None:
    """The state comes back; the dated history of the label gains a line, it never loses one."""
    structure, kept = change.structure, change.before or {}
    if "note" in kept:
        if line := _line(change):
            line.note = kept["note"]
            line.save(update_fields=["note"])
        return
    state = kept["state"]
    structure.label_state = state
    structure.save(update_fields=["label_state"])
    LabelChange.objects.create(
        structure=structure,
        state=state,
        decided_on=now.astimezone(PARIS).date(),
        note=f"Annule la décision enregistrée {spoken_moment(change.at, with_year=True)}.",
        author=by,
        recorded_at=now,
    )


def _or_nothing(change: Change, nothing: Snapshot) -> tuple[Snapshot, frozenset[str]]:
    """What to write and in which fields; `nothing` when the thing did not exist before."""
    if change.before is None:
        return nothing, frozenset(nothing)
    return change.before, altered(change)


def _write_fields(row: models.Model, kept: Snapshot, names: frozenset[str]) -> None:
    """ValidationError when the row may no longer say this: another main site, say."""
    fields = {field.attname: field for field in row._meta.concrete_fields}
    written = [name for name in names if name in fields and name in kept]
    for name in written:
        setattr(row, name, fields[name].to_python(kept[name]))
    row.validate_constraints()
    if "name" in written and "plain_name" in fields:
        written.append("plain_name")
    row.save(update_fields=written)


_WRITE: dict[What, Callable[[Change, User, datetime], None]] = {
    What.HOURS: _write_hours,
    What.EXCEPTIONS: _write_exceptions,
    What.STRUCTURE_CLOSURES: _write_closures,
    What.STRUCTURE: _write_structure,
    What.LOCATION: _write_location,
    What.LABEL: _write_label,
    What.COUNSELLOR: _write_counsellor,
    What.PRESENCE: _write_presence,
}
