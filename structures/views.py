"""The public's pages, and the choice of the structure for which one works."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from structures import facts, whereabouts
from structures.current import choose_structure, structures_of
from structures.forms import ChoiceForm, FindForm
from structures.models import Structure


@require_safe
@login_not_required
def find(request: HttpRequest) -> HttpResponse:
    """Places near a commune, nearest first; without a commune, all of them by name."""
    form = FindForm(request.GET)
    page: dict[str, Any] = {"form": form, "typed": request.GET.get("lieu", "")}
    if not form.is_valid():
        return render(request, "structures/find.html", page)
    typed, insee, open_only = (form.cleaned_data[name] for name in ("lieu", "insee", "ouvert"))
    where = whereabouts.find(typed, insee)
    page |= {"where": where, "open_only": open_only}
    if where.commune and not typed:
        page["form"] = FindForm({"lieu": where.commune.name, "ouvert": open_only})
    if where.commune or not typed:
        near = where.commune.point if where.commune else None
        found = facts.find_places(near=near, open_only=open_only, now=timezone.now(), number=request.GET.get("page"))
        page["found"] = found
        page["previous_url"] = _page_url(form, found.previous)
        page["next_url"] = _page_url(form, found.next)
    page["open_query"] = "&ouvert=on" if open_only else ""
    return render(request, "structures/find.html", page)


def _page_url(form: FindForm, number: int | None) -> str:
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    if asked.pop("ouvert", False):
        asked["ouvert"] = "on"
    return f"?{urlencode(asked | {'page': number})}" if number else ""


@require_safe
@login_not_required
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A structure whose label is in force; the others are shown to nobody here."""
    structure = get_object_or_404(Structure.objects.open_to_public(), slug=slug)
    return render(request, "structures/detail.html", {"structure": facts.read_structure(structure, timezone.now())})


@require_POST
@require(Can.LOG_REQUEST)
def choose(request: SignedInRequest) -> HttpResponse:
    """Work for another of one's structures; a structure that is not hers does not exist."""
    mine = {structure.pk: structure for structure in structures_of(request)}
    form = ChoiceForm(request.POST, structures=mine.values())
    if not form.is_valid():
        raise Http404
    structure = mine[form.cleaned_data["structure"]]
    choose_structure(request, structure)
    messages.success(request, f"Vous travaillez maintenant pour {structure.name}.")
    after = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    return redirect(after if is_ours else settings.LOGIN_REDIRECT_URL)
