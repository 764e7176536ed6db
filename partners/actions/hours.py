"""How are the regular hours of a local service, of one of its places or of a contact written?"""

import hashlib
import json
from datetime import datetime
from typing import TypeAlias

from django.db import transaction

from accounts.models import User
from partners.actions.surroundings import put_hours, regular_hours, remember, surroundings
from partners.models import Contact, LocalService, LocalServicePlace
from partners.versions import locked
from schedules.models import Schedule
from schedules.snapshots import Snapshot

Received: TypeAlias = LocalService | LocalServicePlace | Contact
"""Whose hours."""
OTHER_HOURS = "Horaires modifiés"


class OtherHours(Exception):
    """Somebody wrote other hours after the form was opened; nothing was written."""


def opened_on(schedule: Schedule | None) -> str:
    """What the form carries: the same for the same hours."""
    canonical = json.dumps(regular_hours(schedule), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


@transaction.atomic
def set_hours_of(row: Received, *, hours: Snapshot, opened: str, by: User, now: datetime) -> bool:
    """Make these its regular hours; says whether they differed. OtherHours when the form had opened other ones."""
    sheet = locked(row.service if isinstance(row, LocalServicePlace) else row, None)
    place = locked(row, None) if isinstance(row, LocalServicePlace) else None
    fresh = place or sheet
    if opened != opened_on(fresh.schedule):
        raise OtherHours
    before = surroundings(sheet)
    if not put_hours(fresh, hours):
        return False
    if place is not None:
        place.save(update_fields=["schedule"])
    remember(sheet, f"{OTHER_HOURS}\u00a0: {place}" if place else OTHER_HOURS, before, by=by, now=now)
    return True
