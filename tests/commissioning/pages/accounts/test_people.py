import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commissioning import clock
from commissioning.accounts.services import invitations
from commissioning.audit.models import AccessEntry
from commissioning.people.models import Invitation, RoleGrant
from commissioning.people.roles import Role
from tests.commissioning.accounts.factories import fresh
from tests.factories import authority, client_for, member, person, provider

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


class Town:
    """An authority with two administrators, a lead, a colleague with a role that waits, and an invitation."""

    def __init__(self):
        self.council = authority("PCC", name="Peterborough")
        self.first = person(self.council, Role.AUTHORITY_ADMIN, name="First Admin")
        self.second = person(self.council, Role.AUTHORITY_ADMIN, name="Second Admin")
        self.lead = person(self.council, Role.LEAD, name="Moira Lead")
        self.new = person(self.council, Role.EVALUATOR, name="Neal New")
        self.waits = RoleGrant.objects.create(
            membership=self.new.memberships.get(),
            role=Role.DIRECTOR,
            given_by=self.first,
            given_at=clock.now(),
        )
        self.invitation = invitations.invite(
            organisation=self.council,
            email="ida@pcc.example",
            name="Ida Invited",
            roles=[Role.AUDITOR],
            actor=self.first,
            now=clock.now(),
        )
        self.base = f"/organisations/{self.council.reference}/"
        self.people = f"{self.base}people/"
        self.person = f"{self.people}{self.new.reference}/"

    def pages(self):
        return {
            self.base: "member",
            f"{self.base}change/": "admin",
            self.people: "member",
            f"{self.people}invite/": "admin",
            f"{self.people}invitations/{self.invitation.reference}/withdraw/": "admin",
            self.person: "member",
            f"{self.person}leave/": "admin",
            f"{self.person}roles/give/": "admin",
            f"{self.person}roles/director/confirm/": "admin",
            f"{self.person}roles/director/withdraw/": "admin",
            f"{self.person}roles/evaluator/withdraw/": "admin",
        }


@pytest.fixture
def town():
    return Town()


def test_every_page_to_every_kind_of_reader(town):
    strangers = [
        person(),
        person(authority(), Role.AUTHORITY_ADMIN),
        person(provider(), Role.PROVIDER_ADMIN),
        person(is_staff=True),
    ]
    for url, who in town.pages().items():
        assert Client().get(url).status_code == 302, url
        for stranger in strangers:
            client = client_for(stranger)
            assert client.get(url).status_code == 404, url
            assert client.post(url).status_code in (404, 405), url
        assert client_for(town.second).get(url).status_code == 200, url
        expected = 200 if who == "member" else 403
        assert client_for(town.lead).get(url).status_code == expected, url
        if who == "admin":
            assert client_for(town.lead).post(url).status_code == 403, url
    assert AccessEntry.objects.filter(outcome="refused", user=town.lead).exists()


def test_reading_a_page_changes_nothing(town):
    before = list(RoleGrant.objects.values()), list(Invitation.objects.values())
    for url in town.pages():
        client_for(town.second).get(url)
    assert (list(RoleGrant.objects.values()), list(Invitation.objects.values())) == before


@pytest.mark.parametrize(
    "rest",
    [
        "people/PER-99999/",
        "people/PER-99999/leave/",
        "people/invitations/INV-99999/withdraw/",
    ],
)
def test_what_is_not_there_is_404(town, rest):
    assert client_for(town.second).get(town.base + rest).status_code == 404


def test_roles_that_the_person_has_not_are_404(town):
    for role in ("lead", "king"):
        assert client_for(town.second).get(f"{town.person}roles/{role}/confirm/").status_code == 404


def test_the_person_of_another_organisation_is_404(town):
    other = person(authority(), Role.LEAD)
    assert client_for(town.second).get(f"{town.people}{other.reference}/").status_code == 404


def test_the_list_shows_members_what_waits_who_is_invited_and_who_left(town):
    leaver = person(town.council, Role.EVALUATOR, name="Lee Leaver")
    leaver.memberships.update(left_at=clock.now())
    page = text(client_for(town.second).get(town.people))
    for words in (
        "Moira Lead",
        "Waiting for a second person",
        "Neal New: Director",
        "Ida Invited",
        "Lee Leaver",
    ):
        assert words in page
    assert "roles/director/confirm/" in page


