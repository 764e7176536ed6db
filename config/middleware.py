"""What surrounds every request: its identifier, its line in the log, and the headers no library gives."""

import logging
import time
import uuid
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from config.errors import bad_request

Handler = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("app.request")


def request_log(get_response: Handler) -> Handler:
    """One line a request: the route and never the path, which may hold a signed link or a name."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex[:12]  # type: ignore[attr-defined]
        started = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        log.info(
            "request",
            extra={
                "request_id": request.request_id,  # type: ignore[attr-defined]
                "method": request.method,
                "route": match.route if match else None,
                "status": response.status_code,
                "ms": round((time.perf_counter() - started) * 1000),
                "user_id": _user_id(request),
            },
        )
        response.headers["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response

    return middleware


def refuse_null_characters(get_response: Handler) -> Handler:
    """No address holds a null character, and PostgreSQL refuses to look for one: 400 before any view tries."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_request(request, BadRequest())
        return get_response(request)

    return middleware


def _user_id(request: HttpRequest) -> int | None:
    """The account, when something already read it: the log never costs a query."""
    user = getattr(request, "_cached_user", None)
    return user.pk if user is not None else None


def isolation_headers(get_response: Handler) -> Handler:
    """Pages are ours alone, and pages of signed-in people are kept by no cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store" if _is_private(request) else "no-cache")
        return response

    return middleware


def _is_private(request: HttpRequest) -> bool:
    user = getattr(request, "_cached_user", None)
    return bool(user is not None and user.is_authenticated) or request.method != "GET"
