"""The same case goes on in the State's own tool, under a number of its own."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from referrals.actions.timeline import add_exchange
from referrals.models import Happening, ServiceRequest


@transaction.atomic
def keep_national_number(*, request: ServiceRequest, number: str, by: User, now: datetime) -> bool:
    """Write it, or take it away when empty; False when it was the same. A closed request may still be given one."""
    known = ServiceRequest.objects.filter(pk=request.pk).exclude(national_number=number)
    if not known.update(national_number=number):
        return False
    request.national_number = number
    add_exchange(request, Happening.NATIONAL, now, by=by, text=f"Numéro {number}" if number else "Numéro retiré.")
    return True
