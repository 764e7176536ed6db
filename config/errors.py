"""What a person sees when something goes wrong: what happened, that nothing is lost, what to do."""

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from accounts.interrupted import keep
from accounts.way_back import page_of_form

log = logging.getLogger("app.errors")
DATABASE_AWAY = (OperationalError, InterfaceError)


def _page(request: HttpRequest, template: str, status: int, **context: str) -> HttpResponse:
    """Rendered without any context processor: nothing here may need the database."""
    always = {"request_id": getattr(request, "request_id", ""), "service_name": settings.SERVICE_NAME}
    html = render_to_string(template, always | context)
    return HttpResponse(html, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "404.html", 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Often another tab, in which the same person signed in again: what she typed waits for her on its page."""
    page = page_of_form(request)
    is_kept = keep(request, page)
    return _page(request, "403_csrf.html", 403, page=page, kept_on=page if is_kept else "")


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """An exception that nobody expected: logged by its type and place, under the reference that the page shows.

    One of the database comes here too when a middleware needed it (the session, the account).
    """
    exception = sys.exc_info()[1]
    if isinstance(exception, DATABASE_AWAY):
        return unavailable(request, exception)
    log.error("exception", exc_info=exception, extra={"request_id": getattr(request, "request_id", "")})
    return _page(request, "500.html", 500)


def unavailable(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """The database is away: say it, and when to come back."""
    log.error("database away", exc_info=exception, extra={"request_id": getattr(request, "request_id", "")})
    response = _page(request, "503.html", 503)
    response["Retry-After"] = "10"
    return response


class ExceptionPages:
    """Turns an absent database into a 503 rather than a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return unavailable(request, exception) if isinstance(exception, DATABASE_AWAY) else None
