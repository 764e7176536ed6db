"""How are the regular hours of a local service, or of one of its places, written?"""

import hashlib
import json
from typing import TypeAlias

from django.db import transaction

from partners.models import LocalService, LocalServicePlace
from schedules.models import Schedule
from schedules.snapshots import Snapshot, hours_of, write_hours

Received: TypeAlias = LocalService | LocalServicePlace


class OtherHours(Exception):
    """Somebody wrote other hours after the form was opened; nothing was written."""


def opened_on(schedule: Schedule | None) -> str:
    """What the form carries: the same for the same hours."""
    canonical = json.dumps(regular_hours(schedule), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


@transaction.atomic
def set_regular_hours(row: Received, *, hours: Snapshot, opened: str) -> bool:
    """Make these the regular hours; says whether they differed. OtherHours when the form had opened other ones.

    Nobody signs here: `local_service_places.set_hours_of` does.
    """
    fresh = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if opened != opened_on(fresh.schedule):
        raise OtherHours
    if hours == regular_hours(fresh.schedule):
        return False
    if fresh.schedule is None:
        fresh.schedule = Schedule.objects.create()
        type(row)._default_manager.filter(pk=row.pk).update(schedule=fresh.schedule)
    write_hours(fresh.schedule, hours)
    return True


def regular_hours(schedule: Schedule | None) -> Snapshot:
    """Of nobody's schedule: none."""
    return hours_of(schedule) if schedule else {"note": "", "slots": []}
