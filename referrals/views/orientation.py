"""Where to send the person: the options for a need, those of a request, and the sheet of a local service."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.facts import hours_of
from partners.models import LocalService, LocalServicePlace
from partners.search import procedure_options
from referrals.actions import AlreadyClosed, AlreadyInformed
from referrals.facts import commune_of
from referrals.forms.orientation import OrientationForm, OrientForm
from referrals.models import ServiceRequest
from referrals.orientation.facts import Choice, helps_for, options_for
from referrals.orientation.gestures import LimitNotRead, OutOfService, orient_to, oriented_this_year
from referrals.views.request_page import in_sight
from schedules.calendars import PARIS
from structures.current import current_structure

_HOURS = ("slots", "closures", "extras")


@require(Can.LOG_REQUEST)
@never_cache
@require_safe
def orient(request: SignedInRequest) -> HttpResponse:
    """A need, a commune (the site's unless another is typed): what can be done. Nothing is kept."""
    structure, now = current_structure(request), timezone.now()
    form = OrientationForm(request.GET)
    form.is_valid()
    commune = form.cleaned_data.get("commune") or (None if form.errors.get("commune") else commune_of(structure))
    choices: list[Choice] = []
    if form.is_clear and commune:
        choices = options_for(
            commune=commune,
            now=now,
            procedure=form.procedures[0] if form.procedures else None,
            subject=form.subjects[0] if form.subjects else None,
            office=structure.partner_office,
            known=form.known_subjects,
        )
    context = {
        "form": form,
        "commune": commune,
        "choices": choices,
        "asked": (form.procedures or form.subjects or [None])[0] if form.is_clear else None,
        "procedure": form.procedures[0] if form.is_clear and form.procedures else None,
        "options": procedure_options(),
        "subjects": form.known_subjects,
    }
    return render(request, "referrals/orientation.html", context, status=422 if form.errors else 200)


@require(Can.FOLLOW_REQUESTS)
@require_http_methods(["GET", "HEAD", "POST"])
def orient_request(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request = in_sight(request, reference)
    if not service_request.is_open:
        return _closed(request, service_request)
    if request.method != "POST":
        return _options_page(request, service_request)
    form = OrientForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choisissez où orienter la personne.")
        return _options_page(request, service_request, status=422)
    service = get_object_or_404(LocalService, pk=form.cleaned_data["service"])
    told = form.cleaned_data["told"] != "non"
    try:
        orient_to(
            request=service_request,
            service=service,
            by=request.user,
            now=timezone.now(),
            limit_read=form.cleaned_data["limit_read"],
            told=told,
        )
    except LimitNotRead as refused:
        return _options_page(request, service_request, unread=(service.pk, refused.limits), status=422)
    except OutOfService:
        messages.error(request, f"{service} n’est plus proposé. Choisissez une autre aide.")
        return _options_page(request, service_request, status=409)
    except (AlreadyClosed, AlreadyInformed):
        return _closed(request, service_request)
    messages.success(request, f"Orientée vers {service}." + ("" if told else " Il reste à le dire à la personne."))
    return redirect(service_request)


def _closed(request: SignedInRequest, service_request: ServiceRequest) -> HttpResponse:
    messages.info(request, "Cette demande est close\u00a0: elle ne s’oriente plus.")
    return redirect(service_request)


def _options_page(
    request: SignedInRequest,
    service_request: ServiceRequest,
    *,
    unread: tuple[int, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    choices = helps_for(service_request, timezone.now())
    context: dict[str, Any] = {
        "service_request": service_request,
        "choices": choices,
        "unread": unread[0] if unread else None,
    }
    return render(request, "referrals/orientation_request.html", context, status=status)


@require(Can.READ_DIRECTORY)
@never_cache
@require_safe
def local_service(request: SignedInRequest, pk: int) -> HttpResponse:
    """What colleagues read of a local service, whoever keeps it."""
    now = timezone.now()
    today = now.astimezone(PARIS).date()
    rows = LocalService.objects.select_related("commune", "schedule").prefetch_related(
        "needs", "procedures__operator", "limit_rows__need", "limit_rows__procedure"
    )
    service = get_object_or_404(rows, pk=pk)
    places = LocalServicePlace.objects.filter(service=service, is_active=True).select_related("commune", "schedule")
    context = {
        "service": service,
        "areas": service.areas.select_related("commune", "epci", "arrondissement", "departement"),
        "hours": hours_of(service.schedule, today),
        "places": [
            (place, hours_of(place.schedule, today))
            for place in places.prefetch_related(*(f"schedule__{name}" for name in _HOURS))
        ],
        "oriented": oriented_this_year(service, now),
        "year": today.year,
    }
    return render(request, "referrals/local_service.html", context)
