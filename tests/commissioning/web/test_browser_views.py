"""The view bases as people meet them, each page checked by axe, wide and narrow."""

import pytest
from playwright.sync_api import Page

from commissioning.people.roles import Role
from tests.browser import check
from tests.factories import PASSWORD, client_for, member, person, provider

pytestmark = pytest.mark.usefixtures("workshop")


@pytest.fixture
def home(live_server):
    return provider("P3 Charity")


@pytest.fixture
def user(home):
    return person(home, Role.PROVIDER_ADMIN, name="Ana Popescu", email="ana@p3.example")


@pytest.fixture
def signed_in(live_server, screen: Page, user) -> Page:
    session = client_for(user).cookies["sessionid"].value
    screen.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return screen


def test_a_list(live_server, signed_in, user):
    for number in range(60):
        member(user, provider(f"Care {number:02} of Cambridgeshire and Peterborough"))
    signed_in.goto(f"{live_server.url}/workshop/?name=care")
    check(signed_in)
    signed_in.get_by_role("link", name="Next page").click()
    check(signed_in)
    signed_in.goto(f"{live_server.url}/workshop/?name=zzz")
    check(signed_in)


def test_an_act_refused_and_done(live_server, signed_in, home):
    address = f"{live_server.url}/workshop/{home.reference}/rename/"
    signed_in.goto(address)
    check(signed_in)
    signed_in.get_by_label("Name").fill("Taken")
    signed_in.get_by_role("button", name="Change the name").click()
    check(signed_in)
    signed_in.get_by_role("link", name="Another organisation has this name.").click()
    assert signed_in.evaluate("document.activeElement.value") == "Taken"
    signed_in.get_by_label("Name").fill("P3")
    signed_in.get_by_role("button", name="Change the name").click()
    assert signed_in.get_by_text("The name has been changed.").is_visible()
    check(signed_in)


def test_a_lost_session_on_the_way(live_server, signed_in, home):
    signed_in.goto(f"{live_server.url}/workshop/{home.reference}/rename/")
    signed_in.get_by_label("Name").fill("Typed for an hour")
    signed_in.context.clear_cookies(name="sessionid")
    signed_in.get_by_role("button", name="Change the name").click()
    check(signed_in)
    signed_in.get_by_label("E-mail address").fill("ana@p3.example")
    signed_in.get_by_label("Password", exact=True).fill(PASSWORD)
    signed_in.get_by_role("button", name="Sign in and go on").click()
    assert signed_in.get_by_role("heading", name="Typed for an hour").is_visible()


@pytest.mark.parametrize("path", ["nowhere/", "leads/", "not-yet/", "broken/"])
def test_what_went_wrong(live_server, signed_in, path):
    signed_in.goto(f"{live_server.url}/workshop/{path}")
    check(signed_in)
