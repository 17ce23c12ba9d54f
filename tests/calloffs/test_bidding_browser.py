"""Bidding by hand: on a narrow screen with axe on each page, and on a wide one without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from calloffs.models import Bid
from tests import factories as people
from tests.browser import check
from tests.calloffs import factories as f

pytestmark = pytest.mark.django_db(transaction=True)

WAYS = {"narrow": (320, True), "without scripts": (1280, False)}


@pytest.mark.parametrize("way", WAYS)
def test_an_invited_provider_bids_from_the_list_to_the_receipt(
    way, browser: Browser, live_server, time_machine
):
    time_machine.move_to(f.NOW)
    ground = f.ground(pool=2)
    competition = f.published(ground, title="Stroke support")
    width, scripts = WAYS[way]
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    cookie = people.client_for(ground.writers[0]).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()

    def look():
        # Axe is a script: without them only the words can be looked at.
        if scripts:
            check(page)

    def press(name):
        page.get_by_role("button", name=name, exact=True).click()

    page.goto(live_server.url + reverse("invitations"))
    look()
    page.get_by_role("link", name="Stroke support").click()
    look()
    page.get_by_role("link", name="Say whether you will bid").click()
    page.get_by_label("Will not bid").check()
    press("Save")
    expect(page.get_by_role("alert").get_by_text("Say why you will not bid")).to_be_visible()
    look()
    page.get_by_label("Will bid").check()
    press("Save")
    page.get_by_role("link", name="Ask a question").click()
    look()
    page.get_by_label("Your question").fill("May it be run from two places?")
    press("Send the question")
    expect(page.get_by_text("May it be run from two places?")).to_be_visible()

    page.get_by_role("button", name="Start your bid").click()
    look()
    press("Start your bid")
    expect(
        page.get_by_text("would not go in: 4 answers, 2 declarations and 2 prices missing.")
    ).to_be_visible()
    look()
    page.get_by_role("link", name="Send it by itself at the close if it is complete").click()
    look()
    press("Send what is complete at the close")
    expect(page.get_by_text("your bid now goes in by itself")).to_be_visible()
    look()
    page.get_by_role("link", name="Read what that means, or take it back").click()
    press("Take it back")
    expect(page.get_by_text("Nothing goes in unless you submit it.")).to_be_visible()
    page.get_by_role("link", name="Minimum standards").click()
    page.get_by_label("Yes").first.check()
    page.get_by_label("Insurer and policy number").fill("Zurich 123")
    page.get_by_label("Yes").last.check()
    press("Save and next")
    for _ in range(4):
        page.get_by_label("Your answer").fill("People decide with us.")
        press("Save and next")
    expect(page.get_by_role("heading", level=1)).to_have_text("Prices")
    look()
    page.get_by_label("One hour of support").fill("30.01")
    page.get_by_label("Setting up").fill("500")
    press("Save and next")
    expect(page.get_by_role("alert").get_by_text("must be £30.00 or less")).to_be_visible()
    look()
    page.get_by_label("One hour of support").fill("29.50")
    press("Save and next")
    expect(page.get_by_text("£29.50 for each hour")).to_be_visible()
    look()
    press("Submit your bid")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bid submitted")
    look()
    assert Bid.objects.get(competition=competition).state == "submitted"
    page.get_by_role("link", name="Back to the bid").click()
    expect(page.get_by_text("would go in. Received")).to_be_visible()
    page.get_by_role("link", name="Withdraw your bid").click()
    look()
    press("Withdraw this bid")
    expect(page.get_by_text("would not go in: complete, but not submitted.")).to_be_visible()
    context.close()
