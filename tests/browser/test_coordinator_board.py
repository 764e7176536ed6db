"""The coordinator reads the board, follows a cell to its evidence, and records what she saw on site."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.network import Network


@pytest.fixture
def board(network: Network, open_window: OpenWindow, javascript: bool) -> Page:
    page = open_window(network.coordinator, javascript=javascript)
    page.goto("/pilotage/charte/")
    return page


def cell(page: Page, structure: str, criterion: str) -> Locator:
    expect(page.get_by_role("columnheader", name=criterion, exact=True)).to_be_visible()  # the page may be coming
    place = page.get_by_role("columnheader").all_inner_texts().index(criterion)
    return page.get_by_role("row").filter(has_text=structure).get_by_role("cell").nth(place - 1)


def test_a_cell_leads_to_its_evidence_and_a_visit_makes_it_met(board: Page, network: Network) -> None:
    signage = cell(board, network.structure.name, "Enseigne")
    expect(signage).to_contain_text("non tenu", ignore_case=True)
    signage.get_by_role("link").click()
    expect(board.get_by_role("heading", name="La preuve")).to_be_visible()
    expect(board.get_by_role("main")).to_contain_text("Visite du")

    board.get_by_role("link", name="Enregistrer une visite").click()
    asked = board.get_by_role("group", name="L’enseigne France services est-elle visible de la rue ?")
    asked.get_by_label("Oui").check()
    board.get_by_label("Note de visite").fill("Enseigne posée sur la façade.")
    board.get_by_role("button", name="Enregistrer la visite").click()
    expect(board.locator("#messages")).to_contain_text("enregistrée")
    expect(board.get_by_role("main")).to_contain_text("Enseigne posée sur la façade.")

    board.get_by_role("link", name="Charte").first.click()
    expect(cell(board, network.structure.name, "Enseigne").locator(".app-verdict--met")).to_be_visible()


def test_a_computed_criterion_has_its_figure_and_its_threshold(board: Page, network: Network) -> None:
    hours = cell(board, network.structure.name, "Horaires")
    expect(hours).to_contain_text("32")
    hours.get_by_role("link").click()
    expect(board.get_by_role("main")).to_contain_text("24")


def test_late_now_leads_to_the_late_requests_and_names_nobody(board: Page, network: Network) -> None:
    board.goto("/pilotage/")
    board.get_by_role("main").get_by_role("link", name="retard").first.click()
    expect(board.get_by_role("main")).to_contain_text(network.structure.name)
    expect(board.get_by_role("main")).not_to_contain_text("M. L.")
