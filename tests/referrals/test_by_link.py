"""A signed link: opened as often as a person does, noted each time, told to nobody, and no more than that."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import visits
from accounts.models import JournalEntry, VisitCount
from partners.models import Contact
from referrals import answers, links
from referrals.models import Exchange, Happening, Identity, Referral, ServiceRequest
from referrals.views import by_link
from tests.referrals.factories import ReferralFactory

pytestmark = pytest.mark.django_db
OPENED = {"kind": Happening.LINK_OPENED}


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


def test_neither_the_link_nor_the_address_is_written_where_visits_are_counted(url: str) -> None:
    Client(REMOTE_ADDR="192.0.2.77").get(url)
    token = url.split("/")[2]
    written = " ".join(VisitCount.objects.values_list("mark", flat=True))
    assert VisitCount.objects.count() == 2
    assert token not in written
    assert "192.0.2.77" not in written


@pytest.mark.django_db(transaction=True)
def test_visits_at_the_same_instant_all_count(url: str, monkeypatch) -> None:
    monkeypatch.setattr(by_link, "MOST_BY_LINK", 8)

    def visit(number: int) -> int:
        try:
            return Client(REMOTE_ADDR=f"192.0.2.{number % 3}").get(url).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as browsers:
        statuses = list(browsers.map(visit, range(20)))
    assert (statuses.count(200), statuses.count(429)) == (8, 12)


def test_the_page_costs_twelve_statements_at_most_of_which_one_counts_the_visit(
    url: str, referral: Referral, next_contact: Contact, queries_for: Callable[[Callable[[], object]], int]
) -> None:
    Identity.objects.create(request=referral.request, name="J. M.", reach="02 61 91 00 12")
    browser = Client()
    browser.post(url, {"open": "1"})
    browser.get(url)
    assert queries_for(lambda: browser.get(url)) <= 12
    now = timezone.now()
    assert queries_for(lambda: visits.seconds_to_wait({"a": 1, "b": 1}, minutes=5, now=now)) == 1
    assert queries_for(lambda: Client().get("/repondre/inconnu/")) == 1


def test_a_link_opens_one_request_for_one_contact(url: str, referral: Referral, next_contact: Contact) -> None:
    other = ReferralFactory(request=referral.request, contact=next_contact, sent_at=timezone.now())
    browser = Client()
    browser.post(url, {"open": "1"})
    assert "Voir la demande" in browser.get(f"/repondre/{links.token_for(other)}/").content.decode()
