"""Does a session last as long as it is used, and no longer than it may?"""

from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts import sessions
from accounts.models import User
from structures.models import Structure
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/demandes/"
IDLE = timedelta(minutes=30)
PASSWORD = "une-phrase-bien-longue"


@pytest.fixture(autouse=True)
def half_an_hour(settings: Settings) -> None:
    settings.SESSION_COOKIE_AGE = int(IDLE.total_seconds())


def ends_at() -> datetime:
    return Session.objects.get().expire_date


def last_seen(ago: timedelta) -> None:
    """The last page was asked for so long ago."""
    Session.objects.update(expire_date=timezone.now() + IDLE - ago)


def began(client: Client, ago: timedelta) -> None:
    session = client.session
    session[sessions.BEGAN] = (timezone.now() - ago).timestamp()
    session.save()


def is_about(instant: datetime, expected: datetime) -> bool:
    return abs(instant - expected) < timedelta(seconds=20)


def statements(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return [query["sql"] for query in captured]


def test_a_session_in_use_goes_on(counsellor: Client) -> None:
    last_seen(timedelta(minutes=29))
    assert counsellor.get(PAGE).status_code == 200
    assert is_about(ends_at(), timezone.now() + IDLE)


def test_a_public_page_counts_too(counsellor: Client) -> None:
    last_seen(timedelta(minutes=29))
    counsellor.get("/accessibilite/")
    assert is_about(ends_at(), timezone.now() + IDLE)


def test_a_session_left_alone_ends(counsellor: Client) -> None:
    last_seen(timedelta(minutes=31))
    assert counsellor.get(PAGE).status_code == 302


def test_an_ordinary_page_writes_nothing(counsellor: Client) -> None:
    counsellor.get(PAGE)
    last_seen(timedelta(minutes=4))
    asked = statements(counsellor, PAGE)
    assert not [sql for sql in asked if not sql.startswith("SELECT")]
    last_seen(timedelta(minutes=6))
    renewed = statements(counsellor, PAGE)
    assert len(renewed) == len(asked) + 1
    assert [sql.split()[0] for sql in renewed if not sql.startswith("SELECT")] == ["UPDATE"]
    assert len(statements(counsellor, PAGE)) == len(asked)


def test_twelve_hours_after_signing_in_it_ends_however_busy(counsellor: Client) -> None:
    began(counsellor, timedelta(hours=11, minutes=50))
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
    counsellor.get(PAGE)
    assert is_about(ends_at(), timezone.now() + timedelta(minutes=10))
    asked = statements(counsellor, PAGE)
    assert not [sql for sql in asked if sql.startswith("UPDATE")]


def test_writing_in_the_session_does_not_make_it_longer_either(counsellor: Client) -> None:
    began(counsellor, timedelta(hours=11, minutes=50))
    session = counsellor.session
    session["anything"] = 1
    session.save()
    assert is_about(ends_at(), timezone.now() + timedelta(minutes=10))


def test_after_twelve_hours_one_signs_in_again(counsellor: Client) -> None:
    began(counsellor, timedelta(hours=12, minutes=1))
    assert counsellor.get(PAGE).status_code == 302


def test_signing_in_starts_the_clock(client: Client, structure: Structure) -> None:
    aline: User = UserFactory(email="aline@exemple.fr", teams=[structure.team])
    aline.set_password(PASSWORD)
    aline.save()
    client.get(PAGE)
    client.post("/compte/login/", {"login": aline.email, "password": PASSWORD})
    assert timezone.now().timestamp() - client.session[sessions.BEGAN] < 20
    assert is_about(ends_at(), timezone.now() + IDLE)


def test_a_new_key_does_not_start_the_clock_again(counsellor: Client) -> None:
    began(counsellor, timedelta(hours=3))
    session = counsellor.session
    session.cycle_key()
    session.save()
    assert timezone.now().timestamp() - session[sessions.BEGAN] > 3 * 3600 - 20


def test_the_cookie_goes_with_the_browser(client: Client, structure: Structure) -> None:
    """The end of the session is known to the server only: the cookie never outlives it on a shared computer."""
    aline: User = UserFactory(email="aline@exemple.fr", teams=[structure.team])
    aline.set_password(PASSWORD)
    aline.save()
    client.post("/compte/login/", {"login": aline.email, "password": PASSWORD})
    assert client.cookies["session"]["max-age"] == ""


def test_signing_out_leaves_nothing_to_renew(counsellor: Client) -> None:
    last_seen(timedelta(minutes=10))
    counsellor.post("/compte/logout/")
    assert not Session.objects.exists()


def test_ended_sessions_are_erased(counsellor: Client) -> None:
    sessions.erase_ended(timezone.now())
    assert Session.objects.count() == 1
    last_seen(timedelta(minutes=31))
    sessions.erase_ended(timezone.now())
    assert not Session.objects.exists()
