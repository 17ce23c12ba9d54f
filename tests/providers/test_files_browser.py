"""A file by hand: added, labelled and replaced on a narrow screen, with axe on each page."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from providers.models import SubmittedFile
from tests import factories as people
from tests import scanner
from tests.browser import check
from tests.providers import factories as f

pytestmark = pytest.mark.django_db(transaction=True)
PLAN = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": scanner.CLEAN_PDF}


def test_a_file_is_added_labelled_and_replaced(page: Page, live_server, time_machine):
    time_machine.move_to(f.NOW)
    entry = f.fill(f.entry_of(f.application()))
    cookie = people.client_for(f.writer_of(entry.application)).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(live_server.url + reverse("entry-question", args=[entry.application.reference, 1, "MS1"]))
    page.get_by_label("Add a file").set_input_files(PLAN)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Not scanned for viruses")).to_be_visible()
    check(page)

    page.get_by_role("link", name="Replace, versions, confidential parts of plan.pdf, file 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("plan.pdf")
    check(page)
    page.get_by_role("link", name="Say what is confidential").click()
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    check(page)
    page.get_by_label("What is confidential").fill("Our rota.")
    for box, typed in (("Day", "31"), ("Month", "3"), ("Year", "2028")):
        page.get_by_label(box, exact=True).fill(typed)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Confidential", exact=True)).to_be_visible()

    page.get_by_role("link", name="Replace, versions, confidential parts of plan.pdf, file 2").click()
    page.get_by_role("link", name="Replace the file").click()
    check(page)
    page.get_by_label("The new file").set_input_files({**PLAN, "name": "better.pdf"})
    page.get_by_role("button", name="Replace the file").click()
    expect(page.get_by_text("The file was replaced.")).to_be_visible()
    expect(page.get_by_role("link", name="better.pdf", exact=True)).to_be_visible()
    assert SubmittedFile.objects.filter(removed_at=None).count() == 1
