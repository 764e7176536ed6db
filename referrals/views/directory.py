"""The directory that colleagues read: operators, their démarches, whom to call. Never public.

It is here because whose contacts one may call depends on the structures one works for, which `partners` does not know.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, require
from accounts.models import User
from accounts.permissions import Can, TeamKind
from partners.facts import directory as facts
from schedules.calendars import PARIS
from structures.models import Structure

LONGEST_SEARCH = 100


@require(Can.READ_DIRECTORY)
@never_cache
@require_safe
def directory(request: SignedInRequest) -> HttpResponse:
    today = timezone.now().astimezone(PARIS).date()
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    found = facts(text, today, offices=_offices(request.user))
    return render(request, "partners/directory.html", {"q": text, "found": found})


def _offices(user: User) -> set[int]:
    """The partner offices that serve the structures in her sight, and her own; none for the digital coordination."""
    served = Structure.objects.visible_to(user).filter(partner_office__isnull=False).order_by()
    own = user.teams_by_kind().get(TeamKind.PARTNER_OFFICE, [])
    return {pk for pk in served.values_list("partner_office_id", flat=True).distinct() if pk} | {t.pk for t in own}
