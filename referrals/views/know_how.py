"""The notes of know-how as colleagues use them: find one, write one, say whether it helps, solve a request with it.

They are here because whose notes one reads depends on the structures one works for, which `partners` does not know.
"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners import know_how
from partners.actions import know_how as actions
from partners.forms.know_how import KnowHowFilterForm, KnowHowForm, note_initial
from partners.know_how_history import changes_of
from partners.models import KnowHowNote, NoteState, Opinion, Procedure
from partners.versions import ChangedMeanwhile, version_of
from partners.views.conflicts import conflict
from referrals.actions import AlreadyInformed
from referrals.know_how import USEFUL_ANSWERS, from_answer, solve_with, solved_counts, total_solved
from referrals.models import Exchange, ServiceRequest
from referrals.offices import offices_of, offices_that_review
from referrals.views.request_page import in_sight

PER_PAGE = 20
METHODS = ["GET", "HEAD", "POST"]


@require(Can.READ_DIRECTORY)
@require_safe
def notes(request: SignedInRequest) -> HttpResponse:
    """Published ones, and hers whatever their state."""
    offices = offices_of(request.user)
    readable = know_how.readable(request.user, offices).filter(Q(state=NoteState.PUBLISHED) | Q(author=request.user))
    procedures = Procedure.objects.filter(pk__in=readable.values("procedure")).order_by("name")
    filters = KnowHowFilterForm(request.GET, procedures=procedures)
    filters.is_valid()
    chosen = filters.cleaned_data
    rows = know_how.listed(readable, chosen.get("q", ""), chosen.get("demarche"), chosen.get("blocage"))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    solved = solved_counts(page)
    context = {
        "filters": filters,
        "page": page,
        "rows": [(note, solved.get(note.pk, 0)) for note in page],
        "total_solved": total_solved(offices),
        "is_filtered": any(request.GET.get(name) for name in ("q", "demarche", "blocage")),
        "waiting": _waiting(request),
        "can_write": request.user.can(Can.WRITE_KNOW_HOW) and bool(offices),
        "reviews": request.user.can(Can.KEEP_PARTNERS),
    }
    return render(request, "partners/know_how/notes.html", context)


@require(Can.READ_DIRECTORY)
@require_safe
def note(request: SignedInRequest, pk: int) -> HttpResponse:
    shown = _in_sight(request, pk)
    is_hers = shown.author_id == request.user.pk
    context = {
        "note": shown,
        "said": know_how.opinions_of(shown, request.user),
        "solved": solved_counts([shown]).get(shown.pk, 0),
        "waiting": _waiting(request) if shown.is_published else None,
        "may_edit": is_hers and shown.state == NoteState.DRAFT and request.user.can(Can.WRITE_KNOW_HOW),
        "may_review": KnowHowNote.objects.visible_to(request.user).filter(pk=pk).exists(),
        "changes": changes_of(shown) if is_hers else [],
    }
    return render(request, "partners/know_how/note.html", context)


@require(Can.WRITE_KNOW_HOW)
@require_http_methods(METHODS)
def note_write(request: SignedInRequest) -> HttpResponse:
    """From scratch, or from the answer that she has just read."""
    offices = offices_that_review(request.user)
    if not offices:
        messages.warning(request, "Aucune équipe partenaires n’est rattachée à votre structure pour relire une fiche.")
        return redirect("referrals:know_how")
    answer = _answer(request)
    initial = (from_answer(answer) if answer else {}) | interrupted.initial(request)
    form = KnowHowForm(request.POST or None, offices=offices, initial=initial)
    if request.method == "POST" and form.is_valid():
        written = actions.write_note(
            office=form.chosen_office(), by=request.user, now=timezone.now(), **form.note_values()
        )
        messages.success(request, "Merci : la fiche est proposée. L’équipe partenaires la relit, puis elle se lira.")
        return redirect(answer.request if answer else reverse("referrals:know_how_note", args=[written.pk]))
    context = {"form": form, "answer": answer}
    return render(request, "partners/know_how/write.html", context, status=422 if form.is_bound else 200)


@require(Can.WRITE_KNOW_HOW)
@require_http_methods(METHODS)
def note_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Its author, until it is reviewed; after that, it is the partner manager's."""
    mine = KnowHowNote.objects.filter(author=request.user, state=NoteState.DRAFT)
    draft = get_object_or_404(mine.select_related("procedure", "blocker"), pk=pk)
    saved = note_initial(draft, version_of(draft))
    form = KnowHowForm(request.POST or None, offices=[], note=draft, initial=saved | interrupted.initial(request))
    if request.method != "POST" or not form.is_valid():
        return _edit_page(request, draft, form, status=422 if form.is_bound else 200)
    version = form.cleaned_data["version"] or 0
    try:
        actions.update_note(note=draft, version=version, by=request.user, now=timezone.now(), **form.note_values())
    except ChangedMeanwhile as problem:
        draft.refresh_from_db()
        current = KnowHowForm(offices=[], note=draft, initial=note_initial(draft, version_of(draft)))
        return _edit_page(request, draft, form, status=409, conflict=conflict(problem, form, current))
    messages.success(request, "La fiche est enregistrée.")
    return redirect("referrals:know_how_note", draft.pk)


