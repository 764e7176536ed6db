"""The directory that colleagues read: operators, their démarches, whom to call. Never public.

It is here because whose contacts one may call depends on the structures one works for, which `partners` does not know,
and because a démarche's sheet ranks its contacts.
"""

from dataclasses import replace
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, require
from accounts.models import Team
from accounts.permissions import Can
from partners.directory import one_operator, whole_directory
from partners.directory_page import Directory
from partners.forms.directory import DirectoryForm, PlaceForm
from partners.know_how import listed, readable
from partners.models import NoteState, Procedure
from partners.placed_search import search_with_place
from partners.procedure_sheet import local_help
from partners.upkeep import reported_by
from referrals.facts import Card, commune_of, recommend
from referrals.offices import offices_read_by
from structures.current import current_structure, structures_of
from territories.models import Commune

CARDS_SHOWN = 6
NOTES_SHOWN = 5


@require(Can.READ_DIRECTORY)
@never_cache
@require_safe
def directory(request: SignedInRequest) -> HttpResponse:
    """Searched as one types (the results alone are then sent), or on submit without script."""
    form = DirectoryForm(request.GET, mine=_own_commune(request))
    form.is_valid()
    found = _found(request, form, timezone.now())
    context = {
        "form": form,
        "q": form.cleaned_data.get("q", ""),
        "operator": form.cleaned_data.get("operateur"),
        "commune": found.placed.commune if found.placed else form.chosen,
        "chosen": form.chosen,
        "found": found,
        "reported": reported_by(request.user),
        "is_part": _is_part(request),
    }
    page = "_directory_results" if context["is_part"] else "directory"
    return render(request, f"partners/{page}.html", context)


@require(Can.READ_DIRECTORY)
@never_cache
@require_safe
def procedure_sheet(request: SignedInRequest, code: str) -> HttpResponse:
    """Everything about one démarche, for one commune."""
    now = timezone.now()
    rows = Procedure.objects.in_use().select_related("operator", "alternative_operator", "theme", "ends_at")
    procedure = get_object_or_404(rows, code=code)
    form = PlaceForm(request.GET, mine=_own_commune(request))
    notes = readable(request.user, offices_read_by(request)).filter(state=NoteState.PUBLISHED)
    context = {
        "procedure": procedure,
        "form": form,
        "commune": form.chosen,
        "cards": _cards(request, procedure, form.chosen, now),
        "services": local_help(procedure, form.chosen, now),
        "notes": listed(notes, procedure=procedure)[:NOTES_SHOWN],
        "reported": reported_by(request.user),
    }
    return render(request, "partners/procedure_sheet.html", context)


def _found(request: SignedInRequest, form: DirectoryForm, now: datetime) -> Directory:
    offices, text = offices_read_by(request), form.cleaned_data.get("q", "")
    if text:
        return search_with_place(text, now, offices=offices, commune=form.chosen)
    if operator := form.cleaned_data.get("operateur"):
        page = request.GET.get("page", "1")
        return one_operator(operator, now, offices=offices, commune=form.chosen, page=page)
    return whole_directory(now, offices=offices, commune=form.chosen)


def _cards(request: SignedInRequest, procedure: Procedure, commune: Commune | None, now: datetime) -> list[Card]:
    """The contacts to call for this commune, best first, among those of the offices that serve the reader."""
    if commune is None:
        return []
    found = [
        card
        for office in Team.objects.filter(pk__in=offices_read_by(request)).order_by("name", "pk")
        for card in recommend(procedure=procedure, commune=commune, now=now, office=office, limit=CARDS_SHOWN)
    ]
    return [replace(card, rank=place) for place, card in enumerate(found[:CARDS_SHOWN], start=1)]


def _own_commune(request: SignedInRequest) -> Commune | None:
    """Where her site receives people; None for a bus, and for who has no site."""
    return commune_of(current_structure(request)) if structures_of(request) else None


def _is_part(request: SignedInRequest) -> bool:
    """Whether a script asks for the results alone; going back in the browser wants the whole page."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers
