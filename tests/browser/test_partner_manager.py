"""The partner manager keeps a contact: what she changes is what the counsellor sees next."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.network import Network

NEW_PHONE = "02 61 91 00 99"


@pytest.fixture
def manager(network: Network, open_window: OpenWindow, javascript: bool) -> Page:
    page = open_window(network.partner_manager, javascript=javascript)
    page.goto("/partenaires/interlocuteurs/")
    page.get_by_role("link", name=network.contact.name).click()
    return page


@pytest.fixture
def counsellor(network: Network, open_window: OpenWindow, javascript: bool) -> Page:
    return open_window(network.counsellor, javascript=javascript)


def cards_of(page: Page, network: Network) -> str:
    page.goto(f"{network.to_hand_over.get_absolute_url()}transmettre/")
    return page.get_by_role("main").inner_text()


def test_a_changed_phone_is_the_one_that_the_counsellor_calls(
    manager: Page, counsellor: Page, network: Network
) -> None:
    manager.locator("#id_phone").fill(NEW_PHONE)
    manager.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(manager.locator("#messages")).to_contain_text("Modifications enregistrées.")
    expect(manager.locator("#id_phone")).to_have_value(NEW_PHONE)
    assert NEW_PHONE.replace(" ", "") in "".join(cards_of(counsellor, network).split())


def test_a_wrong_phone_is_refused_and_nothing_typed_is_lost(manager: Page, network: Network) -> None:
    manager.locator("#id_phone").fill("12")
    manager.locator("#id_note").fill("Appeler le matin.")
    manager.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(manager.get_by_role("alert")).to_contain_text("Téléphone")
    expect(manager.locator("#id_note")).to_have_value("Appeler le matin.")
    network.contact.refresh_from_db()
    assert network.contact.note == ""


def test_a_contact_out_of_service_is_proposed_to_nobody_and_can_come_back(
    manager: Page, counsellor: Page, network: Network
) -> None:
    assert network.contact.name in cards_of(counsellor, network)
    manager.get_by_role("link", name="Mettre hors service").click()
    expect(manager.get_by_role("main")).to_contain_text("1 règle ne sera plus suivie.")
    manager.get_by_role("button", name="Mettre hors service").click()
    expect(manager.get_by_role("main")).to_contain_text("Cette fiche est hors service")
    assert network.contact.name not in cards_of(counsellor, network)
    manager.get_by_role("link", name="Remettre en service").click()
    manager.get_by_role("button", name="Remettre en service").click()
    expect(manager.get_by_role("link", name="Mettre hors service")).to_be_visible()
    assert network.contact.name in cards_of(counsellor, network)
