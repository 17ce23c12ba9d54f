"""Second factor, sessions and the question asked again, in a browser: narrow, without scripts."""

from datetime import timedelta

import pytest
from django.conf import settings as configured
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from commissioning.people.roles import Role
from tests.browser import check
from tests.commissioning.accounts.factories import code, enrolled, waiting
from tests.factories import PASSWORD, authority, client_for, member, person, prove

pytestmark = pytest.mark.django_db(transaction=True)


def enter(page, server, user, *, ago=timedelta(0)):
    client = client_for(user)
    prove(client, ago=ago)
    cookie = client.cookies[configured.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": configured.SESSION_COOKIE_NAME, "value": cookie, "url": server.url}])


def look(page):
    """Check the page as it stands, wide and narrow."""
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        check(page)


def test_switching_on_and_signing_in_with_it(live_server: LiveServer, page: Page):
    user = person()
    enter(page, live_server, user)
    page.goto(live_server.url + "/account/")
    look(page)
    page.get_by_role("link", name="Switch on second factor").press("Enter")
    look(page)
    page.get_by_role("button", name="Switch on the second factor").press("Enter")
    look(page)
    secret = page.locator("p.portal-mono").inner_text().replace(" ", "")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label("The code that the app shows now").fill(code(0, secret))
    page.get_by_role("button", name="Switch it on").press("Enter")
    page.get_by_role("heading", name="Keep these recovery codes").wait_for()
    look(page)
    page.context.clear_cookies()
    page.goto(live_server.url + "/account/sessions/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").press("Enter")
    page.get_by_role("heading", name="Enter the code of your app").wait_for()
    look(page)
    page.get_by_label("Code", exact=True).fill(code(1, secret))
    page.get_by_role("button", name="Sign in").press("Enter")
    page.get_by_role("heading", name="Where you are signed in").wait_for()
    look(page)


def test_the_question_asked_again_is_answered_without_scripts(live_server: LiveServer, browser):
    council = authority("PCC")
    giver, second = person(council, Role.AUTHORITY_ADMIN), person(council, Role.AUTHORITY_ADMIN)
    newcomer = person(name="Ola New")
    grant = waiting(member(newcomer, council), Role.DIRECTOR, giver)
    enrolled(second)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    enter(page, live_server, second, ago=timedelta(minutes=11))
    page.goto(
        f"{live_server.url}/organisations/{council.reference}/people/{newcomer.reference}/roles/director/confirm/"
    )
    page.get_by_role("button", name="Confirm this role").press("Enter")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label("The code of your app").fill(code())
    page.get_by_role("button", name="Confirm and go on").press("Enter")
    page.get_by_text("The role is confirmed and counts from now.").wait_for()
    grant.refresh_from_db()
    assert grant.confirmed_by == second
    context.close()


def test_the_page_that_asks_again_is_in_order(live_server: LiveServer, page: Page):
    council = authority("PCC")
    giver, second = person(council, Role.AUTHORITY_ADMIN), person(council, Role.AUTHORITY_ADMIN)
    newcomer = person()
    waiting(member(newcomer, council), Role.DIRECTOR, giver)
    enter(page, live_server, second, ago=timedelta(minutes=11))
    page.goto(
        f"{live_server.url}/organisations/{council.reference}/people/{newcomer.reference}/roles/director/confirm/"
    )
    page.get_by_role("button", name="Confirm this role").press("Enter")
    page.get_by_role("heading", name="Confirm that it is you").wait_for()
    look(page)
    page.get_by_role("button", name="Confirm and go on").press("Enter")
    page.get_by_role("link", name="Enter your password").wait_for()
    look(page)
