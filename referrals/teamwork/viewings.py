"""Who of the site has looked at this request, and who has it before her at this moment?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from referrals.models import ServiceRequest, Viewing
from schedules.wording import spoken_wait

HERE_FOR = timedelta(seconds=50)
"""A page that is open says so every 20 seconds: two missed signs, and its reader is gone."""
_SHOWN = 8


@dataclass(frozen=True)
class Onlookers:
    """`here`: colleagues on the request now, with since when; `before`: who saw it earlier, the last first."""

    here: tuple[tuple[str, str], ...]
    before: tuple[tuple[str, datetime], ...]


def look(*, request: ServiceRequest, user: User, now: datetime) -> Onlookers:
    """She has it before her, or still has; gives back who else has, or had. One row a person, two statements."""
    rows = list(
        Viewing.objects.filter(request=request)
        .order_by("-last_at")
        .values_list("user", "user__full_name", "first_at", "last_at")
    )
    mine = next((row for row in rows if row[0] == user.pk), None)
    if mine is None:
        Viewing.objects.bulk_create(
            [Viewing(request=request, user=user, first_at=now, last_at=now)], ignore_conflicts=True
        )
    else:
        # After an absence « depuis » starts anew.
        first = mine[2] if mine[3] >= now - HERE_FOR else now
        Viewing.objects.filter(request=request, user=user).update(first_at=first, last_at=now)
    others = [row for row in rows if row[0] != user.pk][:_SHOWN]
    here = tuple((name, spoken_wait(now - first)) for _, name, first, last in others if last >= now - HERE_FOR)
    before = tuple((name, last) for _, name, _, last in others if last < now - HERE_FOR)
    return Onlookers(here, before)
