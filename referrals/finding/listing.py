"""Which requests of this site does the list show, and what comes before and after this page?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts.models import User
from partners.names import Names, names_at, read_version, remembered
from referrals.finding.paging import Order, Row, Selection, slice_of
from referrals.models import ServiceRequest, ServiceRequestQuerySet
from referrals.promised import promised_until
from referrals.standing import state_in_words
from schedules.calendars import PARIS
from schedules.wording import deadline_in_words, spoken_day, spoken_time
from structures.models import Structure

_ORDERS = {"": Order.NEWEST, "ancienne": Order.OLDEST, "echeance": Order.DEADLINE}


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
    """`looked_until`: the day where the search stopped before the page was full; « plus loin » goes on from there."""

    lines: list[Line]
    next: str
    previous: str
    names: Names
    looked_until: str = ""


def selected(structure: Structure, chosen: Mapping[str, Any], *, user: User, now: datetime) -> Selection:
    """The site's requests under the filters of the address (`RequestFilterForm.cleaned_data`)."""
    state, order = chosen.get("etat") or "", _ORDERS[chosen.get("tri") or ""]
    site = _received(ServiceRequest.objects.filter(structure=structure), chosen)
    rows = _in_state(site, state)
    if chosen.get("retard"):
        rows = rows.late(now)
    along = rows
    for name, column in (("suite", "outcome"), ("venue", "channel"), ("issue", "closing_reason")):
        if chosen.get(name):
            rows = rows.filter(**{column: chosen[name]})
    if code := chosen.get("operateur"):
        rows = rows.filter(operator=remembered().operator_pk(code))
    if procedures := chosen.get("demarche"):
        rows = rows.filter(procedure__in=procedures)
    if commune := chosen.get("commune"):
        rows = rows.filter(commune=commune)
    if chosen.get("miennes"):
        rows = rows.held_by(user)
    if found := chosen.get("trouvees"):
        rows = rows.filter(found.condition)
        along = along if found.scans else rows
    is_history = state in ("closes", "toutes") and not chosen.get("retard")
    if order is Order.DEADLINE:
        rows = along = rows.with_deadline()
    return Selection(rows, along if is_history else rows, order)


def _received(rows: ServiceRequestQuerySet, chosen: Mapping[str, Any]) -> ServiceRequestQuerySet:
    if since := chosen.get("depuis"):
        rows = rows.filter(received_at__gte=datetime.combine(since, datetime.min.time(), PARIS))
    if until := chosen.get("jusqua"):
        rows = rows.filter(received_at__lt=datetime.combine(until + timedelta(days=1), datetime.min.time(), PARIS))
    return rows


def _in_state(rows: ServiceRequestQuerySet, state: str) -> ServiceRequestQuerySet:
    match state:
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


def page_of(selection: Selection, *, now: datetime, after: str = "", before: str = "") -> Page:
    """One page of the list, with the names of what it shows: one query, and one more to name what is new."""
    found = slice_of(selection, after=after, before=before)
    rows = found.rows
    names = names_at(rows[0].version if rows else read_version(), {row.procedure_id for row in rows})
    base, today = reverse("referrals:list"), now.astimezone(PARIS).date()
    lines = [_line(row, names, base, now, today) for row in rows]
    until = found.looked_until
    looked = spoken_day(until.astimezone(PARIS).date(), with_year=True) if until else ""
    return Page(lines, found.following, found.previous, names, looked)


def _line(row: Row, names: Names, base: str, now: datetime, today: date) -> Line:
    state, level = state_in_words(row, now)
    received = row.received_at.astimezone(PARIS)
    until = promised_until(row)
    due = deadline_in_words(until, now) if until else ""
    return Line(
        reference=row.reference,
        url=f"{base}{row.reference}/",
        procedure=names.procedure(row.procedure_id),
        operator=names.operator(row.operator_id),
        received=f"{spoken_day(received.date(), today=today)} à {spoken_time(received.time())}",
        state=state,
        level=level,
        due=due[:1].upper() + due[1:],
    )
