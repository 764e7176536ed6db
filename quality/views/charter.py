"""The board of the charter, and the evidence behind each of its cells."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, require
from accounts.models import User
from accounts.permissions import Can
from quality import evidence as proofs
from quality.board import CSV_HEADER, build, csv_rows
from quality.exports import csv_response
from quality.facts import charter_in_force, findings_of, gather
from quality.findings import CharterParameters, SiteFacts
from quality.forms import BoardForm
from schedules.calendars import PARIS
from schedules.wording import spoken_date
from structures.models import Structure


@require_safe
@require(Can.STEER_NETWORK)
def board(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    day = now.astimezone(PARIS).date()
    charter = charter_in_force(day)
    form = BoardForm(request.GET, criteria=charter.criteria)
    sites = gather(Structure.objects.visible_to(request.user, Can.STEER_NETWORK), charter, now)
    shown = build(sites, charter, form.choice())
    if request.GET.get("format") == "csv":
        return csv_response(f"charte-{day.isoformat()}", CSV_HEADER, csv_rows(shown))
    address = request.GET.copy()
    address["format"] = "csv"
    context = {
        "board": shown,
        "charter": charter,
        "form": form,
        "is_filtered": any(value for name, value in request.GET.items() if name != "tri"),
        "total": sum(not site.label for site in sites),
        "as_of": spoken_date(day, with_year=True),
        "csv_url": f"?{address.urlencode()}",
    }
    return render(request, "quality/board.html", context)


@require_safe
@require(Can.STEER_NETWORK)
def evidence(request: SignedInRequest, slug: str, criterion: str) -> HttpResponse:
    now = timezone.now()
    charter = charter_in_force(now.astimezone(PARIS).date())
    asked = charter.criterion(criterion)
    if asked is None:
        raise Http404
    site = site_in_sight(request.user, slug, charter)
    finding = findings_of(site, charter).get(criterion)
    if finding is None:  # a label that is not in force is not judged
        raise Http404
    proof: dict[str, Any] = {}
    if asked.is_observed:
        proof["visits"] = proofs.visits(site, charter, criterion)
        if criterion == "accessibility":
            proof["access"] = proofs.access(site)
    elif criterion == "opening_hours":
        proof["places"] = proofs.hours(site)
    elif criterion == "trained_counsellors":
        proof["team"] = proofs.team(site, charter)
    elif criterion == "response_time":
        proof["months"] = proofs.months(site, now)
    context = {
        "site": site,
        "charter": charter,
        "asked": asked,
        "finding": finding,
        "path": [("Charte", reverse("quality:board")), (site.name, reverse("quality:structure", args=[slug]))],
        **proof,
    }
    return render(request, "quality/evidence.html", context)


def site_in_sight(user: User, slug: str, charter: CharterParameters) -> SiteFacts:
    """The facts of one site of her network; 404 when it is not in sight."""
    found = gather(Structure.objects.visible_to(user, Can.STEER_NETWORK).filter(slug=slug), charter, timezone.now())
    if not found:
        raise Http404
    return found[0]
