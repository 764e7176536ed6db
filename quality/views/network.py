"""The coordinator's first pages: the network at a glance, what is late, whom nobody has confirmed."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.models import Contact, ContactQuerySet
from quality import lateness, network
from quality.exports import csv_response
from quality.facts import charter_in_force, gather
from quality.wording import counted, spoken_number, spoken_share
from referrals.models import ServiceRequest
from referrals.orientation.gestures import hidden_when_few
from schedules.calendars import PARIS
from schedules.wording import spoken_date, spoken_moment
from structures.models import Structure

PAGE_SIZE = 50


@require_safe
@require(Can.STEER_NETWORK)
def dashboard(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    day = now.astimezone(PARIS).date()
    structures = Structure.objects.visible_to(request.user, Can.STEER_NETWORK)
    charter = charter_in_force(day)
    found = network.lines(gather(structures, charter, now), charter)
    glance = network.glance(found)
    page = {
        "charter": charter,
        "glance": glance,
        "on_time": "–" if glance.on_time is None else spoken_share(glance.on_time),
        "on_time_is_short": glance.on_time is not None and glance.on_time < (charter.response_share or 0),
        "solved": "–" if glance.solved is None else spoken_share(glance.solved),
        "with_note": hidden_when_few(glance.with_note) if glance.with_note else "aucune",
        "this_month": spoken_number(glance.this_month),
        "month_note": f"{spoken_number(glance.last_month)} le mois dernier au même jour",
        "window_note": f"depuis {charter.response_window_days} jours",
        "on_time_note": f"depuis {charter.response_window_days} jours, sur {spoken_number(glance.counted)}",
        "sites_note": f"sur {glance.judged}",
        "unconfirmed": _contacts(request).unconfirmed(day).count(),
        "first": network.first_to_look_at(found),
        "operators": network.by_operator(found),
        "as_of": spoken_moment(now),
    }
    return render(request, "quality/dashboard.html", page)


@require_safe
@require(Can.STEER_NETWORK)
def late(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    sites = {
        site.pk: site
        for site in Structure.objects.visible_to(request.user, Can.STEER_NETWORK).only("pk", "name", "slug")
    }
    chosen = next((site for site in sites.values() if site.slug == request.GET.get("structure")), None)
    waiting = ServiceRequest.objects.filter(structure__in=[chosen.pk] if chosen else list(sites)).late(now)
    if request.GET.get("format") == "csv":
        return csv_response("demandes-en-retard", lateness.CSV_HEADER, lateness.csv_rows(waiting, sites, now))
    page = _page(request.GET.get("page", ""))
    # One row more than shown tells whether there is a next page.
    lines = lateness.lines(waiting, sites, now, slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE + 1))
    kept = {"structure": chosen.slug} if chosen else {}
    context = {
        "lines": lines[:PAGE_SIZE],
        "sites": sites.values(),
        "chosen": chosen,
        "total": counted(waiting.count(), "demande", "demandes"),
        "csv_url": "?" + urlencode({**kept, "format": "csv"}),
        "previous_url": "?" + urlencode({**kept, "page": page - 1}) if page > 1 else "",
        "next_url": "?" + urlencode({**kept, "page": page + 1}) if len(lines) > PAGE_SIZE else "",
        "as_of": spoken_moment(now),
    }
    return render(request, "quality/late.html", context)


def _page(typed: str) -> int:
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


@require_safe
@require(Can.STEER_NETWORK)
def contacts(request: SignedInRequest) -> HttpResponse:
    """Contacts that nobody has confirmed for 90 days, and the office to ask; no private line is shown."""
    day = timezone.now().astimezone(PARIS).date()
    rows = _contacts(request).unconfirmed(day).select_related("operator", "office").order_by("checked_on", "plain_name")
    lines = [
        (contact, f"le {spoken_date(contact.checked_on, with_year=True)}" if contact.checked_on else "jamais")
        for contact in rows
    ]
    path = [("Tableau de bord", reverse("quality:dashboard"))]
    return render(request, "quality/contacts.html", {"lines": lines, "path": path})


def _contacts(request: SignedInRequest) -> ContactQuerySet:
    """The contacts kept by the partner offices that serve her structures."""
    offices = (
        Structure.objects.visible_to(request.user, Can.STEER_NETWORK)
        .filter(partner_office__isnull=False)
        .values("partner_office")
    )
    return Contact.objects.filter(office__in=offices)
