"""Addresses of the tests only: the whole site, and views to which everything that can go wrong happens."""

from typing import NoReturn

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from config import urls

SECRET = "Jeanne Durand 184127645108946 jeanne.durand@exemple.fr"


@login_not_required
def broken(request: HttpRequest) -> NoReturn:
    """A mistake of ours whose message quotes what a person typed."""
    raise ValueError(f"cannot read {SECRET} {request.GET.get('nom', '')}")


@login_not_required
def broken_from(request: HttpRequest) -> NoReturn:
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        raise RuntimeError(SECRET) from error


@login_not_required
def refused(request: HttpRequest) -> NoReturn:
    raise PermissionDenied(SECRET)


@login_not_required
def misunderstood(request: HttpRequest) -> NoReturn:
    raise BadRequest(SECRET)


@login_not_required
def without_database(request: HttpRequest) -> NoReturn:
    raise OperationalError(f"server closed the connection: {SECRET}")


@login_not_required
def without_cursor(request: HttpRequest) -> NoReturn:
    raise InterfaceError("connection already closed")


@login_not_required
def reads(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("lu")


@login_not_required
def token(request: HttpRequest, token: str) -> NoReturn:
    raise ValueError(token)


urlpatterns = [
    path("panne/", broken),
    path("panne-enchainee/", broken_from),
    path("refus/", refused),
    path("incompris/", misunderstood),
    path("sans-base/", without_database),
    path("sans-curseur/", without_cursor),
    path("lecture/", reads),
    path("repondre-panne/<str:token>/", token),
    path("", include("config.urls")),
]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
