"""One site after another: the list, everything about one, and the form of a visit."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from quality import actions, roster
from quality.exports import csv_response
from quality.facts import charter_in_force, gather
from quality.forms import VisitForm
from quality.roster_form import RosterForm
from quality.site_page import read_page
from quality.wording import counted, spoken_number
from schedules.calendars import PARIS
from schedules.wording import spoken_date
from structures.models import LABEL_IN_FORCE, Structure

PAGE_SIZE = 100


@require_safe
@require(Can.STEER_NETWORK)
def structures(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    day = now.astimezone(PARIS).date()
    charter = charter_in_force(day)
    every = roster.rows_of(gather(Structure.objects.visible_to(request.user, Can.STEER_NETWORK), charter, now), charter)
    form = RosterForm(request.GET, territories=roster.territories(every))
    choice = form.choice()
    rows = roster.chosen(every, choice)
    if request.GET.get("format") == "csv":
        return csv_response(f"structures-{day.isoformat()}", roster.CSV_HEADER, roster.csv_rows(rows))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "rows": page.object_list,
        "shown": counted(len(rows), "structure", "structures"),
        "total": len(every),
        "form": form,
        "is_filtered": choice != roster.RosterChoice(sort=choice.sort),
        "charter": charter,
        "csv_url": _address(request, format="csv"),
        "previous_url": _address(request, page=page.previous_page_number()) if page.has_previous() else "",
        "next_url": _address(request, page=page.next_page_number()) if page.has_next() else "",
        "may_keep": request.user.can(Can.KEEP_NETWORK),
    }
    return render(request, "quality/structures.html", context)


def _address(request: SignedInRequest, **changes: object) -> str:
    """This page with something else asked for; the number of the page does not outlive another question."""
    address = request.GET.copy()
    address.pop("page", None)
    for name, value in changes.items():
        address[name] = str(value)
    return f"?{address.urlencode()}"


@require_safe
@require(Can.STEER_NETWORK)
def structure(request: SignedInRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    day = now.astimezone(PARIS).date()
    charter = charter_in_force(day)
    page = read_page(Structure.objects.visible_to(request.user, Can.STEER_NETWORK), slug, charter, now)
    if page is None:
        raise Http404
    site = page.row.site
    context = {
        "page": page,
        "site": site,
        "line": page.row.line,
        "charter": charter,
        "visits": page.visits,
        "path": [("Structures", reverse("quality:structures"))],
        "as_of": spoken_date(day, with_year=True),
        "month_note": f"{spoken_number(site.requests.last_month)} le mois dernier au même jour",
        "window_note": f"depuis {charter.response_window_days} jours",
        "may_record_visit": request.user.can(Can.RECORD_VISIT),
        "may_keep": request.user.can(Can.KEEP_NETWORK),
    }
    return render(request, "quality/structure.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.RECORD_VISIT)
def record_visit(request: SignedInRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    today = now.astimezone(PARIS).date()
    structure = get_object_or_404(Structure.objects.visible_to(request.user, Can.RECORD_VISIT), slug=slug)
    charter = charter_in_force(today)
    form = VisitForm(
        request.POST or None,
        criteria=charter.criteria,
        today=today,
        initial={"visited_on": today, **interrupted.initial(request)},
    )
    if form.is_valid():
        observations = form.observations()
        actions.record_visit(
            structure=structure,
            visited_on=form.cleaned_data["visited_on"],
            observations=observations,
            note=form.cleaned_data["note"],
            by=request.user,
            now=now,
        )
        day = spoken_date(form.cleaned_data["visited_on"], with_year=True)
        messages.success(request, f"Visite du {day} enregistrée.")
        shown = observations if structure.label_state in LABEL_IN_FORCE else []
        return redirect(_after_visit(slug, shown, request.GET.get("critere", "")))
    path = [("Structures", reverse("quality:structures")), (structure.name, reverse("quality:structure", args=[slug]))]
    return render(request, "quality/record_visit.html", {"structure": structure, "form": form, "path": path})


def _after_visit(slug: str, observations: list[actions.Observed], asked: str) -> str:
    """The evidence of the criterion she came from, else of the first one not met, else of the first one seen.

    Without any to show, or when its label is not in force, the page of the site.
    """
    keys = [seen.criterion for seen in sorted(observations, key=lambda seen: seen.is_met)]
    if not keys:
        return reverse("quality:structure", args=[slug])
    return reverse("quality:evidence", args=[slug, asked if asked in keys else keys[0]])
