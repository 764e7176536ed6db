"""A site sees what the charter finds of it, and where each finding is mended; the figures of others are not there."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from quality import evidence as proofs
from quality.facts import charter_in_force, findings_of, gather
from quality.findings import Finding, Verdict
from schedules.calendars import PARIS
from schedules.wording import spoken_date
from structures.models import Location, LocationKind, Structure


@dataclass(frozen=True)
class FindingLine:
    """A finding and where it is mended; no link where a visit alone can tell."""

    finding: Finding
    mend_label: str = ""
    mend_url: str = ""


@require_safe
@require(Can.KEEP_SITE)
def site_charter(request: SignedInRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    day = now.astimezone(PARIS).date()
    structure = get_object_or_404(Structure.objects.visible_to(request.user, Can.KEEP_SITE), slug=slug)
    charter = charter_in_force(day)
    found = gather(Structure.objects.filter(pk=structure.pk), charter, now)
    if not found:  # it went away between the two statements
        raise Http404
    site = found[0]
    lines = [_line(finding, structure, request) for finding in findings_of(site, charter).values()]
    context = {
        "structure": structure,
        "site": site,
        "charter": charter,
        "lines": lines,
        "not_met": sum(line.finding.verdict is Verdict.NOT_MET for line in lines),
        "met": sum(line.finding.verdict is Verdict.MET for line in lines),
        "places": proofs.hours(site),
        "as_of": spoken_date(day, with_year=True),
    }
    return render(request, "quality/site_charter.html", context)


def _line(finding: Finding, structure: Structure, request: SignedInRequest) -> FindingLine:
    match finding.criterion:
        case "opening_hours":
            return FindingLine(finding, "Modifier les horaires", _page_of_hours(structure))
        case "trained_counsellors":
            return FindingLine(
                finding, "Tenir l’équipe et ses formations", reverse("quality:team", args=[structure.slug])
            )
        case "response_time" if request.user.can(Can.FOLLOW_REQUESTS):
            return FindingLine(finding, "Voir les demandes", reverse("referrals:list"))
        case _:
            return FindingLine(finding)


def _page_of_hours(structure: Structure) -> str:
    """The hours of the place that counts when there is only one, else the list of places."""
    kinds = [LocationKind.BUS_STOP] if structure.is_bus else [LocationKind.MAIN]
    counting = Location.objects.filter(structure=structure, is_active=True, kind__in=kinds)[:2]
    if len(counting) == 1:
        return reverse("structures:hours", args=[structure.slug, counting[0].pk])
    return reverse("structures:site", args=[structure.slug])
