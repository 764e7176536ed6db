"""What should one know of a démarche before helping with it, beside whom to call?"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, prefetch_related_objects

from partners.facts import ServiceSheet, service_sheet
from partners.models import LocalService, LocalServiceLimit, Procedure
from partners.sessions import ahead
from schedules.reading import read_hours
from territories.models import Commune


@dataclass(frozen=True)
class LocalHelp:
    """A local service that serves the démarche; `warnings`: the limits that concern it, or everything it does."""

    sheet: ServiceSheet
    warnings: list[str]


def local_help(procedure: Procedure, commune: Commune | None, now: datetime) -> list[LocalHelp]:
    """The services that serve the démarche, or the need where it ends; those of the commune first. Four queries."""
    of_it = LocalService.procedures.through.objects.filter(localservice=OuterRef("pk"), procedure=procedure)
    of_its_end = LocalService.needs.through.objects.filter(localservice=OuterRef("pk"), subject=procedure.ends_at_id)
    serving = (
        LocalService.objects.in_service()
        .annotate(serves_it=Exists(of_it))
        .filter(Q(serves_it=True) | Q(Exists(of_its_end)))
    )
    rows = sorted(serving.select_related("commune", "schedule"), key=_serves_its_end_only)
    limits = LocalServiceLimit.objects.filter(service__in=rows)
    rows.sort(key=lambda row: commune is None or row.commune_id != commune.pk)
    prefetch_related_objects(rows, ahead(now))
    read_hours(row.schedule for row in rows if row.schedule)
    told: dict[int, list[str]] = {}
    for limit in limits:
        if _concerns(limit, procedure):
            told.setdefault(limit.service_id, []).append(limit.text)
    return [
        LocalHelp(
            service_sheet(row, now),
            [*told.get(row.pk, ()), *([row.limits] if row.limits else [])],
        )
        for row in rows
    ]


def _serves_its_end_only(row: LocalService) -> bool:
    """Who serves the démarche itself comes first, in the order of the list."""
    return not row.serves_it  # type: ignore[attr-defined]


def _concerns(limit: LocalServiceLimit, procedure: Procedure) -> bool:
    """A limit tied to nothing is a limit of everything that the service does."""
    if limit.procedure_id is None and limit.need_id is None:
        return True
    ends_there = limit.need_id is not None and limit.need_id == procedure.ends_at_id
    return limit.procedure_id == procedure.pk or ends_there
