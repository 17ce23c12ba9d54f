"""What journeys ask of every page: no complaint by axe, and no scrolling sideways."""

import os

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def problems(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA, a line a finding."""
    # A link just followed may have led to a document that is still empty.
    page.wait_for_load_state()
    results = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    return [f"{found['id']}: {found['nodes'][0]['html'][:160]}" for found in results.response["violations"]]


def scrolls_sideways(page: Page) -> bool:
    """Tell whether the page is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def fits(page: Page, *widths: int) -> None:
    """Check the page as it stands at each width, the narrowest by axe as well: there targets are closest."""
    for width in sorted(widths or (320, 1280), reverse=True):
        page.set_viewport_size({"width": width, "height": 900})
        assert not scrolls_sideways(page), f"{page.url} scrolls sideways at {width}"
    check(page)


def check(page: Page, *, at: str = "") -> None:
    """Fail on either; `at` is the address to name where it is not the page's own.

    With PORTAL_SCREENSHOTS=DIR a picture of the page is kept there to look at.
    """
    at = at or page.url
    found = problems(page)
    assert found == [], f"{at}: {found}"
    assert not scrolls_sideways(page), f"{at} scrolls sideways"
    if folder := os.environ.get("PORTAL_SCREENSHOTS"):
        name = page.title().split(" - ")[0].replace(" ", "-").replace(":", "").replace("/", "-").lower()
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
