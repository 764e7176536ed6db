"""The needs that go to nobody, for the coordinator: counts by démarche and commune, never a person."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from quality.unmet import WINDOW, needs_without_service, unmet_needs
from schedules.wording import spoken_moment
from structures.models import Structure

PAGE_SIZE = 50


@require_safe
@require(Can.STEER_NETWORK)
def unmet(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    lines = unmet_needs(Structure.objects.visible_to(request.user), now)
    context = {
        "page": Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page")),
        "subjects": needs_without_service(),
        "days": WINDOW.days,
        "as_of": spoken_moment(now),
        "path": [("Tableau de bord", reverse("quality:dashboard"))],
    }
    return render(request, "quality/unmet.html", context)
