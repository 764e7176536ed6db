"""What the partner manager decides: what a contact proposes of its sheet, what a colleague found wrong."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.actions import as_changed, upkeep
from partners.consequences import NOTHING, Hands, consequences, must_be_read
from partners.facts import badges_of
from partners.forms.upkeep import FindingForm
from partners.models import Confirmation, Finding, Report, Verdict
from partners.proposals import differences, hours_proposed, values_of
from schedules.calendars import PARIS

METHODS = ["GET", "HEAD", "POST"]
QUEUE = "referrals:partner_queue"


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def proposal(request: SignedInRequest, pk: int) -> HttpResponse:
    """Before and after, then accept all of it or refuse."""
    rows = Confirmation.objects.visible_to(request.user).exclude(answered_at=None).exclude(verdict=Verdict.STILL_RIGHT)
    answer = get_object_or_404(
        rows.select_related("contact__operator", "contact__schedule", "decided_by").prefetch_related(
            "contact__schedule__slots", "contact__schedule__closures", "contact__schedule__extras"
        ),
        pk=pk,
    )
    today = timezone.now().astimezone(PARIS).date()
    hands = _hands(answer, today)
    is_unread = request.POST.get("decision") == "accepter" and must_be_read(hands, request.POST)
    if request.method == "POST" and not is_unread:
        return _decided(request, answer)
    context = {
        "answer": answer,
        "contact": answer.contact,
        "badges": badges_of(answer.contact, today),
        "is_gone": answer.verdict == Verdict.GONE,
        "differences": differences(answer, today),
        "hours": hours_proposed(answer),
        "hands": hands,
        "is_unread": is_unread,
    }
    return render(request, "partners/upkeep/proposal.html", context)


def _hands(answer: Confirmation, today: date) -> Hands:
    """What changes hands when a correction is accepted, an absence above all; a departure has a page of its own."""
    if answer.decided_at or answer.verdict != Verdict.CORRECTED:
        return NOTHING
    return consequences(answer.contact, as_changed(answer.contact, values_of(answer)), today)


def _decided(request: SignedInRequest, answer: Confirmation) -> HttpResponse:
    accepted = request.POST.get("decision") == "accepter"
    decide = upkeep.accept_answer if accepted else upkeep.refuse_answer
    try:
        decide(confirmation=answer, by=request.user, now=timezone.now())
    except upkeep.AlreadyDecided:
        messages.info(request, "Cette réponse avait déjà été traitée.")
        return redirect(QUEUE)
    except upkeep.NotPossible as problem:
        messages.error(request, f"La fiche ne peut pas être enregistrée ainsi : {problem} Corrigez-la à la main.")
        return redirect("partners:upkeep_proposal", answer.pk)
    if not accepted:
        messages.success(request, f"La fiche de {answer.contact.name} reste comme elle était.")
    elif answer.verdict == Verdict.GONE:
        messages.info(request, "Dites maintenant ce que devient la fiche.")
        return redirect("referrals:contact_departure", answer.contact_id)
    elif hours := hours_proposed(answer):
        messages.warning(request, f"Fiche corrigée. Reste à reporter dans ses horaires : « {hours} ».")
        return redirect("partners:contact_hours", answer.contact_id)
    else:
        messages.success(request, f"La fiche de {answer.contact.name} est corrigée et vérifiée.")
    return redirect(QUEUE)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def report_settle(request: SignedInRequest, pk: int) -> HttpResponse:
    """A GET (after signing in again) only goes back to the queue."""
    report = get_object_or_404(Report.objects.visible_to(request.user).select_related("contact"), pk=pk)
    form = FindingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        settled = upkeep.settle_report(
            report=report, finding=Finding(form.cleaned_data["finding"]), by=request.user, now=timezone.now()
        )
        said = "Signalement traité." if settled else "Ce signalement avait déjà été traité."
        messages.success(request, said)
    return redirect(QUEUE)
