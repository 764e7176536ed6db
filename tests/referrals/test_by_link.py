"""A signed link: opened as often as a person does, noted each time, told to nobody, and no more than that."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import JournalEntry
from partners.models import Contact
from referrals import answers, links
from referrals.models import Exchange, Happening, Referral, ServiceRequest
from referrals.views import by_link
from tests.referrals.factories import ReferralFactory

pytestmark = pytest.mark.django_db
OPENED = {"kind": Happening.LINK_OPENED}


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def referral(waiting_request: ServiceRequest, contact: Contact) -> Referral:
    return ReferralFactory(request=waiting_request, contact=contact, sent_at=timezone.now())


@pytest.fixture
def url(referral: Referral) -> str:
    return f"/repondre/{links.token_for(referral)}/"


def test_ten_openings_in_a_minute_are_ten_lines_of_the_journal_and_one_of_the_timeline(
    url: str, referral: Referral
) -> None:
    for _ in range(10):
        assert Client().post(url, {"open": "1"}).status_code == 302
    assert Exchange.objects.filter(**OPENED).count() == 1
    lines = JournalEntry.objects.filter(verb="lien ouvert", subject=referral.request.reference)
    assert lines.count() == 10
    assert {line.actor for line in lines} == {str(referral.contact)}


def test_an_opening_later_in_the_day_is_another_line(referral: Referral) -> None:
    now = timezone.now()
    for hours in (0, 3):
        answers.open_link(referral=referral, now=now + timedelta(hours=hours))
    assert Exchange.objects.filter(**OPENED).count() == 2


def test_three_visits_and_a_head_leave_the_link_as_it_was(url: str) -> None:
    robot = Client()
    for visit in (robot.get, robot.head, robot.get, robot.get):
        assert visit(url).status_code == 200
    assert not Exchange.objects.exists()
    assert not JournalEntry.objects.exists()
    assert robot.post(url, {"open": "1"}).status_code == 302


def test_a_form_sent_by_a_browser_that_names_no_origin_is_taken(url: str) -> None:
    """Told to send no referrer, a browser says « Origin: null »."""
    careful = Client(enforce_csrf_checks=True)
    careful.post(url, {"open": "1"}, headers={"Origin": "null"})
    page = careful.post(url, {"choice": "reponse", "text": "Payé lundi"}, headers={"Origin": "null"})
    assert page.status_code == 200
    assert Exchange.objects.get(kind=Happening.ANSWERED).text == "Payé lundi"


@pytest.mark.parametrize("path", ["", "pieces/00000000-0000-4000-8000-000000000000/"])
def test_no_page_behind_a_link_tells_its_address(url: str, path: str) -> None:
    response = Client().get(url + path)
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert "no-store" in response["Cache-Control"]


def test_a_link_visited_too_often_asks_to_wait_and_says_how_long(url: str, monkeypatch) -> None:
    monkeypatch.setattr(by_link, "MOST_BY_LINK", 3)
    statuses = [Client(REMOTE_ADDR=f"192.0.2.{n}").get(url).status_code for n in range(4)]
    assert statuses == [200, 200, 200, 429]
    response = Client().get(url)
    assert 0 < int(response["Retry-After"]) <= by_link.WINDOW_MINUTES * 60
    assert re.search(r"Réessayez dans \d minutes?\.", response.content.decode())
    assert response["Referrer-Policy"] == "no-referrer"


def test_an_address_that_tries_many_links_asks_to_wait(url: str, monkeypatch) -> None:
    monkeypatch.setattr(by_link, "MOST_BY_ADDRESS", 3)
    guesser = Client(REMOTE_ADDR="192.0.2.1")
    assert [guesser.get(f"/repondre/{n}/").status_code for n in range(5)] == [404, 404, 404, 429, 429]
    assert guesser.post(url, {"open": "1"}).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.2").get(url).status_code == 200


def test_a_made_up_forwarded_address_is_no_way_round(url: str, monkeypatch) -> None:
    monkeypatch.setattr(by_link, "MOST_BY_ADDRESS", 2)
    visits = [
        Client(REMOTE_ADDR="192.0.2.1").get(f"/repondre/{n}/", headers={"X-Forwarded-For": f"198.51.100.{n}"})
        for n in range(3)
    ]
    assert visits[-1].status_code == 429


def test_the_next_window_opens_again(url: str, monkeypatch) -> None:
    monkeypatch.setattr(by_link, "MOST_BY_LINK", 1)
    assert [Client().get(url).status_code for _ in range(2)] == [200, 429]
    later = timezone.now() + timedelta(minutes=by_link.WINDOW_MINUTES)
    monkeypatch.setattr("referrals.views.by_link.timezone.now", lambda: later)
    assert Client().get(url).status_code == 200


def test_neither_the_link_nor_the_address_is_written_in_the_cache(url: str) -> None:
    Client(REMOTE_ADDR="192.0.2.77").get(url)
    token = url.split("/")[2]
    written = " ".join(cache._cache)  # type: ignore[attr-defined]
    assert "by-link-" in written
    assert token not in written
    assert "192.0.2.77" not in written


def test_a_link_opens_one_request_for_one_contact(url: str, referral: Referral, next_contact: Contact) -> None:
    other = ReferralFactory(request=referral.request, contact=next_contact, sent_at=timezone.now())
    browser = Client()
    browser.post(url, {"open": "1"})
    assert "Voir la demande" in browser.get(f"/repondre/{links.token_for(other)}/").content.decode()
