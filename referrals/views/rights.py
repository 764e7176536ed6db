"""A resident asks to see, correct or erase what concerns her: found, exported, erased, each with its journal line."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, require
from accounts.models import journal
from accounts.permissions import Can
from referrals.actions.erasing import erase_asked
from referrals.forgetting import rights
from referrals.forgetting.retention import LABELS
from referrals.forms.rights import EraseForm, FindPersonForm
from referrals.models import Identity, ServiceRequest
from referrals.readings import PERSON_FOUND, RIGHTS_EXPORTED
from referrals.views.request_page import in_sight


@require(Can.READ_IDENTITIES)
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: SignedInRequest) -> HttpResponse:
    """By POST, and answered in place: what designs a person is in no address and in no history."""
    form, found = FindPersonForm(request.POST if request.method == "POST" else None), None
    if form.is_bound and form.is_valid():
        found = rights.find(request.user, form.cleaned_data["person"])
        now = timezone.now()
        for service_request in found:
            journal(verb=PERSON_FOUND, subject=service_request.reference, now=now, by=request.user)
    context = {"form": form, "found": found, "most": rights.MOST}
    return render(request, "referrals/rights.html", context, status=422 if form.is_bound and found is None else 200)


@require(Can.READ_IDENTITIES)
@require_safe
def person(request: SignedInRequest, reference: str) -> HttpResponse:
    """What may be done for the person of this request."""
    service_request = in_sight(request, reference)
    has_identity = Identity.objects.filter(request=service_request).exists()
    context = {"service_request": service_request, "has_identity": has_identity}
    return render(request, "referrals/rights_person.html", context)


@require(Can.READ_IDENTITIES)
@require_safe
def everything(request: SignedInRequest, reference: str) -> HttpResponse:
    """All that is held, on a page to print and hand to her."""
    service_request = in_sight(request, reference)
    context = {"service_request": service_request, "held": _exported(request, service_request)}
    return render(request, "referrals/rights_everything.html", context)


@require(Can.READ_IDENTITIES)
@require_safe
def everything_json(request: SignedInRequest, reference: str) -> HttpResponse:
    """The same for another application."""
    service_request = in_sight(request, reference)
    name = f"{service_request.reference}.json"
    return JsonResponse(
        _exported(request, service_request),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _exported(request: SignedInRequest, service_request: ServiceRequest) -> rights.Held:
    identity = Identity.objects.visible_to(request.user).filter(request=service_request).first()
    now = timezone.now()
    journal(verb=RIGHTS_EXPORTED, subject=service_request.reference, now=now, by=request.user)
    return rights.everything(service_request, identity)


@require(Can.READ_IDENTITIES)
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: SignedInRequest, reference: str) -> HttpResponse:
    """A page that says what goes; then it goes."""
    service_request = in_sight(request, reference)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        erase_asked(request=service_request, by=request.user, now=timezone.now())
        messages.success(request, f"Tout ce qui désignait la personne est effacé de {service_request.reference}.")
        return redirect("referrals:rights")
    goes = rights.goes(service_request)
    context = {
        "service_request": service_request,
        "form": form,
        "goes": [(count, LABELS[name]) for name, count in goes.items() if count],
    }
    return render(request, "referrals/rights_erase.html", context, status=422 if form.is_bound else 200)
