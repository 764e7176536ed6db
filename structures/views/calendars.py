"""The calendars that agendas subscribe to: of a structure, of a bus, of a commune."""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from structures import bus, calendars
from structures.models import Structure
from territories.models import Commune

KEPT_FOR_SECONDS = 3600


@require_safe
@login_not_required
def of_structure(request: HttpRequest, slug: str) -> HttpResponseBase:
    structure = get_object_or_404(Structure.objects.open_to_public(), slug=slug)
    return _calendar(request, calendars.structure_calendar(structure, timezone.now()), structure.slug)


@require_safe
@login_not_required
def of_bus(request: HttpRequest, slug: str) -> HttpResponseBase:
    structure = get_object_or_404(bus.buses_of_network(), slug=slug)
    return _calendar(request, calendars.bus_calendar(structure, timezone.now()), structure.slug)


@require_safe
@login_not_required
def of_commune(request: HttpRequest, insee: str) -> HttpResponseBase:
    commune = get_object_or_404(Commune, pk=insee)
    return _calendar(request, calendars.commune_calendar(commune, timezone.now()), commune.pk)


def _calendar(request: HttpRequest, content: bytes, name: str) -> HttpResponseBase:
    """Anyone may keep it for an hour; who has the same bytes already is told so."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR_SECONDS}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return get_conditional_response(request, etag=etag, response=response) or response
