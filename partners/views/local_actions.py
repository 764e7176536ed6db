"""The local actions such as SOS paperasse: their sheets and their teams."""

from collections import Counter
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can, TeamKind
from partners.action_models import KINDS, MODELS, model_of
from partners.actions.local_actions import (
    add_member,
    create_action,
    update_action,
    update_member,
)
from partners.facts import hours_of
from partners.forms.local_actions import ActionForm, MemberForm, action_initial, member_initial
from partners.models import ActionMember, LocalService, LocalServiceQuerySet, Role
from partners.service_history import last_changes
from partners.session_calendar import PlannedDay, school_year, school_year_of
from partners.sessions import ahead, next_session
from partners.views.conflicts import Conflict
from partners.views.gone import typed_of_gone
from partners.views.sheets import Kept, Sheet, edit, status_of
from schedules.calendars import PARIS
from schedules.days import absences
from schedules.here import calendar_between
from territories.models import Commune

METHODS = ["GET", "HEAD", "POST"]


def actions_in_sight(request: SignedInRequest) -> LocalServiceQuerySet:
    rows = LocalService.objects.visible_to(request.user).filter(kind__in=KINDS).select_related("commune", "schedule")
    return rows.prefetch_related("schedule__slots", "schedule__closures", "schedule__extras")


def action_in_sight(request: SignedInRequest, pk: int) -> LocalService:
    """An action that this person's team keeps; 404 otherwise."""
    return get_object_or_404(actions_in_sight(request), pk=pk)


