"""The digital advisors: who they are, where, when and how one is received."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can, TeamKind
from partners.actions.digital import create_advisor, update_advisor
from partners.advisors import AdvisorLine, line_matches, line_of, lines_of, with_places
from partners.csv_files import csv_response
from partners.forms.digital import AdvisorFilterForm, AdvisorForm, advisor_initial
from partners.models import LocalService, LocalServiceKind, LocalServiceQuerySet, Workshop
from partners.service_history import last_changes
from partners.views.conflicts import Conflict
from partners.views.sheets import Kept, status_of
from schedules.calendars import PARIS
from schedules.here import calendar_around
from territories.models import Commune
from territories.spelling import matches

METHODS = ["GET", "HEAD", "POST"]
PER_PAGE = 25
MONTHS_SHOWN = 12
_FILTERS = ("q", "itinerance", "accueil", "commune", "etat")


def advisors_in_sight(request: SignedInRequest) -> LocalServiceQuerySet:
    return LocalService.objects.visible_to(request.user).filter(kind=LocalServiceKind.DIGITAL_ADVISOR)


def advisor_in_sight(request: SignedInRequest, pk: int) -> LocalService:
    """An advisor whom this person keeps, with her places; 404 otherwise."""
    return get_object_or_404(with_places(advisors_in_sight(request)), pk=pk)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_safe
def digital_advisors(request: SignedInRequest) -> HttpResponse:
    filters, found = _found(request)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "is_filtered": any(request.GET.get(name) for name in _FILTERS),
        "page": page,
        "lines": page.object_list,
        "itinerant": sum(line.is_itinerant for line in found),
        "communes": sorted({commune for line in found for commune in line.communes}),
    }
    return render(request, "partners/digital/advisors.html", context)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_safe
def digital_advisors_csv(request: SignedInRequest) -> HttpResponse:
    """What the filters leave, one line for each place where somebody is received."""
    header = ("Nom", "Itinérant", "Accueilli par", "Lieu", "Adresse", "Commune", "Code Insee", "Horaires", "Accès")
    rows = [
        (
            line.service.name,
            "oui" if line.is_itinerant else "non",
            line.service.host,
            place.name,
            place.address,
            place.commune.name,
            place.commune.insee,
            "\u00a0; ".join(place.hours),
            line.service.access,
            line.service.phone,
            line.when,
        )
        for line in _found(request)[1]
        for place in line.places
    ]
    return csv_response("conseillers-numeriques", (*header, "Téléphone", "Prochaine présence"), rows)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_http_methods(METHODS)
def digital_advisor_create(request: SignedInRequest) -> HttpResponse:
    form = AdvisorForm(request.POST or None, initial=interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        team = request.user.teams_by_kind()[TeamKind.DIGITAL_COORDINATION][0]
        advisor, is_new = create_advisor(digital_team=team, by=request.user, now=timezone.now(), **_values(form))
        said = f"La fiche de {advisor.name} est créée. Donnez maintenant ses lieux et ses horaires."
        messages.success(request, said if is_new else f"La fiche de {advisor.name} existe déjà, la voici.")
        return redirect("partners:digital_advisor", advisor.pk)
    return _form_page(request, form)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_safe
def digital_advisor(request: SignedInRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    today = now.astimezone(PARIS).date()
    advisor = advisor_in_sight(request, pk)
    workshops = list(Workshop.objects.filter(service=advisor).select_related("commune"))
    entered = {row.month: row for row in advisor.months.filter(month__gt=today - timedelta(days=400))}
    context = {
        "advisor": advisor,
        "line": line_of(advisor, now, calendar_around(now)),
        "coming": [row for row in workshops if row.ends_at >= now],
        "past": [row for row in reversed(workshops) if row.ends_at < now],
        "months": [(month, entered.get(month)) for month in months_back(today)],
        "changes": last_changes(advisor),
    }
    return render(request, "partners/digital/advisor.html", context)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_http_methods(METHODS)
def digital_advisor_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    return _kept(request, pk).edit(request)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_http_methods(METHODS)
def digital_advisor_undo(request: SignedInRequest, pk: int, line: int) -> HttpResponse:
    return _kept(request, pk).undo(request, line)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_http_methods(METHODS)
def digital_advisor_set_active(request: SignedInRequest, pk: int) -> HttpResponse:
    return _kept(request, pk).set_active(request)


def _kept(request: SignedInRequest, pk: int) -> Kept:
    advisor = advisor_in_sight(request, pk)
    return Kept(
        service=advisor,
        form=AdvisorForm,
        initial=advisor_initial,
        save=partial(update_advisor, advisor=advisor),
        page=_form_page,
        again=f"La fiche de {advisor.name} est de nouveau proposée.",
        stopped=f"La fiche de {advisor.name} est hors service. Rien n’est effacé.",
        back=reverse("partners:digital_advisor", args=[pk]),
    )


def months_back(today: date) -> list[date]:
    """The first day of this month and of those before, a year in all."""
    first = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(first, first - MONTHS_SHOWN, -1)]


def _found(request: SignedInRequest) -> tuple[AdvisorFilterForm, list[AdvisorLine]]:
    """Some fifty rows: the words are compared here, accents and order ignored."""
    now: datetime = timezone.now()
    filters = AdvisorFilterForm(request.GET)
    filters.is_valid()
    wanted = filters.cleaned_data
    rows = with_places(advisors_in_sight(request)).filter(is_active=wanted.get("etat") != "inactifs")
    lines = lines_of(rows, now, calendar_around(now))
    return filters, [line for line in lines if _fits(line, wanted)]


def _fits(line: AdvisorLine, wanted: dict[str, Any]) -> bool:
    itinerance = wanted.get("itinerance")
    return (
        (not itinerance or line.is_itinerant == (itinerance == "oui"))
        and line_matches(line, wanted.get("q", ""))
        and matches(wanted.get("accueil", ""), line.service.host)
        and matches(wanted.get("commune", ""), " ".join(line.communes))
    )


def _values(form: AdvisorForm) -> Any:
    return {name: value for name, value in form.cleaned_data.items() if name != "version"}


def _form_page(
    request: SignedInRequest, form: AdvisorForm, advisor: LocalService | None = None, other: Conflict | None = None
) -> HttpResponse:
    communes = Commune.objects.values_list("name", flat=True)
    context: dict[str, Any] = {"form": form, "advisor": advisor, "conflict": other, "communes": communes}
    if advisor is not None:
        context["changes"] = last_changes(advisor)
    return render(request, "partners/digital/advisor_edit.html", context, status=status_of(form, other))
