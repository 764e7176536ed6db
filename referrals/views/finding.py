"""One search box for everything, and the list as a file."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, require
from accounts.models import journal
from accounts.permissions import Can
from referrals.finding import exports
from referrals.finding.listing import selected
from referrals.finding.words import by_reference, search
from referrals.forms import RequestFilterForm, SearchForm
from referrals.views.requests import list_page
from schedules.calendars import PARIS
from structures.current import current_structure

_NBSP = "\u00a0"


@require(Can.FOLLOW_REQUESTS)
@require_POST
def search_requests(request: SignedInRequest) -> HttpResponse:
    """What was typed may be a name: it comes in the body of the request, and goes into no address and no log."""
    structure, form = current_structure(request), SearchForm(request.POST)
    if not form.is_valid():
        nothing = RequestFilterForm(QueryDict())
        nothing.is_valid()
        return list_page(request, nothing, search=form, status=422)
    typed = form.cleaned_data["q"]
    if one := by_reference(structure, typed):
        return redirect(one)
    found = search(structure=structure, typed=typed, by=request.user, now=timezone.now())
    query = QueryDict(mutable=True)
    query.update({"etat": "toutes", "trouvees": found.signed()})
    return redirect(f"{reverse('referrals:list')}?{query.urlencode()}")


@require(Can.FOLLOW_REQUESTS)
@require_safe
def export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """Every page of the filter on screen, in a file; what is too long says so instead."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    structure, now, form = current_structure(request), timezone.now(), RequestFilterForm(request.GET)
    back = f"{reverse('referrals:list')}?{request.GET.urlencode()}"
    if not form.is_valid():
        return redirect(back)
    selection = selected(structure, form.cleaned_data, user=request.user, now=now)
    if exports.is_too_long(selection):
        most = f"{exports.AT_MOST:,}".replace(",", _NBSP)
        messages.error(request, f"Cette liste dépasse {most} demandes{_NBSP}: choisissez une période plus courte.")
        return redirect(back)
    journal(verb=f"liste exportée ({kind})", subject=structure.slug[:60], now=now, by=request.user)
    name = f"demandes-{now.astimezone(PARIS):%Y-%m-%d}.{kind}"
    if kind == "xlsx":
        return FileResponse(exports.as_xlsx(selection, now=now), as_attachment=True, filename=name)
    response = StreamingHttpResponse(exports.as_csv(selection, now=now), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
