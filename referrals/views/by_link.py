"""The door of the pages that a signed link opens: no account, nothing told to another site, not too often."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts.visits import seconds_to_wait

WINDOW_MINUTES = 5
MOST_BY_LINK = 60
"""In a window: a person who reads, answers and opens ten files needs twenty."""
MOST_BY_ADDRESS = 300
"""In a window: a whole operator may come from one address."""

View = Callable[..., HttpResponse]


def by_link(view: View) -> View:
    """A page whose address is its own key: whoever does not know it can forge nothing for whoever does.

    That is why no other mark is asked of its forms; and none could be: told to send no referrer, a browser says that
    the form comes from nowhere, which the protection by origin refuses.
    """

    @csrf_exempt
    @login_not_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, token: str, **kwargs: Any) -> HttpResponse:
        if (wait := _seconds_to_wait(request, token, timezone.now())) is not None:
            response = _too_often(request, wait)
        else:
            response = view(request, token=token, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def _seconds_to_wait(request: HttpRequest, token: str, now: datetime) -> int | None:
    """Counts this visit, under its link and its address; None while both are within their limits."""
    limits = {f"by link {token}": MOST_BY_LINK}
    if address := _address(request):
        limits[f"by address {address}"] = MOST_BY_ADDRESS
    return seconds_to_wait(limits, minutes=WINDOW_MINUTES, now=now)


def _address(request: HttpRequest) -> str:
    """The visitor's own, past our proxies; empty when it is not known, and the link alone is counted."""
    try:
        return str(get_adapter().get_client_ip(request))
    except (PermissionDenied, ImproperlyConfigured):
        return ""


def _too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    minutes = -(-seconds // 60)
    response = render(request, "referrals/answer_too_often.html", {"minutes": minutes}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
