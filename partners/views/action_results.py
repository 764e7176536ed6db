"""What a local action did in a year, and the one page that helps to do the same elsewhere."""

from collections import Counter
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.activity import (
    USUAL_PEOPLE_A_SESSION,
    USUAL_PEOPLE_A_YEAR,
    USUAL_PROCEDURES_A_YEAR,
    ActionYear,
    Year,
    action_year,
)
from partners.csv_files import csv_response
from partners.facts import hours_of
from partners.forms.years import YearForm
from partners.models import ActionMember, LocalService, Role
from partners.views.local_actions import action_in_sight
from schedules.calendars import PARIS
from schedules.wording import spoken_time
from territories.spelling import plain

USUAL = {
    "session": USUAL_PEOPLE_A_SESSION,
    "people": USUAL_PEOPLE_A_YEAR,
    "procedures": USUAL_PROCEDURES_A_YEAR,
}


@require(Can.KEEP_LOCAL_ACTIONS)
@require_safe
def action_results(request: SignedInRequest, pk: int) -> HttpResponse:
    action = action_in_sight(request, pk)
    form = YearForm(request.GET, today=_today())
    result = action_year(action, form.year(), _today())
    context = {"action": action, "filters": form, "result": result, "chart": result.chart, "usual": USUAL}
    return render(request, "partners/local_actions/results.html", context)


@require(Can.KEEP_LOCAL_ACTIONS)
@require_safe
def action_results_csv(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sessions of the year, one line each; no note, which is for the team."""
    action = action_in_sight(request, pk)
    year = YearForm(request.GET, today=_today()).year()
    sessions = action.sessions.filter(day__gte=year.first_day, day__lte=year.last_day)
    rows = [
        (
            session.day.isoformat(),
            spoken_time(session.opens),
            spoken_time(session.closes),
            session.cancelled_because,
            session.people_received,
            session.procedures_done,
            len(session.present.all()),
            "\u00a0; ".join(f"{sent.label}\u00a0: {sent.count}" for sent in session.sent.all()),
        )
        for session in sessions.prefetch_related("present", "sent")
    ]
    header = ("Jour", "De", "À", "Annulée", "Personnes reçues", "Démarches faites", "Présents", "Orientées vers")
    name = f"{plain(action.name).replace(' ', '-')}-{year.number}{'-scolaire' if year.is_school_year else ''}"
    return csv_response(name, header, rows)


@require(Can.KEEP_LOCAL_ACTIONS)
@require_safe
def action_leaflet(request: SignedInRequest, pk: int) -> HttpResponse:
    """One sheet: who, how often, limits, what is needed, and the figures of the last year, read from the sheets."""
    today = _today()
    action = action_in_sight(request, pk)
    members = [member for member in action.members.filter(joined_on__lte=today) if (member.left_on or today) >= today]
    context = {
        "action": action,
        "hours": hours_of(action.schedule, today),
        "limits": [line.strip() for line in action.limits.splitlines() if line.strip()],
        "professions": _professions(members),
        "volunteers": sum(member.role == Role.VOLUNTEER for member in members),
        "result": _last_year(action, today),
        "printed_on": today,
    }
    return render(request, "partners/local_actions/leaflet.html", context)


def _professions(members: list[ActionMember]) -> list[tuple[str, int]]:
    counted = Counter(
        member.occupation or str(Role.PROFESSIONAL.label) for member in members if member.may_hold_a_mandate
    )
    return sorted(counted.items(), key=lambda item: (-item[1], plain(item[0])))


def _last_year(action: LocalService, today: date) -> ActionYear:
    """The last civil year that ended; this one when the action did not run before."""
    last = action_year(action, Year(today.year - 1), today)
    return last if last.held else action_year(action, Year(today.year), today)


def _today() -> date:
    return timezone.now().astimezone(PARIS).date()
