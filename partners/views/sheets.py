"""One way to edit a sheet, and to put it out of service, whatever the local service and whoever keeps it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from accounts import interrupted
from accounts.access import SignedInRequest
from accounts.forms import CarefulForm
from partners.actions import set_service_active
from partners.actions.undo import CannotUndo, undo_change
from partners.models import KnowHowNote, LocalService
from partners.versions import ChangedMeanwhile, version_of
from partners.views.conflicts import Conflict, conflict


@dataclass(frozen=True)
class Sheet:
    """What is edited: a `row`; `form(data, initial=…)`; `initial(row)`, what the form shows of it; `save(**values)`,
    which says whether anything differed; `page(form, conflict)`; `back`, the address once it is saved; `gone(form)`, of
    rows that a colleague may take away while the form is open.
    """

    row: models.Model
    form: Callable[..., CarefulForm]
    initial: Callable[[Any], dict[str, Any]]
    save: Callable[..., bool]
    page: Callable[[Any, Conflict | None], HttpResponse]
    back: str
    gone: Callable[[Any], HttpResponse] | None = None

    def stored(self) -> dict[str, Any]:
        return self.initial(self.row) | {"version": version_of(self.row)}


def edit(request: SignedInRequest, sheet: Sheet) -> HttpResponse:
    """The form filled with what is stored; saved, unless somebody saved it since it was opened."""
    form = sheet.form(request.POST or None, initial=sheet.stored() | interrupted.initial(request))
    if request.method != "POST" or not form.is_valid():
        return sheet.page(form, None)
    try:
        changed = sheet.save(**form.cleaned_data)
    except ChangedMeanwhile as problem:
        if sheet.gone and not type(sheet.row)._default_manager.filter(pk=sheet.row.pk).exists():
            return sheet.gone(form)
        sheet.row.refresh_from_db()
        saved = sheet.form(None, initial=sheet.stored())
        return sheet.page(form, conflict(problem, form, saved))
    messages.success(request, "Modifications enregistrées." if changed else "Rien n’avait changé.")
    return redirect(sheet.back)


@dataclass(frozen=True)
class Kept:
    """A local service in the hands of whoever keeps it: how its sheet is shown and saved, and what is said of it.

    `page(request, form, service, conflict)`; `again`, `stopped`: said once it is proposed again, or no more.
    """

    service: LocalService
    form: Callable[..., CarefulForm]
    initial: Callable[[Any], dict[str, Any]]
    save: Callable[..., bool]
    page: Callable[[SignedInRequest, Any, LocalService, Conflict | None], HttpResponse]
    again: str
    stopped: str
    back: str

    def edit(self, request: SignedInRequest) -> HttpResponse:
        sheet = Sheet(
            row=self.service,
            form=self.form,
            initial=self.initial,
            save=partial(self.save, by=request.user, now=timezone.now()),
            page=lambda form, other: self.page(request, form, self.service, other),
            back=self.back,
        )
        return edit(request, sheet)

    def set_active(self, request: SignedInRequest) -> HttpResponse:
        return set_active(request, self.service, again=self.again, stopped=self.stopped, back=self.back)

    def undo(self, request: SignedInRequest, line: int) -> HttpResponse:
        return undo(request, self.service, line, back=self.back)


def set_active(request: SignedInRequest, service: LocalService, *, again: str, stopped: str, back: str) -> HttpResponse:
    """`again`, `stopped`: what is said once it is proposed again, or no more. An unclear answer does nothing."""
    asked = request.POST.get("en_service")
    if request.method == "POST" and asked in ("oui", "non"):
        set_service_active(service=service, is_active=asked == "oui", by=request.user, now=timezone.now())
        messages.success(request, again if asked == "oui" else stopped)
    return redirect(back)


def undo(request: SignedInRequest, sheet: LocalService | KnowHowNote, line: int, *, back: str) -> HttpResponse:
    """Take back a change of the sheet or of what hangs from it, or say why not."""
    if request.method == "POST":
        history: Any = type(sheet).history
        change = get_object_or_404(history.filter(id=sheet.pk), history_id=line)
        try:
            undo_change(change=change, by=request.user, now=timezone.now())
        except CannotUndo as problem:
            messages.error(request, problem.said)
        else:
            messages.success(request, "Changement annulé\u00a0: ce qu’il avait changé est comme avant lui.")
    return redirect(back)


def status_of(form: CarefulForm, other: Conflict | None) -> int:
    return 409 if other else 422 if form.errors else 200
