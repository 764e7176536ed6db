"""What should one know of a démarche before helping with it, beside whom to call?"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects

from partners.facts import ServiceSheet, service_sheet
from partners.models import LocalService, LocalServiceLimit, Procedure
from partners.sessions import ahead
from territories.models import Commune


@dataclass(frozen=True)
class LocalHelp:
    """A local service that serves the démarche; `warnings`: the limits that concern it, or everything it does."""

    sheet: ServiceSheet
    warnings: list[str]


def local_help(procedure: Procedure, commune: Commune | None, now: datetime) -> list[LocalHelp]:
    """The services that serve the démarche, or the need where it ends; those of the commune first. Eight queries."""
    serving = LocalService.objects.in_service().select_related("commune", "schedule")
    rows = list(serving.filter(procedures=procedure))
    if procedure.ends_at_id:
        known = {row.pk for row in rows}
        rows += [row for row in serving.filter(needs=procedure.ends_at_id) if row.pk not in known]
    limits = LocalServiceLimit.objects.filter(service__in=rows)
    rows.sort(key=lambda row: commune is None or row.commune_id != commune.pk)
    prefetch_related_objects(rows, "schedule__slots", "schedule__closures", "schedule__extras", ahead(now))
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


def _concerns(limit: LocalServiceLimit, procedure: Procedure) -> bool:
    """A limit tied to nothing is a limit of everything that the service does."""
    if limit.procedure_id is None and limit.need_id is None:
        return True
    ends_there = limit.need_id is not None and limit.need_id == procedure.ends_at_id
    return limit.procedure_id == procedure.pk or ends_there
