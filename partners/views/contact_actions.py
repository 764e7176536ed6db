"""What one presses on a contact's page: checked today, out of service, back in service, a rule more or less.

A GET on these addresses (after signing in again) goes back to the page: only a POST acts.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners import actions
from partners.forms.contacts import RuleForm
from partners.views.contacts import contact_in_sight, contact_page

METHODS = ["GET", "HEAD", "POST"]


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def contact_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    contact = contact_in_sight(request, pk)
    if request.method == "POST":
        actions.confirm_contact(contact=contact, by=request.user, now=timezone.now())
        messages.success(request, "Fiche vérifiée aujourd’hui : merci.")
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
    context = {"contact": contact, "replaced": replaced, "rules_count": contact.rules.count()}
    return render(request, "partners/contact_deactivate.html", context)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def contact_reactivate(request: SignedInRequest, pk: int) -> HttpResponse:
    contact = contact_in_sight(request, pk)
    if request.method == "POST":
        actions.reactivate_contact(contact=contact, by=request.user, now=timezone.now())
        messages.success(request, f"{contact.name} est de nouveau proposé.")
    return redirect("partners:contact_edit", contact.pk)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def rule_add(request: SignedInRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    contact = contact_in_sight(request, pk)
    typed = interrupted.initial(request)
    if request.method != "POST":
        form = RuleForm(contact=contact, initial={"priority": 5} | typed)
        return contact_page(request, contact, now, rule_form=form)
    form = RuleForm(request.POST, contact=contact)
    if form.is_valid():
        try:
            rule = actions.add_rule(contact=contact, by=request.user, now=now, **form.cleaned_data)
        except actions.RuleExists:
            form.add_error(None, "Cette règle existe déjà pour cet interlocuteur.")
        else:
            messages.success(request, f"Règle ajoutée : {rule}.")
            return redirect("partners:contact_edit", contact.pk)
    return contact_page(request, contact, now, rule_form=form, status=422)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def rule_remove(request: SignedInRequest, pk: int, rule_pk: int) -> HttpResponse:
    contact = contact_in_sight(request, pk)
    if request.method == "POST":
        rule = get_object_or_404(contact.rules, pk=rule_pk)
        said = str(rule)
        actions.remove_rule(rule=rule, by=request.user, now=timezone.now())
        messages.success(request, f"Règle retirée : {said}.")
    return redirect("partners:contact_edit", contact.pk)
