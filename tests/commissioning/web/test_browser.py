"""What only a browser can tell: axe, the focus from each line of the error summary, the narrow screen."""

import re

import pytest
from playwright.sync_api import ConsoleMessage, Page, Response, expect

from tests.browser import check, problems, scrolls_sideways

pytestmark = pytest.mark.usefixtures("showroom")


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """Gather what the browser complains of: missing files, and what the content policy refused."""
    found: list[str] = []

    def heard(line: ConsoleMessage) -> None:
        if line.type == "error":
            found.append(line.text)

    def answered(answer: Response) -> None:
        if answer.status >= 400:
            found.append(f"{answer.status} {answer.url}")

    page.on("console", heard)
    page.on("response", answered)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def test_every_component_is_accessible_and_fits(live_server, screen, complaints):
    screen.goto(f"{live_server.url}/showroom/components/")
    check(screen)
    assert complaints == []


def test_a_page_of_confirmation_is_accessible_and_fits(live_server, screen):
    screen.goto(f"{live_server.url}/showroom/done/")
    assert screen.get_by_role("heading", level=1).inner_text() == "Lot 1 is submitted"
    check(screen)


def test_menus_open_without_overflow_and_close_by_escape(live_server, screen):
    screen.goto(f"{live_server.url}/showroom/components/")
    for menu in screen.locator("details.portal-menu").all():
        menu.locator("summary").click()
        assert menu.locator("ul").is_visible()
        assert problems(screen) == []
        assert not scrolls_sideways(screen)
        screen.keyboard.press("Escape")
        assert not menu.locator("ul").is_visible()


def test_a_failing_form_is_accessible_and_each_line_of_its_summary_focuses_the_control(
    live_server, screen, complaints
):
    screen.goto(f"{live_server.url}/showroom/form/")
    assert problems(screen) == []
    screen.get_by_role("button", name="Save and go on").click()
    expect(screen).to_have_title(re.compile("^Error: "))
    assert screen.evaluate("document.activeElement.classList.contains('govuk-error-summary')")
    assert problems(screen) == []
    assert not scrolls_sideways(screen)
    focused = []
    for link in screen.locator(".govuk-error-summary__list a").all():
        link.click()
        focused.append(screen.evaluate("document.activeElement.id"))
    assert focused == [
        *(
            "id_title",
            "id_email",
            "id_number",
            "id_secret",
            "id_value",
            "id_opens_0",
            "id_starts_0",
            "id_deadline_0",
        ),
        *("id_statement", "id_lot", "id_who_0", "id_zones_0", "id_agree", "id_paper"),
    ]
    assert complaints == []


def test_without_scripts_the_summary_still_leads_to_the_controls(live_server, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/showroom/form/")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("link", name="Enter the opening date").click()
    page.keyboard.type("27")
    assert page.locator("#id_opens_0").input_value() == "27"
    assert page.locator("#id_partner").is_visible()


def test_a_radio_reveals_its_field(live_server, page):
    page.goto(f"{live_server.url}/showroom/form/")
    assert not page.locator("#id_partner").is_visible()
    page.get_by_label("Several authorities").check()
    assert page.locator("#id_partner").is_visible()


def test_words_are_counted_live(live_server, page):
    page.goto(f"{live_server.url}/showroom/form/")
    page.get_by_label("Method statement").fill("one – two")
    assert page.locator("#id_statement_count").inner_text() == "2 of 12 words"
    page.get_by_label("Method statement").fill("word " * 13)
    assert page.locator("#id_statement_count").inner_text() == "13 of 12 words: 1 word over the limit"
