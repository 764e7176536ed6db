"""Would the browser's complaints be heard?"""

import pytest

from tests.browser import reports as browser_reports
from tests.browser.conftest import OpenWindow
from tests.browser.network import Network

PLANTED = {
    "an inline style": (
        "document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')",
        "Content-Security-Policy: style-src-attr refuses inline",
    ),
    "an inline script": (
        "document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))",
        "Content-Security-Policy: script-src-elem refuses inline",
    ),
    "an image of another host": (
        "document.body.append(Object.assign(new Image(), {src: 'https://exemple.fr/image.png'}))",
        "Content-Security-Policy: img-src refuses https://exemple.fr/image.png",
    ),
    "a script that fails": ("setTimeout(() => { throw new Error('planted') })", "script: "),
    "a message of the console": ("console.error('planted')", "console error: planted"),
    "a file that does not exist": ("fetch('/static/nothing.css')", "404: GET "),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_planted_in_a_page_is_reported(
    network: Network, open_window: OpenWindow, reports: list[str], planted: str
) -> None:
    page = open_window()
    page.goto("/mentions-legales/")
    browser_reports.flush(page)
    assert reports == []
    script, expected = PLANTED[planted]
    page.evaluate(f"() => {{ {script} }}")
    for _ in range(50):
        if any(expected in report for report in reports):
            break
        page.wait_for_timeout(200)  # a busy machine reports later
    assert any(expected in report for report in reports), reports
    reports.clear()


def test_a_policy_broken_by_the_page_itself_is_reported_without_javascript(
    network: Network, open_window: OpenWindow, reports: list[str]
) -> None:
    page = open_window(javascript=False)
    page.route(
        "**/mentions-legales/",
        lambda route: route.fulfill(
            response=(answer := route.fetch()), body=answer.text().replace("<h1", '<h1 style="color:red"')
        ),
    )
    page.goto("/mentions-legales/")
    browser_reports.flush(page)
    assert any("style" in report for report in reports), reports
    reports.clear()
