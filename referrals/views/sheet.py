"""The sheet in large type that the resident takes home."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, require
from accounts.permissions import Can
from referrals.sheet import read_sheet
from referrals.views.request_page import in_sight


@require(Can.FOLLOW_REQUESTS)
@require_safe
def sheet(request: SignedInRequest, reference: str) -> HttpResponse:
    service_request = in_sight(request, reference)
    context = {"service_request": service_request, "sheet": read_sheet(service_request, timezone.now())}
    return render(request, "referrals/sheet.html", context)
