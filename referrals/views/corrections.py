"""Putting an entry right, cancelling it and putting it back; two people at once never erase each other."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.search import procedure_options
from referrals import actions
from referrals.actions.corrections import QUIET_FOR, why_not_cancelled
from referrals.forms import CorrectionForm
from referrals.models import ServiceRequest
from referrals.views.request_page import in_sight


@require(Can.FOLLOW_REQUESTS)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request = in_sight(request, reference)
    form = _form(request, service_request)
    if not form.is_bound:
        return _page(request, service_request, form)
    if not form.is_valid():
        return _page(request, service_request, form, status=422)
    try:
        changes = actions.correct(
            request=service_request,
            entry=form.entry(),
            version=form.cleaned_data["version"],
            by=request.user,
            now=timezone.now(),
        )
    except actions.ChangedMeanwhile as meanwhile:
        return _both_versions(request, meanwhile.request, form)
    except actions.CannotBeCorrected as why:
        form.add_error(None, str(why))
        return _page(request, service_request, form, status=422)
    messages.success(request, "C’est corrigé." if changes else "Rien n’a changé.")
    return redirect(service_request)


@require(Can.FOLLOW_REQUESTS)
@require_POST
def cancel(request: SignedInRequest, reference: str) -> HttpResponse:
    """« Annuler cette saisie »: back to the desk, which offers to put it back."""
    service_request = in_sight(request, reference)
    try:
        actions.cancel_entry(
            request=service_request, version=_version(request, service_request), by=request.user, now=timezone.now()
        )
    except actions.ChangedMeanwhile:
        messages.warning(request, "Cette demande vient d’être modifiée\u00a0: relisez-la avant de l’annuler.")
        return redirect(service_request)
    except actions.CannotBeCorrected as why:
        messages.warning(request, str(why))
        return redirect(service_request)
    return redirect(f"{reverse('referrals:desk')}?annulee={service_request.reference}")


@require(Can.FOLLOW_REQUESTS)
@require_POST
def restore(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request = in_sight(request, reference)
    if actions.restore_entry(request=service_request, by=request.user, now=timezone.now()):
        messages.success(request, f"La demande {service_request.reference} est rétablie.")
    elif service_request.erased_at is not None:
        messages.info(request, "Cette demande a été effacée\u00a0: elle ne se rétablit plus.")
    else:
        messages.info(request, "Elle n’était pas annulée.")
    return redirect(service_request)


def _version(request: SignedInRequest, service_request: ServiceRequest) -> int:
    """The version that the button was drawn for; the one just read when the button does not say."""
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else service_request.version


def _form(request: SignedInRequest, service_request: ServiceRequest) -> CorrectionForm:
    return CorrectionForm(
        request.POST or None,
        initial={**CorrectionForm.initial_of(service_request), **interrupted.initial(request)},
        service_request=service_request,
        was_handed_over=service_request.referrals.exists(),
    )


def _both_versions(request: SignedInRequest, current: ServiceRequest, form: CorrectionForm) -> HttpResponse:
    """409: hers beside the colleague's; the form holds all that was typed, with the version now read."""
    theirs, mine = actions.entry_of(current).in_words(), form.entry().in_words()
    typed = request.POST.copy()
    typed["version"] = str(current.version)
    again = CorrectionForm(
        typed, service_request=form.service_request, was_handed_over=form.was_handed_over, auto_id="id_%s"
    )
    versions = [(label, theirs[label], mine[label], theirs[label] != mine[label]) for label in theirs]
    return _page(request, current, again, versions=versions, status=409)


def _page(
    request: SignedInRequest,
    service_request: ServiceRequest,
    form: CorrectionForm,
    *,
    versions: list[tuple[str, str, str, bool]] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "service_request": service_request,
        "form": form,
        "versions": versions,
        "options": procedure_options(),
        "why_not_cancelled": why_not_cancelled(service_request) if form.was_handed_over else "",
        "is_quiet": timezone.now() - service_request.received_at <= QUIET_FOR,
    }
    return render(request, "referrals/correct.html", context, status=status)
