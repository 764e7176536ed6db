"""How is a change of a structure remembered, so that it can be told and undone?

Whoever writes takes a snapshot before and after, in the same transaction, and calls `record`.
"""

from datetime import datetime
from typing import Any

from django.utils.text import Truncator

from accounts.models import User
from schedules.snapshots import exceptions_of, hours_of
from structures.models import Change, Counsellor, LabelState, Location, Structure, What

Snapshot = dict[str, Any]

OF_STRUCTURE = (
    "name",
    "kind",
    "phone",
    "mail",
    "website",
    "by_appointment",
    "services",
    "comment",
    "settled_comment",
    "group_name",
    "labelled_on",
    "carrier_id",
)
OF_LOCATION = (
    "kind",
    "name",
    "address",
    "complement",
    "postcode",
    "commune_id",
    "latitude",
    "longitude",
    "is_active",
    "how_to_come",
    "accessible_motor",
    "accessible_hearing",
    "accessible_sight",
    "accessible_mind",
    "acceslibre_url",
)
OF_COUNSELLOR = ("full_name", "user_id", "arrived_on", "left_on")


def snapshot_of_structure(structure: Structure) -> Snapshot:
    return _plain(structure, OF_STRUCTURE)


def snapshot_of_location(location: Location) -> Snapshot:
    return _plain(location, OF_LOCATION)


def snapshot_of_counsellor(counsellor: Counsellor) -> Snapshot:
    return _plain(counsellor, OF_COUNSELLOR)


def snapshot_of_hours(location: Location) -> Snapshot:
    return hours_of(location.schedule)


def snapshot_of_exceptions(location: Location) -> Snapshot:
    return exceptions_of(location.schedule)


def snapshot_of_closures(structure: Structure) -> Snapshot:
    rows = structure.closures.order_by("first_day", "last_day", "reason")
    return {"closures": [_plain(row, ("first_day", "last_day", "reason")) for row in rows]}


def snapshot_of_label(structure: Structure) -> Snapshot:
    return {"state": LabelState(structure.label_state).value}


def record(
    *,
    structure: Structure,
    what: What,
    before: Snapshot | None,
    after: Snapshot | None,
    by: User | None,
    now: datetime,
    actor: str = "",
    location: Location | None = None,
    counsellor: Counsellor | None = None,
    undoes: Change | None = None,
) -> Change | None:
    """Remember a change and date the structure's sheet; None, and nothing written, when nothing differs.

    `by` a person who has an account, or an `actor` who has none (an import). Inside the caller's transaction.
    """
    if before == after:
        return None
    structure.changed_at = now
    structure.save(update_fields=["changed_at"])
    return Change.objects.create(
        structure=structure,
        location=location,
        counsellor=counsellor,
        what=what,
        before=before,
        after=after,
        at=now,
        author=by,
        actor=Truncator(actor or str(by)).chars(200),
        undoes=undoes,
    )


def _plain(row: Any, names: tuple[str, ...]) -> Snapshot:
    """Values as JSON holds them: days as ISO texts."""
    values = {name: getattr(row, name) for name in names}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
