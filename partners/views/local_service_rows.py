"""What one adds to the sheet of a local service, or takes away: a limit, a territory.

A GET on these addresses (after signing in again) shows the sheet: only a POST acts.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners import actions
from partners.forms.local_services import AreaForm, LimitForm
from partners.models import LocalServiceArea, LocalServiceLimit
from partners.views.gone import gone_already
from partners.views.local_services import METHODS, service_in_sight, service_page

_SHEET = "partners:local_service_edit"


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def limit_add(request: SignedInRequest, pk: int) -> HttpResponse:
    service, now = service_in_sight(request, pk), timezone.now()
    form = LimitForm(request.POST or None, initial=interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        actions.add_limit(service=service, by=request.user, now=now, **form.cleaned_data)
        messages.success(request, "La limite est ajoutée.")
        return redirect(_SHEET, service.pk)
    return service_page(request, service, now, limit_form=form, status=422 if form.errors else 200)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def limit_remove(request: SignedInRequest, pk: int, row_pk: int) -> HttpResponse:
    service = service_in_sight(request, pk)
    if request.method == "POST":
        limit = service.limit_rows.filter(pk=row_pk).first()
        if limit is None:
            said = "Cette limite était déjà retirée, ou réécrite."
            return gone_already(request, LocalServiceLimit, row_pk, said=said, to=_SHEET, of=service.pk)
        actions.remove_limit(limit=limit, by=request.user, now=timezone.now())
        messages.success(request, "La limite est retirée.")
    return redirect(_SHEET, service.pk)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def area_add(request: SignedInRequest, pk: int) -> HttpResponse:
    service, now = service_in_sight(request, pk), timezone.now()
    form = AreaForm(request.POST or None, initial=interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        area = actions.add_area(service=service, by=request.user, now=now, **form.cleaned_data)
        messages.success(request, f"Territoire ajouté\u00a0: {area}.")
        return redirect(_SHEET, service.pk)
    return service_page(request, service, now, area_form=form, status=422 if form.errors else 200)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def area_remove(request: SignedInRequest, pk: int, row_pk: int) -> HttpResponse:
    service = service_in_sight(request, pk)
    if request.method == "POST":
        rows = service.areas.select_related("commune", "epci", "arrondissement", "departement")
        area = rows.filter(pk=row_pk).first()
        if area is None:
            said = "Ce territoire était déjà retiré, ou réécrit."
            return gone_already(request, LocalServiceArea, row_pk, said=said, to=_SHEET, of=service.pk)
        actions.remove_area(area=area, by=request.user, now=timezone.now())
        messages.success(request, f"Territoire retiré\u00a0: {area}.")
    return redirect(_SHEET, service.pk)