@require(Can.READ_DIRECTORY)
@require_POST
def note_opinion(request: SignedInRequest, pk: int) -> HttpResponse:
    rows = know_how.readable(request.user, offices_of(request.user)).filter(state=NoteState.PUBLISHED)
    shown = get_object_or_404(rows, pk=pk)
    opinion = request.POST.get("opinion", "")
    if opinion not in Opinion.values:
        messages.error(request, "Choisissez « utile » ou « périmée ».")
        return redirect("referrals:know_how_note", pk)
    after = actions.give_opinion(note=shown, opinion=opinion, by=request.user, now=timezone.now())
    if after.is_published:
        messages.success(request, "Merci, votre avis est compté.")
    else:
        messages.success(request, "Merci : la fiche est retirée, l’équipe partenaires va la relire.")
    return redirect("referrals:know_how_note", pk)


@require(Can.FOLLOW_REQUESTS)
@require_POST
def solve(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """« Réglée avec cette fiche », from the hand-over page or from the note itself."""
    service_request = in_sight(request, reference)
    published = KnowHowNote.objects.published().filter(office=service_request.structure.partner_office)
    used = get_object_or_404(published, pk=pk)
    try:
        solve_with(request=service_request, note=used, by=request.user, now=timezone.now())
    except AlreadyInformed:
        messages.warning(request, "Cette demande est déjà close : rien n’a été changé.")
    else:
        messages.success(request, "Réglée avec cette fiche, et comptée : l’usager est informé.")
    return redirect(service_request)


def _in_sight(request: SignedInRequest, pk: int) -> KnowHowNote:
    rows = know_how.readable(request.user, offices_of(request.user)).select_related("author", "reviewed_by")
    return get_object_or_404(rows, pk=pk)


def _waiting(request: SignedInRequest) -> ServiceRequest | None:
    """The request she was handing over when she came to look for a note."""
    reference = request.GET.get("demande", "")
    if not reference or not request.user.can(Can.FOLLOW_REQUESTS):
        return None
    return ServiceRequest.objects.visible_to(request.user).awaited().filter(reference=reference.upper()).first()


def _answer(request: SignedInRequest) -> Exchange | None:
    """The answer, on a request of her sites, that the note is made of; 404 when it is somebody else's."""
    number = request.GET.get("reponse", "")
    if not number:
        return None
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0
    of_her_sites = Exchange.objects.filter(
        kind__in=USEFUL_ANSWERS, request__in=ServiceRequest.objects.visible_to(request.user)
    )
    return get_object_or_404(of_her_sites.select_related("request__procedure", "request__blocker"), pk=pk)


def _edit_page(
    request: SignedInRequest, draft: KnowHowNote, form: KnowHowForm, *, status: int, **more: Any
) -> HttpResponse:
    return render(request, "partners/know_how/edit.html", {"note": draft, "form": form} | more, status=status)
