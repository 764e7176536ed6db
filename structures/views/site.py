"""A site kept by its own people, or by the coordinator: its places, its sheet, and what remains to be done."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from structures.actions import places
from structures.actions import sheet as sheets
from structures.current import current_structure, structures_of
from structures.forms.site import LocationForm, SheetForm, location_initial, sheet_initial
from structures.history import title_of_place
from structures.models import Location, LocationKind, Structure
from structures.opened import ChangedMeanwhile
from structures.site import read_site
from structures.views.conflicts import conflict
from territories.models import Commune

SECOND_MAIN = "La structure a déjà un site principal\u00a0: choisissez une autre nature."


def site_in_sight(request: SignedInRequest, slug: str) -> Structure:
    """A structure of her own teams or of her coordination; 404 otherwise. One statement."""
    return get_object_or_404(Structure.objects.visible_to(request.user, Can.KEEP_SITE), slug=slug)


@require_safe
@require(Can.KEEP_SITE)
def my_site(request: SignedInRequest) -> HttpResponse:
    """The structure she works for now; a coordinator, who works for none, lands on her own pages."""
    if not structures_of(request):
        return redirect(settings.LOGIN_REDIRECT_URL)
    return redirect("structures:site", current_structure(request).slug)


@require_safe
@require(Can.KEEP_SITE)
def site(request: SignedInRequest, slug: str) -> HttpResponse:
    structure = site_in_sight(request, slug)
    others = [other for other in structures_of(request) if other != structure]
    page = {"structure": structure, "site": read_site(structure, timezone.now()), "others": others}
    return render(request, "structures/keep/site.html", page)


@require_POST
@require(Can.KEEP_SITE)
def settle_comment(request: SignedInRequest, slug: str) -> HttpResponse:
    structure = site_in_sight(request, slug)
    sheets.settle_comment(structure=structure, by=request.user, now=timezone.now())
    messages.success(request, "C’est noté\u00a0: les lieux du commentaire sont saisis.")
    return redirect("structures:site", slug)


# The sheet


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.KEEP_SITE)
def sheet(request: SignedInRequest, slug: str) -> HttpResponse:
    structure = site_in_sight(request, slug)
    saved = sheet_initial(structure) | {"opened": sheets.version_of(structure)}
    if request.method != "POST":
        form = SheetForm(initial=_interrupted_sheet(request) or saved, structure=structure)
        return _sheet_page(request, structure, form)
    form = SheetForm(request.POST, initial=saved, structure=structure)
    if not form.is_valid():
        return _sheet_page(request, structure, form, status=422)
    opened = form.cleaned_data["opened"]
    try:
        changed = sheets.update_sheet(
            structure=structure, opened=opened, by=request.user, now=timezone.now(), **form.values()
        )
    except ChangedMeanwhile as problem:
        compared = conflict(problem, form, SheetForm(initial=saved, structure=structure))
        return _sheet_page(request, structure, form, status=409, conflict=compared)
    messages.success(request, "Fiche enregistrée." if changed else "Rien n’avait changé.")
    return redirect("structures:sheet", slug)


def _sheet_page(
    request: SignedInRequest, structure: Structure, form: SheetForm, status: int = 200, **more: Any
) -> HttpResponse:
    page = {"structure": structure, "form": form, **more}
    return render(request, "structures/keep/sheet.html", page, status=status)


def _interrupted_sheet(request: SignedInRequest) -> dict[str, Any]:
    """What was typed before the session ended: boxes that were not ticked were not sent."""
    typed = interrupted.typed_before(request)
    if typed is None:
        return {}
    kept = {name: typed.get(name) for name in typed}
    return kept | {"services": typed.getlist("services"), "by_appointment": "by_appointment" in typed}


# Places


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.KEEP_SITE)
def location_create(request: SignedInRequest, slug: str) -> HttpResponse:
    structure = site_in_sight(request, slug)
    around: dict[str, Any] = {"structure": structure, "places": list(structure.locations.all())}
    form = LocationForm(request.POST or None, initial=interrupted.initial(request), **around)
    if request.method == "POST" and form.is_valid():
        try:
            location = places.create_location(structure=structure, by=request.user, now=timezone.now(), **form.values())
        except places.SecondMainPlace:
            form.add_error("kind", SECOND_MAIN)
        else:
            return _after_creation(request, structure, location)
    return _location_page(request, structure, form, status=422 if form.errors else 200)


def _after_creation(request: SignedInRequest, structure: Structure, location: Location) -> HttpResponse:
    if location.kind == LocationKind.OFFICE:
        messages.success(request, "Bureau ajouté\u00a0: il ne reçoit pas le public et ne compte pas comme un lieu.")
        return redirect("structures:site", structure.slug)
    messages.success(request, f"{title_of_place(location)} est ajouté. Dites maintenant quand on y est reçu.")
    return redirect("structures:hours", structure.slug, location.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.KEEP_SITE)
def location_edit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    structure = site_in_sight(request, slug)
    location = get_object_or_404(structure.locations.select_related("commune", "structure"), pk=pk)
    around: dict[str, Any] = {"structure": structure, "location": location, "places": list(structure.locations.all())}
    saved = location_initial(location) | {"opened": places.version_of(location)}
    if request.method != "POST":
        form = LocationForm(initial=saved | interrupted.initial(request), **around)
        return _location_page(request, structure, form)
    form = LocationForm(request.POST, initial=saved, **around)
    if not form.is_valid():
        return _location_page(request, structure, form, status=422)
    opened = form.cleaned_data["opened"]
    try:
        changed = places.update_location(
            location=location, opened=opened, by=request.user, now=timezone.now(), **form.values()
        )
    except places.SecondMainPlace:
        form.add_error("kind", SECOND_MAIN)
        return _location_page(request, structure, form, status=422)
    except ChangedMeanwhile as problem:
        compared = conflict(problem, form, LocationForm(initial=saved, **around))
        return _location_page(request, structure, form, status=409, conflict=compared)
    messages.success(request, "Lieu enregistré." if changed else "Rien n’avait changé.")
    return redirect("structures:site", slug)


def _location_page(
    request: SignedInRequest, structure: Structure, form: LocationForm, status: int = 200, **more: Any
) -> HttpResponse:
    location = form.location
    page = {
        "structure": structure,
        "form": form,
        "location": location,
        "title": title_of_place(location) if location else "Ajouter un lieu",
        "communes": Commune.objects.filter(departement=structure.departement_id).values_list("pk", "name"),
        **more,
    }
    return render(request, "structures/keep/location.html", page, status=status)


@require_POST
@require(Can.KEEP_SITE)
def location_set_active(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    structure = site_in_sight(request, slug)
    location = get_object_or_404(structure.locations.select_related("commune", "structure"), pk=pk)
    is_active = request.POST.get("en_service") == "oui"
    places.set_in_service(location=location, is_active=is_active, by=request.user, now=timezone.now())
    said = "de nouveau en service" if is_active else "hors service\u00a0: le public ne le voit plus"
    messages.success(request, f"{title_of_place(location)} est {said}.")
    return redirect("structures:site", slug)
