"""A real Chromium, a real server, a small network, and signed-in windows that must have nothing to report."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.browser import reports as browser_reports
from tests.browser.network import Network, build

HERE = Path(__file__).parent
# A machine of a build has little shared memory and no graphics card; nothing may leave for another host.
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
]
PATIENCE_MS = 10_000


class OpenWindow(Protocol):
    def __call__(
        self, user: User | None = None, *, javascript: bool = True, width: int = 1280, dark: bool = False
    ) -> Page: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


def chromium() -> str | None:
    asked = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    return shutil.which(asked)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, named by CHROMIUM. Where nobody has installed one the tests are skipped, except in a build."""
    program = chromium()
    if program is None:
        why = "No Chromium: install Debian's package « chromium », or name the program in CHROMIUM."
        if "CI" in os.environ:
            pytest.fail(why, pytrace=False)
        pytest.skip(why)
    # Playwright's synchronous interface keeps an event loop in this thread, and Django refuses its database to one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {**browser_type_launch_args, "executable_path": program, "args": OPTIONS}


@pytest.fixture
def site(live_server: LiveServer) -> str:
    """The address at which the application is served."""
    return live_server.url


@pytest.fixture
def network(live_server: LiveServer) -> Network:
    with transaction.atomic():
        return build(timezone.now())


@pytest.fixture
def reports() -> list[str]:
    """What the windows of the test complained about; empty, or the test fails when they close."""
    return []


@pytest.fixture
def open_window(browser: Browser, site: str, reports: list[str]) -> Iterator[OpenWindow]:
    """Open a window of a browser of its own (its own cookies), signed in as `user`."""
    pages: list[Page] = []

    def opened(user: User | None = None, *, javascript: bool = True, width: int = 1280, dark: bool = False) -> Page:
        context = browser.new_context(
            base_url=site,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )
        context.set_default_timeout(PATIENCE_MS)
        browser_reports.listen(context, site, reports)
        if user is not None:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": site}])
        page = context.new_page()
        pages.append(page)
        return page

    with override_settings(SITE_URL=site):
        yield opened
    for page in pages:
        browser_reports.flush(page)
        page.context.close()
    assert reports == [], "the browser complained"


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
