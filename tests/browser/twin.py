"""Looks with axe at a page drawn without scripts: axe is one, so it looks at the same HTML elsewhere."""

import re

from playwright.sync_api import Browser, Page

from tests.browser import check

SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)


class Twin:
    """A browser with scripts of its own, but none of the portal's, that shows what another one shows."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=base)
        self.page = self.context.new_page()
        self.page.goto("/health/live")

    def check(self, page: Page) -> None:
        """Fail on what axe finds on the page, or where it scrolls sideways."""
        if page.viewport_size:
            self.page.set_viewport_size(page.viewport_size)
        self.page.set_content(SCRIPT.sub("", page.content()))
        check(self.page, at=page.url)
