"""The closed lists of themes and of blockers: add, rename, put in order, retire; never delete."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.actions import closed_lists as actions
from partners.closed_lists import ClosedList
from partners.forms.closed_lists import ClosedListForm
from partners.models import ClosedListRow
from partners.versions import ChangedMeanwhile
from partners.views.conflicts import conflict

METHODS = ["GET", "HEAD", "POST"]


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def closed_list(request: SignedInRequest, kept: ClosedList) -> HttpResponse:
    """The list, and the form that adds to it."""
    form = ClosedListForm(request.POST or None, kept=kept, initial=interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            name = form.cleaned_data["name"]
            added = actions.add_row(kept.model, name=name, by=request.user, now=timezone.now())
        except actions.NameTaken:
            form.add_error("name", kept.name_taken)
        else:
            messages.success(request, f"«\u00a0{added.name}\u00a0» est ajouté à la fin de la liste.")
            return redirect(kept.page)
    rows = _rows(kept)
    context = {
        "kept": kept,
        "form": form,
        "in_use": [row for row in rows if row.is_active],
        "retired": [row for row in rows if not row.is_active],
    }
    return render(request, "partners/closed_list.html", context, status=422 if form.errors else 200)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def rename(request: SignedInRequest, kept: ClosedList, code: str) -> HttpResponse:
    row = get_object_or_404(kept.model._default_manager, code=code)
    saved = _initial(row)
    form = ClosedListForm(request.POST or None, kept=kept, initial=saved | interrupted.initial(request))
    if request.method != "POST":
        return _rename_page(request, kept, row, form)
    if not form.is_valid():
        return _rename_page(request, kept, row, form, status=422)
    name, version = form.cleaned_data["name"], form.cleaned_data["version"] or 0
    try:
        changed = actions.rename_row(row, name=name, version=version, by=request.user, now=timezone.now())
    except actions.NameTaken:
        form.add_error("name", kept.name_taken)
        return _rename_page(request, kept, row, form, status=422)
    except ChangedMeanwhile as problem:
        row.refresh_from_db()
        current = ClosedListForm(kept=kept, initial=_initial(row))
        return _rename_page(request, kept, row, form, status=409, conflict=conflict(problem, form, current))
    messages.success(request, f"Il se nomme «\u00a0{name}\u00a0»." if changed else "Rien n’avait changé.")
    return redirect(kept.page)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def move(request: SignedInRequest, kept: ClosedList, code: str) -> HttpResponse:
    """One place up or down."""
    row = get_object_or_404(kept.model._default_manager, code=code)
    if request.method == "POST":
        up = request.POST.get("sens") != "bas"
        if not actions.move_row(row, up=up, by=request.user, now=timezone.now()):
            messages.info(request, f"«\u00a0{row.name}\u00a0» est déjà au bout de la liste.")
    return redirect(kept.page)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def set_active(request: SignedInRequest, kept: ClosedList, code: str) -> HttpResponse:
    row = get_object_or_404(kept.model._default_manager, code=code)
    if request.method == "POST" and request.POST.get("propose") == "oui":
        actions.restore_row(row, by=request.user, now=timezone.now())
        messages.success(request, f"«\u00a0{row.name}\u00a0» est de nouveau proposé.")
    elif request.method == "POST":
        actions.retire_row(row, by=request.user, now=timezone.now())
        messages.success(request, f"«\u00a0{row.name}\u00a0» n’est plus proposé. {kept.once_retired}")
    return redirect(kept.page)


def _rows(kept: ClosedList) -> list[Any]:
    rows: Any = kept.model._default_manager.all()
    if kept.of_procedures:
        rows = rows.annotate(procedures_count=Count("procedures", filter=Q(procedures__is_active=True)))
    return list(rows.order_by("position", "pk"))


def _initial(row: ClosedListRow) -> dict[str, Any]:
    return {"name": row.name, "version": actions.version_of_name(row)}


def _rename_page(
    request: SignedInRequest,
    kept: ClosedList,
    row: ClosedListRow,
    form: ClosedListForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"kept": kept, "row": row, "form": form} | more
    return render(request, "partners/closed_list_rename.html", context, status=status)
