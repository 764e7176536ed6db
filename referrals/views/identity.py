"""An identity written wrongly is corrected, also once the request is closed."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from referrals.actions.identities import IdentityChanged, correct_identity, state_of
from referrals.forms.hand_over import CorrectIdentityForm
from referrals.models import Identity, ServiceRequest
from referrals.readings import identity_read
from referrals.views.request_page import in_sight


@require(Can.READ_IDENTITIES)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request, now = in_sight(request, reference), timezone.now()
    identity = identity_read(service_request, request.user, now)
    if identity is None:
        messages.info(request, "Aucune identité n’est notée pour cette demande.")
        return redirect(service_request)
    form = _form(request, service_request, identity)
    if form.is_bound and form.is_valid():
        try:
            correct_identity(request=service_request, by=request.user, now=now, **form.cleaned_data)
        except IdentityChanged as changed:
            return _conflict(request, service_request, form, changed.identity)
        messages.success(request, "L’identité est corrigée.")
        return redirect(service_request)
    context = {"service_request": service_request, "form": form}
    return render(request, "referrals/identity_correct.html", context, status=422 if form.is_bound else 200)


def _form(request: SignedInRequest, service_request: ServiceRequest, identity: Identity) -> CorrectIdentityForm:
    initial: dict[str, Any] = {
        "name": identity.name,
        "reach": identity.reach,
        "file_number": identity.file_number,
        "has_no_file_number": identity.has_no_file_number,
        "seen": state_of(identity),
        **interrupted.initial(request),
    }
    is_known = bool(identity.file_number) or identity.has_no_file_number
    asked = service_request.operator.file_number_name
    return CorrectIdentityForm(request.POST or None, initial=initial, asked=asked, is_known=is_known)


def _conflict(
    request: SignedInRequest, service_request: ServiceRequest, form: CorrectIdentityForm, now_is: Identity | None
) -> HttpResponse:
    """409: what she typed beside what a colleague wrote meanwhile; she decides, and nothing typed is lost."""
    again = {**form.cleaned_data, "seen": state_of(now_is) if now_is else ""}
    names = [name for name in form.fields if name != "seen"]
    fields = [(str(form.fields[name].label), _shown(again[name]), _shown(getattr(now_is, name, ""))) for name in names]
    context = {"service_request": service_request, "fields": fields, "again": again, "now_is": now_is}
    return render(request, "referrals/identity_conflict.html", context, status=409)


def _shown(value: str | bool) -> str:
    return {True: "oui", False: "non"}[value] if isinstance(value, bool) else value or "–"
