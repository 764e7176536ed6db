"""When something goes wrong, is it said in French, without a trace, with a reference that support can find?"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from structures.models import Structure
from tests.accounts.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.config.trouble")]
TROUBLES = [
    ("/incompris/", 400, "Nous n’avons pas compris cette demande"),
    ("/refus/", 403, "Cette page n’est pas ouverte à votre compte"),
    ("/nulle-part/", 404, "Cette page n’existe pas"),
    ("/panne/", 500, "Erreur 500"),
    ("/panne-enchainee/", 500, "Erreur 500"),
    ("/sans-base/", 503, "Le service est momentanément indisponible"),
    ("/sans-curseur/", 503, "Le service est momentanément indisponible"),
]


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(("address", "status", "said"), TROUBLES)
def test_the_page_is_french_and_shows_nothing_of_the_inside(
    visitor: Client, address: str, status: int, said: str
) -> None:
    response = visitor.get(address)
    page = response.content.decode()
    assert response.status_code == status
    assert said in page
    assert '<html lang="fr">' in page
    assert not re.search(r"Traceback|Exception|Error\b|\.py|site-packages|Durand|184127645108946", page)


@pytest.mark.parametrize(("address", "status", "said"), TROUBLES)
def test_the_reference_on_the_page_is_the_one_of_the_header(
    visitor: Client, address: str, status: int, said: str
) -> None:
    response = visitor.get(address)
    reference = response.headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{12}", reference)
    assert f"<code>{reference}</code>" in response.content.decode()


def test_each_request_has_a_reference_of_its_own(visitor: Client) -> None:
    assert len({visitor.get("/panne/").headers["X-Request-Id"] for _ in range(5)}) == 5


def test_a_form_without_its_token_is_refused_with_what_to_do() -> None:
    response = Client(enforce_csrf_checks=True).post("/compte/login/", {"login": "a@exemple.fr", "password": "x"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "Ce formulaire n’est plus valable" in page
    assert f"<code>{response.headers['X-Request-Id']}</code>" in page


def test_a_forged_host_is_refused(visitor: Client) -> None:
    response = visitor.get("/", headers={"Host": "ailleurs.example"})
    assert response.status_code == 400
    assert "ailleurs" not in response.content.decode()


def test_a_forbidden_page_says_so_to_who_has_signed_in(structure: Structure, coordinator: Client) -> None:
    response = coordinator.get("/accueil/")
    assert response.status_code == 403
    assert "Cette page n’est pas ouverte à votre compte" in response.content.decode()


def test_an_absent_database_says_when_to_come_back(visitor: Client) -> None:
    assert visitor.get("/sans-base/").headers["Retry-After"] == "10"
    assert visitor.get("/sans-curseur/").headers["Retry-After"] == "10"


def test_error_pages_need_no_query(visitor: Client, django_assert_num_queries: pytest.FixtureRequest) -> None:
    visitor.force_login(UserFactory())
    with django_assert_num_queries(0):  # type: ignore[operator]
        for address in ("/panne/", "/sans-base/", "/nulle-part/", "/refus/", "/incompris/"):
            visitor.get(address)


ABSENT = """
import json, sys, time
import django
django.setup()
from django.test import Client
found = {}
client = Client(raise_request_exception=False)
for name, cookies in {"visitor": {}, "signed in": {"session": "x" * 32}}.items():
    for address in ("/", "/accueil/", "/compte/login/", "/lecture/", "/healthz", "/healthz/ready"):
        client.cookies.load(cookies)
        started = time.monotonic()
        response = client.get(address)
        found[f"{name} {address}"] = [
            response.status_code, response.headers.get("Retry-After"), time.monotonic() - started,
            "momentanément indisponible" in response.content.decode(),
        ]
print(json.dumps(found))
"""


@pytest.mark.parametrize("kind", ["no file can be opened", "no server answers"])
def test_a_database_that_is_away_gives_503_and_not_500(kind: str, tmp_path: Path) -> None:
    """A process of its own, whose database truly cannot be reached."""
    urls = {
        "no file can be opened": f"sqlite:///{tmp_path}/absent/db.sqlite3",
        "no server answers": "postgres://postgres@127.0.0.1:1/postgres",
    }
    env = os.environ | {
        "DJANGO_ENV": "test",
        "DATABASE_URL": urls[kind],
        "DJANGO_SETTINGS_MODULE": "tests.config.trouble_settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", ABSENT], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert len(found) == 12
    for what, (status, retry_after, seconds, said) in found.items():
        assert seconds < 10, what
        if what.endswith("/healthz"):
            assert status == 200, what
        elif what.endswith("/healthz/ready"):
            assert status == 503, what
        elif what in ("visitor /accueil/", "visitor /compte/login/"):
            # These need no database to answer a visitor; when they do, the answer is the same.
            assert status in (200, 302, 503), what
        else:
            assert (status, retry_after, said) == (503, "10", True), what
    assert "Traceback" not in done.stderr
