"""The coordinator decides on labels: their state, who holds them, and which structures the network has."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.forms import CarefulForm
from accounts.permissions import Can, TeamKind
from quality.label_history import consequence, label_lines
from quality.roster_form import NewStructureForm
from schedules.calendars import PARIS
from structures.actions import carriers, labels
from structures.forms.labels import EditHolderForm, LabelForm, NoteForm, carrier_names
from structures.models import Structure
from structures.opened import ChangedMeanwhile, digest
from territories.models import Commune

GET_OR_POST = ["GET", "HEAD", "POST"]


def _kept(request: SignedInRequest, slug: str) -> Structure:
    rows = Structure.objects.visible_to(request.user, Can.KEEP_NETWORK).select_related("carrier")
    return get_object_or_404(rows, slug=slug)


def _path(structure: Structure) -> list[tuple[str, str]]:
    return [
        ("Structures", reverse("quality:structures")),
        (structure.name, reverse("quality:structure", args=[structure.slug])),
    ]


def _status(form: CarefulForm) -> int:
    return 422 if form.errors else 200


def _answer(form: CarefulForm, **hidden: str) -> None:
    """What the form carries when it comes back: sending it again says that the page was read."""
    form.data = {**form.data.dict(), **hidden} if isinstance(form.data, QueryDict) else form.data


@require_http_methods(GET_OR_POST)
@require(Can.KEEP_NETWORK)
def label(request: SignedInRequest, slug: str) -> HttpResponse:
    """The history, and a decision: asked about once, with what it changes for the public, then taken."""
    now = timezone.now()
    today = now.astimezone(PARIS).date()
    structure = _kept(request, slug)
    form = LabelForm(request.POST or None, initial={"decided_on": today, **interrupted.initial(request)})
    asked = ""
    if form.is_valid():
        decision = {name: form.cleaned_data[name] for name in ("state", "decided_on")}
        try:
            labels.check(structure, **decision, today=today)
            if form.is_confirmed:
                line = labels.decide(
                    structure=structure, **decision, note=form.cleaned_data["note"], by=request.user, now=now
                )
                when = "enregistré pour plus tard" if line.decided_on > today else "en vigueur"
                messages.success(request, f"Label «\u00a0{line.get_state_display()}\u00a0» {when}.")
                return redirect("quality:label", slug)
            asked = consequence(now_in=structure.label_state, **decision, today=today)
            _answer(form, confirmed=form.asked)
        except labels.BadDecision as problem:
            form.add_error(problem.field, str(problem))
    context = {
        "structure": structure,
        "form": form,
        "asked": asked,
        "history": label_lines(structure.label_changes.select_related("author"), today),
        "path": _path(structure),
    }
    return render(request, "quality/label.html", context, status=_status(form))


@require_http_methods(GET_OR_POST)
@require(Can.KEEP_NETWORK)
def label_note(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Say better why a decision was taken."""
    now = timezone.now()
    structure = _kept(request, slug)
    line = get_object_or_404(structure.label_changes.select_related("author", "structure"), pk=pk)
    form = NoteForm(request.POST or None, initial={"note": line.note, **interrupted.initial(request)})
    if form.is_valid():
        labels.correct_note(line=line, note=form.cleaned_data["note"], by=request.user, now=now)
        messages.success(request, "Note corrigée.")
        return redirect("quality:label", slug)
    context = {
        "structure": structure,
        "line": label_lines([line], now.astimezone(PARIS).date())[0],
        "form": form,
        "path": [*_path(structure), ("Label", reverse("quality:label", args=[slug]))],
    }
    return render(request, "quality/label_note.html", context, status=_status(form))


@require_http_methods(GET_OR_POST)
@require(Can.KEEP_NETWORK)
def holder(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who holds the label: name, matricule, form, carrier."""
    structure = _kept(request, slug)
    stored = carriers.snapshot_of_holder(structure)
    initial = {**stored, "opened": digest(stored), **interrupted.initial(request)}
    form = EditHolderForm(request.POST or None, initial=initial)
    meanwhile = ""
    if form.is_valid():
        try:
            carriers.describe(
                structure=structure,
                holder=form.holder(),
                opened=form.cleaned_data["opened"],
                by=request.user,
                now=timezone.now(),
            )
            messages.success(request, "Fiche du label enregistrée.")
            return redirect("quality:structure", slug)
        except carriers.NumberTaken as problem:
            form.add_error("id_fs", str(problem))
        except ChangedMeanwhile as problem:
            meanwhile = problem.said
            _answer(form, opened=digest(stored))
    context = {
        "structure": structure,
        "form": form,
        "meanwhile": meanwhile,
        "stored": _as_stored(form, stored) if meanwhile else [],
        "carriers": carrier_names(),
        "path": _path(structure),
    }
    return render(request, "quality/holder.html", context, status=_status(form))


def _as_stored(form: EditHolderForm, stored: dict[str, Any]) -> list[tuple[str, str]]:
    """What is stored now, field by field, where it differs from what was typed."""
    found = []
    for name in ("name", "id_fs", "kind", "carrier", "carrier_kind", "group_name"):
        value = stored[name] or ""
        if value != form.cleaned_data[name]:
            choices = dict(getattr(form.fields[name], "choices", ()))
            found.append((str(form.fields[name].label), str(choices.get(value, value)) or "vide"))
    return found


@require_http_methods(GET_OR_POST)
@require(Can.KEEP_NETWORK)
def structure_create(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    today = now.astimezone(PARIS).date()
    teams = request.user.teams_by_kind().get(TeamKind.COORDINATION, [])
    if not teams:
        raise Http404
    form = NewStructureForm(
        request.POST or None, today=today, initial={"decided_on": today, **interrupted.initial(request)}
    )
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            structure = carriers.begin(
                holder=form.holder(),
                commune=chosen["commune"],
                state=chosen["state"],
                decided_on=chosen["decided_on"],
                coordination=teams[0],
                by=request.user,
                now=now,
            )
        except carriers.NumberTaken as problem:
            form.add_error("id_fs", str(problem))
        else:
            messages.success(
                request, f"{structure.name} est ajoutée\u00a0: il reste à saisir ses lieux et ses horaires."
            )
            return redirect("quality:structure", structure.slug)
    context = {
        "form": form,
        "carriers": carrier_names(),
        "communes": Commune.objects.order_by("plain_name").values_list("name", flat=True),
        "path": [("Structures", reverse("quality:structures"))],
    }
    return render(request, "quality/structure_create.html", context, status=_status(form))
