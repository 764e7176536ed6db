"""When people are received at a place: its regular hours, edited and tried before they are saved."""

from datetime import date
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
from schedules.calendars import PARIS
from schedules.editing import why_a_date
from schedules.forms.typed import Step, step_of
from schedules.opening_hours import in_words
from schedules.snapshots import snapshot_of_slots
from schedules.wording import of_name
from structures.actions.hours import set_hours
from structures.changes import snapshot_of_hours
from structures.forms.hours import LocationHoursForm, asked_of
from structures.models import Location, Structure
from structures.opened import ChangedMeanwhile, digest


@require(Can.KEEP_SITE)
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    now = timezone.now()
    today = now.astimezone(PARIS).date()
    location = location_in_sight(request, slug, pk)
    form = _form(location, today, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        typed = interrupted.initial(request)
        return _page(request, location, form.after(Step(typed)) if typed else form)
    if step := step_of(request.POST):
        return _page(request, location, form.after(step), said=step.said)
    if "preview" in request.POST:
        return _page(request, location, form)
    if not form.is_valid():
        return _page(request, location, form, status=422)
    kept = snapshot_of_slots(form.cleaned_data["slots"], form.cleaned_data["note"])
    try:
        change = set_hours(location, hours=kept, opened=form.cleaned_data["opened"], by=request.user, now=now)
    except ChangedMeanwhile as problem:
        return _conflict(request, location, today, problem)
    total = form.preview().total
    said = f"Horaires {of_name(str(location))} enregistrés\u00a0: {total[:1].lower()}{total[1:]}."
    messages.success(request, said if change else "Rien n’avait changé.")
    return redirect("structures:site", location.structure.slug)


def location_in_sight(request: SignedInRequest, slug: str, pk: int) -> Location:
    """A place of a structure that this person keeps; 404 otherwise."""
    structures = Structure.objects.visible_to(request.user, Can.KEEP_SITE)
    rows = Location.objects.filter(structure__in=structures, structure__slug=slug).with_hours()
    return get_object_or_404(rows.select_related("commune"), pk=pk)


def _form(location: Location, today: date, data: Any) -> LocationHoursForm:
    slots, note = location.schedule.timetable().slots, location.schedule.note
    if data is None:
        return LocationHoursForm.opened_on(slots, note, digest=digest(snapshot_of_hours(location)), today=today)
    return LocationHoursForm(data, today=today, stored=slots, stored_note=note)


def _conflict(request: SignedInRequest, location: Location, today: date, problem: ChangedMeanwhile) -> HttpResponse:
    """What was typed stays, what is stored is shown beside it; saving again replaces it knowingly."""
    data = request.POST.copy()
    data["opened"] = digest(snapshot_of_hours(location))
    stored = in_words(location.schedule.timetable(), today)
    form = _form(location, today, data)
    return _page(request, location, form, status=409, conflict=problem, stored_lines=stored)


def _page(
    request: SignedInRequest, location: Location, form: LocationHoursForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "structure": location.structure,
        "location": location,
        "form": form,
        "preview": form.preview(asked_of(location)),
        "why_a_date": why_a_date(form.today),
        "here_url": reverse("structures:hours", args=[location.structure.slug, location.pk]),
    }
    return render(request, "structures/keep/hours.html", context | more, status=status)
