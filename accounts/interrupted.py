"""What becomes of a form posted after the session ended? It waits, and is back after signing in.

The form says who typed it (a signed, hidden field): only that person finds the text again, even on a shared computer.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth import middleware
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.http.request import RawPostDataException
from django.utils import timezone

from accounts.models import User

FIELD = "typed_by"
_SALT = "accounts.interrupted"
_SESSION_KEY = "interrupted"
_LARGEST = 20_000
_KEPT_FOR_SECONDS = 3600


def mark(user: User | AnonymousUser) -> str:
    """The value of the hidden field that says who is typing."""
    return signing.dumps(user.pk, salt=_SALT)


class LoginRequiredMiddleware(middleware.LoginRequiredMiddleware):
    """Signing in is the rule; a view that anyone may open says so with `login_not_required`."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method == "POST":
            _keep(request)
        return super().handle_no_permission(request, view_func)


def _keep(request: HttpRequest) -> None:
    try:
        author = signing.loads(request.POST.get(FIELD, ""), salt=_SALT, max_age=86_400)
    except (signing.BadSignature, RawPostDataException):
        return
    typed = request.POST.copy()
    for secret in ("csrfmiddlewaretoken", FIELD):
        typed.pop(secret, None)
    text = typed.urlencode()
    if len(text) > _LARGEST:
        return
    request.session[_SESSION_KEY] = {
        "author": author,
        "path": request.path,
        # Signed and compressed, not readable at a glance in the session table.
        "typed": signing.dumps(text, salt=_SALT, compress=True),
        "at": timezone.now().timestamp(),
    }
    request.session.set_expiry(min(_KEPT_FOR_SECONDS, settings.SESSION_COOKIE_AGE))


def typed_before(request: HttpRequest) -> QueryDict | None:
    """What this person had typed on this page when her session ended; given back once."""
    kept = request.session.get(_SESSION_KEY)
    if not kept or kept["path"] != request.path or kept["author"] != request.user.pk:
        return None
    del request.session[_SESSION_KEY]
    request.session.set_expiry(None)
    if timezone.now().timestamp() - kept["at"] > _KEPT_FOR_SECONDS:
        return None
    return QueryDict(signing.loads(kept["typed"], salt=_SALT))


def initial(request: HttpRequest) -> dict[str, Any]:
    """The same, as the `initial` of a form; empty when nothing was interrupted."""
    typed = typed_before(request)
    return {name: typed.get(name) for name in typed} if typed else {}
