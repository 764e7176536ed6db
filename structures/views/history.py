"""What was changed on a site, and the way back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, require
from accounts.permissions import Can, TeamKind
from structures import history
from structures.actions import undo as undoing
from structures.forms.site import HistoryForm
from structures.models import Structure
from structures.undoing import is_of_the_network
from structures.views.site import site_in_sight


@require_safe
@require(Can.KEEP_SITE)
def changes(request: SignedInRequest, slug: str) -> HttpResponse:
    structure = site_in_sight(request, slug)
    form = HistoryForm(request.GET)
    what = form.cleaned_data["objet"] if form.is_valid() else ""
    is_coordinator = _decides_for(request, structure)
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
        if is_of_the_network(change) and not _decides_for(request, structure):
            raise undoing.CannotUndo("Le label, le nom et la structure porteuse sont décidés par la coordination.")
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


def _decides_for(request: SignedInRequest, structure: Structure) -> bool:
    """Whether she coordinates this structure, rather than another."""
    hers = request.user.teams_by_kind().get(TeamKind.COORDINATION, [])
    return structure.coordination_id in {team.pk for team in hers}
