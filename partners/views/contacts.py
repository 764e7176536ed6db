"""The contacts: who answers for each operator, how to reach them, and what they answer for."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.models import Team
from accounts.permissions import Can, TeamKind
from partners import actions
from partners.consequences import consequences, must_be_read
from partners.facts import badges_of, hours_of, last_question
from partners.forms.contacts import ContactFilterForm, ContactForm, contact_initial, narrowed
from partners.forms.hours import ContactHoursForm
from partners.history import last_changes
from partners.models import Contact
from partners.reached import reached
from partners.search import matching
from partners.stand_ins import TurnsInCircle
from partners.versions import ChangedMeanwhile, version_of
from partners.views.conflicts import conflict
from partners.views.hours import HoursPage, edit_hours
from schedules.calendars import PARIS

PER_PAGE = 25
SORTS = {
    "operateur": ("operator__plain_name", "plain_name", "pk"),
    "nom": ("plain_name", "pk"),
    # Never checked first: an unknown date is the oldest.
    "verification": (F("checked_on").asc(nulls_first=True), "plain_name", "pk"),
}


@require(Can.KEEP_PARTNERS)
@require_safe
def contacts(request: SignedInRequest) -> HttpResponse:
    today = timezone.now().astimezone(PARIS).date()
    filters = ContactFilterForm(request.GET)
    filters.is_valid()
    seen = Contact.objects.visible_to(request.user)
    rows = narrowed(seen, filters.cleaned_data, today).filter(matching(filters.cleaned_data.get("q", ""), "plain_name"))
    sort = request.GET.get("tri", "")
    page = Paginator(_sorted(rows, sort), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "rows": [(contact, badges_of(contact, today)) for contact in page],
        "sort": sort if sort in SORTS else "operateur",
        "unconfirmed": seen.unconfirmed(today).count(),
        "is_filtered": any(request.GET.get(name) for name in ("q", "operateur", "etat")),
    }
    return render(request, "partners/contacts.html", context)


@require(Can.KEEP_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def contact_create(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    asked = ContactFilterForm(request.GET)
    asked.is_valid()
    initial = {"operator": asked.cleaned_data.get("operateur")} | interrupted.initial(request)
    form = ContactForm(request.POST or None, initial=initial, **_surroundings(request))
    if request.method == "POST" and form.is_valid():
        form.cleaned_data.pop("version")
        contact = actions.create_contact(by=request.user, now=now, **form.cleaned_data)
        messages.success(request, f"{contact.name} est dans l’annuaire. Ajoutez maintenant ses horaires et ses règles.")
        return redirect("partners:contact_edit", contact.pk)
    return render(request, "partners/contact_create.html", {"form": form}, status=422 if form.errors else 200)


@require(Can.KEEP_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def contact_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    contact = contact_in_sight(request, pk)
    saved = contact_initial(contact, version_of(contact))
    if request.method != "POST":
        form = edit_form(request, contact, initial=saved | interrupted.initial(request))
        return contact_page(request, contact, now, form=form)
    form = edit_form(request, contact, request.POST, initial=saved)
    if not form.is_valid():
        return contact_page(request, contact, now, form=form, status=422)
    values = dict(form.cleaned_data)
    hands = consequences(contact, actions.as_changed(contact, values), now.astimezone(PARIS).date())
    if must_be_read(hands, request.POST):
        return contact_page(request, contact, now, form=form, hands=hands)
    try:
        # A form without its version was not made by this page: it is older than anything.
        changed = actions.update_contact(
            contact=contact, by=request.user, now=now, **values | {"version": values["version"] or 0}
        )
    except ChangedMeanwhile as problem:
        current = edit_form(request, contact, initial=contact_initial(contact, version_of(contact)))
        return contact_page(request, contact, now, form=form, status=409, conflict=conflict(problem, form, current))
    except TurnsInCircle as problem:
        form.add_error("stand_in", problem.said)
        return contact_page(request, contact, now, form=form, status=422)
    messages.success(request, "Modifications enregistrées." if changed else "Rien n’avait changé.")
    return redirect("partners:contact_edit", contact.pk)


@require(Can.KEEP_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def contact_hours(request: SignedInRequest, pk: int) -> HttpResponse:
    contact = contact_in_sight(request, pk)
    page = HoursPage(
        row=contact,
        name=contact.name,
        about=contact.operator.name + (f" · {contact.body}" if contact.body else ""),
        sheet=contact.name,
        back=reverse("partners:contact_edit", args=[contact.pk]),
        form=ContactHoursForm,
    )
    return edit_hours(request, page)


def contact_in_sight(request: SignedInRequest, pk: int) -> Contact:
    rows = Contact.objects.visible_to(request.user).select_related("operator", "office", "schedule", "stand_in")
    return get_object_or_404(rows.prefetch_related("schedule__slots"), pk=pk)


def edit_form(request: SignedInRequest, contact: Contact, data: Any = None, **kwargs: Any) -> ContactForm:
    return ContactForm(data, contact=contact, **_surroundings(request), **kwargs)


def contact_page(
    request: SignedInRequest,
    contact: Contact,
    now: datetime,
    *,
    form: ContactForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The whole page of a contact, around the form that someone is filling."""
    context = {
        "contact": contact,
        "badges": badges_of(contact, now.astimezone(PARIS).date()),
        "reached": reached(contact.pk, now),
        "question": last_question(contact, now.astimezone(PARIS).date()),
        "form": form or edit_form(request, contact, initial=contact_initial(contact, version_of(contact))),
        "hours": hours_of(contact.schedule, now.astimezone(PARIS).date()),
        "rules": contact.rules.select_related(
            "procedure", "blocker", "commune", "epci", "arrondissement", "departement"
        ),
        "changes": last_changes(contact),
    }
    return render(request, "partners/contact_edit.html", context | more, status=status)


def partner_offices(request: SignedInRequest) -> list[Team]:
    return request.user.teams_by_kind().get(TeamKind.PARTNER_OFFICE, [])


def _surroundings(request: SignedInRequest) -> dict[str, Any]:
    return {"offices": partner_offices(request), "colleagues": Contact.objects.visible_to(request.user)}


def _sorted(rows: QuerySet[Contact], sort: str) -> QuerySet[Contact]:
    rows = rows.select_related("operator", "stand_in").annotate(rules_count=Count("rules"))
    return rows.order_by(*SORTS.get(sort, SORTS["operateur"]))
