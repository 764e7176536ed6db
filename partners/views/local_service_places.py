"""Where and when a local service receives people: its other places, and the hours of each in the hours editor."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.forms.local_services import PlaceForm, place_initial
from partners.models import LocalService, LocalServicePlace
from partners.views.local_services import METHODS, service_in_sight
from partners.views.places import Places


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def service_place_create(request: SignedInRequest, pk: int) -> HttpResponse:
    return _places(service_in_sight(request, pk)).create(request)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def service_place_edit(request: SignedInRequest, pk: int, place_pk: int) -> HttpResponse:
    service = service_in_sight(request, pk)
    place = get_object_or_404(service.places.select_related("commune"), pk=place_pk)
    return _places(service).edit(request, place)


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


def _places(service: LocalService) -> Places:
    return Places(
        service=service,
        name="service",
        form=PlaceForm,
        initial=place_initial,
        template="partners/local_service_place.html",
        added=lambda place: f"Lieu ajouté\u00a0: {place}. Donnez maintenant ses horaires.",
        hours="partners:service_place_hours",
        back=reverse("partners:local_service_edit", args=[service.pk]),
    )


def _hours(request: SignedInRequest, service: LocalService, row: LocalService | LocalServicePlace) -> HttpResponse:
    about = f"{service.name}, {row.commune.name}"
    return _places(service).edit_hours(request, row, name=str(row), about=about)
