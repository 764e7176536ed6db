"""What one presses on a contact's page: checked today, out of service, back in service.

A GET on these addresses (after signing in again) goes back to the page: only a POST acts.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners import actions
from partners.consequences import consequences
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
    contact = contact_in_sight(request, pk)
    if request.method == "POST":
        actions.deactivate_contact(contact=contact, by=request.user, now=timezone.now())
        messages.success(request, f"{contact.name} n’est plus proposé. La fiche est gardée.")
        return redirect("partners:contact_edit", contact.pk)
    replaced = contact.stands_in_for.in_service().select_related("operator")
    context = {
        "contact": contact,
        "replaced": replaced,
        "rules_count": contact.rules.count(),
        "hands": consequences(contact, None, timezone.now().astimezone(PARIS).date()),
    }
    return render(request, "partners/contact_deactivate.html", context)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def contact_reactivate(request: SignedInRequest, pk: int) -> HttpResponse:
    contact = contact_in_sight(request, pk)
    if request.method == "POST":
        actions.reactivate_contact(contact=contact, by=request.user, now=timezone.now())
        messages.success(request, f"{contact.name} est de nouveau proposé.")
    return redirect("partners:contact_edit", contact.pk)
