"""One site after another: the list, a site's findings and visits, and the form of a visit."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import interrupted
from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from quality import actions, network
from quality import evidence as proofs
from quality.board import KIND_LABELS
from quality.facts import charter_in_force, gather
from quality.forms import VisitForm
from quality.views.charter import site_in_sight
from quality.wording import spoken_number
from schedules.calendars import PARIS
from schedules.wording import spoken_date
from structures.models import LABEL_IN_FORCE, Structure
from territories.spelling import plain


@require_safe
@require(Can.STEER_NETWORK)
def structures(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    charter = charter_in_force(now.astimezone(PARIS).date())
    search, order = request.GET.get("recherche", "")[:80], request.GET.get("tri", "nom")
    found = network.lines(gather(Structure.objects.visible_to(request.user), charter, now), charter)
    wanted = plain(search).split()
    lines = [line for line in found if all(word in plain(f"{line.site.name} {line.site.id_fs}") for word in wanted)]
    rows = [(line, KIND_LABELS[line.site.kind]) for line in network.ordered(lines, order)]
    context = {
        "lines": [row for row in rows if not row[0].site.label],
        "unlabelled": [row for row in rows if row[0].site.label],
        "search": search,
        "order": order,
        "orders": network.ORDERS.items(),
        "charter": charter,
    }
    return render(request, "quality/structures.html", context)


@require_safe
@require(Can.STEER_NETWORK)
def structure(request: SignedInRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    charter = charter_in_force(now.astimezone(PARIS).date())
    site = site_in_sight(request.user, slug, charter)
    line = network.lines([site], charter)[0]
    context = {
        "site": site,
        "kind": KIND_LABELS[site.kind],
        "line": line,
        "charter": charter,
        "visits": proofs.visits(site, charter),
        "path": [("Structures", reverse("quality:structures"))],
        "as_of": spoken_date(site.day, with_year=True),
        "month_note": f"{spoken_number(site.requests.last_month)} le mois dernier au même jour",
        "window_note": f"depuis {charter.response_window_days} jours",
        "may_record_visit": request.user.can(Can.RECORD_VISIT),
    }
    return render(request, "quality/structure.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require(Can.RECORD_VISIT)
def record_visit(request: SignedInRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    today = now.astimezone(PARIS).date()
    structure = get_object_or_404(Structure.objects.visible_to(request.user), slug=slug)
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
