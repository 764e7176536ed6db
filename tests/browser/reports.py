"""What does a browser complain about while someone uses a page: scripts, policy, files that do not come, strangers?"""

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

# Said by the page itself, so that the report holds the directive and the address that broke it.
POLICY = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content-Security-Policy: ${event.effectiveDirective} refuses ${event.blockedURI}`));
"""
# A page that answers 404 or 422 is not a fault: the test that asked for it says what it must show.
_TOLD_BY_RESPONSES = "Failed to load resource"


def listen(context: BrowserContext, site: str, reports: list[str]) -> None:
    """Add to `reports` everything that goes wrong in the windows of this context; `site` is the only host allowed."""
    context.add_init_script(POLICY)
    context.on("console", lambda message: _console(message, reports))
    context.on("weberror", lambda error: reports.append(f"script: {error.error}"))
    context.on("request", lambda request: _request(request, site, reports))
    context.on("requestfailed", lambda request: _failed(request, reports))
    context.on("response", lambda response: _response(response, reports))


def _console(message: ConsoleMessage, reports: list[str]) -> None:
    if message.type in {"error", "warning"} and not message.text.startswith(_TOLD_BY_RESPONSES):
        reports.append(f"console {message.type}: {message.text}")


def _request(request: Request, site: str, reports: list[str]) -> None:
    if not request.url.startswith((f"{site}/", "data:", "about:", "blob:")):
        reports.append(f"third party: {request.url}")


def _failed(request: Request, reports: list[str]) -> None:
    # Leaving a page, or pressing twice, gives up what was on its way.
    if request.failure != "net::ERR_ABORTED":
        reports.append(f"failed: {request.method} {request.url} ({request.failure})")


def _response(response: Response, reports: list[str]) -> None:
    worst = 500 if response.request.is_navigation_request() else 400
    if response.status >= worst:
        reports.append(f"{response.status}: {response.request.method} {response.url}")


def flush(page: Page) -> None:
    """Let what the browser has already said reach the reports."""
    if not page.is_closed():
        page.title()