def test_the_giver_and_the_receiver_read_why_they_cannot_confirm(town):
    assert "another administrator must confirm it" in text(client_for(town.first).get(town.people))
    member(town.new, town.council, Role.AUTHORITY_ADMIN)
    assert "a second person does" in text(client_for(town.new).get(town.people))
    page = client_for(town.first).get(f"{town.person}roles/director/confirm/")
    assert '<button type="submit" class="govuk-button"' not in text(page).split("<main", 1)[1]
    assert client_for(town.first).post(f"{town.person}roles/director/confirm/").status_code == 422


def test_confirming(town):
    response = client_for(town.second).post(f"{town.person}roles/director/confirm/")
    assert (response.status_code, response.url) == (302, town.person)
    assert fresh(town.waits).confirmed_by == town.second


def test_declining(town):
    response = client_for(town.second).post(f"{town.person}roles/director/withdraw/")
    assert response.status_code == 302
    assert fresh(town.waits).withdrawn_by == town.second


def test_giving_a_role(town):
    client = client_for(town.first)
    page = text(client.get(f"{town.person}roles/give/"))
    assert (
        "Evaluator"
        not in page.split("<form", 2)[-1].split("Lay evaluator")[0].split("Scores on the panels")[0]
    )
    response = client.post(f"{town.person}roles/give/", {"role": "auditor"})
    assert response.status_code == 302
    assert "auditor" in fresh(town.new).roles_in([town.council.pk])
    response = client.post(f"{town.person}roles/give/", {"role": "provider_admin"})
    assert response.status_code == 422
    assert "Select a role" in text(response)


def test_inviting(town):
    client = client_for(town.first)
    typed = {"name": "Jo", "email": "jo@pcc.example", "roles": ["evaluator", "auditor"]}
    assert client.post(f"{town.people}invite/", typed).url == town.people
    assert Invitation.objects.get(email="jo@pcc.example").roles == ["auditor", "evaluator"]
    response = client.post(f"{town.people}invite/", typed)
    assert response.status_code == 422
    assert "invited already" in text(response)
    assert 'value="jo@pcc.example"' in text(response)
    response = client.post(f"{town.people}invite/", {})
    for words in ("Enter their name", "Enter their e-mail address", "Select at least one role"):
        assert words in text(response)


def test_withdrawing_an_invitation(town):
    url = f"{town.people}invitations/{town.invitation.reference}/withdraw/"
    assert client_for(town.second).post(url).url == town.people
    assert fresh(town.invitation).withdrawn_at is not None
    assert client_for(town.second).get(url).status_code == 404


def test_recording_that_somebody_left(town):
    assert client_for(town.second).post(f"{town.person}leave/").url == town.people
    assert town.new.memberships.get().left_at is not None


def test_everybody_may_leave_by_themselves(town):
    client = client_for(town.new)
    page = text(client.get(f"{town.person}leave/"))
    assert "Leave Peterborough" in page
    assert client.post(f"{town.person}leave/").url == "/account/"
    assert client.get(town.people).status_code == 404


def test_the_last_administrator_reads_why_not(town):
    town.second.memberships.update(left_at=clock.now())
    own = f"{town.people}{town.first.reference}/leave/"
    page = text(client_for(town.first).get(own))
    assert "last administrator of this authority" in page
    response = client_for(town.first).post(own)
    assert response.status_code == 422
    assert "last administrator of this authority" in text(response)


def test_changing_details():
    charity = provider("Cam Sight")
    client = client_for(person(charity, Role.PROVIDER_ADMIN))
    url = f"/organisations/{charity.reference}/change/"
    assert "Cam Sight" in text(client.get(url))
    typed = {"organisation_name": "Cam Sight CIO", "sector": "charity", "address": "2 High Street\r\nEly"}
    assert client.post(url, typed).url == f"/organisations/{charity.reference}/"
    assert fresh(charity).address == "2 High Street\nEly"
    assert client.post(url, {**typed, "organisation_name": ""}).status_code == 422


def test_the_list_costs_as_much_for_many_as_for_few(town):
    client = client_for(town.second)
    client.get(town.people)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(town.people)
        return len(queries)

    few = cost()
    for number in range(3):
        RoleGrant.objects.create(
            membership=member(person(), town.council),
            role=Role.LEAD,
            given_by=town.first,
            given_at=clock.now(),
        )
        invitations.invite(
            organisation=town.council,
            email=f"x{number}@pcc.example",
            name="X",
            roles=[Role.AUDITOR],
            actor=town.first,
            now=clock.now(),
        )
    assert cost() == few
