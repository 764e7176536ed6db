"""How a request ends, and how it is opened again: each comes back to its page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from referrals import actions
from referrals.actions.closing import promise_in_words
from referrals.desk import drafts
from referrals.forms import InformForm, ReopenForm, UntoldForm
from referrals.models import ClosingReason, ServiceRequest
from referrals.views.request_page import in_sight
from schedules.wording import spoken_moment


@require(Can.FOLLOW_REQUESTS)
@require_POST
def inform(request: SignedInRequest, reference: str) -> HttpResponse:
    """The resident knows. « Orientée » asks where to first, unless it was said already."""
    service_request = in_sight(request, reference)
    form = InformForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["reason"][0]))
        return redirect(service_request)
    reason = form.cleaned_data["reason"]
    if reason == ClosingReason.ORIENTED and service_request.is_open and service_request.oriented_to_id is None:
        messages.info(request, "Choisissez vers qui la personne est orientée : la demande se clôt avec ce choix.")
        return redirect("referrals:orient_request", service_request.reference)
    if _closed(request, service_request, reason):
        about = service_request.reference
        drafts.sent(request.POST, user=request.user, form=drafts.INFORM, about=about, now=timezone.now())
        messages.success(request, _told_in_words(service_request))
    return redirect(service_request)


@require(Can.FOLLOW_REQUESTS)
@require_POST
def close_untold(request: SignedInRequest, reference: str) -> HttpResponse:
    """Nobody could tell the resident anything: the request ends, its promise does not change."""
    service_request = in_sight(request, reference)
    form = UntoldForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["reason"][0]))
    elif _closed(request, service_request, form.cleaned_data["reason"]):
        messages.success(request, "La demande est close. La personne n’est pas comptée comme informée.")
    return redirect(service_request)


@require(Can.FOLLOW_REQUESTS)
@require_POST
def reopen(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request = in_sight(request, reference)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["why"][0]))
        return redirect(service_request)
    by_mistake = form.cleaned_data["why"] == ReopenForm.MISTAKE
    verb = actions.reopen_closed_by_mistake if by_mistake else actions.reopen_for_return
    try:
        verb(request=service_request, by=request.user, now=timezone.now())
    except actions.AlreadyOpen:
        messages.info(request, _not_reopened_in_words(service_request))
    else:
        promise = promise_in_words(service_request, timezone.now())
        messages.success(request, f"La demande est rouverte\u00a0: elle est de nouveau sur l’accueil. {promise}")
    return redirect(service_request)


def _closed(request: SignedInRequest, service_request: ServiceRequest, reason: str) -> bool:
    """Whether this very gesture closed it; else she reads who did, and when."""
    try:
        actions.close(request=service_request, by=request.user, now=timezone.now(), reason=reason)
    except actions.AlreadyInformed as first:
        messages.warning(request, _already_in_words(first.request))
        return False
    return True


def _not_reopened_in_words(service_request: ServiceRequest) -> str:
    service_request.refresh_from_db()
    if service_request.erased_at is not None:
        return "Cette demande a été effacée\u00a0: elle ne se rouvre plus."
    if service_request.cancelled_at is not None:
        return "Cette saisie est annulée\u00a0: rien n’a été changé."
    return "C’était déjà fait\u00a0: la demande est ouverte."


def _told_in_words(service_request: ServiceRequest) -> str:
    if service_request.return_due_at is not None:
        return "La demande est close."
    kept = service_request.kept_in_time
    return "L’usager est informé : la promesse est tenue." if kept else "L’usager est informé, en retard."


def _already_in_words(first: ServiceRequest) -> str:
    if first.cancelled_at is not None:
        return "Cette saisie est annulée : rien n’a été changé."
    last = first.exchanges.filter(kind__in=("informed", "closed")).order_by("-at", "-pk").first()
    if last is None:
        return "C’était déjà fait : la demande est close."
    return f"C’était déjà fait : {last.actor} l’a noté le {spoken_moment(last.at)}."
