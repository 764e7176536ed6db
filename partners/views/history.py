"""What was changed in the directory, of one contact or of all, and the way back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, require
from accounts.models import members_of
from accounts.permissions import Can
from partners import changes as told
from partners.actions.hours import OTHER_HOURS
from partners.actions.surroundings import beside
from partners.actions.undo import CannotUndo, undo_change
from partners.forms.history import ChangesForm
from partners.models import Contact
from partners.views.contacts import partner_offices


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
    """`fiche`: the contact whose history was open; else that of all."""
    if kind not in told.KINDS:
        raise Http404
    change = get_object_or_404(told.in_sight(kind, request.user), history_id=pk)
    typed = request.POST.get("fiche", "")
    contact = _contact_in_sight(request, int(typed)) if typed.isascii() and typed.isdigit() else None
    try:
        undo_change(change=change, by=request.user, now=timezone.now())
    except CannotUndo as problem:
        return _page(request, contact=contact, problem=problem.said, status=409)
    if kind == "interlocuteur" and change.history_change_reason == OTHER_HOURS and beside(change) is None:
        # An old line, that kept the sheet and not its hours.
        messages.warning(request, "Changement annulé, sauf les horaires\u00a0: reprenez-les sur la fiche.")
    else:
        messages.success(request, "Changement annulé\u00a0: tout est comme avant lui.")
    return redirect("partners:contact_changes", contact.pk) if contact else redirect("partners:changes")


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
        "changes": found.changes,
        "page": found.page,
        "problem": problem,
    }
    return render(request, "partners/changes.html", context, status=status)


def _contact_in_sight(request: SignedInRequest, pk: int) -> Contact:
    return get_object_or_404(Contact.objects.visible_to(request.user).select_related("operator"), pk=pk)
