"""The public's pages: find a place, and everything about one structure."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from structures import facts, whereabouts
from structures.forms.public import FindForm
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
