"""What a person sees when something goes wrong: what happened, that nothing is lost, what to do."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string

log = logging.getLogger("app.errors")
EXPECTED = (Http404, PermissionDenied, SuspiciousOperation)
"""Answers rather than faults: they have their page, and no line in the log."""


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """Rendered without any context processor: nothing here may need the database."""
    html = render_to_string(template, {"request_id": getattr(request, "request_id", "")})
    return HttpResponse(html, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "404.html", 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, "403_csrf.html", 403)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    return _page(request, "500.html", 500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database is away: say it, and when to come back."""
    response = _page(request, "503.html", 503)
    response["Retry-After"] = "10"
    return response


class ExceptionPages:
    """Logs an exception by its type and place, and turns an absent database into a 503 rather than a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError):
            # Raised by a middleware (the session, the account): views' own are caught below.
            log.exception("database away", extra={"request_id": getattr(request, "request_id", "")})
            return unavailable(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, EXPECTED):
            return None
        log.error("exception", exc_info=exception, extra={"request_id": getattr(request, "request_id", "")})
        return unavailable(request) if isinstance(exception, OperationalError | InterfaceError) else None
