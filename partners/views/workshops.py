"""The workshops of digital advisors: announced, moved, cancelled, and shown to everyone."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.actions.digital import cancel_workshop, create_workshop, update_workshop
from partners.forms.digital import WorkshopFilterForm, WorkshopForm, workshop_initial
from partners.models import LocalService, Workshop
from partners.versions import ChangedMeanwhile, version_of
from partners.views.conflicts import Conflict, conflict
from partners.views.digital import METHODS, advisor_in_sight
from partners.views.sheets import status_of
from territories.models import Commune
from territories.spelling import matches

PER_PAGE = 30


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_http_methods(METHODS)
def workshop_create(request: SignedInRequest, pk: int) -> HttpResponse:
    advisor = advisor_in_sight(request, pk)
    initial = {"commune": advisor.commune.name, "place": advisor.host, "seats": 8}
    form = WorkshopForm(request.POST or None, initial=initial | interrupted.initial(request), now=timezone.now())
    if request.method == "POST" and form.is_valid():
        if others := _to_confirm(request, advisor, form):
            return _page(request, advisor, form, others=others)
        values: Any = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        workshop, is_new = create_workshop(advisor=advisor, by=request.user, now=timezone.now(), **values)
        said = f"L’atelier «\u00a0{workshop}\u00a0» est annoncé."
        messages.success(request, said if is_new else "Cet atelier était déjà annoncé.")
        return redirect("partners:digital_advisor", advisor.pk)
    return _page(request, advisor, form)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_http_methods(METHODS)
def workshop_edit(request: SignedInRequest, pk: int, workshop_pk: int) -> HttpResponse:
    """One that was cancelled may be saved all the same: it is announced again."""
    advisor, now = advisor_in_sight(request, pk), timezone.now()
    workshop = _in_sight(advisor, workshop_pk)
    initial = workshop_initial(workshop) | {"version": version_of(workshop)}
    form = WorkshopForm(request.POST or None, initial=initial | interrupted.initial(request), now=now)
    if request.method == "POST" and form.is_valid():
        if others := _to_confirm(request, advisor, form, workshop):
            return _page(request, advisor, form, workshop, others)
        try:
            changed = update_workshop(workshop=workshop, by=request.user, now=now, **form.cleaned_data)
        except ChangedMeanwhile as problem:
            return _page(request, advisor, form, workshop, other=_conflict(problem, form, workshop, initial))
        messages.success(request, "Modifications enregistrées." if changed else "Rien n’avait changé.")
        return redirect("partners:digital_advisor", advisor.pk)
    return _page(request, advisor, form, workshop)


@require(Can.KEEP_DIGITAL_ADVISORS)
@require_http_methods(METHODS)
def workshop_cancel(request: SignedInRequest, pk: int, workshop_pk: int) -> HttpResponse:
    advisor = advisor_in_sight(request, pk)
    workshop = _in_sight(advisor, workshop_pk)
    if request.method == "POST":
        cancel_workshop(workshop=workshop, by=request.user, now=timezone.now())
        messages.success(
            request, f"L’atelier «\u00a0{workshop}\u00a0» est annulé\u00a0: il n’est plus annoncé au public."
        )
    return redirect("partners:digital_advisor", advisor.pk)


@login_not_required
@require_safe
def workshops(request: HttpRequest) -> HttpResponse:
    """Coming workshops, for everyone: no name, the telephone of the advisor's sheet."""
    filters = WorkshopFilterForm(request.GET)
    filters.is_valid()
    wanted = filters.cleaned_data.get("lieu", "")
    coming = Workshop.objects.coming(timezone.now()).filter(service__is_active=True)
    found = [row for row in coming.select_related("commune", "service") if matches(wanted, row.commune.name)]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "is_filtered": bool(wanted),
        "page": page,
        "workshops": page.object_list,
        "communes": sorted({row.commune.name for row in found}),
    }
    return render(request, "partners/digital/workshops.html", context)


def _in_sight(advisor: LocalService, pk: int) -> Workshop:
    return get_object_or_404(advisor.workshops.select_related("commune"), pk=pk)


def _conflict(problem: ChangedMeanwhile, form: WorkshopForm, workshop: Workshop, initial: dict[str, Any]) -> Conflict:
    found = conflict(problem, form, WorkshopForm(initial=initial, now=form.now))
    if workshop.cancelled_at is None:
        return found
    return replace(found, differences=[("Atelier", "annulé", "annoncé de nouveau"), *found.differences])


def _to_confirm(
    request: SignedInRequest, advisor: LocalService, form: WorkshopForm, workshop: Workshop | None = None
) -> list[Workshop]:
    """Her other workshops at the same time, unless she already said that it is meant."""
    if request.POST.get("quand_meme"):
        return []
    starts_at, ends_at = form.cleaned_data["starts_at"], form.cleaned_data["ends_at"]
    others = advisor.workshops.filter(cancelled_at__isnull=True, starts_at__lt=ends_at, ends_at__gt=starts_at)
    values = form.cleaned_data
    is_same = {"title": values["title"], "starts_at": starts_at, "ends_at": ends_at}  # the form was sent twice
    return list(others.exclude(pk=workshop.pk if workshop else 0).exclude(**is_same))


def _page(
    request: SignedInRequest,
    advisor: LocalService,
    form: WorkshopForm,
    workshop: Workshop | None = None,
    others: list[Workshop] | None = None,
    other: Conflict | None = None,
) -> HttpResponse:
    context = {
        "advisor": advisor,
        "form": form,
        "workshop": workshop,
        "others": others or [],
        "conflict": other,
        "communes": Commune.objects.values_list("name", flat=True),
    }
    status = 422 if others else status_of(form, other)
    return render(request, "partners/digital/workshop_edit.html", context, status=status)
