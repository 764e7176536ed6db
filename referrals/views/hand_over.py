"""Who to call, now: the ranked contacts of a request, and the hand-over by mail or by phone."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.models import Contact, Operator
from referrals import actions
from referrals.facts import cards_for
from referrals.forms import HandOverForm
from referrals.models import ReferralChannel, ServiceRequest
from referrals.views.requests import in_sight

_SHOWN = 6


@require(Can.FOLLOW_REQUESTS)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request = in_sight(request, reference)
    if not service_request.is_open:
        messages.info(request, "Cette demande est close : elle ne se transmet plus.")
        return redirect(service_request)
    form = HandOverForm(request.POST or None, initial=interrupted.initial(request))
    if "mail" not in request.POST and "phone" not in request.POST:
        # The question was answered, or Enter was pressed in a field: nothing is handed over, what was typed stays.
        return _page(request, service_request, form, status=200 if form.is_valid() or not form.is_bound else 422)
    if form.is_valid():
        return _hand_over(request, service_request, form)
    return _page(request, service_request, form, status=422)


def _hand_over(request: SignedInRequest, service_request: ServiceRequest, form: HandOverForm) -> HttpResponse:
    """One of the buttons of a card: `mail` or `phone`, with the contact's number."""
    now = timezone.now()
    channel = ReferralChannel.MAIL if "mail" in request.POST else ReferralChannel.PHONE
    kept_by_our_office = Contact.objects.in_service().filter(office=service_request.structure.partner_office)
    contact = get_object_or_404(
        kept_by_our_office.select_related("operator"), pk=_number(request.POST.get(channel, ""))
    )
    if channel == ReferralChannel.MAIL and not contact.mail:
        messages.error(request, "Cet interlocuteur n’a pas d’adresse : appelez-le.")
        return _page(request, service_request, form, status=422)
    data = form.cleaned_data
    actions.keep_identity(
        request=service_request,
        name=data["name"],
        reach=data["reach"],
        file_number=data["file_number"],
        by=request.user,
        now=now,
    )
    actions.refer(
        request=service_request, contact=contact, channel=channel, question=data["question"], by=request.user, now=now
    )
    said = "Le message part" if channel == ReferralChannel.MAIL else "L’appel est ouvert : notez ce qu’il donne"
    messages.success(request, f"{said} – {contact}.")
    return redirect(service_request)


def _page(request: SignedInRequest, service_request: ServiceRequest, form: HandOverForm, status: int) -> HttpResponse:
    procedure = service_request.procedure
    chosen = _operators(request, service_request)
    declined = set(service_request.referrals.filter(declined_at__isnull=False).values_list("contact", flat=True))
    cards = cards_for(service_request, chosen, timezone.now(), declined)
    context = {
        "service_request": service_request,
        "form": form,
        "cards": cards[:_SHOWN],
        "question": procedure.question,
        "operators": procedure.operators(),
        "chosen": chosen[0] if len(chosen) == 1 else None,
        "office": service_request.structure.partner_office,
        "to_bring": procedure.things_to_bring(),
    }
    return render(request, "referrals/hand_over.html", context, status=status)


def _operators(request: SignedInRequest, service_request: ServiceRequest) -> list[Operator]:
    """The operator that the answer to the question leaves; all of them while nobody answered."""
    possible = service_request.procedure.operators()
    answered = request.POST.get("reponse") or request.POST.get("operateur") or request.GET.get("operateur")
    return [operator for operator in possible if operator.code == answered] or possible


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 18 else 0
