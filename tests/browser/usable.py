"""What keeps someone from using this page: with a screen reader, a keyboard, a small screen, on paper, a slow line?

Each check answers with sentences; nothing to say means that nothing was found.
"""

import gzip
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LAPTOP, PHONE, NARROWEST = 1280, 360, 320
"""320 px is also what is left of a 1280 px screen at 400 %."""
PAGE_BYTES, FIRST_VISIT_BYTES, FIRST_VISIT_REQUESTS = 10_000, 100_000, 10
"""Compressed, as they travel."""
TABS = 45

_AXE_SCRIPT = Axe().axe_script
_AXE_RUN = "axe.run({resultTypes: ['violations']}).then((results) => results.violations)"
_CONTROLS = ":is(a[href], button, input:not([type=hidden]), select, textarea, summary):visible"
_FROM_THE_TOP = """
() => {
  window.scrollTo(0, 0);
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}
"""
_FOCUSED = """
() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const seen = (element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  };
  // A radio of the rich kind shows its focus on its frame.
  const visible = seen(it) || (it.parentElement?.matches(":focus-within") && it.labels && [...it.labels].some(seen));
  const said = (it.innerText || it.name || it.tagName).trim().slice(0, 40);
  return {said, visible, inMain: !!it.closest("main") && it.id !== "contenu"};
}
"""
_WIDER = """
() => {
  const root = document.scrollingElement;
  if (root.scrollWidth <= root.clientWidth) return null;
  const wide = [...document.querySelectorAll("main *, header *, footer *")]
    .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1)
    .slice(0, 3).map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
  return `${root.scrollWidth} px wide in ${root.clientWidth} px: ${wide.join(", ")}`;
}
"""


def at_width(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})


def broken_rules(page: Page, when: str) -> list[str]:
    """Every rule of axe, the good practices included."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE_SCRIPT)
    violations: list[dict[str, Any]] = page.evaluate(_AXE_RUN)
    return [
        f"axe {when}: {rule['id']} on {node['target'][0]} – {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in violations
        for node in rule["nodes"][:3]
    ]


def overflow(page: Page) -> list[str]:
    wider = page.evaluate(_WIDER)
    return [f"scrolls sideways: {wider}"] if wider else []


def lost_focus(page: Page) -> list[str]:
    """From the top of the page, Tab reaches what is in the middle, and one sees where one is at each step."""
    page.evaluate(_FROM_THE_TOP)
    has_control = page.locator(f"main {_CONTROLS}").count() > 0
    problems = []
    for _ in range(TABS if has_control else 3):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        if focused is None:
            break
        if not focused["visible"]:
            problems.append(f"the focus cannot be seen on « {focused['said']} »")
        if focused["inMain"]:
            return problems
    return [*problems, "Tab does not reach the content"] if has_control else problems


def printed_tools(page: Page) -> list[str]:
    """Paper needs no menu, no way in or out, no way to jump."""
    page.emulate_media(media="print")
    shown = page.locator(".fr-nav, .fr-header__tools, .fr-skiplinks").locator("visible=true").count()
    page.emulate_media(media="screen")
    return [f"{shown} navigation block(s) on paper"] if shown else []


def unnamed(page: Page) -> list[str]:
    before_name = page.title().split("–")[0].strip()
    problems = [] if before_name else [f"the title says nothing: « {page.title()} »"]
    if page.locator("html").get_attribute("lang") != "fr":
        problems.append("the language is not French")
    if (headings := page.get_by_role("heading", level=1).count()) != 1:
        problems.append(f"{headings} headings of level 1")
    return problems


def heavy(bodies: list[bytes]) -> list[str]:
    """`bodies`: each answer of a first visit, the page first. The test server compresses nothing; a host does."""
    travelling = [len(gzip.compress(body)) for body in bodies]
    problems = []
    if travelling[0] > PAGE_BYTES:
        problems.append(f"{travelling[0]:,} bytes for the page itself")
    if sum(travelling) > FIRST_VISIT_BYTES:
        problems.append(f"{sum(travelling):,} bytes for a first visit")
    if len(bodies) > FIRST_VISIT_REQUESTS:
        problems.append(f"{len(bodies)} requests for a first visit")
    return problems
