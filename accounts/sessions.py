"""How long does a session last? Renewed while it is used, and over some hours after signing in whatever happens."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

BEGAN = "signed_in_at"
RENEWED_EVERY = timedelta(minutes=5)


class SessionStore(db.SessionStore):
    """Its row says when it ends, idle time and longest time together: nothing more is read to know it."""

    ends_at: datetime | None = None

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        row: AbstractBaseSession | None = super()._get_session_from_db()  # type: ignore[misc]
        self.ends_at = row.expire_date if row else None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """A session that somebody signed in to carries its beginning, and keeps it when its key changes."""
        if SESSION_KEY in data:
            data.setdefault(BEGAN, timezone.now().timestamp())
        return super().create_model_instance(data)

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        end = super().get_expiry_date(**kwargs)
        began = self.get(BEGAN)
        if began is None:
            return end
        return min(end, datetime.fromtimestamp(began, UTC) + timedelta(seconds=settings.SESSION_LONGEST_AGE))

    def renew(self) -> None:
        """Put the end off, at most once every five minutes. Only the date is written: a page that is renewing the
        session can neither undo what another one writes in it nor bring it back after signing out."""
        if self.ends_at is None or SESSION_KEY not in self:
            return
        end = self.get_expiry_date()
        if end - self.ends_at >= min(RENEWED_EVERY, timedelta(seconds=settings.SESSION_COOKIE_AGE / 6)):
            self.model.objects.filter(session_key=self.session_key).update(expire_date=end)


def keep_alive(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A person at work is not signed out under her hands."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        session = request.session
        # A page that did not read the session does not read it now; one that wrote it has put its end off already.
        if getattr(request, "asked_by_itself", False):
            return response
        if isinstance(session, SessionStore) and session.accessed and not session.modified:
            session.renew()
        return response

    return middleware


def asked_by_itself(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For what an open page asks every few seconds without anybody: it never keeps a forgotten session alive."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.asked_by_itself = True  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return asked


def erase_ended(now: datetime) -> int:
    """Erase the rows of the sessions that are over; count them. A periodic job."""
    erased, _ = SessionStore.get_model_class().objects.filter(expire_date__lt=now).delete()
    return erased
