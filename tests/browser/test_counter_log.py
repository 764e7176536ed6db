"""The counter log as a counsellor meets it: under ten seconds, eight keys, and never the same request twice."""

import time

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.sensitive import NIR_REFUSED
from referrals.models import Outcome
from tests.browser.conftest import OpenWindow
from tests.browser.network import PASSWORD, Network

DESK = "/accueil/"
NIR = "2 55 08 14 168 025 38"


@pytest.fixture
def keys(javascript: bool) -> list[str]:
    """Three letters, Enter to pick, Enter to send; without JavaScript the first Enter sends."""
    return [*"rsa", "Enter", "Enter"] if javascript else [*"rsa", "Enter"]


@pytest.fixture
def desk(network: Network, open_window: OpenWindow, javascript: bool) -> Page:
    page = open_window(network.counsellor, javascript=javascript)
    page.goto(DESK)
    expect(page.get_by_label("Démarche").first).to_be_focused()
    return page


def press(page: Page, keys: list[str]) -> None:
    """What a person does: she sees the cursor in the field, then types."""
    expect(page.get_by_label("Démarche").first).to_be_focused()
    for key in keys:
        page.keyboard.press(key)


def expect_said(page: Page, words: str) -> None:
    expect(page.locator("#messages").get_by_text(words)).to_be_visible()


def test_a_request_is_logged_in_eight_keys_and_ten_seconds(desk: Page, keys: list[str], network: Network) -> None:
    started = time.monotonic()
    desk.goto(DESK)
    press(desk, keys)
    expect_said(desk, "enregistrée")
    assert len(keys) <= 8
    assert time.monotonic() - started <= 10
    (logged,) = network.logged_since()
    assert (logged.procedure, logged.outcome) == (network.procedure, Outcome.SOLVED)


def test_the_arrow_changes_what_becomes_of_the_request(network: Network, open_window: OpenWindow) -> None:
    page = open_window(network.counsellor)
    page.goto(DESK)
    press(page, [*"rsa", "Enter", "ArrowDown", "Enter"])
    expect(page.get_by_role("heading", name="Qui appeler, maintenant")).to_be_visible()
    assert [request.outcome for request in network.logged_since()] == [Outcome.REFERRED]


def test_a_double_click_gives_one_request(desk: Page, network: Network) -> None:
    desk.get_by_label("Démarche").first.fill("rsa")
    desk.get_by_role("button", name="Enregistrer").dblclick()
    expect_said(desk, "enregistrée")
    desk.wait_for_timeout(300)  # the request that the browser gave up may still be at work
    assert len(network.logged_since()) == 1


def test_going_back_and_sending_again_gives_one_request(desk: Page, keys: list[str], network: Network) -> None:
    press(desk, keys)
    expect_said(desk, "enregistrée")
    desk.go_back()
    desk.get_by_role("button", name="Enregistrer").click()
    # Pages of signed-in people are kept by no cache: the browser asks again, and shows an empty form.
    expect(desk.locator("main")).to_contain_text("Indiquez la démarche")
    assert len(network.logged_since()) == 1


def test_two_tabs_give_one_request(desk: Page, keys: list[str], network: Network) -> None:
    other_tab = desk.context.new_page()
    other_tab.goto(DESK)
    press(other_tab, keys)
    expect_said(other_tab, "enregistrée")
    desk.bring_to_front()
    desk.locator("#id_procedure").focus()
    press(desk, keys)
    expect_said(desk, "déjà enregistrée")
    assert len(network.logged_since()) == 1


def test_a_social_security_number_is_refused_with_the_reason_and_stays_on_the_screen(
    desk: Page, network: Network
) -> None:
    desk.keyboard.type(f"rsa {NIR}")
    desk.keyboard.press("Enter")
    expect(desk.locator("#id_procedure_error")).to_have_text(NIR_REFUSED)
    expect(desk.locator("#id_procedure")).to_have_value(f"rsa {NIR}")
    assert network.logged_since() == []


def test_what_was_typed_is_back_after_the_session_ended(desk: Page, network: Network) -> None:
    desk.get_by_text("Commune, venue, ce qui bloque").click()
    desk.get_by_label("Commune de la personne").fill("Rouen")
    desk.locator("#id_procedure").fill("rsa")
    desk.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    desk.get_by_role("button", name="Enregistrer").click()
    sign_in(desk, network)
    expect(desk.locator("#id_procedure")).to_have_value("rsa")
    expect(desk.get_by_label("Commune de la personne")).to_have_value("Rouen")
    assert network.logged_since() == []
    desk.get_by_role("button", name="Enregistrer").click()
    expect_said(desk, "enregistrée")
    assert [str(request.commune) for request in network.logged_since()] == ["Rouen"]


def test_signing_in_leads_to_the_desk(network: Network, open_window: OpenWindow, javascript: bool) -> None:
    page = open_window(javascript=javascript)
    page.goto("/")
    page.get_by_role("link", name="Espace professionnel").click()
    sign_in(page, network)
    page.wait_for_url(f"**{DESK}")
    expect(page.get_by_role("heading", level=1)).to_have_text(network.structure.name)


def sign_in(page: Page, network: Network) -> None:
    page.locator("input[name=login]").fill(network.counsellor.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