@require(Can.KEEP_LOCAL_ACTIONS)
@require_safe
def local_actions(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    today = now.astimezone(PARIS).date()
    to_fill = Q(
        sessions__day__lt=today,
        sessions__day__gte=today - timedelta(days=366),
        sessions__people_received__isnull=True,
        sessions__cancelled_because="",
    )
    rows = actions_in_sight(request).annotate(sheets_to_fill=Count("sessions", filter=to_fill))
    found = rows.prefetch_related(ahead(now)).order_by("-is_active", "name", "pk")
    lines = [(row, hours_of(row.schedule, today), _coming(row, now, today)) for row in found]
    return render(request, "partners/local_actions/actions.html", {"lines": lines, "models": MODELS})


@require(Can.KEEP_LOCAL_ACTIONS)
@require_http_methods(METHODS)
def local_action_create(request: SignedInRequest) -> HttpResponse:
    model = model_of(request.GET.get("modele", ""))
    form = ActionForm(request.POST or None, initial=action_initial(None, model) | interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        teams = request.user.teams_by_kind()
        coordination = next(iter(teams.get(TeamKind.COORDINATION, ())), None)
        digital = None if coordination else next(iter(teams.get(TeamKind.DIGITAL_COORDINATION, ())), None)
        action, is_new = create_action(
            coordination=coordination, digital_team=digital, by=request.user, now=timezone.now(), **_values(form)
        )
        said = f"«\u00a0{action.name}\u00a0» est créée. Préparez maintenant son calendrier et son équipe."
        messages.success(request, said if is_new else f"«\u00a0{action.name}\u00a0» existe déjà, la voici.")
        return redirect("partners:local_action", action.pk)
    return _form_page(request, form)


@require(Can.KEEP_LOCAL_ACTIONS)
@require_safe
def local_action(request: SignedInRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    today = now.astimezone(PARIS).date()
    action = action_in_sight(request, pk)
    sessions = list(action.sessions.all())
    members = list(action.members.all())
    present = [member for member in members if member.left_on is None or member.left_on >= today]
    past = [row for row in reversed(sessions) if row.day <= today]
    context = {
        "action": action,
        "hours": hours_of(action.schedule, today),
        "next": _coming(action, now, today),
        "coming": [row for row in sessions if row.day > today],
        "to_fill": [row for row in past if row.people_received is None and not row.cancelled_because],
        "past": [row for row in past if row.people_received is not None or row.cancelled_because],
        "skipped": _skipped(action, today),
        "members": present,
        "former": [member for member in members if member not in present],
        "mandates": Counter(member.may_hold_a_mandate for member in present)[True],
        "volunteers": Counter(member.role for member in present)[Role.VOLUNTEER],
        "changes": last_changes(action),
    }
    return render(request, "partners/local_actions/action.html", context)


@require(Can.KEEP_LOCAL_ACTIONS)
@require_http_methods(METHODS)
def local_action_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    return _kept(request, pk).edit(request)


@require(Can.KEEP_LOCAL_ACTIONS)
@require_http_methods(METHODS)
def local_action_undo(request: SignedInRequest, pk: int, line: int) -> HttpResponse:
    return _kept(request, pk).undo(request, line)


@require(Can.KEEP_LOCAL_ACTIONS)
@require_http_methods(METHODS)
def local_action_set_active(request: SignedInRequest, pk: int) -> HttpResponse:
    return _kept(request, pk).set_active(request)


@require(Can.KEEP_LOCAL_ACTIONS)
@require_http_methods(METHODS)
def action_member_create(request: SignedInRequest, pk: int) -> HttpResponse:
    action = action_in_sight(request, pk)
    initial = {"joined_on": timezone.now().astimezone(PARIS).date()}
    form = MemberForm(request.POST or None, initial=initial | interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        member, is_new = add_member(action=action, by=request.user, now=timezone.now(), **_values(form))
        messages.success(request, f"{member} {'rejoint' if is_new else 'fait déjà partie de'} l’équipe.")
        return redirect("partners:local_action", action.pk)
    return _member_page(request, action, form)


@require(Can.KEEP_LOCAL_ACTIONS)
@require_http_methods(METHODS)
def action_member_edit(request: SignedInRequest, pk: int, member_pk: int) -> HttpResponse:
    action = action_in_sight(request, pk)
    member = action.members.filter(pk=member_pk).first()
    if member is None:
        return _member_gone(request, action, MemberForm(typed_of_gone(request, ActionMember, member_pk)))
    sheet = Sheet(
        row=member,
        form=MemberForm,
        initial=member_initial,
        save=partial(update_member, member=member, by=request.user, now=timezone.now()),
        page=lambda form, other: _member_page(request, action, form, member, other),
        back=reverse("partners:local_action", args=[action.pk]),
        gone=partial(_member_gone, request, action),
    )
    return edit(request, sheet)


def _kept(request: SignedInRequest, pk: int) -> Kept:
    action = action_in_sight(request, pk)
    return Kept(
        service=action,
        form=ActionForm,
        initial=partial(action_initial, model=None),
        save=partial(update_action, action=action),
        page=_form_page,
        again=f"«\u00a0{action.name}\u00a0» est de nouveau proposée.",
        stopped=f"«\u00a0{action.name}\u00a0» est arrêtée\u00a0: elle n’est plus proposée. Rien n’est effacé.",
        back=reverse("partners:local_action", args=[pk]),
    )


def _coming(action: LocalService, now: Any, today: date) -> str:
    found = next_session(action, now)
    return found.in_words(today) if found else ""


def _skipped(action: LocalService, today: date) -> list[PlannedDay]:
    """The days of this school year that the rhythm gives and that holidays take away."""
    if action.schedule is None:
        return []
    last_day = school_year(school_year_of(today))[1]
    missing = absences(action.schedule.timetable(), today, last_day, calendar_between(today, last_day))
    return [PlannedDay(absence.day, absence.reason) for absence in missing]


def _values(form: ActionForm | MemberForm) -> Any:
    return {name: value for name, value in form.cleaned_data.items() if name != "version"}


def _form_page(
    request: SignedInRequest, form: ActionForm, action: LocalService | None = None, other: Conflict | None = None
) -> HttpResponse:
    communes = Commune.objects.values_list("name", flat=True)
    context: dict[str, Any] = {
        "form": form,
        "action": action,
        "conflict": other,
        "communes": communes,
        "models": MODELS,
    }
    if action is not None:
        context["changes"] = last_changes(action)
    return render(request, "partners/local_actions/action_edit.html", context, status=status_of(form, other))


def _member_page(
    request: SignedInRequest,
    action: LocalService,
    form: MemberForm,
    member: ActionMember | None = None,
    other: Conflict | None = None,
) -> HttpResponse:
    context = {"action": action, "form": form, "member": member, "conflict": other}
    return render(request, "partners/local_actions/member.html", context, status=status_of(form, other))


def _member_gone(request: SignedInRequest, action: LocalService, form: MemberForm) -> HttpResponse:
    """Saving what was typed adds the person again."""
    context = {"action": action, "form": form, "is_gone": True}
    return render(request, "partners/local_actions/member.html", context, status=409)
