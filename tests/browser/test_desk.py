"""The desk under the fingers: a favourite in two keys, a draft after a crash, one key from task to task."""

import pytest
from playwright.sync_api import Page, expect

from referrals.models import Draft
from tests.browser.conftest import OpenWindow
from tests.browser.network import Network

DESK = "/accueil/"


@pytest.fixture
def desk(network: Network, open_window: OpenWindow) -> Page:
    page = open_window(network.counsellor)
    page.goto(DESK)
    return page


def test_a_favourite_is_logged_in_two_keys(desk: Page, network: Network) -> None:
    expect(desk.locator("#id_procedure")).to_be_focused()
    chosen = desk.locator("[data-favourite='1']").get_attribute("data-label")
    desk.keyboard.press("1")
    expect(desk.locator("#id_procedure")).to_have_value(chosen or "")
    desk.keyboard.press("Enter")
    expect(desk.locator("#messages").get_by_text("enregistrée")).to_be_visible()
    (logged,) = network.logged_since()
    assert logged.procedure.name == chosen


def test_what_was_typed_is_back_after_a_crash_and_gone_once_it_is_sent(
    desk: Page, network: Network, open_window: OpenWindow
) -> None:
    desk.locator("#id_procedure").fill("rsa")
    desk.get_by_text("Commune, venue, ce qui bloque").click()
    desk.get_by_label("Commune de la personne").fill("Rouen")
    expect(desk.locator("form.app-log [data-draft-said]")).to_contain_text("Brouillon enregistré")
    elsewhere = open_window(network.counsellor)
    elsewhere.goto(DESK)
    expect(elsewhere.get_by_text("repris")).to_be_visible()
    expect(elsewhere.locator("#id_procedure")).to_have_value("rsa")
    expect(elsewhere.get_by_label("Commune de la personne")).to_have_value("Rouen")
    elsewhere.get_by_role("button", name="Enregistrer").click()
    expect(elsewhere.locator("#messages").get_by_text("enregistrée")).to_be_visible()
    expect(elsewhere.locator("#id_procedure")).to_have_value("")
    kept = elsewhere.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "Rouen" not in kept


def wait_for_a_draft(page: Page) -> None:
    for _ in range(50):
        if Draft.objects.exists():
            return
        page.wait_for_timeout(100)
    raise AssertionError("no draft was saved")


def test_what_was_typed_a_moment_before_leaving_the_page_is_back(network: Network, open_window: OpenWindow) -> None:
    page = open_window(network.counsellor)
    address = f"/demandes/{network.late.reference}/"
    page.goto(address)
    note = page.get_by_label("Note pour l’équipe")
    note.fill("Le bailleur rappelle demain.")
    page.get_by_role("link", name="Annuaire").click()
    page.wait_for_url("**/annuaire/")
    wait_for_a_draft(page)  # it is saved while the next page is already read
    page.goto(address)
    expect(note).to_have_value("Le bailleur rappelle demain.")


def test_what_was_typed_a_moment_before_another_button_is_still_there(
    network: Network, open_window: OpenWindow
) -> None:
    page = open_window(network.counsellor)
    page.goto(f"/demandes/{network.late.reference}/")
    page.get_by_text("Suivre aussi dans Administration+").click()
    page.get_by_label("Numéro").fill("AP-12345")
    note = page.get_by_label("Note pour l’équipe")
    note.fill("Le bailleur rappelle demain.")
    page.get_by_role("button", name="Garder ce numéro").click()
    expect(page.locator("#messages").get_by_text("Le numéro est noté")).to_be_visible()
    expect(note).to_have_value("Le bailleur rappelle demain.")


def test_what_may_be_kept_nowhere_is_said_under_its_field(
    network: Network, open_window: OpenWindow, reports: list[str]
) -> None:
    page = open_window(network.counsellor)
    page.goto(f"/demandes/{network.late.reference}/")
    page.get_by_label("Note pour l’équipe").fill("Son numéro : 2 55 08 14 168 025 38")
    expect(page.get_by_text("Le brouillon n’est pas enregistré.")).to_be_visible()
    assert not Draft.objects.exists()
    # The browser writes the refusal in its console: it is meant.
    reports[:] = [report for report in reports if "422" not in report]


def test_one_key_leads_from_the_desk_to_each_task_and_a_list_says_the_keys(desk: Page) -> None:
    first = desk.locator(".app-needs a").first.get_attribute("href")
    desk.keyboard.press("Escape")
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.keyboard.press("s")
    desk.wait_for_url(f"**{first}")
    desk.keyboard.press("s")
    desk.wait_for_url(lambda url: not url.endswith(first or ""))
