"""What a counsellor does from the page of a request, one button each; every gesture comes back to that page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from outbox.actions import NothingToDecide, resend
from outbox.models import Message
from referrals import actions
from referrals.desk import drafts
from referrals.emails import key_of
from referrals.forms import CallForm, IdentityForm, NoteForm
from referrals.models import Referral, ServiceRequest
from referrals.teamwork import holding, mentions
from referrals.teamwork.meanwhile import meanwhile
from referrals.views.conflict import conflict
from referrals.views.request_page import ids_of_call, in_sight, request_page


@require(Can.FOLLOW_REQUESTS)
@require_POST
def log_call(request: SignedInRequest, reference: str, referral_pk: int) -> HttpResponse:
    service_request = in_sight(request, reference)
    referral = get_object_or_404(
        Referral.objects.select_related("request", "contact__operator"), pk=referral_pk, request=service_request
    )
    form = CallForm(request.POST, auto_id=ids_of_call(referral.pk))
    if not form.is_valid():
        return request_page(request, service_request, call_form=form, call_of=referral.pk, status=422)
    if since := meanwhile(service_request, request.POST.get("seen", ""), request.user):
        return conflict(request, service_request, form, since=since, may_save=service_request.is_open)
    try:
        actions.record_call(referral=referral, by=request.user, now=timezone.now(), **form.cleaned_data)
    except actions.AlreadyClosed:
        return conflict(request, service_request, form, may_save=False)
    _forget_draft(request, f"{drafts.CALL}-{referral.pk}", service_request)
    messages.success(request, "L’appel est noté.")
    if form.cleaned_data["kind"] == "wrong_contact":
        return redirect("referrals:hand_over", service_request.reference)
    return redirect(service_request)


def _forget_draft(request: SignedInRequest, form: str, service_request: ServiceRequest) -> None:
    drafts.sent(request.POST, user=request.user, form=form, about=service_request.reference, now=timezone.now())


def _already_closed(request: SignedInRequest, service_request: ServiceRequest) -> HttpResponse:
    messages.warning(request, "Cette demande est close\u00a0: rien n’a été changé.")
    return redirect(service_request)


@require(Can.FOLLOW_REQUESTS)
@require_POST
def revoke(request: SignedInRequest, reference: str, referral_pk: int) -> HttpResponse:
    service_request = in_sight(request, reference)
    referral = get_object_or_404(
        Referral.objects.select_related("request", "contact__operator"), pk=referral_pk, request=service_request
    )
    try:
        actions.revoke(referral=referral, by=request.user, now=timezone.now())
    except actions.AlreadyClosed:
        return _already_closed(request, service_request)
    messages.success(request, "Le lien est retiré\u00a0: il n’ouvre plus rien.")
    return redirect(service_request)


@require(Can.FOLLOW_REQUESTS)
@require_POST
def send_again(request: SignedInRequest, reference: str, referral_pk: int) -> HttpResponse:
    """A message that did not leave, or perhaps did: the same one, with the same identifier."""
    service_request = in_sight(request, reference)
    referral = get_object_or_404(Referral.objects.pending(), pk=referral_pk, request=service_request)
    message = get_object_or_404(Message.objects.to_review(), key=key_of(referral))
    try:
        resend(message, by=request.user, now=timezone.now())
    except NothingToDecide:
        messages.info(request, "Quelqu’un s’en est déjà occupé.")
    else:
        messages.success(request, "Le message repart.")
    return redirect(service_request)


@require(Can.FOLLOW_REQUESTS)
@require_POST
def take_over(request: SignedInRequest, reference: str) -> HttpResponse:
    """« Je prends la suite »."""
    service_request = in_sight(request, reference)
    try:
        is_new = holding.take_over(request=service_request, by=request.user, now=timezone.now())
    except actions.AlreadyClosed:
        return _already_closed(request, service_request)
    messages.success(request, "Vous suivez cette demande." if is_new else "Vous suiviez déjà cette demande.")
    return redirect(service_request)


@require(Can.FOLLOW_REQUESTS)
@require_POST
def note(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request = in_sight(request, reference)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return request_page(request, service_request, note_form=form, status=422)
    called = mentions.add_note(
        request=service_request, by=request.user, now=timezone.now(), text=form.cleaned_data["text"]
    )
    _forget_draft(request, drafts.NOTE, service_request)
    names = " et ".join(str(user) for user in called)
    messages.success(request, f"La note est ajoutée, et signalée à {names}." if called else "La note est ajoutée.")
    return redirect(service_request)


@require(Can.READ_IDENTITIES)
@require_POST
def identity(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request = in_sight(request, reference)
    form = IdentityForm(request.POST)
    if not form.is_valid():
        return request_page(request, service_request, identity_form=form, status=422)
    if since := meanwhile(service_request, request.POST.get("seen", ""), request.user):
        return conflict(request, service_request, form, since=since, may_save=service_request.is_open)
    try:
        actions.keep_identity(
            request=service_request, file_number="", by=request.user, now=timezone.now(), **form.cleaned_data
        )
    except actions.AlreadyClosed:
        return conflict(request, service_request, form, may_save=False)
    _forget_draft(request, drafts.IDENTITY, service_request)
    messages.success(request, "C’est noté, pour votre site seulement.")
    return redirect(service_request)
