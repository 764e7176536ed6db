"""What does a timetable say, as plain JSON that can be kept, compared and written back?

Slots and their note are one thing (the regular hours), closures and exceptional openings another: each is kept and
undone on its own.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias

from schedules import opening_hours
from schedules.models import Closure, Extra, Schedule, Slot

Snapshot: TypeAlias = dict[str, Any]

SLOT_FIELDS = (
    "weekday",
    "opens",
    "closes",
    "access",
    "frequency",
    "interval",
    "anchor",
    "nth",
    "dates",
    "valid_from",
    "valid_until",
    "except_school_holidays",
    "on_public_holidays",
)
CLOSURE_FIELDS = ("first_day", "last_day", "reason")
EXTRA_FIELDS = ("day", "opens", "closes", "access", "reason", "replaces")


def hours_of(schedule: Schedule) -> Snapshot:
    """The regular hours; prefetch `slots` to read many. The order of the slots means nothing, so it is fixed."""
    return {"note": schedule.note, "slots": _sorted(_plain(slot, SLOT_FIELDS) for slot in schedule.slots.all())}


def snapshot_of_slots(slots: Iterable[opening_hours.Slot], note: str) -> Snapshot:
    """The regular hours that these plain values make, before anything is stored."""
    rows = (_plain(slot, SLOT_FIELDS) for slot in slots)
    return {"note": note, "slots": _sorted(row | {"dates": [day.isoformat() for day in row["dates"]]} for row in rows)}


def exceptions_of(schedule: Schedule) -> Snapshot:
    """Closures and exceptional openings; prefetch `closures` and `extras` to read many."""
    return {
        "closures": _sorted(_plain(closure, CLOSURE_FIELDS) for closure in schedule.closures.all()),
        "extras": _sorted(_plain(extra, EXTRA_FIELDS) for extra in schedule.extras.all()),
    }


def row_of_closure(closure: opening_hours.Closure) -> Snapshot:
    """A line of `exceptions_of`, from the plain value."""
    return _plain(closure, CLOSURE_FIELDS)


def row_of_extra(extra: opening_hours.Extra) -> Snapshot:
    """A line of `exceptions_of`, from the plain value."""
    return _plain(extra, EXTRA_FIELDS)


def write_hours(schedule: Schedule, kept: Snapshot) -> None:
    """Make the regular hours say this; call it inside a transaction."""
    schedule.note = kept["note"]
    schedule.save(update_fields=["note"])
    schedule.slots.all().delete()
    Slot.objects.bulk_create([Slot(schedule=schedule, **values) for values in kept["slots"]])
    _forget(schedule, "slots")


def write_exceptions(schedule: Schedule, kept: Snapshot) -> None:
    """Make closures and exceptional openings say this; call it inside a transaction."""
    schedule.closures.all().delete()
    schedule.extras.all().delete()
    Closure.objects.bulk_create([Closure(schedule=schedule, **values) for values in kept["closures"]])
    Extra.objects.bulk_create([Extra(schedule=schedule, **values) for values in kept["extras"]])
    _forget(schedule, "closures", "extras")


_Row: TypeAlias = Slot | Closure | Extra | opening_hours.Slot | opening_hours.Closure | opening_hours.Extra


def _plain(row: _Row, names: Iterable[str]) -> Snapshot:
    """Days and times as ISO texts, which the database's fields take back."""
    values = {name: getattr(row, name) for name in names}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def _sorted(rows: Iterable[Snapshot]) -> list[Snapshot]:
    return sorted(rows, key=lambda row: [str(value) for value in row.values()])


def _forget(schedule: Schedule, *names: str) -> None:
    """What was prefetched is no longer true."""
    for name in names:
        getattr(schedule, "_prefetched_objects_cache", {}).pop(name, None)
