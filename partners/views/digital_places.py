"""The places where a digital advisor receives people, and her hours in each."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.actions.local_service_places import change_place
from partners.forms.digital import PlaceForm, place_initial
from partners.models import LocalService, LocalServicePlace
from partners.views.digital import METHODS, advisor_in_sight
from partners.views.places import Places


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_http_methods(METHODS)
def advisor_place_create(request: SignedInRequest, pk: int) -> HttpResponse:
    return _places(advisor_in_sight(request, pk)).create(request)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_http_methods(METHODS)
def advisor_place_edit(request: SignedInRequest, pk: int, place_pk: int) -> HttpResponse:
    advisor = advisor_in_sight(request, pk)
    place = _place(advisor, place_pk)
    if request.method == "POST" and request.POST.get("retirer"):
        kept: Any = {"name": place.name, "address": place.address, "commune": place.commune, "is_active": False}
        change_place(place=place, by=request.user, now=timezone.now(), **kept)
        messages.success(request, f"{place} n’est plus l’un de ses lieux.")
        return redirect("partners:digital_advisor", advisor.pk)
    return _places(advisor).edit(request, place)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_http_methods(METHODS)
def advisor_hours(request: SignedInRequest, pk: int) -> HttpResponse:
    advisor = advisor_in_sight(request, pk)
    return _hours(request, advisor, advisor)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_http_methods(METHODS)
def advisor_place_hours(request: SignedInRequest, pk: int, place_pk: int) -> HttpResponse:
    advisor = advisor_in_sight(request, pk)
    return _hours(request, advisor, _place(advisor, place_pk))


def _place(advisor: LocalService, pk: int) -> LocalServicePlace:
    """Retired too: its page says so, and saving it proposes it again."""
    rows = advisor.places.select_related("commune", "schedule")
    return get_object_or_404(rows.prefetch_related("schedule__slots"), pk=pk)


def _places(advisor: LocalService) -> Places:
    return Places(
        service=advisor,
        name="advisor",
        form=PlaceForm,
        initial=place_initial,
        fixed={"is_active": True},
        template="partners/digital/place_edit.html",
        added=lambda place: f"{place} est ajouté aux lieux. Donnez maintenant ses horaires.",
        hours="partners:advisor_place_hours",
        back=reverse("partners:digital_advisor", args=[advisor.pk]),
    )


def _hours(request: SignedInRequest, advisor: LocalService, row: LocalService | LocalServicePlace) -> HttpResponse:
    place = row.name if isinstance(row, LocalServicePlace) else advisor.host or advisor.commune.name
    is_retired = isinstance(row, LocalServicePlace) and not row.is_active
    warning = " Ce lieu n’est plus proposé\u00a0: ses horaires ne se voient nulle part." if is_retired else ""
    about = f"{place}.{warning} Chaque plage dit si l’on vient sans rendez-vous ou sur rendez-vous."
    return _places(advisor).edit_hours(request, row, name=advisor.name, about=about)
