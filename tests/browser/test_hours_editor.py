"""A counsellor changes the hours of her site: as she types, with the keyboard, and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from schedules.opening_hours import Access, Frequency
from structures.models import Change, What
from tests.browser import usable
from tests.browser.conftest import OpenWindow
from tests.browser.network import Network

NBSP = "\u00a0"


def path(network: Network) -> str:
    location = network.structure.locations.get()
    return f"/mon-site/{network.structure.slug}/lieux/{location.pk}/horaires/"


def test_the_total_follows_what_is_typed_and_a_day_is_copied(network: Network, open_window: OpenWindow) -> None:
    page = open_window(network.counsellor)
    page.goto(path(network))
    result = page.locator("#hours-preview")
    expect(result).to_contain_text(f"32{NBSP}h{NBSP}30 par semaine")
    page.get_by_label("Lundi, 2e plage, à", exact=True).fill("18h30")
    expect(result).to_contain_text(f"34{NBSP}h par semaine")
    page.get_by_label("copier sur mardi").check()
    page.get_by_role("button", name="Copier ce jour sur les jours cochés").click()
    expect(page.get_by_role("status").filter(has_text="copié sur mardi")).to_be_visible()
    expect(page.get_by_label("Mardi, 2e plage, à", exact=True)).to_have_value("18h30")
    expect(result).to_contain_text(f"35{NBSP}h{NBSP}30 par semaine")
    page.get_by_role("button", name="Enregistrer les horaires").click()
    page.wait_for_url(re.compile(f"/mon-site/{network.structure.slug}/$"))
    tuesday = network.structure.locations.get().schedule.slots.filter(weekday=1)
    assert [f"{slot.closes:%H:%M}" for slot in tuesday] == ["12:00", "18:30"]
    assert Change.objects.get().what == What.HOURS


def test_a_week_out_of_two_is_chosen_by_its_date(
    network: Network, open_window: OpenWindow, *, javascript: bool
) -> None:
    page = open_window(network.counsellor, javascript=javascript)
    page.goto(path(network))
    page.get_by_role("button", name="une semaine sur deux").click()
    rule = page.get_by_role("group", name="Une semaine sur plusieurs")
    rule.get_by_label("Jour", exact=True).select_option("vendredi")
    rule.get_by_role("button", name="Proposer les dates").click()
    expect(rule.get_by_label(re.compile(r"^vendredi .* \(semaine"))).to_have_count(2)
    rule.get_by_role("radio").nth(1).check()
    rule.get_by_label("1re plage, de").fill("17h")
    rule.get_by_label("1re plage, à").fill("19h")
    page.get_by_role("button", name="Voir le résultat").click()
    expect(page.locator("#hours-preview")).to_contain_text(f"un vendredi sur deux de 17{NBSP}h à 19{NBSP}h")
    assert not Change.objects.exists()
    page.get_by_role("button", name="Enregistrer les horaires").click()
    page.wait_for_url(re.compile(f"/mon-site/{network.structure.slug}/$"))
    slot = network.structure.locations.get().schedule.slots.get(frequency=Frequency.EVERY_N_WEEKS)
    assert slot.anchor is not None
    assert (slot.weekday, slot.interval, slot.anchor.weekday()) == (4, 2, 4)


def test_the_focus_goes_on_without_a_complaint_of_the_browser(network: Network, open_window: OpenWindow) -> None:
    page = open_window(network.counsellor)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(path(network))
    page.get_by_role("button", name="une semaine sur deux").click()
    expect(page.get_by_role("group", name="Une semaine sur plusieurs").get_by_label("Jour", exact=True)).to_be_focused()
    page.get_by_role("button", name="+ une plage le samedi").click()
    expect(page.get_by_label("Samedi, 3e plage, de")).to_be_focused()
    assert said == []


def test_without_javascript_every_button_answers(network: Network, open_window: OpenWindow) -> None:
    page = open_window(network.counsellor, javascript=False, width=usable.PHONE)
    page.goto(path(network))
    page.get_by_role("button", name="+ une plage le samedi").click()
    expect(page.get_by_label("Samedi, 3e plage, de")).to_be_focused()
    page.get_by_label("Samedi, 1re plage, de").fill("9")
    page.get_by_label("Samedi, 1re plage, à").fill("midi")
    page.get_by_label("Samedi, 1re plage, accès").select_option("sur rendez-vous")
    page.get_by_role("button", name="Voir le résultat").click()
    expect(page.locator("#hours-preview")).to_contain_text(f"le samedi de 9{NBSP}h à 12{NBSP}h, sur rendez-vous")
    # Enter saves, whatever the first button of the page is.
    page.get_by_label("Samedi, 1re plage, à").press("Enter")
    page.wait_for_url(re.compile(f"/mon-site/{network.structure.slug}/$"))
    saturday = network.structure.locations.get().schedule.slots.get(weekday=5)
    assert saturday.access == Access.APPOINTMENT


def test_the_keyboard_is_enough(network: Network, open_window: OpenWindow) -> None:
    page = open_window(network.counsellor)
    page.goto(path(network))
    add = page.get_by_role("button", name="+ une plage le lundi")
    add.focus()
    add.press("Enter")
    expect(page.get_by_label("Lundi, 3e plage, de")).to_be_focused()
    page.keyboard.type("18h")
    page.keyboard.press("Tab")
    page.keyboard.type("20h")
    expect(page.locator("#hours-preview")).to_contain_text(f"34{NBSP}h{NBSP}30 par semaine")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/mon-site/{network.structure.slug}/$"))
    assert network.structure.locations.get().schedule.slots.filter(weekday=0).count() == 3


@pytest.mark.parametrize("width", [usable.LAPTOP, usable.PHONE, usable.NARROWEST])
def test_mistakes_are_said_at_every_width(network: Network, open_window: OpenWindow, width: int) -> None:
    page = open_window(network.counsellor, width=width)
    page.goto(path(network))
    page.get_by_role("button", name="des dates précises").click()
    expect(page.get_by_label("Dates", exact=False).first).to_be_focused()
    page.get_by_label("Lundi, 1re plage, à", exact=True).fill("8h")
    page.get_by_role("button", name="Enregistrer les horaires").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert usable.overflow(page) + usable.broken_rules(page, f"at {width} px") == []
