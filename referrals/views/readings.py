"""« Qui a consulté » : the readings of one request, and those of a whole site."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, require
from accounts.models import members_of
from accounts.permissions import Can
from referrals import readings
from referrals.forms.rights import CONTACTS, ReadingsForm
from referrals.views.request_page import in_sight
from structures.current import current_structure

PAGE = 50
LONGEST = 500
"""Lines of one request on its own page; the site's page shows the older ones."""


@require(Can.READ_IDENTITIES)
@require_safe
def of_request(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request = in_sight(request, reference)
    lines = readings.of_request(service_request)[:LONGEST]
    return render(request, "referrals/readings.html", {"service_request": service_request, "lines": lines})


@require(Can.READ_IDENTITIES)
@require_safe
def of_site(request: SignedInRequest) -> HttpResponse:
    structure = current_structure(request)
    people = sorted(members_of([structure.team] if structure.team else []), key=str)
    form = ReadingsForm(request.GET, people=people)
    chosen = form.cleaned_data if form.is_valid() else {}
    who = chosen.get("who", "")
    rows = readings.of_site(
        structure,
        user=next((user for user in people if str(user.pk) == who), None),
        by_contacts=who == CONTACTS,
        first=chosen.get("first"),
        last=chosen.get("last"),
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    filters = request.GET.copy()
    filters.pop("page", None)
    context = {"structure": structure, "form": form, "page": page, "filters": filters.urlencode()}
    return render(request, "referrals/site_readings.html", context, status=200 if form.is_valid() else 422)
