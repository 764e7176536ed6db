"""The door: which permission opens a view, said on the view itself."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from accounts.permissions import Can

Arguments = ParamSpec("Arguments")


class SignedInRequest(HttpRequest):
    """A request that came through the door: its user has an account."""

    user: User
    htmx: HtmxDetails
    structures_of_team: list[Any]
    """The structures of her teams, once `structures.current` has read them."""


View = Callable[Concatenate[SignedInRequest, Arguments], HttpResponseBase]


def require(permission: Can) -> Callable[[View[Arguments]], View[Arguments]]:
    """Let in who has this permission; 403 for the others. Who has not signed in was sent to the sign-in page before."""

    def door(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def guarded(request: SignedInRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponseBase:
            if not (request.user.is_authenticated and request.user.can(permission)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return door
