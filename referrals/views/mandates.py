"""What the resident allowed is noted, printed to be signed, and taken back."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.models import journal
from accounts.permissions import Can
from partners.models import Procedure
from referrals import actions
from referrals.actions.mandates import record_mandate, withdraw_mandate
from referrals.forms.mandate import MandateForm
from referrals.mandates import mandate_panel
from referrals.models import Identity, Mandate, ServiceRequest
from referrals.readings import MANDATE_PRINTED
from referrals.views.request_page import in_sight
from schedules.calendars import PARIS


@require(Can.READ_IDENTITIES)
@require_http_methods(["GET", "HEAD", "POST"])
def mandates(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request, now = in_sight(request, reference), timezone.now()
    today = now.astimezone(PARIS).date()
    initial = {"given_on": today, "procedures": [service_request.procedure_id], **interrupted.initial(request)}
    form = MandateForm(request.POST or None, procedures=_procedures(service_request), today=today, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            record_mandate(request=service_request, by=request.user, now=now, **form.cleaned_data)
        except actions.AlreadyClosed:
            messages.warning(request, "Cette demande est close : aucun mandat ne s’y note plus.")
        else:
            messages.success(request, "Le mandat est noté.")
        return redirect(service_request)
    context = {
        "service_request": service_request,
        "form": form,
        "panel": mandate_panel(service_request, False, now),
        "today": today,
    }
    return render(request, "referrals/mandates.html", context, status=422 if form.is_bound else 200)


def _procedures(service_request: ServiceRequest) -> Any:
    """Those of the same operator: a mandate is for what was asked, not for everything."""
    own = Q(pk=service_request.procedure_id)
    return Procedure.objects.filter(own | Q(operator=service_request.operator_id, is_active=True)).order_by("name")


@require(Can.READ_IDENTITIES)
@require_safe
def to_sign(request: SignedInRequest, reference: str) -> HttpResponse:
    """A page to sign before anything is noted: its dates and its purpose are written by hand."""
    return _sheet(request, in_sight(request, reference), None)


@require(Can.READ_IDENTITIES)
@require_safe
def printed(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    service_request = in_sight(request, reference)
    return _sheet(request, service_request, get_object_or_404(Mandate, pk=pk, request=service_request))


def _sheet(request: SignedInRequest, service_request: ServiceRequest, mandate: Mandate | None) -> HttpResponse:
    """With the name when it is known, which is a reading; blank lines else."""
    now = timezone.now()
    identity = Identity.objects.visible_to(request.user).filter(request=service_request).first()
    if identity is not None:
        journal(verb=MANDATE_PRINTED, subject=service_request.reference, now=now, by=request.user)
    context = {
        "service_request": service_request,
        "mandate": mandate,
        "procedures": mandate.procedures.all() if mandate else [service_request.procedure],
        "name": identity.name if identity else "",
        "professional": mandate.recorded_by if mandate else request.user,
    }
    return render(request, "referrals/mandate_sheet.html", context)


@require(Can.READ_IDENTITIES)
@require_POST
def withdraw(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    service_request = in_sight(request, reference)
    mandate = get_object_or_404(Mandate.objects.select_related("request"), pk=pk, request=service_request)
    is_new = withdraw_mandate(mandate=mandate, by=request.user, now=timezone.now())
    messages.success(request, "Le mandat est retiré." if is_new else "Ce mandat était déjà retiré.")
    return redirect("referrals:mandates", service_request.reference)
