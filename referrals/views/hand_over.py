"""Who to call, now: the ranked contacts of a request, and the hand-over by mail or by phone."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.know_how import before_a_hand_over
from partners.models import Contact, Operator
from referrals import actions
from referrals.desk import drafts
from referrals.facts import cards_for, commune_of
from referrals.forms import HandOverForm
from referrals.models import ReferralChannel, ServiceRequest
from referrals.orientation.facts import helps_for
from referrals.reachability import measured
from referrals.views.conflict import conflict
from referrals.views.request_page import drafts_of, in_sight
from territories.models import Commune

_SHOWN = 6
_INSTEAD = "appelez, ou écrivez de nouveau demain. Votre question est toujours là."


@require(Can.FOLLOW_REQUESTS)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request = in_sight(request, reference)
    if not service_request.is_open and request.method == "POST":
        return conflict(request, service_request, _form(request, service_request, {}), may_save=False)
    if not service_request.is_open:
        return _closed(request, service_request)
    known = _known_commune(service_request)
    draft = _draft(request, service_request)
    form = _form(request, service_request, _initial(request, known, draft))
    if form.is_bound and not form.is_valid():
        return _page(request, service_request, form, known, status=422)
    try:
        if form.is_bound and (commune := form.cleaned_data["commune"]) not in (None, known):
            actions.locate(request=service_request, commune=commune)
            known = commune
        if "mail" in request.POST or "phone" in request.POST:
            return _hand_over(request, service_request, form, known)
    except actions.AlreadyClosed:
        return conflict(request, service_request, form, may_save=False)
    # The question was answered, or Enter was pressed in a field: nothing is handed over, what was typed stays.
    return _page(request, service_request, form, known, draft=draft)


def _form(request: SignedInRequest, service_request: ServiceRequest, initial: dict[str, Any]) -> HandOverForm:
    """It asks the file number by the name the operator gives it; nothing when the operator asks none."""
    names = [operator.file_number_name for operator in _operators(request, service_request)]
    return HandOverForm(request.POST or None, initial=initial, asked=next(filter(None, names), ""))


def _draft(request: SignedInRequest, service_request: ServiceRequest) -> drafts.Box:
    """What was being typed here; a form that comes back filled reads none."""
    about, now = service_request.reference, timezone.now()
    if request.method == "POST":
        return drafts.sent_back(request.POST, drafts.HAND_OVER, about, now)
    return drafts.box(drafts_of(request, service_request), drafts.HAND_OVER, about, now)


def _initial(request: SignedInRequest, known: Commune | None, draft: drafts.Box) -> dict[str, Any]:
    return {"commune": known.name if known else "", **draft.typed, **interrupted.initial(request)}


def _known_commune(service_request: ServiceRequest) -> Commune | None:
    """The person's, else the site's: the one the page shows, so that only another one is news."""
    return service_request.commune or commune_of(service_request.structure)


def _closed(request: SignedInRequest, service_request: ServiceRequest) -> HttpResponse:
    messages.info(request, "Cette demande est close\u00a0: elle ne se transmet plus.")
    return redirect(service_request)


def _hand_over(
    request: SignedInRequest, service_request: ServiceRequest, form: HandOverForm, commune: Commune | None
) -> HttpResponse:
    """One of the buttons of a card: `mail` or `phone`, with the contact's number."""
    channel = ReferralChannel.MAIL if "mail" in request.POST else ReferralChannel.PHONE
    kept_by_our_office = Contact.objects.in_service().filter(office=service_request.structure.partner_office)
    contact = kept_by_our_office.filter(pk=_number(request.POST.get(channel, ""))).select_related("operator").first()
    if contact is None:
        messages.error(request, "Cet interlocuteur n’est plus dans votre annuaire. Choisissez-en un autre.")
        return _page(request, service_request, form, commune, status=404)
    if channel == ReferralChannel.MAIL and not contact.mail:
        messages.error(request, "Cet interlocuteur n’a pas d’adresse\u00a0: appelez-le.")
        return _page(request, service_request, form, commune, status=422)
    try:
        handed_over = _written(request, service_request, contact, channel, form.cleaned_data)
    except actions.AlreadyWrittenToday:
        messages.error(request, f"Un message est déjà parti aujourd’hui à {contact} pour cette demande : {_INSTEAD}")
        return _page(request, service_request, form, commune, status=422)
    about = service_request.reference
    drafts.sent(request.POST, user=request.user, form=drafts.HAND_OVER, about=about, now=timezone.now())
    if not handed_over.is_new:
        messages.info(request, f"C’était déjà fait\u00a0: {contact} est sollicité.")
    elif channel == ReferralChannel.MAIL:
        messages.success(request, f"Le message part – {contact}.")
    else:
        messages.success(request, f"L’appel est ouvert\u00a0: notez ce qu’il donne – {contact}.")
    return redirect(service_request)


@transaction.atomic
def _written(
    request: SignedInRequest, service_request: ServiceRequest, contact: Contact, channel: str, typed: dict[str, Any]
) -> actions.HandedOver:
    """The identity is kept only with the hand-over that needed it."""
    now = timezone.now()
    identity = {name: typed[name] for name in ("name", "reach", "file_number", "has_no_file_number")}
    actions.keep_identity(request=service_request, by=request.user, now=now, **identity)
    return actions.refer(
        request=service_request,
        contact=contact,
        channel=channel,
        question=typed["question"],
        by=request.user,
        now=now,
    )


def _page(
    request: SignedInRequest,
    service_request: ServiceRequest,
    form: HandOverForm,
    commune: Commune | None,
    status: int = 200,
    draft: drafts.Box | None = None,
) -> HttpResponse:
    procedure = service_request.procedure
    chosen = _operators(request, service_request)
    asked = service_request.referrals.filter(Q(declined_at__isnull=False) | Q(revoked_at__isnull=False))
    without = asked.order_by().values("contact")
    now = timezone.now()
    cards = cards_for(service_request, chosen, now, without, limit=_SHOWN, commune=commune, reader=request.user)
    lately = measured([card.contact.pk for card in cards], now)
    office = service_request.structure.partner_office
    context = {
        "service_request": service_request,
        "form": form,
        "draft": draft or _draft(request, service_request),
        "cards": [replace(card, measured=lately.get(card.contact.pk)) for card in cards],
        "known": before_a_hand_over(office, procedure.pk, service_request.blocker_id),
        "question": procedure.open_question,
        "operators": procedure.operators(),
        "chosen": chosen[0] if len(chosen) == 1 else None,
        "office": office,
        "has_commune": commune is not None,
        "reported": [card.contact.pk for card in cards if card.is_reported],
        "to_bring": procedure.things_to_bring(),
        # Beside contacts, the other helps are one click away: the page that is opened most stays light.
        "helps": None if cards else helps_for(service_request, now, commune),
    }
    return render(request, "referrals/hand_over.html", context, status=status)


def _operators(request: SignedInRequest, service_request: ServiceRequest) -> list[Operator]:
    """The operator that the answer to the question leaves; all of them while nobody answered."""
    possible = service_request.procedure.operators()
    answered = request.POST.get("reponse") or request.POST.get("operateur") or request.GET.get("operateur")
    return [operator for operator in possible if operator.code == answered] or possible


def _number(text: str) -> int:
    """The number in a button; 0, which nobody has, when somebody changed it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
