"""When is somebody of the team there? Her ordinary week, in the editor that serves the hours of the places."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from quality.views.people import path_to, person_in_sight
from schedules.calendars import PARIS
from schedules.editing import why_a_date
from schedules.forms.hours import HoursForm
from schedules.forms.typed import Step, step_of
from schedules.opening_hours import Timetable, in_words
from schedules.snapshots import snapshot_of_slots
from schedules.wording import of_name
from structures.actions.people import presence_of, set_presence
from structures.forms.presence import PresenceForm
from structures.models import Counsellor
from structures.opened import ChangedMeanwhile, digest


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.KEEP_SITE)
def presence(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    now = timezone.now()
    today = now.astimezone(PARIS).date()
    counsellor = person_in_sight(request, slug, pk)
    if request.method != "POST":
        form, typed = _form(counsellor, today), interrupted.initial(request)
        return _page(request, counsellor, form.after(Step(typed)) if typed else form)
    form = _form(counsellor, today, request.POST)
    if step := step_of(request.POST):
        return _page(request, counsellor, form.after(step), said=step.said)
    if "preview" in request.POST:
        return _page(request, counsellor, form)
    if not form.is_valid():
        return _page(request, counsellor, form, status=422)
    hours = snapshot_of_slots(form.cleaned_data["slots"], form.cleaned_data["note"])
    try:
        set_presence(counsellor=counsellor, hours=hours, opened=form.cleaned_data["opened"], by=request.user, now=now)
    except ChangedMeanwhile as meanwhile:
        return _conflict(request, counsellor, today, meanwhile)
    messages.success(request, f"La présence {of_name(str(counsellor))} est enregistrée.")
    return redirect("quality:team", slug)


def _timetable(counsellor: Counsellor) -> Timetable:
    return counsellor.schedule.timetable() if counsellor.schedule else Timetable()


def _form(counsellor: Counsellor, today: date, data: Any = None) -> HoursForm:
    slots, note = _timetable(counsellor).slots, counsellor.schedule.note if counsellor.schedule else ""
    if data is not None:
        return PresenceForm(data, today=today, stored=slots, stored_note=note)
    return PresenceForm.opened_on(slots, note, digest=digest(presence_of(counsellor)), today=today)


def _conflict(
    request: SignedInRequest, counsellor: Counsellor, today: date, meanwhile: ChangedMeanwhile
) -> HttpResponse:
    """What was typed stays, what is stored is said beside it; saving again replaces it knowingly."""
    data = request.POST.copy()
    data["opened"] = digest(presence_of(counsellor))
    stored = in_words(_timetable(counsellor), today)
    form = _form(counsellor, today, data)
    return _page(request, counsellor, form, status=409, conflict=meanwhile, stored_lines=stored)


def _page(
    request: SignedInRequest, counsellor: Counsellor, form: HoursForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    structure = counsellor.structure
    person_url = reverse("quality:person", args=[structure.slug, counsellor.pk])
    context = {
        "structure": structure,
        "counsellor": counsellor,
        "form": form,
        "preview": form.preview(None),
        "why_a_date": why_a_date(form.today),
        "here_url": reverse("quality:presence", args=[structure.slug, counsellor.pk]),
        "path": path_to(structure, (counsellor.full_name, person_url)),
    }
    return render(request, "quality/presence.html", context | more, status=status)
