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
from partners.actions.local_service_places import add_place, change_place, set_hours_of
from partners.actions.service_hours import OtherHours, opened_on
from partners.forms.digital import PlaceForm, ServiceHoursForm, place_initial
from partners.models import LocalService, LocalServicePlace
from partners.versions import version_of
from partners.views.conflicts import Conflict
from partners.views.digital import METHODS, advisor_in_sight
from partners.views.sheets import Sheet, edit, status_of
from schedules.calendars import PARIS
from schedules.editing import why_a_date
from schedules.forms.typed import Step, step_of
from schedules.models import Schedule
from schedules.opening_hours import in_words
from schedules.snapshots import snapshot_of_slots
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
    now = timezone.now()
    form = _hours_form(row.schedule, request)
    if request.method != "POST":
        typed = interrupted.initial(request)
        return _hours_page(request, advisor, row, form.after(Step(typed)) if typed else form)
    if step := step_of(request.POST):
        return _hours_page(request, advisor, row, form.after(step), said=step.said)
    if "preview" in request.POST:
        return _hours_page(request, advisor, row, form)
    if not form.is_valid():
        return _hours_page(request, advisor, row, form, status=422)
    hours = snapshot_of_slots(form.cleaned_data["slots"], form.cleaned_data["note"])
    try:
        changed = set_hours_of(row, hours=hours, opened=form.cleaned_data["opened"], by=request.user, now=now)
    except OtherHours:
        return _hours_meanwhile(request, advisor, row)
    messages.success(request, "Horaires enregistrés." if changed else "Rien n’avait changé.")
    return redirect("partners:digital_advisor", advisor.pk)


def _hours_form(schedule: Schedule | None, request: SignedInRequest, data: Any = None) -> ServiceHoursForm:
    today = timezone.now().astimezone(PARIS).date()
    slots, note = (schedule.timetable().slots, schedule.note) if schedule else ((), "")
    if request.method != "POST":
        return ServiceHoursForm.opened_on(slots, note, digest=opened_on(schedule), today=today)
    return ServiceHoursForm(data or request.POST, today=today, stored=slots, stored_note=note)


def _hours_meanwhile(
    request: SignedInRequest, advisor: LocalService, row: LocalService | LocalServicePlace
) -> HttpResponse:
    """What was typed stays, what is stored is said above; saving again replaces it knowingly."""
    row.refresh_from_db()
    data = request.POST.copy()
    data["opened"] = opened_on(row.schedule)
    stored = in_words(row.schedule.timetable()) if row.schedule else []
    form = _hours_form(row.schedule, request, data)
    return _hours_page(request, advisor, row, form, status=409, is_conflict=True, stored_lines=stored)


def _hours_page(
    request: SignedInRequest,
    advisor: LocalService,
    row: LocalService | LocalServicePlace,
    form: ServiceHoursForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "advisor": advisor,
        "place": row if isinstance(row, LocalServicePlace) else advisor.host or advisor.commune.name,
        "form": form,
        "preview": form.preview(None),
        "why_a_date": why_a_date(form.today),
        "here_url": request.path,
    }
    return render(request, "partners/digital/hours.html", context | more, status=status)


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
