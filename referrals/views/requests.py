"""The requests of my site: the list with its filters, and the page of one request."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.models import journal
from accounts.permissions import Can
from outbox.models import Message
from partners.models import Operator
from referrals.clocks import operator_clock, resident_clock
from referrals.emails import key_of
from referrals.forms import CallForm, IdentityForm, InformForm, NoteForm, RequestFilterForm
from referrals.listing import filtered, page_of, search_reference
from referrals.models import Identity, Referral, ReferralChannel, ServiceRequest
from structures.current import current_structure


def in_sight(request: SignedInRequest, reference: str) -> ServiceRequest:
    """The request of this reference if it belongs to her sites, else 404."""
    rows = ServiceRequest.objects.visible_to(request.user).select_related(
        "structure__partner_office",
        "procedure__operator",
        "procedure__alternative_operator",
        "procedure__ends_at",
        "operator",
        "commune",
        "blocker",
        "author",
        "holder",
        "informed_by",
    )
    return get_object_or_404(rows, reference=reference.upper())


@require(Can.FOLLOW_REQUESTS)
@require_safe
def request_list(request: SignedInRequest) -> HttpResponse:
    structure, now = current_structure(request), timezone.now()
    operators = list(Operator.objects.all())
    form = RequestFilterForm(request.GET, operators=operators)
    chosen = form.cleaned_data if form.is_valid() else {}
    if (typed := chosen.get("q")) and (found := search_reference(structure, typed)):
        return redirect(found)
    rows = filtered(structure, chosen, user=request.user, now=now)
    names = {operator.pk: operator.name for operator in operators}
    page = page_of(rows, operators=names, after=request.GET.get("apres", ""), now=now)
    filters = request.GET.copy()
    filters.pop("apres", None)
    context = {"form": form, "structure": structure, "page": page, "filters": filters.urlencode()}
    return render(request, "referrals/list.html", context, status=200 if form.is_valid() else 422)


@require(Can.FOLLOW_REQUESTS)
@require_safe
def detail(request: SignedInRequest, reference: str) -> HttpResponse:
    return request_page(request, in_sight(request, reference))


def request_page(
    request: SignedInRequest,
    service_request: ServiceRequest,
    *,
    call_form: CallForm | None = None,
    call_of: int | None = None,
    note_form: NoteForm | None = None,
    identity_form: IdentityForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    referrals = list(service_request.referrals.select_related("contact__operator"))
    stuck = stuck_messages(referrals) if service_request.is_open else {}
    has_identity = Identity.objects.filter(request=service_request).exists()
    context = {
        "service_request": service_request,
        "clocks": [resident_clock(service_request, now), operator_clock(service_request, referrals, now)],
        "referrals": referrals,
        "calls": [
            (r, call_form if call_form and call_of == r.pk else _call_form(request, service_request, r))
            for r in referrals
            if r.channel == ReferralChannel.PHONE and r.is_pending
        ],
        "links": [(r, stuck.get(r.pk)) for r in referrals if r.channel == ReferralChannel.MAIL and r.is_pending],
        "exchanges": service_request.exchanges.select_related("author"),
        "has_identity": has_identity,
        "identity": _identity_read(request, service_request) if has_identity and "identite" in request.GET else None,
        "note_form": note_form or NoteForm(initial=_typed_for(request, "note", service_request)),
        "identity_form": identity_form or IdentityForm(initial=_typed_for(request, "identity", service_request)),
        "inform_form": InformForm(initial=_typed_for(request, "inform", service_request)),
        "to_call_back": service_request.is_open and service_request.outcome == "call_back",
    }
    return render(request, "referrals/detail.html", context, status=status)


def _typed_for(request: SignedInRequest, form: str, service_request: ServiceRequest, *also: int) -> dict[str, Any]:
    """What was typed in this form of the page when the session ended, for whoever typed it."""
    sent_to = reverse(f"referrals:{form}", args=[service_request.reference, *also])
    return interrupted.initial(request, posted_to=sent_to)


def _call_form(request: SignedInRequest, service_request: ServiceRequest, referral: Referral) -> CallForm:
    typed = _typed_for(request, "log_call", service_request, referral.pk)
    return CallForm(initial=typed, auto_id=ids_of_call(referral.pk))


def ids_of_call(referral_pk: int) -> str:
    """Several calls, and the note, stand on the same page: each field has an id of its own."""
    return f"appel_{referral_pk}_%s"


def stuck_messages(referrals: list[Referral]) -> dict[int, Message]:
    """The messages of these hand-overs that wait for a person to decide, by hand-over."""
    by_key = {key_of(referral): referral.pk for referral in referrals if referral.is_pending}
    return {by_key[message.key]: message for message in Message.objects.to_review().filter(key__in=by_key)}


def _identity_read(request: SignedInRequest, service_request: ServiceRequest) -> Identity | None:
    """Who the resident is, for her site only; every read leaves a line in the journal."""
    identity = Identity.objects.visible_to(request.user).filter(request=service_request).first()
    if identity is not None and request.user.can(Can.READ_IDENTITIES):
        journal(verb="identité lue", subject=service_request.reference, now=timezone.now(), by=request.user)
        return identity
    return None
