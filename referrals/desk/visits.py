"""Which démarches did one person bring in one visit, and how many people came?"""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from referrals.models import ServiceRequest
from structures.models import Structure

ONE_VISIT = timedelta(hours=12)
"""Two entries further apart are two visits; ours, no text fixes it."""


def companion(structure: Structure, reference: str, now: datetime) -> ServiceRequest | None:
    """The entry of the same visit, at this site and not long ago; one query."""
    rows = ServiceRequest.objects.filter(
        structure=structure, cancelled_at__isnull=True, received_at__gte=now - ONE_VISIT
    )
    return rows.select_related("commune", "procedure").filter(reference=reference.upper()).first()


def others_of_visit(request: ServiceRequest) -> list[ServiceRequest]:
    """What else the person came for that day; no query for a request that came alone."""
    if request.visit is None:
        return []
    same = ServiceRequest.objects.filter(
        structure=request.structure_id,
        visit=request.visit,
        cancelled_at__isnull=True,
        received_at__range=(request.received_at - ONE_VISIT, request.received_at + ONE_VISIT),
    )
    return list(same.exclude(pk=request.pk).select_related("procedure").order_by("received_at", "pk"))


def people_among(visits: Collection[uuid.UUID | None]) -> int | None:
    """How many people came, when two entries at least are known to be of one person; else None: nobody can tell."""
    shared = [visit for visit in visits if visit is not None]
    people = len(visits) - len(shared) + len(set(shared))
    return people if people < len(visits) else None
