"""Would the checks on a page find what they look for? Each fault is planted in a page that has none."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser import usable
from tests.browser.conftest import OpenWindow
from tests.browser.network import Network

Check = Callable[[Page], list[str]]


def at(width: int, check: Check) -> Check:
    def narrowed(page: Page) -> list[str]:
        usable.at_width(page, width)
        return check(page)

    return narrowed


PLANTED: dict[str, tuple[str, Check, str]] = {
    "an image that says nothing": (
        "document.querySelector('main').append(Object.assign(new Image(), {src: '/static/theme/favicon.svg'}))",
        lambda page: usable.broken_rules(page, "here"),
        "axe here: image-alt on",
    ),
    "a text too pale": (
        "document.querySelector('h1').style.color = '#ddd'",
        lambda page: usable.broken_rules(page, "here"),
        "axe here: color-contrast on h1",
    ),
    "a block wider than the screen": (
        "document.querySelector('h1').style.minWidth = '400px'",
        at(usable.NARROWEST, usable.overflow),
        "scrolls sideways:",
    ),
    "a focus that cannot be seen": (
        "document.querySelectorAll('a').forEach((link) => link.style.setProperty('outline', 'none', 'important'))",
        usable.lost_focus,
        "the focus cannot be seen on « Aller au contenu »",
    ),
    "a content out of reach of the keyboard": (
        "document.querySelectorAll('main :is(a, input, button)').forEach((control) => { control.tabIndex = -1; })",
        usable.lost_focus,
        "Tab does not reach the content",
    ),
    "a menu on paper": (
        "const h = document.querySelector('h1'); h.className = 'fr-nav'; h.style.cssText = 'display: flex !important'",
        usable.printed_tools,
        "1 navigation block(s) on paper",
    ),
    "a page without a name": ("document.title = ''", usable.unnamed, "the title says nothing"),
    "a page in another language": (
        "document.documentElement.lang = 'en'",
        usable.unnamed,
        "the language is not French",
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(network: Network, open_window: OpenWindow, fault: str) -> None:
    script, check, expected = PLANTED[fault]
    page = open_window()
    page.goto("/")
    assert check(page) == []
    usable.at_width(page, usable.LAPTOP)
    page.evaluate(f"() => {{ {script} }}")
    assert any(problem.startswith(expected) for problem in check(page)), check(page)


def test_weight_is_counted_as_it_travels() -> None:
    page, picture = b"<p>bonjour</p>" * 5_000, bytes(range(256)) * 2
    assert usable.heavy([page, picture]) == []
    noise = b"".join(str(number**7).encode() for number in range(40_000))
    assert usable.heavy([page, noise])[0].endswith("bytes for a first visit")
    assert usable.heavy([noise])[0].endswith("bytes for the page itself")
    assert usable.heavy([page] * 11) == ["11 requests for a first visit"]
