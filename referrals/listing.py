"""Which requests of this site does the list show, and what comes after this page?"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import User
from partners.models import Procedure
from partners.search import find_procedures
from referrals.models import Outcome, ServiceRequest, ServiceRequestQuerySet
from schedules.calendars import PARIS
from schedules.wording import deadline_in_words, spoken_day, spoken_moment, spoken_time
from structures.models import Structure

PAGE = 30
YEARS = range(2000, 2200)
"""Beyond, an instant cannot be moved from one time zone to another; no request is that old."""


@dataclass(frozen=True)
class Line:
    """One request, ready to show: nothing here costs a query."""

    reference: str
    url: str
    procedure: str
    operator: str
    received: str
    state: str
    level: str
    due: str


@dataclass(frozen=True)
class Page:
    lines: list[Line]
    next: str


def filtered(structure: Structure, chosen: Mapping[str, Any], *, user: User, now: datetime) -> ServiceRequestQuerySet:
    """The site's requests under the filters of the address; newest first."""
    rows = _in_state(ServiceRequest.objects.filter(structure=structure), chosen.get("etat") or "", now)
    if code := chosen.get("operateur"):
        rows = rows.filter(operator__code=code)
    if words := chosen.get("demarche"):
        rows = rows.filter(procedure__in=[procedure.pk for procedure in find_procedures(words, limit=50)])
    if since := chosen.get("depuis"):
        rows = rows.filter(received_at__gte=datetime.combine(since, datetime.min.time(), PARIS))
    if chosen.get("miennes"):
        rows = rows.held_by(user)
    if typed := chosen.get("q"):
        rows = rows.filter(reference__icontains=typed.strip())
    return rows


def _in_state(rows: ServiceRequestQuerySet, state: str, now: datetime) -> ServiceRequestQuerySet:
    match state:
        case "retard":
            return rows.late(now)
        case "reponse":
            return rows.answer_to_pass_on()
        case "operateur":
            return rows.at_the_operator()
        case "transmettre":
            return rows.not_handed_over()
        case "rappeler":
            return rows.to_call()
        case "closes":
            return rows.filter(closed_at__isnull=False)
        case "toutes":
            return rows
        case _:
            return rows.filter(closed_at__isnull=True)


def search_reference(structure: Structure, typed: str) -> ServiceRequest | None:
    """The one request of the site whose reference is, or ends with, what was typed."""
    found = ServiceRequest.objects.filter(structure=structure, reference__iendswith=typed.strip())[:2]
    return found[0] if len(found) == 1 else None


def page_of(rows: ServiceRequestQuerySet, *, operators: Mapping[int, str], after: str, now: datetime) -> Page:
    """One page, found by its place and not by counting: as quick on the last page as on the first.

    `operators` gives the name of each: the page has read them for its filter already.
    """
    if place := _place(after):
        rows = rows.filter(Q(received_at__lt=place[0]) | Q(received_at=place[0], pk__lt=place[1]))
    found = list(rows.order_by("-received_at", "-pk")[: PAGE + 1])
    shown, more = found[:PAGE], len(found) > PAGE
    asked = Procedure.objects.filter(pk__in={row.procedure_id for row in shown}).order_by()
    names = dict(asked.values_list("pk", "name"))
    lines = [_line(r, names.get(r.procedure_id, ""), operators.get(r.operator_id, ""), now) for r in shown]
    return Page(lines, _cursor(shown[-1]) if more else "")


def _cursor(row: ServiceRequest) -> str:
    return base64.urlsafe_b64encode(f"{row.received_at.isoformat()}|{row.pk}".encode()).decode()


def _place(cursor: str) -> tuple[datetime, int] | None:
    """A cursor that somebody changed leads to the first page, not to an error."""
    try:
        at, pk = base64.urlsafe_b64decode(cursor.encode()).decode().split("|")
        instant = datetime.fromisoformat(at)
        return (instant, int(pk)) if instant.tzinfo and instant.year in YEARS and int(pk) < 2**63 else None
    except (ValueError, binascii.Error, OverflowError):
        return None


def _line(row: ServiceRequest, procedure: str, operator: str, now: datetime) -> Line:
    state, level = state_in_words(row, now)
    received = row.received_at.astimezone(PARIS)
    day = spoken_day(received.date(), today=now.astimezone(PARIS).date())
    return Line(
        reference=row.reference,
        url=row.get_absolute_url(),
        procedure=procedure,
        operator=operator,
        received=f"{day} à {spoken_time(received.time())}",
        state=state,
        level=level,
        due=deadline_in_words(row.due_at, now) if row.is_waiting else "",
    )


def state_in_words(row: ServiceRequest, now: datetime) -> tuple[str, str]:
    """Where the request stands, and the level of its badge."""
    if row.cancelled_at is not None:
        return "annulée", ""
    if row.resident_informed_at is not None:
        return ("close, dans le délai", "success") if row.kept_in_time else ("close, en retard", "warning")
    if row.is_late(now):
        return "en retard", "error"
    if row.answered_at is not None:
        return "réponse à transmettre", "new"
    if row.outcome == Outcome.CALL_BACK:
        return "à rappeler", "info"
    if row.call_back_at is not None:
        later = row.call_back_at > now
        return f"appel à passer {spoken_moment(row.call_back_at)}" if later else "appel à passer", "info"
    return ("chez l’opérateur", "info") if row.referred_at is not None else ("à transmettre", "warning")
