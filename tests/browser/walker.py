"""A person at a browser: goes, fills, presses; every new page is looked at, every refusal is tried out."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Response, expect

from commissioning.people.models import User
from tests.browser import check, scrolls_sideways
from tests.browser.twin import Twin
from tests.factories import PASSWORD

REFERENCE = re.compile(r"\b[A-Z]{2,4}-[A-Z0-9]{5}\b")
# What scripts change or add: only there does axe find another page than in the walk without them.
CHANGED_BY_SCRIPTS = (
    ".govuk-error-summary, [data-word-count], [data-reveals], [data-keys], [data-refresh], "
    "[data-module=govuk-password-input]"
)
NUMBER = re.compile(r"(?<=/)(\d+|[A-Z]+\d)(?=/|$)")


class Walker:
    """One person's browser, with scripts, or without them where a twin looks at its pages.

    `check` is done once for each kind of page that anyone on this road meets, the refused forms besides;
    an answer of 500 and above, a missing file or a fault in a script fails at the end of the road.
    """

    def __init__(self, browser: Browser, base: str, *, twin: Twin | None, looked_at: set[str]) -> None:
        self.twin = twin
        self.context = browser.new_context(
            java_script_enabled=twin is None, viewport={"width": 1280, "height": 900}, base_url=base
        )
        self.context.set_default_timeout(10_000)
        self.page: Page = self.context.new_page()
        self.looked_at = looked_at
        self.password = PASSWORD
        self.faults: list[str] = []
        self.page.on("response", self._answered)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _answered(self, answer: Response) -> None:
        is_file = "/static/" in answer.url
        if answer.status >= 500 or (is_file and answer.status >= 400):
            self.faults.append(f"{answer.status} {answer.url}")

    # ------------------------------------------------------------------ going

    def sign_in(self, user: User, *, password: str = PASSWORD) -> None:
        """Sign in as people do, from a page that asks for it."""
        self.go("/account/")
        self.fill(email=user.email, password=password)
        self.press("Sign in")
        self.on("/account/")

    def go(self, address: str, *, status: int = 200) -> None:
        """Open the address, and insist on the status of its answer."""
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == status, f"{address} answered {answer.status}: {self.heading()}"
        self.look()

    def home(self, *texts: str) -> None:
        """Open what needs this person, which no two roles see alike, check it and insist on these texts."""
        self.page.goto("/home/")
        self._check()
        self.sees(*texts)

    def follow(self, name: str, *, exact: bool = False) -> None:
        """Follow the first link of this name, also one that is drawn as a button."""
        words = re.compile(f"^{re.escape(name)}$") if exact else name
        self._leads(self.page.locator("main a").filter(has_text=words).first)

    def press(self, name: str, *, exact: bool = True) -> None:
        """Press the button; a form that is refused fails the journey with its sentences."""
        self._leads(self._button(name, exact=exact))
        self._prove()
        summary = self.page.locator(".govuk-error-summary")
        assert summary.count() == 0, f"{self.path}: {summary.first.inner_text()}"

    def _prove(self) -> None:
        """Answer the page that asks again who is acting, as happens when the last proof is too old."""
        if self.page.locator("main [name=prove_password]").count():
            self.fill(prove_password=self.password)
            self._leads(self._button("Confirm and go on", exact=True))

    def refused(self, name: str, *said: str, links: bool = True) -> None:
        """Press the button and be refused, in these words; each line of the summary leads to its control.

        `links` is False where no control is to blame, such as when it is too late.
        """
        before = self.path
        status = self.pressed(name)
        if status == 401:
            self.fill(prove_password=self.password)
            status = self.pressed("Confirm and go on")
        assert status == 422, f"{before} answered {status}"
        expect(self.page).to_have_title(re.compile("^Error: "))
        for sentence in said:
            expect(self.page.locator(".govuk-error-summary")).to_contain_text(sentence)
        self._check()
        if links:
            self._focus_goes_where_the_summary_leads()

    def pressed(self, name: str) -> int:
        """Press the button and return the status of the answer."""
        with self.page.expect_navigation() as going:
            self._button(name, exact=True).press("Enter")
        assert going.value is not None
        return going.value.status

    def _focus_goes_where_the_summary_leads(self) -> None:
        links = self.page.locator(".govuk-error-summary__list a").all()
        assert links, f"{self.path}: no line of the summary leads anywhere"
        for link in links:
            target = (link.get_attribute("href") or "").removeprefix("#")
            link.press("Enter")
            assert self.page.evaluate("document.activeElement.id") == target, f"{self.path}: #{target}"

    def _button(self, name: str, *, exact: bool) -> Locator:
        return self.page.locator("main").get_by_role("button", name=name, exact=exact).first

    def _leads(self, control: Locator) -> None:
        with self.page.expect_navigation() as going:
            control.press("Enter")
        if (answer := going.value) is not None:
            assert answer.status < 500, f"{answer.url} answered {answer.status}"
        self.look()

    def download(self, name: str | re.Pattern[str]) -> Path:
        """Follow the link and return the file that comes."""
        with self.page.expect_download() as coming:
            self.page.locator("main a").filter(has_text=name).first.click()
        return Path(coming.value.path())

    # ------------------------------------------------------------------ typing

    def fill(self, **values: Any) -> None:
        """Fill controls by the names of their fields; a tuple fills the boxes of a date one by one."""
        for name, value in values.items():
            if isinstance(value, tuple):
                for place, part in enumerate(value):
                    self.page.locator(f"#id_{name}_{place}").fill(str(part))
            else:
                self._fill(name, value)

    def _fill(self, name: str, value: Any) -> None:
        control = self.page.locator(f'main [name="{name}"]').first
        if name == "password":
            # What was chosen or typed last is what answers when the portal asks again.
            self.password = str(value)
        kind = control.evaluate("one => one.type")
        if kind in ("radio", "checkbox") and not isinstance(value, bool):
            for one in value if isinstance(value, list) else [value]:
                self.page.locator(f'main [name="{name}"][value="{one}"]').check()
        elif kind == "checkbox":
            control.set_checked(value)
        elif kind == "select-one":
            self._choose(control, str(value))
        elif kind == "file":
            control.set_input_files(value)
        else:
            control.fill(str(value))

    def tick(self, name: str) -> None:
        """Tick every box of this name."""
        for box in self.page.locator(f'main input[type=checkbox][name="{name}"]').all():
            box.check()

    def choose(self, label: str, *, exact: bool = True) -> None:
        """Choose the circle of this label."""
        self.page.locator("main").get_by_role("radio", name=label, exact=exact).check()

    def untick(self, name: str, value: str) -> None:
        """Clear one box of this name."""
        self.page.locator(f'main [name="{name}"][value="{value}"]').uncheck()

    def tick_every_yes(self) -> None:
        """Say yes to every question of yes or no."""
        for circle in self.page.locator('main input[type=radio][value="yes"]').all():
            circle.check()

    @staticmethod
    def _choose(control: Locator, text: str) -> None:
        """Choose the option whose words hold the text."""
        control.select_option(label=control.locator("option", has_text=text).first.inner_text())

    # ------------------------------------------------------------------ looking

    @property
    def path(self) -> str:
        """The address of the page, without the site."""
        return "/" + self.page.url.split("/", 3)[3].split("#")[0]

    @property
    def reference(self) -> str:
        """The reference in the page's address."""
        found = REFERENCE.search(self.page.url)
        assert found is not None, self.page.url
        return found[0]

    def addresses(self, pattern: str) -> list[str]:
        """Return the addresses of this pattern to which the page's links lead, each once."""
        leading = [link.get_attribute("href") or "" for link in self.page.locator("main a").all()]
        return [one for one in dict.fromkeys(leading) if re.fullmatch(pattern, one)]

    def heading(self) -> str:
        """Return the page's heading."""
        return self.page.locator("h1").first.inner_text()

    def caption(self) -> str:
        """Return the line above the heading."""
        return self.page.locator(".portal-heading .govuk-caption-l").first.inner_text()

    def on(self, address: str) -> None:
        """Insist on being at this address."""
        assert self.path == address, f"at {self.path}, not at {address}"

    def sees(self, *texts: str) -> None:
        """Insist that the page says each of these."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def sees_no(self, *texts: str) -> None:
        """Insist that the page says none of these."""
        said = self.page.locator("main").inner_text()
        for text in texts:
            assert text not in said, f"{self.path} says “{text}”"

    def look(self) -> None:
        """Check the page by axe, if nobody on this road has met its kind."""
        kind = NUMBER.sub("N", REFERENCE.sub("REF", self.path.split("?")[0]))
        if kind not in self.looked_at:
            self.looked_at.add(kind)
            self._check()

    def _check(self) -> None:
        if self.twin is not None:
            self.twin.check(self.page)
        elif self.page.locator(CHANGED_BY_SCRIPTS).count():
            check(self.page)
        else:
            assert not scrolls_sideways(self.page), f"{self.path} scrolls sideways"

    def narrow(self, *addresses: str) -> None:
        """Check these pages on a small telephone's screen; without any, the page at hand as it stands."""
        self.page.set_viewport_size({"width": 320, "height": 800})
        for address in addresses:
            self.page.goto(address)
            self._check()
        if not addresses:
            self._check()
        self.page.set_viewport_size({"width": 1280, "height": 900})
