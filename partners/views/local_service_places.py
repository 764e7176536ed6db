"""Where and when a local service receives people: its other places, and the hours of each in the hours editor."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.actions.local_service_places import add_place, change_place
from partners.forms.local_services import PlaceForm, place_initial
from partners.models import LocalService, LocalServicePlace
from partners.versions import version_of
from partners.views.conflicts import Conflict
from partners.views.hours import HoursPage, edit_hours
from partners.views.local_services import METHODS, commune_names, service_in_sight
from partners.views.sheets import Sheet, edit, status_of


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def service_place_create(request: SignedInRequest, pk: int) -> HttpResponse:
    service = service_in_sight(request, pk)
    form = PlaceForm(request.POST or None, initial=interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        place = add_place(service=service, by=request.user, now=timezone.now(), **values)
        messages.success(request, f"Lieu ajouté : {place}. Donnez maintenant ses horaires.")
        return redirect("partners:service_place_hours", service.pk, place.pk)
    return _place_page(request, service, form)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def service_place_edit(request: SignedInRequest, pk: int, place_pk: int) -> HttpResponse:
    service = service_in_sight(request, pk)
    place = get_object_or_404(service.places.select_related("commune"), pk=place_pk)

    def stored() -> dict[str, Any]:
        fresh = service.places.select_related("commune").get(pk=place_pk)
        return place_initial(fresh) | {"version": version_of(fresh)}

    sheet = Sheet(
        form=PlaceForm,
        stored=stored,
        save=partial(change_place, place=place, by=request.user, now=timezone.now()),
        page=lambda form, other: _place_page(request, service, form, place, other),
        back=reverse("partners:local_service_edit", args=[service.pk]),
    )
    return edit(request, sheet)


def _place_page(
    request: SignedInRequest,
    service: LocalService,
    form: PlaceForm,
    place: LocalServicePlace | None = None,
    other: Conflict | None = None,
) -> HttpResponse:
    context = {"service": service, "form": form, "place": place, "communes": commune_names(), "conflict": other}
    return render(request, "partners/local_service_place.html", context, status=status_of(form, other))


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def local_service_hours(request: SignedInRequest, pk: int) -> HttpResponse:
    service = service_in_sight(request, pk)
    return _hours(request, service, service)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def service_place_hours(request: SignedInRequest, pk: int, place_pk: int) -> HttpResponse:
    service = service_in_sight(request, pk)
    return _hours(request, service, get_object_or_404(service.places.select_related("schedule"), pk=place_pk))


def _hours(request: SignedInRequest, service: LocalService, row: LocalService | LocalServicePlace) -> HttpResponse:
    page = HoursPage(
        row=row,
        name=str(row),
        about=f"{service.name}, {row.commune.name}",
        sheet=service.name,
        back=reverse("partners:local_service_edit", args=[service.pk]),
    )
    return edit_hours(request, page)
