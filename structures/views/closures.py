"""When nobody is received: closures of a place or of the whole structure, and the openings that make up for them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from schedules.calendars import PARIS
from structures.actions.hours import set_closures, set_exceptions
from structures.changes import snapshot_of_closures, snapshot_of_exceptions
from structures.exceptions import Snapshot, agenda, closures_in_words
from structures.forms.closures import ClosureDesk, Places
from structures.models import Structure
from structures.opened import ChangedMeanwhile
from structures.views.hours import location_in_sight

FROM_A_SHORTCUT = {"du": "first_day", "au": "last_day", "raison": "reason"}


@require(Can.KEEP_SITE)
@require_http_methods(["GET", "HEAD", "POST"])
def exceptions(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Of one place: closures, what makes up for them, openings in addition."""
    now = timezone.now()
    location = location_in_sight(request, slug, pk)
    desk = _desk(request, snapshot_of_exceptions(location), [("", location.timetable())], now.astimezone(PARIS).date())
    today = now.astimezone(PARIS).date()
    context = {
        "structure": location.structure,
        "location": location,
        "of_the_whole": closures_in_words(location.structure.closures.all(), today),
    }
    asked = desk.asked()
    if asked is None:
        return _page(request, "exceptions", desk, context)
    opened = request.POST.get("opened", "")
    try:
        set_exceptions(location, exceptions=asked.kept, opened=opened, by=request.user, now=now)
    except ChangedMeanwhile as problem:
        return _page(request, "exceptions", desk, context | {"conflict": problem}, status=409)
    messages.success(request, asked.said)
    return redirect("structures:exceptions", slug, pk)


@require(Can.KEEP_SITE)
@require_http_methods(["GET", "HEAD", "POST"])
def closures(request: SignedInRequest, slug: str) -> HttpResponse:
    """Of the whole structure: every place is closed on these days."""
    now = timezone.now()
    structure = get_object_or_404(Structure.objects.visible_to(request.user, Can.KEEP_SITE), slug=slug)
    rows = structure.locations.receiving_public().with_hours().select_related("commune").order_by("pk")
    places = [(place.name or place.commune.name, place.timetable()) for place in rows]
    desk = _desk(request, snapshot_of_closures(structure), places, now.astimezone(PARIS).date())
    context = {"structure": structure, "locations": rows}
    asked = desk.asked()
    if asked is None:
        return _page(request, "closures", desk, context)
    opened = request.POST.get("opened", "")
    try:
        set_closures(structure, closures=asked.kept, opened=opened, by=request.user, now=now)
    except ChangedMeanwhile as problem:
        return _page(request, "closures", desk, context | {"conflict": problem}, status=409)
    messages.success(request, asked.said)
    return redirect("structures:closures", slug)


def _desk(request: SignedInRequest, stored: Snapshot, places: Places, today: date) -> ClosureDesk:
    data = request.POST if request.method == "POST" else None
    proposed = {name: request.GET[given] for given, name in FROM_A_SHORTCUT.items() if given in request.GET}
    initial = {} if data is not None else proposed | interrupted.initial(request)
    return ClosureDesk(stored, places, today, data=data, initial=initial)


def _page(
    request: SignedInRequest, name: str, desk: ClosureDesk, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    around = {
        "desk": desk,
        "opened": desk.closure_form.initial["opened"],
        "agenda": agenda(desk.stored, [timetable for _, timetable in desk.places], desk.today),
    }
    status = 422 if desk.is_refused else status
    return render(request, f"structures/keep/{name}.html", around | context, status=status)
