"""The partner manager reviews the notes: a queue, then one page each, to publish (edited if need be) or to refuse."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners import know_how
from partners.actions import know_how as actions
from partners.forms.know_how import KnowHowForm, RefusalForm, note_initial
from partners.know_how_history import changes_of
from partners.models import KnowHowNote
from partners.versions import ChangedMeanwhile, version_of
from partners.views.conflicts import conflict
from partners.views.contacts import partner_offices
from partners.views.sheets import undo

PER_PAGE = 25
METHODS = ["GET", "HEAD", "POST"]


@require(Can.KEEP_PARTNERS)
@require_safe
def know_how_queue(request: SignedInRequest) -> HttpResponse:
    rows = know_how.queue(partner_offices(request))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "partners/know_how/queue.html", {"page": page})


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def know_how_review(request: SignedInRequest, pk: int) -> HttpResponse:
    """The form is the review: what is published is what stands in it."""
    note = _in_sight(request, pk)
    if request.method != "POST":
        return _page(request, note, _form(request, note, typed=interrupted.initial(request)))
    form = KnowHowForm(request.POST, offices=[], note=note, initial=note_initial(note, version_of(note)))
    if not form.is_valid():
        return _page(request, note, form, status=422)
    version = form.cleaned_data["version"] or 0
    try:
        actions.publish_note(note=note, version=version, by=request.user, now=timezone.now(), **form.note_values())
    except ChangedMeanwhile as problem:
        note = _in_sight(request, pk)
        return _page(request, note, form, status=409, conflict=conflict(problem, form, _form(request, note)))
    messages.success(request, "La fiche est publiée : elle se lit avant de transmettre.")
    return redirect("partners:know_how_queue")


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def know_how_refuse(request: SignedInRequest, pk: int) -> HttpResponse:
    note = _in_sight(request, pk)
    if request.method != "POST":
        return redirect("partners:know_how_review", note.pk)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return _page(request, note, _form(request, note), refusal=form, status=422)
    try:
        actions.refuse_note(note=note, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"])
    except actions.AlreadyReviewed:
        messages.info(request, "Cette fiche n’attend plus : une collègue l’a relue.")
    else:
        messages.success(request, "La fiche est refusée. Elle est gardée ; son auteur la voit encore.")
    return redirect("partners:know_how_queue")


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def know_how_undo(request: SignedInRequest, pk: int, line: int) -> HttpResponse:
    return undo(request, _in_sight(request, pk), line, back=reverse("partners:know_how_review", args=[pk]))


def _in_sight(request: SignedInRequest, pk: int) -> KnowHowNote:
    rows = KnowHowNote.objects.visible_to(request.user).select_related("procedure", "blocker", "author", "reviewed_by")
    return get_object_or_404(rows, pk=pk)


def _form(request: SignedInRequest, note: KnowHowNote, typed: dict[str, Any] | None = None) -> KnowHowForm:
    return KnowHowForm(offices=[], note=note, initial=note_initial(note, version_of(note)) | (typed or {}))


def _page(
    request: SignedInRequest, note: KnowHowNote, form: KnowHowForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "note": note,
        "form": form,
        "refusal": RefusalForm(),
        "said": know_how.opinions_of(note, request.user),
        "changes": changes_of(note),
    }
    return render(request, "partners/know_how/review.html", context | more, status=status)
