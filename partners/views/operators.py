"""The operators: who is a partner, since when, and by which public line."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners import actions
from partners.directory import names
from partners.forms.operators import OPERATOR_FIELDS, OperatorForm, initial_of
from partners.models import Operator
from partners.versions import ChangedMeanwhile, version_of
from partners.views.conflicts import conflict
from schedules.calendars import PARIS

METHODS = ["GET", "HEAD", "POST"]


@require(Can.KEEP_PARTNERS)
@require_safe
def operators(request: SignedInRequest) -> HttpResponse:
    """All of them: they are few, and their number moves slowly."""
    text = request.GET.get("q", "")
    named = [row.pk for row in Operator.objects.all() if names(row, text)]
    rows = Operator.objects.filter(pk__in=named).annotate(
        procedures_count=Count("procedures", filter=Q(procedures__is_active=True), distinct=True),
        contacts_count=Count("contacts", filter=Q(contacts__is_active=True), distinct=True),
    )
    today = timezone.now().astimezone(PARIS).date()
    context = {"q": text, "rows": rows.order_by("-is_active", "plain_name"), "today": today}
    return render(request, "partners/operators.html", context)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def operator_create(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    form = OperatorForm(request.POST or None, initial=interrupted.initial(request), now=now)
    if request.method == "POST" and form.is_valid():
        form.cleaned_data.pop("version")
        operator = actions.create_operator(by=request.user, now=now, **form.cleaned_data)
        messages.success(request, f"{operator.name} est créé.")
        return redirect("partners:operator_edit", operator.code)
    return render(request, "partners/operator_edit.html", {"form": form}, status=422 if form.errors else 200)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def operator_edit(request: SignedInRequest, code: str) -> HttpResponse:
    operator = get_object_or_404(Operator, code=code)
    saved = _initial(operator)
    if request.method != "POST":
        form = OperatorForm(operator=operator, initial=saved | interrupted.initial(request))
        return _page(request, operator, form)
    form = OperatorForm(request.POST, operator=operator, initial=saved)
    if not form.is_valid():
        return _page(request, operator, form, status=422)
    return _save(request, operator, form, timezone.now())


def _save(request: SignedInRequest, operator: Operator, form: OperatorForm, now: datetime) -> HttpResponse:
    values = form.cleaned_data | {"version": form.cleaned_data["version"] or 0}
    try:
        changed = actions.update_operator(operator=operator, by=request.user, now=now, **values)
    except ChangedMeanwhile as problem:
        operator.refresh_from_db()
        current = OperatorForm(operator=operator, initial=_initial(operator))
        return _page(request, operator, form, status=409, conflict=conflict(problem, form, current))
    messages.success(request, "Modifications enregistrées." if changed else "Rien n’avait changé.")
    return redirect("partners:operator_edit", operator.code)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def operator_deactivate(request: SignedInRequest, code: str) -> HttpResponse:
    """Says first what goes with it."""
    operator = get_object_or_404(Operator, code=code)
    if request.method == "POST":
        actions.deactivate_operator(operator=operator, by=request.user, now=timezone.now())
        messages.success(request, f"{operator.name} n’est plus proposé. Rien n’est effacé.")
        return redirect("partners:operator_edit", operator.code)
    context = {
        "operator": operator,
        "procedures_count": operator.procedures.filter(is_active=True).count(),
        "contacts_count": operator.contacts.in_service().count(),
    }
    return render(request, "partners/operator_deactivate.html", context)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def operator_reactivate(request: SignedInRequest, code: str) -> HttpResponse:
    operator = get_object_or_404(Operator, code=code)
    if request.method == "POST":
        actions.reactivate_operator(operator=operator, by=request.user, now=timezone.now())
        messages.success(request, f"{operator.name} est de nouveau proposé.")
    return redirect("partners:operator_edit", operator.code)


def _initial(operator: Operator) -> dict[str, Any]:
    return initial_of(operator, OPERATOR_FIELDS, version_of(operator))


def _page(
    request: SignedInRequest, operator: Operator, form: OperatorForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "operator": operator,
        "form": form,
        "procedures": operator.procedures.order_by("-is_active", "name"),
        "contacts_count": operator.contacts.in_service().count(),
    }
    return render(request, "partners/operator_edit.html", context | more, status=status)
