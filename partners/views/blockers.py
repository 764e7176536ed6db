"""The closed list of what stands in the way: add, rename, put in order, retire; never delete."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.actions import blockers as actions
from partners.forms.blockers import BlockerForm
from partners.models import Blocker

METHODS = ["GET", "HEAD", "POST"]
TAKEN = "Un blocage porte déjà ce nom. S’il est retiré, remettez-le dans la liste."


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def blockers(request: SignedInRequest) -> HttpResponse:
    """The list, and the form that adds to it."""
    form = BlockerForm(request.POST or None, initial=interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            added = actions.add_blocker(name=form.cleaned_data["name"], by=request.user, now=timezone.now())
        except actions.NameTaken:
            form.add_error("name", TAKEN)
        else:
            messages.success(request, f"« {added.name} » est ajouté à la fin de la liste.")
            return redirect("partners:blockers")
    rows = list(Blocker.objects.all())
    context = {
        "form": form,
        "in_use": [row for row in rows if row.is_active],
        "retired": [row for row in rows if not row.is_active],
    }
    return render(request, "partners/blockers.html", context, status=422 if form.errors else 200)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def blocker_rename(request: SignedInRequest, code: str) -> HttpResponse:
    blocker = get_object_or_404(Blocker, code=code)
    form = BlockerForm(request.POST or None, initial={"name": blocker.name} | interrupted.initial(request))
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            changed = actions.rename_blocker(blocker=blocker, name=name, by=request.user, now=timezone.now())
        except actions.NameTaken:
            form.add_error("name", TAKEN)
        else:
            messages.success(request, f"Il se nomme « {name} »." if changed else "Rien n’avait changé.")
            return redirect("partners:blockers")
    context = {"form": form, "blocker": blocker}
    return render(request, "partners/blocker_rename.html", context, status=422 if form.errors else 200)


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def blocker_move(request: SignedInRequest, code: str) -> HttpResponse:
    """One place up or down."""
    blocker = get_object_or_404(Blocker, code=code)
    if request.method == "POST":
        up = request.POST.get("sens") != "bas"
        if not actions.move_blocker(blocker=blocker, up=up, by=request.user, now=timezone.now()):
            messages.info(request, f"« {blocker.name} » est déjà au bout de la liste.")
    return redirect("partners:blockers")


@require(Can.KEEP_PARTNERS)
@require_http_methods(METHODS)
def blocker_set_active(request: SignedInRequest, code: str) -> HttpResponse:
    blocker = get_object_or_404(Blocker, code=code)
    if request.method == "POST" and request.POST.get("propose") == "oui":
        actions.restore_blocker(blocker=blocker, by=request.user, now=timezone.now())
        messages.success(request, f"« {blocker.name} » est de nouveau proposé.")
    elif request.method == "POST":
        actions.retire_blocker(blocker=blocker, by=request.user, now=timezone.now())
        messages.success(request, f"« {blocker.name} » n’est plus proposé. Les demandes qui le portent le gardent.")
    return redirect("partners:blockers")
