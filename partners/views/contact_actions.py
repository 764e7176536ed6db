"""What one presses on a contact's page: checked today, out of service, back in service.

Only a POST acts; a GET (after signing in again) shows what would change hands, or goes back to the page.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners import actions
from partners.consequences import consequences, must_be_read
from partners.views.contacts import contact_in_sight
from schedules.calendars import PARIS

METHODS = ["GET", "HEAD", "POST"]


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def contact_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    contact = contact_in_sight(request, pk)
    if request.method == "POST":
        actions.confirm_contact(contact=contact, by=request.user, now=timezone.now())
        messages.success(request, "Fiche vérifiée aujourd’hui : merci.")
        if "queue" in request.POST:
            return redirect("referrals:partner_queue")
    return redirect("partners:contact_edit", contact.pk)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def contact_deactivate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Says first what goes with it."""
    contact, now = contact_in_sight(request, pk), timezone.now()
    hands = consequences(contact, None, now.astimezone(PARIS).date())
    if request.method == "POST" and not must_be_read(hands, request.POST):
        actions.deactivate_contact(contact=contact, by=request.user, now=now)
        messages.success(request, f"{contact.name} n’est plus proposé. La fiche est gardée.")
        return redirect("partners:contact_edit", contact.pk)
    replaced = contact.stands_in_for.in_service().select_related("operator")
    context = {"contact": contact, "replaced": replaced, "rules_count": contact.rules.count(), "hands": hands}
    return render(request, "partners/contact_deactivate.html", context)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def contact_reactivate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Says first which cases it takes back from whoever answers today."""
    contact, now = contact_in_sight(request, pk), timezone.now()
    if contact.is_active:
        return redirect("partners:contact_edit", contact.pk)
    hands = consequences(contact, actions.as_back(contact), now.astimezone(PARIS).date())
    if request.method == "POST" and not must_be_read(hands, request.POST):
        actions.reactivate_contact(contact=contact, by=request.user, now=now)
        messages.success(request, f"{contact.name} est de nouveau proposé.")
        return redirect("partners:contact_edit", contact.pk)
    context = {"contact": contact, "rules_count": contact.rules.count(), "hands": hands}
    return render(request, "partners/contact_reactivate.html", context)
