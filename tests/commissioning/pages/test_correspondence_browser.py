"""What only a browser tells of letters and messages: axe, the narrow screen, the progress that moves."""

import pytest
from django.conf import settings as configured
from django.urls import reverse
from playwright.sync_api import Page, expect

from commissioning.audit.services import unit
from commissioning.people.models import User
from commissioning.people.roles import Role
from commissioning.records.models import Message
from commissioning.records.services import letters
from tests.browser import fits
from tests.commissioning.records.letter_factories import SENT, batch, message, rendered
from tests.factories import client_for, person, provider
from tests.lots.factories import agreement

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, server, user: User) -> None:
    cookie = client_for(user).cookies[configured.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": configured.SESSION_COOKIE_NAME, "value": cookie, "url": server.url}])


def test_the_pages_are_accessible_and_fit(live_server, page):
    setting = agreement(reference="EIP-PDPS")
    charity = provider("Peterborough Association for the Blind (Peterborough Sight)")
    ana = person(charity, Role.PROVIDER_ADMIN)
    drafted = rendered(batch(charity, lead=setting.lead))
    waiting = batch(charity, charity, lead=setting.lead)
    with unit():
        second = person(setting.lead_authority, Role.LEAD)
        letters.release_batch(batch=drafted, actor=second, now=SENT)
    failed = message(organisation=charity, chain="EIP-PDPS")
    Message.objects.filter(pk=failed.pk).update(state="failed", problem="SMTPRecipientsRefused: unknown")
    letter = drafted.letters.get()
    sign_in(page, live_server, setting.lead)
    for address in (
        reverse("letters"),
        reverse("messages"),
        reverse("correspondence", args=[charity.reference]),
        letter.get_absolute_url(),
        waiting.get_absolute_url(),
        failed.get_absolute_url(),
        reverse("message-send-again", args=[failed.reference]),
        reverse("verify-letter"),
    ):
        page.goto(live_server.url + address)
        fits(page)
    sign_in(page, live_server, ana)
    page.goto(live_server.url + reverse("messages"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(charity.name)
    fits(page)


def test_the_progress_moves_by_itself_and_then_stops(live_server, page):
    setting = agreement(reference="EIP-PDPS")
    made = batch(provider(), provider(), lead=setting.lead)
    sign_in(page, live_server, setting.lead)
    page.goto(live_server.url + made.get_absolute_url())
    expect(page.get_by_text("0 of 2 letters ready")).to_be_visible()
    rendered(made)
    expect(page.get_by_text("2 of 2 letters ready")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("link", name="PDF to")).to_have_count(2)
    expect(page.locator("[data-refresh]")).to_have_count(0)


def test_without_scripts_a_link_shows_how_far_it_is(live_server, browser):
    setting = agreement(reference="EIP-PDPS")
    made = batch(provider(), lead=setting.lead)
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, live_server, setting.lead)
        page.goto(live_server.url + made.get_absolute_url())
        rendered(made)
        page.get_by_role("link", name="See how far they are now").click()
        expect(page.get_by_text("1 of 1 letters ready")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="PDF to").click()
        assert download.value.suggested_filename.endswith(".pdf")
