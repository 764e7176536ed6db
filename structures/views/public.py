"""The public's pages: find a place, the list of structures, everything about one, the rounds of the buses, a poster."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from structures import bus, facts, listing, poster, sheet, whereabouts
from structures.forms.public import BusForm, FindForm, ListForm


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
        page["previous_url"] = _address(form.cleaned_data, page=found.previous)
        page["next_url"] = _address(form.cleaned_data, page=found.next)
    page["open_query"] = "&ouvert=on" if open_only else ""
    return render(request, "structures/find.html", page)


def _address(asked: dict[str, Any], **kept: object) -> str:
    """What was asked, as an address; empty when one of the things to keep has no value."""
    if not all(kept.values()):
        return ""
    values = {name: "on" if value is True else value for name, value in (asked | kept).items() if value}
    return f"?{urlencode(values)}"


@require_safe
@login_not_required
def list_structures(request: HttpRequest) -> HttpResponse:
    """The network, a page at a time; what narrows it is in the address."""
    form = ListForm(request.GET, areas=listing.areas())
    page: dict[str, Any] = {"form": form}
    if form.is_valid():
        asked = form.cleaned_data
        found = listing.find_structures(
            listing.Asked(
                text=asked["recherche"],
                kind=asked["forme"],
                area=asked["secteur"],
                open_only=asked["ouvert"],
                order=asked["tri"],
                page=request.GET.get("page"),
            ),
            timezone.now(),
        )
        page |= {
            "found": found,
            "open_only": asked["ouvert"],
            "is_filtered": any(asked[name] for name in ("recherche", "forme", "secteur", "ouvert")),
            "previous_url": _address(asked, page=found.previous),
            "next_url": _address(asked, page=found.next),
        }
    return render(request, "structures/list.html", page)


@require_safe
@login_not_required
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A structure whose label is in force; the others are shown to nobody here."""
    structure = get_object_or_404(sheet.shown_structures(), slug=slug)
    return render(request, "structures/detail.html", {"structure": sheet.read_structure(structure, timezone.now())})


@require_safe
@login_not_required
def rounds(request: HttpRequest) -> HttpResponse:
    """Two weeks of all the buses, or of one, by day or by commune."""
    now = timezone.now()
    monday = bus.monday_asked(request.GET.get("semaine", ""), now)
    choices = bus.read_choices()
    form = BusForm(request.GET, buses=choices.of_buses(), communes=choices.of_communes())
    page: dict[str, Any] = {"form": form, "choices": choices}
    if form.is_valid():
        asked = form.cleaned_data | {"semaine": request.GET.get("semaine") and monday.isoformat()}
        by_commune = asked["par"] == "commune"
        found = bus.read_rounds(
            choices, monday=monday, by_commune=by_commune, bus=asked["bus"], commune=asked["commune"], now=now
        )
        page |= {
            "rounds": found,
            "by_commune": by_commune,
            "is_filtered": asked["bus"] or asked["commune"],
            "day_url": _address(asked, par="jour"),
            "commune_url": _address(asked, par="commune"),
            "now_url": _address(asked | {"semaine": ""}) or "?",
            "previous_url": _address(asked, semaine=found.previous),
            "next_url": _address(asked, semaine=found.next),
        }
    return render(request, "structures/bus.html", page)


@require_safe
@login_not_required
def print_poster(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One sheet of A4 for the door of a place."""
    place = get_object_or_404(
        facts.shown_locations().filter(structure__slug=slug).select_related("commune").with_hours(), pk=pk
    )
    return render(request, "structures/poster.html", {"poster": poster.read_poster(place, timezone.now())})
