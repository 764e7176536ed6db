"""What was changed on a site, and the way back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from structures import history
from structures.actions import undo as undoing
from structures.forms.site import HistoryForm
from structures.models import Change
from structures.undoing import is_of_the_network
from structures.views.site import site_in_sight


@require_safe
@require(Can.KEEP_SITE)
def changes(request: SignedInRequest, slug: str) -> HttpResponse:
    structure = site_in_sight(request, slug)
    form = HistoryForm(request.GET)
    what = form.cleaned_data["objet"] if form.is_valid() else ""
    is_coordinator = request.user.can(Can.KEEP_NETWORK)
    told = history.read(
        structure, what=what, number=request.GET.get("page"), now=timezone.now(), is_coordinator=is_coordinator
    )
    page = {"structure": structure, "history": told, "page": told.page, "form": form, "is_filtered": bool(what)}
    return render(request, "structures/keep/changes.html", page)


@require_POST
@require(Can.KEEP_SITE)
def undo(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    structure = site_in_sight(request, slug)
    change = get_object_or_404(structure.changes.select_related("structure"), pk=pk)
    try:
        _refuse_what_is_not_hers(request, change)
        undoing.undo(change=change, by=request.user, now=timezone.now())
    except undoing.CannotUndo as problem:
        messages.error(request, problem.said)
    else:
        messages.success(request, "Modification annulée\u00a0: tout est comme avant elle.")
    return redirect(f"{reverse('structures:changes', args=[slug])}{_back_to(request)}")


def _back_to(request: SignedInRequest) -> str:
    """The page and the filter from which she undid."""
    kept = {name: request.POST[name] for name in ("objet", "page") if request.POST.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


def _refuse_what_is_not_hers(request: SignedInRequest, change: Change) -> None:
    if is_of_the_network(change) and not request.user.can(Can.KEEP_NETWORK):
        raise undoing.CannotUndo("Le label, le nom et la structure porteuse sont décidés par la coordination.")
