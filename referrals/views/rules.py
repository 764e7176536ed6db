"""The rules of a contact: what it answers for, and which cases change hands before a rule is saved or removed.

They are here because who comes first is known by the ranking, which `partners` does not know.
"""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners import actions
from partners.consequences import Hands, must_be_read
from partners.forms.rules import RuleForm, rule_initial
from partners.models import Contact, Rule
from partners.versions import ChangedMeanwhile, version_of
from partners.views.conflicts import conflict
from partners.views.contacts import contact_in_sight
from partners.views.gone import gone_already, typed_of_gone
from referrals.hands.in_words import when_rules_become
from schedules.calendars import PARIS
from schedules.wording import NBSP
from territories.models import Commune

METHODS = ["GET", "HEAD", "POST"]
_EXISTS = "Cette règle existe déjà pour cet interlocuteur."


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def rule_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """The address may fill `procedure`, `area` and `commune`: a hole of the coverage grid leads here."""
    now = timezone.now()
    contact = contact_in_sight(request, pk)
    if request.method != "POST":
        asked = {name: request.GET[name] for name in ("procedure", "area", "commune") if name in request.GET}
        form = RuleForm(contact=contact, initial={"priority": 5} | asked | interrupted.initial(request))
        return _page(request, contact, form)
    form = RuleForm(request.POST, contact=contact)
    if not form.is_valid():
        return _page(request, contact, form, status=422)
    hands = when_rules_become(contact, [*contact.rules.all(), form.row(form.cleaned_data)], _today(now))
    if must_be_read(hands, request.POST):
        return _page(request, contact, form, hands=hands)
    values = _values(form)
    try:
        rule = actions.add_rule(contact=contact, by=request.user, now=now, **values)
    except actions.RuleExists:
        form.add_error(None, _EXISTS)
        return _page(request, contact, form, status=422)
    messages.success(request, f"Règle ajoutée\u00a0: {rule}. {_said(hands)}")
    return redirect("partners:contact_edit", contact.pk)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def rule_edit(request: SignedInRequest, pk: int, rule_pk: int) -> HttpResponse:
    now = timezone.now()
    contact = contact_in_sight(request, pk)
    rule = _rules_of(contact).filter(pk=rule_pk).first()
    if rule is None:
        return _gone(request, contact, rule_pk)
    saved = rule_initial(rule, version_of(rule))
    if request.method != "POST":
        form = RuleForm(contact=contact, rule=rule, initial=saved | interrupted.initial(request))
        return _page(request, contact, form, rule=rule)
    form = RuleForm(request.POST, contact=contact, rule=rule, initial=saved)
    if not form.is_valid():
        return _page(request, contact, form, rule=rule, status=422)
    others = contact.rules.exclude(pk=rule.pk)
    hands = when_rules_become(contact, [*others, form.row(form.cleaned_data)], _today(now))
    if must_be_read(hands, request.POST):
        return _page(request, contact, form, rule=rule, hands=hands)
    try:
        # A form without its version was not made by this page: it is older than anything.
        version = form.cleaned_data["version"] or 0
        changed = actions.update_rule(rule=rule, version=version, by=request.user, now=now, **_values(form))
    except actions.RuleExists:
        form.add_error(None, _EXISTS)
        return _page(request, contact, form, rule=rule, status=422)
    except Rule.DoesNotExist:
        return _gone(request, contact, rule_pk)
    except ChangedMeanwhile as problem:
        current = RuleForm(contact=contact, rule=rule, initial=saved)
        return _page(request, contact, form, rule=rule, status=409, conflict=conflict(problem, form, current))
    messages.success(request, f"Règle enregistrée. {_said(hands)}" if changed else "Rien n’avait changé.")
    return redirect("partners:contact_edit", contact.pk)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def rule_remove(request: SignedInRequest, pk: int, rule_pk: int) -> HttpResponse:
    """Says first which cases go to someone else, or to nobody."""
    now = timezone.now()
    contact = contact_in_sight(request, pk)
    if request.method == "POST" and not contact.rules.filter(pk=rule_pk).exists():
        said = "Cette règle était déjà retirée."
        return gone_already(request, Rule, rule_pk, said=said, to="partners:contact_edit", of=contact.pk)
    rule = get_object_or_404(_rules_of(contact), pk=rule_pk)
    hands = when_rules_become(contact, contact.rules.exclude(pk=rule.pk), _today(now))
    if request.method != "POST" or must_be_read(hands, request.POST):
        return render(request, "referrals/rule_remove.html", {"contact": contact, "rule": rule, "hands": hands})
    said = str(rule)
    actions.remove_rule(rule=rule, by=request.user, now=now)
    messages.success(request, f"Règle retirée\u00a0: {said}. {_said(hands)}")
    return redirect("partners:contact_edit", contact.pk)


def _page(
    request: SignedInRequest,
    contact: Contact,
    form: RuleForm,
    *,
    rule: Rule | None = None,
    hands: Hands | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "contact": contact,
        "form": form,
        "rule": rule,
        "hands": hands,
        "communes": Commune.objects.values_list("name", flat=True),
    }
    return render(request, "referrals/rule.html", context | more, status=status)


def _gone(request: SignedInRequest, contact: Contact, rule_pk: int) -> HttpResponse:
    """Saving what was typed adds the rule again."""
    form = RuleForm(typed_of_gone(request, Rule, rule_pk), contact=contact)
    return _page(request, contact, form, status=409, is_gone=True)


def _rules_of(contact: Contact) -> QuerySet[Rule]:
    return contact.rules.select_related("procedure", "blocker", "commune", "epci", "arrondissement", "departement")


def _values(form: RuleForm) -> Any:
    return {name: value for name, value in form.cleaned_data.items() if name != "version"}


def _said(hands: Hands) -> str:
    match hands.cases:
        case 0:
            return "Aucune démarche ne change d’interlocuteur."
        case 1:
            return "Un couple démarche × commune change d’interlocuteur."
        case count:
            return f"{f'{count:,}'.replace(',', NBSP)} couples démarche × commune changent d’interlocuteur."


def _today(now: datetime) -> date:
    return now.astimezone(PARIS).date()
