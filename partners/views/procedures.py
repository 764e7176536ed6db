"""The démarches: their names, the words of the public, what to bring, who else may answer."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners import actions
from partners.forms.operators import PROCEDURE_FIELDS, ProcedureFilterForm, ProcedureForm, initial_of
from partners.models import Contact, Procedure
from partners.search import matching
from partners.versions import ChangedMeanwhile, version_of
from partners.views.conflicts import conflict

METHODS = ["GET", "HEAD", "POST"]
PER_PAGE = 50
_WITH_ALL = Procedure.objects.select_related("operator", "alternative_operator", "theme", "ends_at")


@require(Can.KEEP_PARTNERS)
@require_safe
def procedures(request: SignedInRequest) -> HttpResponse:
    filters = ProcedureFilterForm(request.GET)
    filters.is_valid()
    wanted = filters.cleaned_data
    rows = Procedure.objects.filter(matching(wanted.get("q", ""), "search_text"))
    if wanted.get("operateur"):
        rows = rows.filter(operator=wanted["operateur"])
    if wanted.get("theme"):
        rows = rows.filter(theme=wanted["theme"])
    rows = rows.exclude(pk__in=rows.in_use()) if wanted.get("etat") == "inactives" else rows.in_use()
    rows = rows.select_related("operator", "alternative_operator", "theme", "ends_at").annotate(
        rules_count=Count("rules")
    )
    page = Paginator(rows.order_by("operator__plain_name", "name", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    is_filtered = any(request.GET.get(name) for name in ("q", "operateur", "theme", "etat"))
    return render(request, "partners/procedures.html", {"filters": filters, "page": page, "is_filtered": is_filtered})


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def procedure_create(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    asked = ProcedureFilterForm(request.GET)
    asked.is_valid()
    initial = {"operator": asked.cleaned_data.get("operateur")} | interrupted.initial(request)
    form = ProcedureForm(request.POST or None, initial=initial, now=now)
    if request.method == "POST" and form.is_valid():
        form.cleaned_data.pop("version")
        procedure = actions.create_procedure(by=request.user, now=now, **form.cleaned_data)
        messages.success(request, f"La démarche « {procedure.name} » est créée.")
        return redirect("partners:procedure_edit", procedure.code)
    return render(request, "partners/procedure_edit.html", {"form": form}, status=422 if form.errors else 200)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def procedure_edit(request: SignedInRequest, code: str) -> HttpResponse:
    procedure = get_object_or_404(_WITH_ALL, code=code)
    saved = _initial(procedure)
    if request.method != "POST":
        form = ProcedureForm(procedure=procedure, initial=saved | interrupted.initial(request))
        return _page(request, procedure, form)
    form = ProcedureForm(request.POST, procedure=procedure, initial=saved)
    if not form.is_valid():
        return _page(request, procedure, form, status=422)
    return _save(request, procedure, form, timezone.now())


def _save(request: SignedInRequest, procedure: Procedure, form: ProcedureForm, now: datetime) -> HttpResponse:
    values = form.cleaned_data | {"version": form.cleaned_data["version"] or 0}
    try:
        changed = actions.update_procedure(procedure=procedure, by=request.user, now=now, **values)
    except ChangedMeanwhile as problem:
        procedure.refresh_from_db()
        current = ProcedureForm(procedure=procedure, initial=_initial(procedure))
        return _page(request, procedure, form, status=409, conflict=conflict(problem, form, current))
    messages.success(request, "Modifications enregistrées." if changed else "Rien n’avait changé.")
    return redirect("partners:procedure_edit", procedure.code)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def procedure_deactivate(request: SignedInRequest, code: str) -> HttpResponse:
    """Says first what goes with it."""
    procedure = get_object_or_404(Procedure.objects.select_related("operator"), code=code)
    if request.method == "POST":
        actions.deactivate_procedure(procedure=procedure, by=request.user, now=timezone.now())
        messages.success(request, f"« {procedure.name} » n’est plus proposée. Rien n’est effacé.")
        return redirect("partners:procedure_edit", procedure.code)
    context = {"procedure": procedure, "rules_count": procedure.rules.count()}
    return render(request, "partners/procedure_deactivate.html", context)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def procedure_reactivate(request: SignedInRequest, code: str) -> HttpResponse:
    procedure = get_object_or_404(Procedure, code=code)
    if request.method == "POST":
        actions.reactivate_procedure(procedure=procedure, by=request.user, now=timezone.now())
        messages.success(request, f"« {procedure.name} » est de nouveau proposée.")
    return redirect("partners:procedure_edit", procedure.code)


def _initial(procedure: Procedure) -> dict[str, Any]:
    return initial_of(procedure, PROCEDURE_FIELDS, version_of(procedure))


def _page(
    request: SignedInRequest, procedure: Procedure, form: ProcedureForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    hers = Contact.objects.visible_to(request.user).in_service()
    rules = procedure.rules.select_related("contact", "commune", "epci", "arrondissement", "departement")
    context = {"procedure": procedure, "form": form, "rules": rules.filter(contact__in=hers)}
    return render(request, "partners/procedure_edit.html", context | more, status=status)
