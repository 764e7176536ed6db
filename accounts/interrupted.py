"""What becomes of a form posted after the session ended? It waits, and is back after signing in.

The form says who typed it (a signed, hidden field): only that person finds the text again, even on a shared computer.
"""

from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.auth import middleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.models import Session
from django.core import signing
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.http.request import RawPostDataException
from django.utils import timezone

from accounts.models import User
from accounts.sealing import Unreadable, seal, unseal
from accounts.sessions import SessionStore
from accounts.way_back import page_of_form

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

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Django reads the session and the account before it asks whether the view needs them: two queries saved."""
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        """To the sign-in page, and from there to the page that holds the form, with what was typed in it."""
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        page = page_of_form(request)
        keep(request, page)
        login_url, field = self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        return redirect_to_login(page, login_url, field)


def keep(request: HttpRequest, page: str) -> bool:
    """Put aside what was posted until its author opens `page` (path and query); False when it is not hers to keep,
    or too long. It waits in the session row, signed, compressed and sealed: one hour at most."""
    try:
        author = signing.loads(request.POST.get(FIELD, ""), salt=_SALT, max_age=86_400)
    except (signing.BadSignature, RawPostDataException):
        return False
    if _comes_from_another_site(request) or (request.user.is_authenticated and request.user.pk != author):
        return False
    typed = request.POST.copy()
    for name in list(typed):
        if name in ("csrfmiddlewaretoken", FIELD) or "password" in name:
            del typed[name]
    text = typed.urlencode()
    if len(text) > _LARGEST:
        return False
    request.session[_SESSION_KEY] = {
        "author": author,
        "path": unquote(urlsplit(page).path),
        "posted_to": request.path,
        "typed": seal(signing.dumps(text, salt=_SALT, compress=True)),
        "at": timezone.now().timestamp(),
    }
    if not request.user.is_authenticated:
        request.session.set_expiry(min(_KEPT_FOR_SECONDS, settings.SESSION_COOKIE_AGE))
    return True


def _comes_from_another_site(request: HttpRequest) -> bool:
    """Nothing is kept for it: a session of its own making would take the place of the visitor's."""
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.get_host()


def posted_to(request: HttpRequest) -> str | None:
    """The address that the text waiting for this page had been sent to; asking takes nothing away."""
    kept = _waiting(request)
    return kept["posted_to"] if kept else None


def typed_before(request: HttpRequest, *, posted_to: str | None = None) -> QueryDict | None:
    """What this person had typed on this page when her session ended; given back once.

    `posted_to`: only what had been sent to this address, on a page that holds several forms.
    """
    kept = _waiting(request)
    if not kept or posted_to not in (None, kept["posted_to"]):
        return None
    del request.session[_SESSION_KEY]
    request.session.set_expiry(None)
    if timezone.now().timestamp() - kept["at"] > _KEPT_FOR_SECONDS:
        return None
    try:
        return QueryDict(signing.loads(unseal(kept["typed"]), salt=_SALT))
    except Unreadable:  # the keys turned within the hour, and the old one left
        return None


def initial(request: HttpRequest, *, posted_to: str | None = None) -> dict[str, Any]:
    """The same, as the `initial` of a form; empty when nothing was interrupted."""
    typed = typed_before(request, posted_to=posted_to)
    return {name: typed.get(name) for name in typed} if typed else {}


def _waiting(request: HttpRequest) -> dict[str, Any] | None:
    kept: dict[str, Any] | None = request.session.get(_SESSION_KEY)
    is_hers_and_here = kept and kept["path"] == request.path and kept["author"] == request.user.pk
    return kept if is_hers_and_here else None


def forget_text_of_others(request: HttpRequest) -> None:
    """Somebody signed in: what another person had typed in this browser is not hers, and does not wait any more."""
    kept = request.session.get(_SESSION_KEY)
    if kept and kept["author"] != request.user.pk:
        del request.session[_SESSION_KEY]


def erase_old_texts(now: datetime) -> int:
    """Erase what has waited for more than an hour in the sessions still open; count them. A periodic job.

    One UPDATE for each, on the row as it was read: a page that wrote in the session meanwhile is not undone.
    """
    erased = 0
    for row in Session.objects.filter(expire_date__gt=now).iterator():
        data = row.get_decoded()
        kept = data.get(_SESSION_KEY)
        if kept and now.timestamp() - kept["at"] > _KEPT_FOR_SECONDS:
            del data[_SESSION_KEY]
            as_read = Session.objects.filter(pk=row.pk, session_data=row.session_data)
            erased += as_read.update(session_data=SessionStore().encode(data))
    return erased
