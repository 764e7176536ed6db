"""Which requests are late now, on the first promise or on that of a return, without anything that says whose?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from partners.models import Procedure
from referrals.models import ServiceRequest, ServiceRequestQuerySet, deadline
from schedules.calendars import PARIS
from schedules.wording import deadline_in_words, spoken_moment
from structures.models import Structure

EVERYTHING = slice(None)


@dataclass(frozen=True)
class LateLine:
    reference: str
    structure: Structure
    procedure: str
    received: str
    due: str
    late_by: str
    progress: str


def lines(
    waiting: ServiceRequestQuerySet, sites: Mapping[int, Structure], now: datetime, shown: slice = EVERYTHING
) -> list[LateLine]:
    """The longest late first: two statements, that read neither an identity nor a text."""
    rows = list(
        waiting.order_by(deadline(), "pk").only(
            "reference",
            "structure_id",
            "procedure_id",
            "received_at",
            "due_at",
            "return_due_at",
            "referred_at",
            "answered_at",
            "resident_informed_at",
            "closed_at",
            "cancelled_at",
        )[shown]
    )
    names = dict(Procedure.objects.filter(pk__in={row.procedure_id for row in rows}).values_list("pk", "name"))
    today = now.astimezone(PARIS).date()
    return [
        LateLine(
            reference=row.reference,
            structure=sites[row.structure_id],
            procedure=names[row.procedure_id],
            received=spoken_moment(row.received_at, today=today),
            due=spoken_moment(until, today=today),
            late_by=deadline_in_words(until, now),
            progress=_progress(row),
        )
        for row in rows
        if (until := row.promised_until)
    ]


def _progress(row: ServiceRequest) -> str:
    if row.has_answer_to_pass_on:
        return "réponse reçue, usager à informer"
    since = " depuis son retour" if row.return_due_at else ""
    return f"transmise{since}, sans réponse utile" if row.referred_at else f"pas encore transmise{since}"


CSV_HEADER = ("Référence", "Structure", "Démarche", "Reçue", "Échéance", "Retard", "Avancement")


def csv_rows(waiting: ServiceRequestQuerySet, sites: Mapping[int, Structure], now: datetime) -> Iterator[list[str]]:
    for x in lines(waiting, sites, now):
        yield [x.reference, x.structure.name, x.procedure, x.received, x.due, x.late_by, x.progress]
