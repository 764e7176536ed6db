"""The directory that colleagues read: operators, their démarches, whom to call. Never public."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from partners.facts import directory as facts
from schedules.calendars import PARIS

LONGEST_SEARCH = 100


@require(Can.READ_DIRECTORY)
@never_cache
@require_safe
def directory(request: SignedInRequest) -> HttpResponse:
    today = timezone.now().astimezone(PARIS).date()
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    return render(request, "partners/directory.html", {"q": text, "found": facts(text, today)})
