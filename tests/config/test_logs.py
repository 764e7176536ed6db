"""Do the logs say everything that is needed, and nothing about people?"""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from config.logs import JsonFormatter
from referrals import links
from structures.models import Structure
from tests.accounts.factories import UserFactory
from tests.config.trouble import SECRET
from tests.referrals.factories import ReferralFactory, ServiceRequestFactory

NIR = "184127645108946"


@pytest.fixture
def written(settings: Any) -> Iterator[io.StringIO]:
    """Everything that reaches the log of the service, as it is written there."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    watched = [logging.getLogger(), logging.getLogger("app")]
    before = [logger.level for logger in watched]
    watched[0].addHandler(handler)
    watched[1].setLevel(logging.INFO)
    yield stream
    watched[0].removeHandler(handler)
    for logger, level in zip(watched, before, strict=True):
        logger.setLevel(level)


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def requests_in(written: io.StringIO) -> list[dict[str, Any]]:
    return [line for line in lines(written) if line["event"] == "request"]


@pytest.mark.django_db
def test_a_request_leaves_one_line_with_what_is_needed(
    written: io.StringIO, counsellor: Client, counsellor_user: User
) -> None:
    response = counsellor.get("/demandes/?etat=retard")
    assert len(requests_in(written)) == len(lines(written)) == 1
    line = requests_in(written)[0]
    assert set(line) == {
        "at", "level", "logger", "event", "request_id", "method", "route", "status", "ms", "user_id",
    }  # fmt: skip
    assert line["request_id"] == response.headers["X-Request-Id"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "demandes/", 200)
    assert line["user_id"] == counsellor_user.pk
    assert isinstance(line["ms"], int)
    assert line["at"].endswith("+00:00")


@pytest.mark.django_db
def test_the_route_is_written_and_never_the_path(
    written: io.StringIO, visitor: Client, structure: Structure, counsellor: Client
) -> None:
    request = ServiceRequestFactory(structure=structure)
    token = links.token_for(ReferralFactory(request=request))
    visitor.get(f"/repondre/{token}/")
    visitor.post(f"/repondre/{token}/", {"open": "1"})
    visitor.get(f"/repondre/{token}/")
    visitor.get(f"/repondre/{token}x/")
    counsellor.get(f"/demandes/{request.reference}/")
    assert {line["route"] for line in requests_in(written)} == {"repondre/<str:token>/", "demandes/<str:reference>/"}
    assert len(requests_in(written)) == 5
    assert token not in written.getvalue()
    assert token[:20] not in written.getvalue()
    assert request.reference not in written.getvalue()


@pytest.mark.django_db
@pytest.mark.urls("tests.config.trouble")
def test_nothing_personal_is_written_even_when_everything_breaks(written: io.StringIO, visitor: Client) -> None:
    asked = {"nom": "Jeanne Durand", "nir": NIR, "mail": "jeanne.durand@exemple.fr", "tel": "0261910077"}
    addresses = (
        "/panne/", "/panne-enchainee/", "/refus/", "/incompris/", "/sans-base/", "/nulle-part-jeanne-durand/",
        f"/repondre-panne/jeton-{NIR}/", "/", "/accueil/", "/compte/login/",
    )  # fmt: skip
    for address in addresses:
        visitor.get(address, asked)
        visitor.post(address, asked)
    visitor.get("/", asked, headers={"Host": "jeanne-durand.example"})
    Client(enforce_csrf_checks=True).post("/compte/login/", asked)
    text = written.getvalue()
    assert len(requests_in(written)) == 2 * len(addresses) + 2
    for secret in (
        *asked.values(),
        "Jeanne",
        "jeanne-durand",
        "jeanne.durand",
        *SECRET.split(),
        "jeton-",
        "cannot read",
    ):
        assert secret not in text, secret


@pytest.mark.django_db
@pytest.mark.urls("tests.config.trouble")
def test_an_exception_is_written_once_by_its_type_and_place(written: io.StringIO, visitor: Client) -> None:
    response = visitor.get("/panne/?nom=Durand")
    errors = [line for line in lines(written) if line["level"] == "ERROR"]
    assert len(errors) == 1
    assert errors[0]["exception"] == "ValueError"
    assert errors[0]["request_id"] == response.headers["X-Request-Id"]
    assert any("tests/config/trouble.py" in frame and frame.endswith(":broken") for frame in errors[0]["frames"])


@pytest.mark.django_db
@pytest.mark.urls("tests.config.trouble")
@pytest.mark.parametrize("address", ["/nulle-part/", "/refus/", "/structures/absente/"])
def test_an_ordinary_refusal_is_no_error(written: io.StringIO, visitor: Client, address: str) -> None:
    visitor.get(address)
    assert [line["event"] for line in lines(written)] == ["request"]


@pytest.mark.django_db
def test_a_failed_sign_in_writes_neither_the_address_nor_the_password(written: io.StringIO, visitor: Client) -> None:
    UserFactory(email="aline@exemple.fr")
    for email in ("aline@exemple.fr", "inconnue@exemple.fr"):
        for _ in range(7):
            visitor.post("/compte/login/", {"login": email, "password": "mot-de-passe-secret"})
    assert len(requests_in(written)) == 14
    assert "@" not in written.getvalue()
    assert "secret" not in written.getvalue()


def test_a_message_is_written_without_its_arguments() -> None:
    record = logging.LogRecord("django", logging.ERROR, "x.py", 1, "refused: %s", (NIR,), None)
    assert NIR not in JsonFormatter().format(record)


def test_a_message_that_is_an_exception_is_written_by_its_type() -> None:
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, ValueError(NIR), None, None)
    assert json.loads(JsonFormatter().format(record))["event"] == "ValueError"


def test_a_line_is_one_line() -> None:
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "deux\nlignes\r\nfausse ligne", None, None)
    assert len(JsonFormatter().format(record).splitlines()) == 1
