"""The sessions of a local action: its calendar, and the attendance sheet of each day."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.action_models import model_of
from partners.actions.local_actions import (
    SessionWasHeld,
    add_session,
    cancel_session,
    plan_sessions,
    record_attendance,
    restore_session,
    sheet_version,
)
from partners.forms.local_actions import (
    AttendanceForm,
    CalendarForm,
    CancelForm,
    SessionForm,
    attendance_initial,
    calendar_initial,
    members_on,
    rows_for,
)
from partners.models import ActionSession, LocalService, Operator
from partners.session_calendar import PlannedDay, planned_days
from partners.versions import ChangedMeanwhile
from partners.views.conflicts import Conflict, conflict
from partners.views.gone import typed_of_gone
from partners.views.local_actions import METHODS, action_in_sight
from schedules.calendars import PARIS
from schedules.here import calendar_between
from schedules.wording import spoken_day

_SALT = "partners.calendar"


@require(Can.KEEP_LOCAL_ACTIONS)
@require_http_methods(METHODS)
def action_calendar(request: SignedInRequest, pk: int) -> HttpResponse:
    """The dates are shown, then confirmed: what is confirmed is what was shown."""
    now = timezone.now()
    today = now.astimezone(PARIS).date()
    action = action_in_sight(request, pk)
    slots = action.schedule.timetable().slots if action.schedule else ()
    initial = calendar_initial(slots, model_of(action.kind), today) | interrupted.initial(request)
    form = CalendarForm(request.POST or None, initial=initial, today=today)
    if request.method != "POST" or not form.is_valid():
        return _calendar_page(request, action, form)
    days = _planned(action, form)
    shown = signing.dumps([str(form.rhythm()), *(planned.day.isoformat() for planned in days)], salt=_SALT)
    if "confirmer" not in request.POST or _what(request.POST.get("shown", "")) != _what(shown):
        return _calendar_page(request, action, form, days, shown, is_other="confirmer" in request.POST)
    new = [planned.day for planned in days if planned.is_new]
    made = plan_sessions(action=action, rhythm=form.rhythm(), days=new, by=request.user, now=now)
    ending = "s" if made >= 2 else ""
    said = f"{made} séance{ending} ajoutée{ending} au calendrier." if made else "Toutes ces séances existaient déjà."
    messages.success(request, said)
    return redirect("partners:local_action", action.pk)


@require(Can.KEEP_LOCAL_ACTIONS)
@require_http_methods(METHODS)
def action_session_add(request: SignedInRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    today = now.astimezone(PARIS).date()
    action = action_in_sight(request, pk)
    form = SessionForm(request.POST or None, initial=_usual_hours(action) | interrupted.initial(request), today=today)
    if request.method == "POST" and form.is_valid():
        session, is_new = add_session(action=action, by=request.user, now=now, **form.cleaned_data)
        day = spoken_day(session.day, today=today)
        said = f"Séance ajoutée\u00a0: {day}." if is_new else f"Une séance commence déjà à cette heure\u00a0: {day}."
        messages.success(request, said)
        return redirect("partners:local_action", action.pk)
    context = {"action": action, "form": form}
    return render(request, "partners/local_actions/session_add.html", context, status=422 if form.errors else 200)


@require(Can.KEEP_LOCAL_ACTIONS)
@require_http_methods(METHODS)
def action_session(request: SignedInRequest, pk: int, session_pk: int) -> HttpResponse:
    """The attendance sheet: filled from the day on, corrected at will."""
    now = timezone.now()
    action = action_in_sight(request, pk)
    session = _in_sight(action, session_pk)
    is_to_come = session.day > now.astimezone(PARIS).date()
    form = _sheet_form(session, request.POST or None, interrupted.initial(request))
    if request.method == "POST" and not is_to_come and form.is_valid():
        try:
            is_new, changed = record_attendance(session=session, by=request.user, now=now, **form.cleaned_data)
        except ChangedMeanwhile as problem:
            session = _in_sight(action, session_pk)
            found = conflict(problem, form, _sheet_form(session))
            return _session_page(request, action, session, form, is_to_come=False, other=found)
        said = "Feuille de présence enregistrée." if is_new else "Feuille de présence corrigée."
        messages.success(request, said if changed else "Rien n’avait changé.")
        return redirect("partners:local_action", action.pk)
    return _session_page(request, action, session, form, is_to_come=is_to_come)


def _sheet_form(session: ActionSession, data: Any = None, typed: dict[str, Any] | None = None) -> AttendanceForm:
    initial = attendance_initial(session) | {"version": sheet_version(session)} | (typed or {})
    return AttendanceForm(data, initial=initial, session=session, rows=rows_for(session))


@require(Can.KEEP_LOCAL_ACTIONS)
@require_http_methods(METHODS)
def action_session_cancel(request: SignedInRequest, pk: int, session_pk: int) -> HttpResponse:
    """« Rétablir » is pressed on the page of the action."""
    action = action_in_sight(request, pk)
    session = action.sessions.filter(pk=session_pk).first()
    form = CancelForm(request.POST or None, initial=interrupted.initial(request))
    if session is None:
        return _session_gone(request, action, CancelForm(typed_of_gone(request, ActionSession, session_pk)))
    is_back = bool(request.POST.get("retablir"))
    if request.method == "POST" and (is_back or form.is_valid()):
        try:
            _cancel_or_restore(request, session, "" if is_back else form.cleaned_data["because"])
        except ChangedMeanwhile:
            return _session_gone(request, action, form)
        return redirect("partners:local_action", action.pk)
    context = {"action": action, "session": session, "form": form}
    return render(request, "partners/local_actions/session_cancel.html", context, status=422 if form.errors else 200)


def _cancel_or_restore(request: SignedInRequest, session: ActionSession, because: str) -> None:
    """No reason: it takes place after all. Raises ChangedMeanwhile when it is gone."""
    now, day = timezone.now(), spoken_day(session.day)
    try:
        if because:
            cancel_session(session=session, because=because, by=request.user, now=now)
        else:
            restore_session(session=session, by=request.user, now=now)
    except SessionWasHeld:
        messages.error(request, "Cette séance a une feuille de présence\u00a0: elle a eu lieu.")
    else:
        messages.success(request, f"La séance du {day} {'est annulée' if because else 'aura lieu'}.")


def _session_gone(request: SignedInRequest, action: LocalService, form: CancelForm) -> HttpResponse:
    context = {"action": action, "because": form["because"].value()}
    return render(request, "partners/local_actions/session_gone.html", context, status=409)


@require(Can.KEEP_LOCAL_ACTIONS)
@require_safe
def action_session_sheet(request: SignedInRequest, pk: int, session_pk: int) -> HttpResponse:
    """The blank sheet of the day, to be filled by hand."""
    action = action_in_sight(request, pk)
    session = _in_sight(action, session_pk)
    context = {"action": action, "session": session, "members": list(members_on(session)), "lines": range(6)}
    return render(request, "partners/local_actions/sheet.html", context)


def _in_sight(action: LocalService, pk: int) -> ActionSession:
    return get_object_or_404(action.sessions.prefetch_related("present", "sent"), pk=pk)


def _planned(action: LocalService, form: CalendarForm) -> list[PlannedDay]:
    first_day, last_day = form.days()
    known = set(action.sessions.filter(day__gte=first_day, day__lte=last_day).values_list("day", flat=True))
    return planned_days(form.rhythm(), first_day, last_day, calendar_between(first_day, last_day), known)


def _what(shown: str) -> Any:
    """What the page had shown when it was confirmed; None when nothing of ours."""
    try:
        return signing.loads(shown, salt=_SALT)
    except signing.BadSignature:
        return None


def _usual_hours(action: LocalService) -> dict[str, Any]:
    slot = next(iter(action.schedule.slots.all()), None) if action.schedule else None
    return {"opens": slot.opens, "closes": slot.closes} if slot else {}


def _destinations(action: LocalService, today: date) -> list[str]:
    """Whom a session sends people to: the operators, and the helps of the same commune."""
    operators = Operator.objects.in_bundle(today).values_list("name", flat=True)
    services = (
        LocalService.objects.in_service()
        .filter(commune=action.commune)
        .exclude(pk=action.pk)
        .values_list("name", flat=True)
    )
    return [*operators, "CMS", *services]


def _calendar_page(
    request: SignedInRequest,
    action: LocalService,
    form: CalendarForm,
    days: list[PlannedDay] | None = None,
    shown: str = "",
    *,
    is_other: bool = False,
) -> HttpResponse:
    context = {
        "action": action,
        "form": form,
        "days": days,
        "new": sum(planned.is_new for planned in days or ()),
        "skipped": sum(bool(planned.skipped_because) for planned in days or ()),
        "shown": shown,
        "is_other": is_other,
    }
    return render(request, "partners/local_actions/calendar.html", context, status=422 if form.errors else 200)


def _session_page(
    request: SignedInRequest,
    action: LocalService,
    session: ActionSession,
    form: AttendanceForm,
    *,
    is_to_come: bool,
    other: Conflict | None = None,
) -> HttpResponse:
    today = timezone.now().astimezone(PARIS).date()
    context = {
        "action": action,
        "session": session,
        "form": form,
        "is_to_come": is_to_come,
        "conflict": other,
        "destinations": [] if is_to_come else _destinations(action, today),
    }
    status = 409 if other else 422 if form.errors or (is_to_come and request.method == "POST") else 200
    return render(request, "partners/local_actions/session.html", context, status=status)
