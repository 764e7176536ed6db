"""A contact has left its post: what becomes of its sheet?"""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from partners.models import Contact
from partners.versions import locked, sign


@transaction.atomic
def record_departure(*, contact: Contact, left_on: date, by: User, now: datetime) -> Contact:
    """Proposed to nobody any more, since that day; its rules and its history stay, to be given to somebody else."""
    fresh = locked(contact, None)
    if fresh.is_active or fresh.left_on != left_on:
        fresh.left_on, fresh.is_active = left_on, False
        sign(fresh, by=by, now=now, reason="A quitté son poste").save()
    return fresh
