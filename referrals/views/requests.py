"""The requests of my site: the list with its filters, and the page of one request."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, require
from accounts.models import journal
from accounts.permissions import Can
from partners.models import Operator
from referrals import actions
from referrals.clocks import operator_clock, resident_clock
from referrals.forms import CallForm, IdentityForm, InformForm, NoteForm, RequestFilterForm
from referrals.listing import filtered, page_of, search_reference
from referrals.models import Identity, Referral, ReferralChannel, ServiceRequest
from schedules.wording import spoken_moment
from structures.current import current_structure


def in_sight(request: SignedInRequest, reference: str) -> ServiceRequest:
    """The request of this reference if it belongs to her sites, else 404."""
    rows = ServiceRequest.objects.visible_to(request.user).select_related(
        "structure", "procedure__operator", "operator", "commune", "blocker", "author", "informed_by"
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
    return _page(request, in_sight(request, reference))


def _page(
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
    has_identity = Identity.objects.filter(request=service_request).exists()
    context = {
        "service_request": service_request,
        "clocks": [resident_clock(service_request, now), operator_clock(service_request, referrals, now)],
        "referrals": referrals,
        "calls": [
            (r, call_form if call_form and call_of == r.pk else CallForm(auto_id=_ids_of_call(r.pk)))
            for r in referrals
            if r.channel == ReferralChannel.PHONE and not (r.answered_at or r.declined_at)
        ],
        "exchanges": service_request.exchanges.select_related("author"),
        "has_identity": has_identity,
        "identity": _identity_read(request, service_request) if has_identity and "identite" in request.GET else None,
        "note_form": note_form or NoteForm(),
        "identity_form": identity_form or IdentityForm(),
        "inform_form": InformForm(),
        "to_call_back": service_request.is_open and service_request.outcome == "call_back",
    }
    return render(request, "referrals/detail.html", context, status=status)


def _ids_of_call(referral_pk: int) -> str:
    """Several calls, and the note, stand on the same page: each field has an id of its own."""
    return f"appel_{referral_pk}_%s"


def _identity_read(request: SignedInRequest, service_request: ServiceRequest) -> Identity | None:
    """Who the resident is, for her site only; every read leaves a line in the journal."""
    identity = Identity.objects.visible_to(request.user).filter(request=service_request).first()
    if identity is not None and request.user.can(Can.READ_IDENTITIES):
        journal(verb="identité lue", subject=service_request.reference, now=timezone.now(), by=request.user)
        return identity
    return None


@require(Can.FOLLOW_REQUESTS)
@require_POST
def log_call(request: SignedInRequest, reference: str, referral_pk: int) -> HttpResponse:
    service_request = in_sight(request, reference)
    referral = get_object_or_404(
        Referral.objects.select_related("request", "contact__operator"), pk=referral_pk, request=service_request
    )
    form = CallForm(request.POST, auto_id=_ids_of_call(referral.pk))
    if not form.is_valid():
        return _page(request, service_request, call_form=form, call_of=referral.pk, status=422)
    actions.record_call(referral=referral, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, "L’appel est noté.")
    if form.cleaned_data["kind"] == "wrong_contact":
        return redirect("referrals:hand_over", service_request.reference)
    return redirect(service_request)


@require(Can.FOLLOW_REQUESTS)
@require_POST
def note(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request = in_sight(request, reference)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, service_request, note_form=form, status=422)
    actions.add_note(request=service_request, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, "La note est ajoutée.")
    return redirect(service_request)


@require(Can.READ_IDENTITIES)
@require_POST
def identity(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request = in_sight(request, reference)
    form = IdentityForm(request.POST)
    if not form.is_valid():
        return _page(request, service_request, identity_form=form, status=422)
    actions.keep_identity(
        request=service_request, file_number="", by=request.user, now=timezone.now(), **form.cleaned_data
    )
    messages.success(request, "C’est noté, pour votre site seulement.")
    return redirect(service_request)


@require(Can.FOLLOW_REQUESTS)
@require_POST
def inform(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request = in_sight(request, reference)
    form = InformForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choisissez comment la demande se termine.")
        return redirect(service_request)
    try:
        actions.inform_resident(
            request=service_request, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"]
        )
    except actions.AlreadyInformed as first:
        who, when = first.request.informed_by, first.request.resident_informed_at
        messages.warning(request, f"C’était déjà fait : {who} l’a noté le {spoken_moment(when) if when else ''}.")
        return redirect(service_request)
    kept = service_request.kept_in_time
    messages.success(
        request, "L’usager est informé : la promesse est tenue." if kept else "L’usager est informé, en retard."
    )
    return redirect(service_request)
