"""What has this site logged today, and what did this person log last?"""

from dataclasses import dataclass
from datetime import date, datetime

from referrals.desk.visits import people_among
from referrals.models import ServiceRequest
from schedules.calendars import PARIS
from schedules.wording import spoken_time
from structures.models import Structure


@dataclass(frozen=True)
class LastEntry:
    """What this person logged last, while it is hers to repeat, to complete or to put right."""

    reference: str
    code: str
    at: str


@dataclass(frozen=True)
class Today:
    """What this site logged today, and the last entry of this person: the next form's key is made from it."""

    day: date
    of_site: int
    of_person: int
    last_entry: int
    people: int | None = None
    """How many people came, when it is known that some came for several démarches."""
    last: LastEntry | None = None


def today_at(structure: Structure, person: int, now: datetime) -> Today:
    """One query. A cancelled entry counts for nobody, but its key has served."""
    midnight = datetime.combine(day_of(now), datetime.min.time(), PARIS)
    rows = list(
        ServiceRequest.objects.filter(structure=structure, received_at__gte=midnight)
        .order_by("pk")
        .values_list("pk", "author_id", "visit", "cancelled_at", "reference", "procedure__code", "received_at")
    )
    counted = [row for row in rows if row[3] is None]
    mine = [row for row in counted if row[1] == person]
    return Today(
        day=day_of(now),
        of_site=len(counted),
        of_person=len(mine),
        last_entry=max((row[0] for row in rows if row[1] == person), default=0),
        people=people_among([row[2] for row in counted]),
        last=_entry(*mine[-1][4:]) if mine else None,
    )


def _entry(reference: str, code: str, received_at: datetime) -> LastEntry:
    return LastEntry(reference, code, spoken_time(received_at.astimezone(PARIS).time()))


def day_of(now: datetime) -> date:
    return now.astimezone(PARIS).date()
