"""The local services and the digital advisors: two screens over the same rows, each with its own keepers."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can, TeamKind
from partners import actions
from partners.facts import hours_of, service_matches
from partners.forms.local_services import (
    DigitalAdvisorFilterForm,
    DigitalAdvisorForm,
    LocalServiceFilterForm,
    LocalServiceForm,
    service_initial,
)
from partners.models import LocalService, LocalServiceKind
from partners.weeks import beside_the_week
from schedules.calendars import PARIS
from territories.models import Commune
from territories.spelling import plain

METHODS = ["GET", "HEAD", "POST"]
PER_PAGE = 25
ADVISOR = LocalServiceKind.DIGITAL_ADVISOR


@dataclass(frozen=True)
class Screen:
    """What differs between the two: names, addresses, the form, and the team that keeps a new row."""

    title: str
    new_title: str
    list_url: str
    create_url: str
    edit_url: str
    active_url: str
    form: type[DigitalAdvisorForm]
    filters: type[DigitalAdvisorFilterForm]
    team_kind: TeamKind
    team_field: str
    kind: LocalServiceKind | None = None


SERVICES = Screen(
    "Services locaux",
    "Nouveau service local",
    "partners:local_services",
    "partners:local_service_create",
    "partners:local_service_edit",
    "partners:local_service_set_active",
    LocalServiceForm,
    LocalServiceFilterForm,
    TeamKind.PARTNER_OFFICE,
    "office",
)
ADVISORS = Screen(
    "Conseillers numériques",
    "Nouveau conseiller numérique",
    "partners:digital_advisors",
    "partners:digital_advisor_create",
    "partners:digital_advisor_edit",
    "partners:digital_advisor_set_active",
    DigitalAdvisorForm,
    DigitalAdvisorFilterForm,
    TeamKind.DIGITAL_COORDINATION,
    "digital_team",
    ADVISOR,
)


@require(Can.KEEP_PARTNERS)
@require_safe
def local_services(request: SignedInRequest) -> HttpResponse:
    return _list(request, SERVICES)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def local_service_create(request: SignedInRequest) -> HttpResponse:
    return _create(request, SERVICES)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def local_service_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    return _edit(request, SERVICES, pk)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def local_service_set_active(request: SignedInRequest, pk: int) -> HttpResponse:
    return _set_active(request, SERVICES, pk)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_safe
def digital_advisors(request: SignedInRequest) -> HttpResponse:
    return _list(request, ADVISORS)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_http_methods(METHODS)
def digital_advisor_create(request: SignedInRequest) -> HttpResponse:
    return _create(request, ADVISORS)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_http_methods(METHODS)
def digital_advisor_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    return _edit(request, ADVISORS, pk)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_http_methods(METHODS)
def digital_advisor_set_active(request: SignedInRequest, pk: int) -> HttpResponse:
    return _set_active(request, ADVISORS, pk)


def _in_sight(request: SignedInRequest, screen: Screen) -> QuerySet[LocalService]:
    rows = LocalService.objects.visible_to(request.user).select_related("commune", "schedule")
    rows = rows.prefetch_related("schedule__slots", "schedule__closures", "schedule__extras")
    return rows.filter(kind=ADVISOR) if screen.kind else rows.exclude(kind=ADVISOR)


def _list(request: SignedInRequest, screen: Screen) -> HttpResponse:
    """Few rows (50 advisors, some services): the words are compared here, accents and order ignored."""
    today = timezone.now().astimezone(PARIS).date()
    filters = screen.filters(request.GET)
    filters.is_valid()
    wanted = filters.cleaned_data
    rows = _in_sight(request, screen).filter(is_active=wanted.get("etat") != "inactifs")
    if wanted.get("nature"):
        rows = rows.filter(kind=wanted["nature"])
    found = [row for row in rows if service_matches(wanted.get("q", ""), row)]
    found.sort(key=lambda row: (row.commune.plain_name, plain(row.host), plain(row.name), row.pk))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "screen": screen,
        "filters": filters,
        "page": page,
        "rows": [(row, hours_of(row.schedule, today)) for row in page],
        "is_filtered": any(request.GET.get(name) for name in ("q", "nature", "etat")),
    }
    return render(request, "partners/local_services.html", context)


def _create(request: SignedInRequest, screen: Screen) -> HttpResponse:
    form = screen.form(request.POST or None, initial=interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        team: Any = {screen.team_field: request.user.teams_by_kind()[screen.team_kind][0]}
        kind: Any = {"kind": screen.kind} if screen.kind else {}
        service = actions.create_local_service(**team, **kind, **form.cleaned_data)
        messages.success(request, f"La fiche « {service.name} » est créée.")
        return redirect(screen.list_url)
    return _page(request, screen, form)


def _edit(request: SignedInRequest, screen: Screen, pk: int) -> HttpResponse:
    service = get_object_or_404(_in_sight(request, screen), pk=pk)
    initial = service_initial(service) | interrupted.initial(request)
    form = screen.form(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        changed = actions.update_local_service(service=service, **form.cleaned_data)
        messages.success(request, "Modifications enregistrées." if changed else "Rien n’avait changé.")
        return redirect(screen.edit_url, service.pk)
    return _page(request, screen, form, service)


def _set_active(request: SignedInRequest, screen: Screen, pk: int) -> HttpResponse:
    service = get_object_or_404(_in_sight(request, screen), pk=pk)
    if request.method == "POST" and request.POST.get("en_service") == "non":
        actions.deactivate_local_service(service=service)
        messages.success(request, "Cette fiche n’est plus proposée. Rien n’est effacé.")
    elif request.method == "POST" and request.POST.get("en_service") == "oui":
        actions.reactivate_local_service(service=service)
        messages.success(request, "Cette fiche est de nouveau proposée.")
    return redirect(screen.edit_url, service.pk)


def _page(
    request: SignedInRequest, screen: Screen, form: DigitalAdvisorForm, service: LocalService | None = None
) -> HttpResponse:
    context = {
        "screen": screen,
        "form": form,
        "service": service,
        "beside_the_week": beside_the_week(service.schedule) if service else [],
        "communes": Commune.objects.values_list("name", flat=True),
    }
    return render(request, "partners/local_service_edit.html", context, status=422 if form.errors else 200)
