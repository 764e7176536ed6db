"""Which démarches does this site log most, these last weeks?"""

from collections import Counter
from datetime import datetime, timedelta

from django.core.cache import caches

from referrals.models import ServiceRequest
from structures.models import Structure

OVER = timedelta(days=28)
SHOWN = 6
_READ_AT_MOST = 400
"""The last entries read, along the index of the site's history: a busy site costs no more than a quiet one."""
_KEPT_FOR_SECONDS = 600


def favourites_at(structure: Structure, now: datetime) -> list[str]:
    """The codes of the démarches of the last 28 days, the most frequent first; one query in ten minutes, else none.

    Each process remembers its own: a cache that is read from the database would cost what it saves.
    """
    remembered = caches["process"]
    key = f"favourites-{structure.pk}"
    known: list[str] | None = remembered.get(key)
    if known is None:
        known = _counted(structure, now)
        remembered.set(key, known, _KEPT_FOR_SECONDS)
    return known


def _counted(structure: Structure, now: datetime) -> list[str]:
    lately = ServiceRequest.objects.filter(structure=structure, received_at__gte=now - OVER)
    logged = lately.values_list("procedure__code", "cancelled_at").order_by("-received_at", "-pk")[:_READ_AT_MOST]
    counts = Counter(code for code, cancelled_at in logged if cancelled_at is None)
    # Among equals, always the same order: a button under the finger does not move.
    return sorted(counts, key=lambda code: (-counts[code], code))[:SHOWN]
