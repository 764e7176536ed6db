"""The requests of my site: the list with its filters."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from referrals.finding import filter_panel
from referrals.finding.listing import page_of, selected
from referrals.finding.saved_views import tabs
from referrals.forms import RequestFilterForm, SearchForm
from structures.current import current_structure


@require(Can.FOLLOW_REQUESTS)
@require_safe
def request_list(request: SignedInRequest) -> HttpResponse:
    form = RequestFilterForm(request.GET)
    return list_page(request, form, status=200 if form.is_valid() else 422)


def list_page(
    request: SignedInRequest, form: RequestFilterForm, *, search: SearchForm | None = None, status: int = 200
) -> HttpResponse:
    """The list under these filters; without those that are not understood, which say so."""
    structure, now = current_structure(request), timezone.now()
    chosen: dict[str, Any] = form.cleaned_data if (form.is_bound and form.is_valid()) or form.errors else {}
    selection = selected(structure, chosen, user=request.user, now=now)
    page = page_of(selection, now=now, after=request.GET.get("apres", ""), before=request.GET.get("avant", ""))
    query, base = form.query(), reverse("referrals:list")
    context = {
        "structure": structure,
        "page": page,
        "query": query,
        "tabs": tabs(request.user, structure, base, query),
        "chips": filter_panel.chips(form, page.names, base),
        "panel": filter_panel.panel(form, page.names),
        "search": search,
        "has_place": request.GET.keys() & {"apres", "avant"},
    }
    return render(request, "referrals/list.html", context, status=status)
