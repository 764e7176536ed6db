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
from referrals.facts import cards_for, commune_of
from referrals.forms import HandOverForm
from referrals.models import ReferralChannel, ServiceRequest
from referrals.orientation_facts import helps_for
from referrals.reachability import measured
from referrals.views.requests import in_sight
from territories.models import Commune

_SHOWN = 6


@require(Can.FOLLOW_REQUESTS)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request = in_sight(request, reference)
    if not service_request.is_open:
        return _closed(request, service_request)
    known = _known_commune(service_request)
    form = HandOverForm(request.POST or None, initial=_initial(request, known))
    if form.is_bound and not form.is_valid():
        return _page(request, service_request, form, known, status=422)
    try:
        if form.is_bound and (commune := form.cleaned_data["commune"]) not in (None, known):
            actions.locate(request=service_request, commune=commune)
            known = commune
        if "mail" in request.POST or "phone" in request.POST:
            return _hand_over(request, service_request, form, known)
    except actions.AlreadyClosed:
        return _closed(request, service_request)
    # The question was answered, or Enter was pressed in a field: nothing is handed over, what was typed stays.
    return _page(request, service_request, form, known)


def _initial(request: SignedInRequest, known: Commune | None) -> dict[str, Any]:
    return {"commune": known.name if known else "", **interrupted.initial(request)}


def _known_commune(service_request: ServiceRequest) -> Commune | None:
    """The person's, else the site's: the one the page shows, so that only another one is news."""
    return service_request.commune or commune_of(service_request.structure)


def _closed(request: SignedInRequest, service_request: ServiceRequest) -> HttpResponse:
    messages.info(request, "Cette demande est close : elle ne se transmet plus.")
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
        messages.error(request, "Cet interlocuteur n’a pas d’adresse : appelez-le.")
        return _page(request, service_request, form, commune, status=422)
    handed_over = _written(request, service_request, contact, channel, form.cleaned_data)
    if not handed_over.is_new:
        messages.info(request, f"C’était déjà fait : {contact} est sollicité.")
    elif channel == ReferralChannel.MAIL:
        messages.success(request, f"Le message part – {contact}.")
    else:
        messages.success(request, f"L’appel est ouvert : notez ce qu’il donne – {contact}.")
    return redirect(service_request)


@transaction.atomic
def _written(
    request: SignedInRequest, service_request: ServiceRequest, contact: Contact, channel: str, typed: dict[str, Any]
) -> actions.HandedOver:
    """The identity is kept only with the hand-over that needed it."""
    now = timezone.now()
    identity = {name: typed[name] for name in ("name", "reach", "file_number")}
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
