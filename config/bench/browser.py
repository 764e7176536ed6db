"""How is a page asked for with nothing between us and the application? One WSGI call, as gunicorn makes it."""

import io
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler

from accounts.models import User

_SECRET = "benchbenchbenchbenchbenchbenchbb"  # as a browser would hold it: the same in the cookie and in the form


class Browser:
    """Somebody's browser: her session, her CSRF cookie; answers are a status and the size of the page."""

    def __init__(self, application: WSGIHandler, user: User | None = None, **session: object) -> None:
        self.application = application
        store = SessionStore()
        store.update(session)
        if user is not None:
            store[SESSION_KEY] = str(user.pk)
            store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.create()
        self.cookies = f"{settings.SESSION_COOKIE_NAME}={store.session_key}; {settings.CSRF_COOKIE_NAME}={_SECRET}"

    def get(self, address: str) -> int:
        path, _, query = address.partition("?")
        return self._ask("GET", path, query, b"")

    def post(self, address: str, fields: Mapping[str, str]) -> int:
        return self._ask("POST", address, "", urlencode({"csrfmiddlewaretoken": _SECRET, **fields}).encode())

    def _ask(self, method: str, path: str, query: str, body: bytes) -> int:
        statuses: list[str] = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_ACCEPT": "text/html",
            "HTTP_COOKIE": self.cookies,
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }

        def start(status: str, headers: object, trouble: object = None, /) -> Callable[[bytes], object]:
            statuses.append(status)
            return lambda written: None

        answer = self.application(environ, start)
        try:
            for _ in answer:
                pass
        finally:
            answer.close()
        return int(statuses[0].split()[0])
