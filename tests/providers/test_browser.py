"""Applying by hand: on a narrow screen with axe on each page, and on a wide one without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from providers.models import Entry
from providers.services import admissions, application_answers
from tests import factories as people
from tests.browser import check
from tests.providers import factories as f

pytestmark = pytest.mark.django_db(transaction=True)

WAYS = {"narrow": (320, True), "without scripts": (1280, False)}
both_ways = pytest.mark.parametrize("way", WAYS, indirect=True)


@pytest.fixture
def way(request, browser: Browser, time_machine):
    """A browser at a time when the window is open; narrow, unless a test asks for another way."""
    time_machine.move_to(f.NOW)
    width, scripts = WAYS[getattr(request, "param", "narrow")]
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    yield context, scripts
    context.close()


def page_for(user, way, live_server) -> Page:
    context, _ = way
    cookie = people.client_for(user).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page: Page = context.new_page()
    return page


def look(page, way):
    # Axe is a script: without them only the words can be looked at.
    if way[1]:
        check(page)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


@both_ways
def test_a_provider_applies_from_the_window_to_the_receipt(way, live_server):
    window, ana = f.window(), f.bid_writer(name="Ana Writer")
    page = page_for(ana, way, live_server)
    page.goto(live_server.url + reverse("application-start", args=[window.reference]))
    look(page, way)
    press(page, "Start the application")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    look(page, way)
    page.get_by_label("Lot 1: Lot title 1").check()
    press(page, "Start the application")
    expect(page.get_by_text("would not go in: 5 answers and 3 declarations missing.")).to_be_visible()
    look(page, way)

    page.get_by_role("link", name="Declarations", exact=True).click()
    look(page, way)
    page.get_by_label("Yes").check()
    press(page, "Save and next")
    page.get_by_label("Your answer").fill("We have helped people for forty years.")
    press(page, "Save and next")

    page.get_by_role("link", name="Minimum standards").click()
    page.get_by_label("Yes").first.check()
    page.get_by_label("Insurer and policy number").fill("Zurich 123")
    page.get_by_label("Yes").last.check()
    look(page, way)
    press(page, "Save and next")
    for number in (1, 2, 3):
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Method statement {number}")
        page.get_by_label("Your answer").fill("People decide with us, and we show what came of it.")
        if way[1]:
            expect(page.get_by_text("11 of 500 words", exact=True).first).to_be_visible()
        if number == 1:
            page.get_by_label("Add a file").set_input_files(
                {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": f.pdf().read()}
            )
            press(page, "Save")
            expect(page.get_by_role("link", name="plan.pdf", exact=True)).to_be_visible()
            look(page, way)
        press(page, "Save and next")
    page.get_by_label("Your answer").fill("one two three four five six")
    press(page, "Save")
    expect(page.get_by_role("heading", name="1 word past the limit")).to_be_visible()
    look(page, way)
    press(page, "Save and next")

    expect(page.get_by_role("heading", level=1)).to_have_text("Check and submit Lot 1")
    look(page, way)
    press(page, "Submit Lot 1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lot 1 submitted")
    look(page, way)
    with page.expect_download() as given:
        page.get_by_role("link", name="Download as JSON").click()
    assert given.value.suggested_filename.endswith(".json")
    assert Entry.objects.get().state == "submitted"
    page.get_by_role("link", name="Back to the application").click()
    expect(page.get_by_text("would go in. Received")).to_be_visible()
    page.get_by_role("link", name="withdraw").click()
    look(page, way)
    press(page, "Withdraw this lot")
    expect(page.get_by_text("would not go in: complete, but not submitted.")).to_be_visible()


@both_ways
def test_two_colleagues_see_both_their_texts(way, live_server):
    application = f.application()
    ben = people.person(application.organisation, "provider_editor", name="Ben Editor")
    page = page_for(f.writer_of(application), way, live_server)
    page.goto(live_server.url + reverse("entry-question", args=[application.reference, 1, "MS1"]))
    page.get_by_label("Your answer").fill("What Ana wrote.")
    application_answers.save_answers(
        application=application,
        submission=f.entry_of(application).submission,
        values={"MS1": "What Ben wrote."},
        actor=ben,
        now=f.NOW,
    )
    press(page, "Save")
    expect(page.get_by_text("What Ben wrote.")).to_be_visible()
    expect(page.get_by_label("Your answer")).to_have_value("What Ana wrote.")
    look(page, way)
    page.get_by_label("Your answer").fill("What Ana and Ben wrote.")
    press(page, "Save what is in the box")
    expect(page.get_by_text("Saved at")).to_be_visible()
    page.get_by_role("link", name="Earlier versions").click()
    expect(page.get_by_role("row")).to_have_count(4)
    look(page, way)
    page.get_by_role("link", name="Version 1", exact=True).click()
    expect(page.get_by_text("What Ben wrote.")).to_be_visible()
    look(page, way)
    press(page, "Bring this version back")
    expect(page.get_by_label("Your answer")).to_have_value("What Ben wrote.")


def test_the_lead_opens_the_entries_and_looks_after_the_pool(way, live_server, time_machine):
    entry = f.submitted()
    window = entry.window_lot.window
    lead = f.lead_of(window.agreement)
    member = f.admission(window.agreement.lots.get(number=2), people.provider("Care Network"))
    page = page_for(lead, way, live_server)
    page.goto(live_server.url + reverse("window-extend", args=[window.reference]))
    look(page, way)
    page.goto(live_server.url + reverse("pool", args=[window.agreement.reference]))
    look(page, way)
    page.get_by_role("link", name="Care Network").click()
    look(page, way)
    page.get_by_role("button", name="Suspend", exact=True).click()
    look(page, way)
    admissions.suspend(admission=member, reason="Why.", review_on=f.AFTER.date(), actor=lead, now=f.NOW)
    page.goto(live_server.url + member.get_absolute_url())
    look(page, way)
    page.goto(live_server.url + reverse("window-unseal", args=[window.reference]))
    expect(page.get_by_text("This cannot be done yet")).to_be_visible()
    look(page, way)
    time_machine.move_to(f.AFTER)
    page = page_for(lead, way, live_server)
    page.goto(live_server.url + reverse("window-unseal", args=[window.reference]))
    page.get_by_label("I understand that this cannot be undone").check()
    look(page, way)
    press(page, "Open the entries now")
    expect(page.get_by_text(entry.application.organisation.name)).to_be_visible()
    look(page, way)


def test_a_providers_own_page(way, live_server):
    entry = f.submitted()
    f.admission(f.agreement(lots=1).lots.get(), entry.application.organisation)
    page = page_for(f.writer_of(entry.application), way, live_server)
    page.goto(live_server.url + reverse("applications"))
    expect(page.get_by_role("heading", name="My receipts")).to_be_visible()
    look(page, way)
    page.get_by_role("link", name=entry.reference, exact=True).click()
    page.get_by_role("link", name="Read what you submitted").click()
    expect(page.get_by_text("Marmalade MS1 quokka")).to_be_visible()
    look(page, way)
