"""Someone looks for help near home, without an account and without JavaScript: places by distance, then one place."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.network import Network

LE_HAVRE, ROUEN = "France services du Havre", "France services de Rouen"


@pytest.fixture
def visitor(network: Network, open_window: OpenWindow, javascript: bool) -> Page:
    page = open_window(javascript=javascript)
    page.goto("/")
    return page


def search(page: Page, text: str) -> list[str]:
    page.get_by_role("searchbox").or_(page.locator("input[name=lieu]")).first.fill(text)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("du plus proche au plus loin")
    return page.locator(".app-place__title").all_inner_texts()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("le havre", [LE_HAVRE, ROUEN], id="commune"),
        pytest.param("76000", [ROUEN, LE_HAVRE], id="postcode"),
        pytest.param("Elbeuf", [ROUEN, LE_HAVRE], id="neighbouring commune"),
    ],
)
def test_the_nearest_place_comes_first(visitor: Page, typed: str, expected: list[str]) -> None:
    assert search(visitor, typed) == expected


def test_the_page_of_a_place_says_where_when_and_how_to_reach_it(visitor: Page) -> None:
    search(visitor, "Elbeuf")
    visitor.get_by_role("link", name=ROUEN).first.click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(ROUEN)
    main = visitor.get_by_role("main")
    expect(main).to_contain_text("1 place de la Mairie")
    expect(main).to_contain_text("9 h")
    assert main.locator("a[href^='tel:']").first.get_attribute("href") == "tel:0261910010"


def test_a_commune_that_is_not_known_is_said_plainly(visitor: Page) -> None:
    visitor.locator("input[name=lieu]").fill("Nulle-Part")
    visitor.keyboard.press("Enter")
    expect(visitor.get_by_role("main")).to_contain_text("Nous ne trouvons pas cette commune")
