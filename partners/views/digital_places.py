"""The places where a digital advisor receives people, and her hours in each."""

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
from partners.forms.digital import PlaceForm, place_initial
from partners.models import LocalService, LocalServicePlace
from partners.versions import version_of
from partners.views.conflicts import Conflict
from partners.views.digital import METHODS, advisor_in_sight
from partners.views.hours import HoursPage, edit_hours
from partners.views.sheets import Sheet, edit, status_of
from territories.models import Commune


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_http_methods(METHODS)
def advisor_place_create(request: SignedInRequest, pk: int) -> HttpResponse:
    advisor = advisor_in_sight(request, pk)
    form = PlaceForm(request.POST or None, initial=interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "version"} | {"is_active": True}
        place = add_place(service=advisor, by=request.user, now=timezone.now(), **values)
        messages.success(request, f"{place} est ajouté aux lieux. Donnez maintenant ses horaires.")
        return redirect("partners:advisor_place_hours", advisor.pk, place.pk)
    return _place_page(request, advisor, form)


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

    def stored() -> dict[str, Any]:
        fresh = _place(advisor, place_pk)
        return place_initial(fresh) | {"version": version_of(fresh)}

    sheet = Sheet(
        form=PlaceForm,
        stored=stored,
        save=partial(change_place, place=place, by=request.user, now=timezone.now(), is_active=True),
        page=lambda form, other: _place_page(request, advisor, form, place, other),
        back=reverse("partners:digital_advisor", args=[advisor.pk]),
    )
    return edit(request, sheet)


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
    rows = advisor.places.filter(is_active=True).select_related("commune", "schedule")
    return get_object_or_404(rows.prefetch_related("schedule__slots"), pk=pk)


def _hours(request: SignedInRequest, advisor: LocalService, row: LocalService | LocalServicePlace) -> HttpResponse:
    place = row.name if isinstance(row, LocalServicePlace) else advisor.host or advisor.commune.name
    page = HoursPage(
        row=row,
        name=advisor.name,
        about=f"{place}. Chaque plage dit si l’on vient sans rendez-vous ou sur rendez-vous.",
        sheet=advisor.name,
        back=reverse("partners:digital_advisor", args=[advisor.pk]),
    )
    return edit_hours(request, page)


def _place_page(
    request: SignedInRequest,
    advisor: LocalService,
    form: PlaceForm,
    place: LocalServicePlace | None = None,
    other: Conflict | None = None,
) -> HttpResponse:
    communes = Commune.objects.values_list("name", flat=True)
    context = {"advisor": advisor, "place": place, "form": form, "communes": communes, "conflict": other}
    return render(request, "partners/digital/place_edit.html", context, status=status_of(form, other))
