"""The page of the regular hours, whoever they are of: typed in the hours editor, previewed, saved."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import interrupted
from accounts.access import SignedInRequest
from partners.actions.hours import OtherHours, Received, opened_on, set_hours_of
from partners.facts import hours_of
from partners.forms.hours import RegularHoursForm
from schedules.calendars import PARIS
from schedules.editing import why_a_date
from schedules.forms.typed import Step, step_of
from schedules.snapshots import snapshot_of_slots
from schedules.wording import of_name


@dataclass(frozen=True)
class HoursPage:
    """`row`: whose hours; `name` in the title, `about` under it; `sheet`, `back`: whose page it is, its address."""

    row: Received
    name: str
    about: str
    sheet: str
    back: str
    form: type[RegularHoursForm] = RegularHoursForm


def edit_hours(request: SignedInRequest, page: HoursPage) -> HttpResponse:
    """Only a POST saves; hours that somebody else saved meanwhile are shown first."""
    now = timezone.now()
    if request.method != "POST":
        form, typed = _form(page, now), interrupted.initial(request)
        return _shown(request, page, form.after(Step(typed)) if typed else form)
    form = _form(page, now, request.POST)
    if step := step_of(request.POST):
        return _shown(request, page, form.after(step), said=step.said)
    if "preview" in request.POST:
        return _shown(request, page, form)
    if not form.is_valid():
        return _shown(request, page, form, status=422)
    hours = snapshot_of_slots(form.cleaned_data["slots"], form.cleaned_data["note"])
    try:
        changed = set_hours_of(page.row, hours=hours, opened=form.cleaned_data["opened"], by=request.user, now=now)
    except OtherHours:
        return _other_hours(request, page, now)
    messages.success(request, f"Horaires {of_name(page.name)} enregistrés." if changed else "Rien n’avait changé.")
    return redirect(page.back)


def _form(page: HoursPage, now: datetime, data: QueryDict | None = None) -> RegularHoursForm:
    today, schedule = now.astimezone(PARIS).date(), page.row.schedule
    slots, note = (schedule.timetable().slots, schedule.note) if schedule else ((), "")
    if data is not None:
        return page.form(data, today=today, stored=slots, stored_note=note)
    return page.form.opened_on(slots, note, digest=opened_on(schedule), today=today)


def _other_hours(request: SignedInRequest, page: HoursPage, now: datetime) -> HttpResponse:
    """What was typed stays, what is stored is said above; saving again replaces it knowingly."""
    page.row.refresh_from_db()
    data = request.POST.copy()
    data["opened"] = opened_on(page.row.schedule)
    form = _form(page, now, data)
    return _shown(request, page, form, status=409, stored_lines=hours_of(page.row.schedule, form.today))


def _shown(
    request: SignedInRequest, page: HoursPage, form: RegularHoursForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "hours_page": page,
        "form": form,
        "preview": form.preview(None),
        "why_a_date": why_a_date(form.today),
        "here_url": request.path,
    }
    return render(request, "partners/hours.html", context | more, status=status)
