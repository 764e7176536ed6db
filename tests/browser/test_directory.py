"""The counsellor looks for a démarche: found as she types, and on submit where no script runs."""

import re

import pytest
from playwright.sync_api import Page, expect

from partners.models import Procedure
from tests.browser.conftest import OpenWindow
from tests.browser.network import Network


@pytest.fixture
def page(network: Network, open_window: OpenWindow, javascript: bool) -> Page:
    page = open_window(network.counsellor, javascript=javascript)
    page.goto("/annuaire/")
    return page


def test_a_procedure_is_found_by_the_beginning_of_its_name(page: Page, network: Network, javascript: bool) -> None:
    procedure: Procedure = network.to_hand_over.procedure
    beginning = procedure.name[:5].lower()
    box = page.get_by_role("searchbox")
    box.press_sequentially(beginning)
    if not javascript:
        page.get_by_role("button", name="Chercher").click()
    expect(page).to_have_url(re.compile("[?&]q="))
    first = page.locator("#resultats a[data-result]").first
    expect(first).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value(beginning)
    if javascript:
        expect(page.locator("#annonce")).to_contain_text("démarche")
        box.press("Enter")
    else:
        first.click()
    expect(page).to_have_url(re.compile("/annuaire/.+/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(procedure.name)
