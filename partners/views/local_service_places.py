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
from partners.actions.local_service_places import add_place, change_place, set_hours_of
from partners.actions.service_hours import OtherHours, opened_on
from partners.forms.local_services import PlaceForm, ServiceHoursForm, place_initial
from partners.models import LocalService, LocalServicePlace
from partners.versions import version_of
from partners.views.conflicts import Conflict
from partners.views.local_services import METHODS, commune_names, service_in_sight
from partners.views.sheets import Sheet, edit, status_of
from schedules.calendars import PARIS
from schedules.editing import why_a_date
from schedules.forms.typed import Step, step_of
from schedules.opening_hours import Timetable, in_words
from schedules.snapshots import snapshot_of_slots


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
    now = timezone.now()
    if request.method != "POST":
        form, typed = _form(row, now), interrupted.initial(request)
        return _hours_page(request, service, row, form.after(Step(typed)) if typed else form)
    form = _form(row, now, request.POST)
    if step := step_of(request.POST):
        return _hours_page(request, service, row, form.after(step), said=step.said)
    if "preview" in request.POST:
        return _hours_page(request, service, row, form)
    if not form.is_valid():
        return _hours_page(request, service, row, form, status=422)
    kept = snapshot_of_slots(form.cleaned_data["slots"], form.cleaned_data["note"])
    try:
        changed = set_hours_of(row, hours=kept, opened=form.cleaned_data["opened"], by=request.user, now=now)
    except OtherHours:
        return _other_hours(request, service, row, now)
    messages.success(request, f"Horaires de {row} enregistrés." if changed else "Rien n’avait changé.")
    return redirect("partners:local_service_edit", service.pk)


def _timetable(row: LocalService | LocalServicePlace) -> Timetable:
    return row.schedule.timetable() if row.schedule else Timetable()


def _form(row: LocalService | LocalServicePlace, now: Any, data: Any = None) -> ServiceHoursForm:
    today, slots = now.astimezone(PARIS).date(), _timetable(row).slots
    note = row.schedule.note if row.schedule else ""
    if data is not None:
        return ServiceHoursForm(data, today=today, stored=slots, stored_note=note)
    return ServiceHoursForm.opened_on(slots, note, digest=opened_on(row.schedule), today=today)


def _other_hours(
    request: SignedInRequest, service: LocalService, row: LocalService | LocalServicePlace, now: Any
) -> HttpResponse:
    """What was typed stays, what is stored is said beside it; saving again replaces it knowingly."""
    row.refresh_from_db()
    data = request.POST.copy()
    data["opened"] = opened_on(row.schedule)
    form = _form(row, now, data)
    return _hours_page(request, service, row, form, status=409, stored_lines=in_words(_timetable(row), form.today))


def _hours_page(
    request: SignedInRequest,
    service: LocalService,
    row: LocalService | LocalServicePlace,
    form: ServiceHoursForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "service": service,
        "row": row,
        "form": form,
        "preview": form.preview(None),
        "why_a_date": why_a_date(form.today),
        "here_url": request.path,
    }
    return render(request, "partners/local_service_hours.html", context | more, status=status)
