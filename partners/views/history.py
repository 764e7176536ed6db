"""What was changed in the directory, of one contact or of all, and the way back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, require
from accounts.models import members_of
from accounts.permissions import Can
from partners import changes as told
from partners.actions.hours import OTHER_HOURS
from partners.actions.surroundings import beside
from partners.actions.undo import CannotUndo
from partners.consequences import Hands, consequences_of, must_be_read
from partners.forms.history import ChangesForm
from partners.models import Contact
from partners.put_back import if_taken_back, take_back
from partners.told_changes import KINDS, ToldChange
from partners.views.contacts import partner_offices
from schedules.calendars import PARIS


@require_safe
@require(Can.KEEP_PARTNERS)
def changes(request: SignedInRequest) -> HttpResponse:
    return _page(request)


@require_safe
@require(Can.KEEP_PARTNERS)
def contact_changes(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, contact=_contact_in_sight(request, pk))


@require_POST
@require(Can.KEEP_PARTNERS)
def change_undo(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    """Says first what would change hands. `fiche`: the contact whose history was open; else that of all."""
    if kind not in KINDS:
        raise Http404
    change = get_object_or_404(told.in_sight(kind, request.user), history_id=pk)
    typed = request.POST.get("fiche", "")
    contact = _contact_in_sight(request, int(typed)) if typed.isascii() and typed.isdigit() else None
    now = timezone.now()
    try:
        hands = consequences_of(if_taken_back(change, request.user, now), now.astimezone(PARIS).date())
        if must_be_read(hands, request.POST):
            return _to_be_read(request, told.one(kind, change), contact, hands)
        take_back(change, request.user, now)
    except CannotUndo as problem:
        return _page(request, contact=contact, problem=problem.said, status=409)
    if kind == "interlocuteur" and change.history_change_reason == OTHER_HOURS and beside(change) is None:
        # An old line, that kept the sheet and not its hours.
        messages.warning(request, "Changement annulé, sauf les horaires\u00a0: reprenez-les sur la fiche.")
    else:
        messages.success(request, "Changement annulé\u00a0: ce qu’il avait changé est comme avant lui.")
    return redirect(_back(request, contact))


def _to_be_read(request: SignedInRequest, change: ToldChange, contact: Contact | None, hands: Hands) -> HttpResponse:
    context = {
        "change": change,
        "contact": contact,
        "hands": hands,
        "back_url": _back(request, contact),
        "where": request.GET.urlencode(),
    }
    return render(request, "partners/change_undo.html", context)


def _back(request: SignedInRequest, contact: Contact | None) -> str:
    """The page of history that was open, as it was filtered."""
    url = reverse("partners:contact_changes", args=[contact.pk]) if contact else reverse("partners:changes")
    return f"{url}?{request.GET.urlencode()}" if request.GET else url


def _page(
    request: SignedInRequest, *, contact: Contact | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    form = ChangesForm(request.GET, authors=members_of(partner_offices(request)))
    filters = form.kept()
    found = told.read(
        request.user,
        number=request.GET.get("page"),
        kind=filters.get("objet", ""),
        by=filters.get("auteur", ""),
        contact=contact,
    )
    context = {
        "contact": contact,
        "form": form,
        "filters": filters,
        "filters_in_url": urlencode(filters),
        "where": request.GET.urlencode(),
        "changes": found.changes,
        "page": found.page,
        "problem": problem,
    }
    return render(request, "partners/changes.html", context, status=status)


def _contact_in_sight(request: SignedInRequest, pk: int) -> Contact:
    return get_object_or_404(Contact.objects.visible_to(request.user).select_related("operator"), pk=pk)
