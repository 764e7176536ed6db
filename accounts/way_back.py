"""Which page holds the form that could not be received? It is where the person comes back to."""

import inspect
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve


def page_of_form(request: HttpRequest) -> str:
    """Path and query of that page, on this site: the address posted to if it shows a page, else the one she came from,
    else the nearest page above it (`/demandes/X/notes/` → `/demandes/X/`), else where everybody lands.
    """
    if _shows_a_page(request.path):
        return request.get_full_path()
    before = _came_from(request)
    if before is not None and _shows_a_page(unquote(before.path)):
        return before._replace(scheme="", netloc="", fragment="").geturl()
    above = request.path.rstrip("/")
    while above := above.rpartition("/")[0]:
        if _shows_a_page(f"{above}/"):
            return quote(f"{above}/")
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def _came_from(request: HttpRequest) -> SplitResult | None:
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return None
    is_here = before.netloc == request.get_host() and before.path.startswith("/") and before.path[1:2] != "/"
    return before if is_here else None


def _shows_a_page(path: str) -> bool:
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    methods = _methods(view)
    return methods is None or "GET" in methods


def _methods(view: Any) -> list[str] | None:
    """What `require_http_methods` and its like let through; None when they were not asked.

    They keep their list to themselves: reading it there is what spares every view from saying it a second time.
    """
    while view is not None:
        if inspect.isfunction(view):
            kept = inspect.getclosurevars(view).nonlocals.get("request_method_list")
            if kept is not None:
                return list(kept)
        view = getattr(view, "__wrapped__", None)
    return None
