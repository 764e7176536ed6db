"""Does every answer, errors included, tell the browser to run nothing foreign and to keep nothing private?"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client

from referrals import links
from structures.models import Structure
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.config.trouble")]
ADDRESSES = [
    "/", "/accueil/", "/compte/login/", "/compte/password/reset/", "/mentions-legales/", "/accessibilite/",
    "/donnees-personnelles/", "/plan-du-site/", "/.well-known/security.txt", "/healthz", "/healthz/ready",
    "/demonstration/messages/", "/admin/", "/admin/login/", "/static/theme/favicon.svg", "/static/theme/theme.css",
    "/static/absent.css", "/repondre/faux/", "/nulle-part/", "/incompris/", "/refus/", "/panne/", "/sans-base/",
    "/?lieu=%00", "/accueil",
]  # fmt: skip


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def read(response: Any) -> None:
    """A file that is served stays open until it is read."""
    if response.streaming:
        b"".join(response)


def policy(response: HttpResponseBase) -> dict[str, list[str]]:
    parts = [part.split() for part in response.headers["Content-Security-Policy"].split(";") if part.strip()]
    return {name: values for name, *values in parts}


def check(response: HttpResponseBase, referrer: str = "same-origin") -> None:
    read(response)
    directives = policy(response)
    assert directives["default-src"] == ["'none'"]
    assert directives["frame-ancestors"] == directives["base-uri"] == ["'none'"]
    assert directives["form-action"] == ["'self'"]
    text = response.headers["Content-Security-Policy"]
    assert not re.search(r"unsafe-|nonce-|\*|https?:", text), text
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == referrer
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    for feature in ("camera", "geolocation", "microphone", "payment", "usb"):
        assert f"{feature}=()" in response.headers["Permissions-Policy"]
    assert re.fullmatch(r"[0-9a-f]{12}", response.headers["X-Request-Id"])
    assert "Server" not in response.headers
    assert "X-Powered-By" not in response.headers


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_kind_of_answer_carries_them(visitor: Client, address: str) -> None:
    check(visitor.get(address), referrer="no-referrer" if address.startswith("/repondre/") else "same-origin")


def test_the_addresses_above_are_of_every_kind(visitor: Client) -> None:
    found = set()
    for address in ADDRESSES:
        response = visitor.get(address)
        read(response)
        found.add(response.status_code)
    assert found >= {200, 301, 302, 400, 403, 404, 500, 503}


def test_refused_methods_and_tokens_carry_them_too(visitor: Client) -> None:
    check(visitor.put("/"))
    check(visitor.options("/"))
    check(visitor.head("/"))
    check(Client(enforce_csrf_checks=True).post("/compte/login/"))
    check(visitor.get("/", headers={"Host": "ailleurs.example"}))
    check(visitor.post("/", {f"champ{number}": "" for number in range(1_500)}))


@pytest.mark.parametrize("address", ["/accueil/", "/demandes/", "/", "/mentions-legales/", "/panne/", "/nulle-part/"])
def test_no_cache_keeps_the_pages_of_who_has_signed_in(counsellor: Client, address: str) -> None:
    counsellor.raise_request_exception = False
    response = counsellor.get(address)
    check(response)
    if response.status_code == 200:
        assert response.headers["Cache-Control"] == "no-store"
    else:
        assert "no-" in response.headers["Cache-Control"]


def test_no_cache_keeps_a_signed_link(visitor: Client, structure: Structure) -> None:
    token = links.token_for(ReferralFactory(request=ServiceRequestFactory(structure=structure)))
    for response in (visitor.get(f"/repondre/{token}/"), visitor.post(f"/repondre/{token}/", {"open": "1"})):
        assert "no-store" in response.headers["Cache-Control"]
        check(response, referrer="no-referrer")


def test_answers_to_forms_are_kept_by_no_cache(visitor: Client) -> None:
    assert "no-store" in visitor.post("/compte/login/", {"login": "a@exemple.fr"}).headers["Cache-Control"]


def test_pages_hold_nothing_inline(counsellor: Client) -> None:
    for address in ("/", "/accueil/", "/demandes/", "/compte/password/change/", "/plan-du-site/"):
        page = counsellor.get(address).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:", page), address
        assert not re.search(r'(src|href)="(https?:)?//(?!www\.openstreetmap\.org)[^"]*\.(js|css|woff2?|png|svg)', page)


PRODUCTION = """
import json
import django
django.setup()
from django.conf import settings
from django.test import Client
client = Client(headers={"host": "france-services.exemple.fr"})
secure = client.get("/healthz", secure=True)
plain = client.get("/")
print(json.dumps({
    "headers": dict(secure.headers),
    "plain": [plain.status_code, plain.headers["Location"]],
    "health": client.get("/healthz").status_code,
    "cookies": [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY,
                settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_SAMESITE],
    "ages": [settings.DATABASES["default"]["CONN_MAX_AGE"], settings.SESSION_COOKIE_AGE],
    "hasher": settings.PASSWORD_HASHERS[0],
}))
"""


def production(tmp_path: Path) -> dict[str, str]:
    unset = {
        "ALLOWED_HOSTS",
        "SITE_URL",
        "EMAIL_URL",
        "SESSION_IDLE_MINUTES",
        "CONN_MAX_AGE",
        "DJANGO_ALLOW_ASYNC_UNSAFE",
    }
    return {name: value for name, value in os.environ.items() if name not in unset} | {
        "DJANGO_ENV": "production",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "Vq7-" + "x1Y2z3A4b5C6d7E8" * 4,
        "SEALING_KEYS": "A" * 43 + "=",
        "ALLOWED_HOSTS": "france-services.exemple.fr",
        "SITE_URL": "https://france-services.exemple.fr",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "EMAIL_URL": "smtp://localhost:25",
    }


def run(tmp_path: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=production(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_production_settings_pass_the_check_of_deployment(tmp_path: Path) -> None:
    done = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr or "0 silenced" in done.stdout + done.stderr


def test_production_is_reached_by_https_only_for_two_years(tmp_path: Path) -> None:
    done = run(tmp_path, "-c", PRODUCTION)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["headers"]["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    assert found["plain"] == [301, "https://france-services.exemple.fr/"]
    assert found["health"] == 200, "who watches the process asks without https"
    assert found["cookies"] == ["__Host-session", True, True, "__Host-csrf", True, "Lax"]
    assert found["ages"][0] > 0, "a connection for each request costs more than the request"
    assert found["ages"][1] == 1800
    assert found["hasher"].endswith("Argon2PasswordHasher")


def test_production_does_not_start_without_its_secret(tmp_path: Path) -> None:
    env = production(tmp_path)
    del env["SECRET_KEY"]
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr
