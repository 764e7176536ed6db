"""The local services: their list, and the sheet of each, with its limits, its territory, its places and its history."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can, TeamKind
from partners import actions
from partners.facts import hours_of, service_matches
from partners.forms.local_services import (
    AreaForm,
    LimitForm,
    LocalServiceFilterForm,
    LocalServiceForm,
    service_initial,
)
from partners.models import LocalService, LocalServiceKind, LocalServicePlace
from partners.service_history import last_changes
from partners.versions import ChangedMeanwhile, version_of
from partners.views.conflicts import Conflict, conflict
from partners.views.sheets import set_active, undo
from schedules.calendars import PARIS
from schedules.reading import read_hours
from territories.models import Commune
from territories.spelling import plain

METHODS = ["GET", "HEAD", "POST"]
PER_PAGE = 25
_HOURS = ("slots", "closures", "extras")


@require(Can.KEEP_PARTNERS)
@require_safe
def local_services(request: SignedInRequest) -> HttpResponse:
    """Few rows: the words are compared here, accents and order ignored."""
    today = timezone.now().astimezone(PARIS).date()
    filters = LocalServiceFilterForm(request.GET)
    filters.is_valid()
    wanted = filters.cleaned_data
    rows = services_in_sight(request).filter(is_active=wanted.get("etat") != "inactifs")
    if wanted.get("nature"):
        rows = rows.filter(kind=wanted["nature"])
    rows = rows.prefetch_related(*(f"schedule__{name}" for name in _HOURS))
    found = [row for row in rows if service_matches(wanted.get("q", ""), row)]
    found.sort(key=lambda row: (row.commune.plain_name, plain(row.host), plain(row.name), row.pk))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "rows": [(row, hours_of(row.schedule, today)) for row in page],
        "is_filtered": any(request.GET.get(name) for name in ("q", "nature", "etat")),
    }
    return render(request, "partners/local_services.html", context)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def local_service_create(request: SignedInRequest) -> HttpResponse:
    form = LocalServiceForm(request.POST or None, initial=interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        form.cleaned_data.pop("version")
        office = request.user.teams_by_kind()[TeamKind.PARTNER_OFFICE][0]
        service = actions.create_local_service(office=office, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(
            request, f"La fiche «\u00a0{service.name}\u00a0» est créée. Ajoutez ses horaires et ses limites."
        )
        return redirect("partners:local_service_edit", service.pk)
    context = {"form": form, "communes": commune_names()}
    status = 422 if form.errors else 200
    return render(request, "partners/local_service_create.html", context, status=status)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def local_service_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    service = service_in_sight(request, pk)
    if request.method != "POST":
        return service_page(request, service, now)
    form = LocalServiceForm(request.POST, service=service)
    if not form.is_valid():
        return service_page(request, service, now, form=form, status=422)
    try:
        changed = actions.update_local_service(service=service, by=request.user, now=now, **form.cleaned_data)
    except ChangedMeanwhile as problem:
        service.refresh_from_db()
        saved = LocalServiceForm(initial=service_initial(service, version_of(service)), service=service)
        found = conflict(problem, form, saved)
        return service_page(request, service, now, form=form, found=found, status=409)
    messages.success(request, "Modifications enregistrées." if changed else "Rien n’avait changé.")
    return redirect("partners:local_service_edit", service.pk)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def local_service_undo(request: SignedInRequest, pk: int, line: int) -> HttpResponse:
    return undo(request, service_in_sight(request, pk), line, back=reverse("partners:local_service_edit", args=[pk]))


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def local_service_set_active(request: SignedInRequest, pk: int) -> HttpResponse:
    return set_active(
        request,
        service_in_sight(request, pk),
        again="Cette fiche est de nouveau proposée.",
        stopped="Cette fiche n’est plus proposée. Rien n’est effacé.",
        back=reverse("partners:local_service_edit", args=[pk]),
    )


def services_in_sight(request: SignedInRequest) -> QuerySet[LocalService]:
    """Those that her office keeps; the digital advisors have screens of their own."""
    rows = LocalService.objects.visible_to(request.user).exclude(kind=LocalServiceKind.DIGITAL_ADVISOR)
    return rows.select_related("commune", "schedule")


def service_in_sight(request: SignedInRequest, pk: int) -> LocalService:
    return get_object_or_404(services_in_sight(request), pk=pk)


def commune_names() -> QuerySet[Commune, str]:
    return Commune.objects.values_list("name", flat=True)


def service_page(
    request: SignedInRequest,
    service: LocalService,
    now: datetime,
    *,
    form: LocalServiceForm | None = None,
    limit_form: LimitForm | None = None,
    area_form: AreaForm | None = None,
    found: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    """The sheet and everything that hangs from it."""
    today = now.astimezone(PARIS).date()
    here = reverse("partners:local_service_edit", args=[service.pk])
    if form is None:
        typed = interrupted.initial(request) if request.path == here else {}
        form = LocalServiceForm(initial=service_initial(service, version_of(service)) | typed, service=service)
    places: list[LocalServicePlace] = list(service.places.select_related("commune", "schedule"))
    read_hours(schedule for schedule in (service.schedule, *(row.schedule for row in places)) if schedule)
    context = {
        "service": service,
        "form": form,
        "conflict": found,
        "limits": service.limit_rows.select_related("need", "procedure"),
        "limit_form": limit_form or LimitForm(proposed=form.proposed()),
        "areas": service.areas.select_related("commune", "epci", "arrondissement", "departement"),
        "area_form": area_form or AreaForm(),
        "hours": hours_of(service.schedule, today),
        "places": [(place, hours_of(place.schedule, today)) for place in places],
        "changes": last_changes(service),
        "communes": commune_names(),
    }
    return render(request, "partners/local_service_edit.html", context, status=status)
