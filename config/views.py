"""The pages that belong to no app: landing after sign-in, compulsory pages, the demonstration's mails."""

import re
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import SignedInRequest
from accounts.permissions import Can
from outbox.models import Message

_LOCAL_ADDRESS = re.compile(r"http://127\.0\.0\.1:[0-9]+")
_LANDINGS = [
    (Can.LOG_REQUEST, "referrals:desk"),
    (Can.STEER_NETWORK, "quality:dashboard"),
    (Can.KEEP_PARTNERS, "referrals:partner_queue"),
    (Can.KEEP_DIGITAL_ADVISORS, "partners:digital_advisors"),
]


def landing(request: SignedInRequest) -> HttpResponse:
    """Each person on the page she works on."""
    for permission, page in _LANDINGS:
        if request.user.can(permission):
            return redirect(page)
    return redirect("admin:index" if request.user.is_staff else "structures:find")


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "config/accessibility.html")


@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "config/privacy.html")


@login_not_required
def legal(request: HttpRequest) -> HttpResponse:
    return render(request, "config/legal.html")


@login_not_required
def sitemap(request: HttpRequest) -> HttpResponse:
    return render(request, "config/sitemap.html")


@login_not_required
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116; it must say until when it may be trusted."""
    expires = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [f"Contact: mailto:{settings.SERVICE_CONTACT}", f"Expires: {expires}", "Preferred-Languages: fr, en"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@login_not_required
def demonstration_mails(request: HttpRequest) -> HttpResponse:
    """The mails « sent », so that a partner's link can be followed without a mail server. Demonstration only."""
    if not settings.DEMONSTRATION:
        raise Http404
    mails = list(Message.objects.order_by("-created_at")[:50])
    for mail in mails:
        # Links were written with the address of the day of loading; the port may have changed since.
        mail.text = _LOCAL_ADDRESS.sub(f"{request.scheme}://{request.get_host()}", mail.text)
    return render(request, "config/demonstration_mails.html", {"mails": mails})
