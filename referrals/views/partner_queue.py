"""The partner manager's home: what to mend now, each with the link that mends it.

It is here because the holes of the coverage come from the ranking, which `partners` does not know.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, require
from accounts.permissions import Can, TeamKind
from referrals.partner_queue import queue


@require(Can.KEEP_PARTNERS)
@never_cache
@require_safe
def partner_queue(request: SignedInRequest) -> HttpResponse:
    offices = request.user.teams_by_kind().get(TeamKind.PARTNER_OFFICE, [])
    sections = queue(offices, timezone.now())
    context = {"sections": sections, "count": sum(section.count for section in sections)}
    return render(request, "partners/upkeep/queue.html", context)
