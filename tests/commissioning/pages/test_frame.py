import re

import pytest

from commissioning.people.roles import Role
from tests.factories import authority, client_for, member, person, provider
from tests.lots import factories as lots

pytestmark = pytest.mark.django_db


def places(shown):
    nav = shown.split('aria-label="Main"')[1].split("</nav>")[0]
    return re.findall(r">([^<>]+)</a>", nav)


@pytest.mark.parametrize(
    ("role", "there", "not_there"),
    [
        (
            Role.PROVIDER_EDITOR,
            {"Home", "Agreements", "Applications", "Help"},
            {"Windows", "Verify a receipt"},
        ),
        (Role.LEAD, {"Home", "Agreements", "Messages", "Help"}, {"Applications"}),
        (Role.AUTHORITY_ADMIN, {"Home", "Agreements", "Messages", "Help"}, {"Applications", "Call-offs"}),
    ],
)
def test_everybody_is_led_where_their_roles_work(role, there, not_there):
    place = provider() if role == Role.PROVIDER_EDITOR else authority()
    shown = set(places(client_for(person(place, role)).get("/help/").content.decode()))
    assert there <= shown
    assert not not_there & shown


def test_without_signing_in_the_public_pages_are_there(client):
    shown = places(client.get("/help/").content.decode())
    assert {"Agreements", "Windows", "Verify a receipt", "Help"} <= set(shown)
    assert "Home" not in shown


class TestChoosingAnAgreement:
    @pytest.fixture
    def two(self):
        one, other = lots.agreement(), lots.agreement()
        member(one.lead, other.lead_authority, Role.LEAD)
        return one, other

    def test_who_serves_one_has_nothing_to_choose(self):
        setting = lots.agreement()
        assert "All agreements" not in client_for(setting.lead).get("/home/").content.decode()

    def test_the_choice_stays_and_narrows_what_home_shows(self, two):
        one, other = two
        lots.window(one, title="First of one")
        lots.window(other, title="First of other")
        client = client_for(one.lead)
        both = client.get("/home/").content.decode()
        assert "First of one" in both
        assert "First of other" in both
        assert client.post("/home/agreement/", {"agreement": one.agreement.reference}).status_code == 302
        chosen = client.get("/home/").content.decode()
        assert "which you chose" in chosen
        calendar = chosen.split('id="calendar"')[1]
        assert "First of one" in calendar
        assert "First of other" not in calendar
        client.post("/home/agreement/", {"agreement": ""})
        assert "First of other" in client.get("/home/").content.decode().split('id="calendar"')[1]

    def test_a_strangers_agreement_cannot_be_chosen(self, two):
        one, _ = two
        strange = lots.agreement().agreement.reference
        client = client_for(one.lead)
        client.post("/home/agreement/", {"agreement": strange})
        assert "which you chose" not in client.get("/home/").content.decode()

    def test_looking_chooses_nothing(self, two):
        assert client_for(two[0].lead).get("/home/agreement/").status_code == 405


@pytest.mark.parametrize(
    ("path", "section"), [("/agreements/", "leads"), ("/account/", "people"), ("/help/", "")]
)
def test_help_opens_at_the_part_that_speaks_of_the_page(path, section):
    shown = client_for(person(authority(), Role.LEAD)).get(path).content.decode()
    assert f'href="/help/{"#" + section if section else ""}"' in shown
