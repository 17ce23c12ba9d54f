from datetime import timedelta

import pytest

from commissioning.accounts import links, queries
from commissioning.accounts.services import invitations, roles
from commissioning.people.models import Invitation, RoleGrant, User
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records.links import NoLink
from commissioning.workflow import Refused
from tests.commissioning.accounts.factories import actions, fresh, kinds_to, sent
from tests.factories import NOW, PASSWORD, authority, person, provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def charity():
    return provider("Cam Sight")


@pytest.fixture
def admin(charity):
    return person(charity, Role.PROVIDER_ADMIN)


@pytest.fixture
def invite(charity, admin):
    def make(**given):
        return invitations.invite(
            **{
                "organisation": charity,
                "email": "Ben@camsight.example",
                "name": "Ben Cole",
                "roles": [Role.PROVIDER_EDITOR],
                "actor": admin,
                "now": NOW,
                **given,
            }
        )

    return make


def test_a_newcomer_joins_by_the_link(invite, charity, admin):
    invitation = invite()
    assert sent() == [("invitation", "ben@camsight.example")]
    user = invitations.accept_as_newcomer(invitation=invitation, name="Ben", password=PASSWORD, now=NOW)
    assert (user.email, user.name, user.email_confirmed_at) == ("ben@camsight.example", "Ben", NOW)
    assert user.roles_in([charity.pk]) == {Role.PROVIDER_EDITOR}
    assert kinds_to(admin) == ["joined"]
    assert actions() == ["organisation.invite", "person.create", "organisation.join", "role.give"]


def test_who_has_an_account_joins_with_it(invite, charity):
    user = person(email="ben@camsight.example")
    invitations.accept(invitation=invite(), user=user, now=NOW)
    assert user.roles_in([charity.pk]) == {Role.PROVIDER_EDITOR}
    assert User.objects.filter(email="ben@camsight.example").count() == 1


def test_an_invitation_is_for_one_address(invite):
    with pytest.raises(Refused, match=r"for ben@camsight\.example"):
        invitations.accept(invitation=invite(), user=person(), now=NOW)


def test_an_invitation_is_accepted_once(invite):
    invitation = invite()
    user = invitations.accept_as_newcomer(invitation=invitation, name="Ben", password=PASSWORD, now=NOW)
    with pytest.raises(Refused, match="accepted already"):
        invitations.accept(invitation=invitation, user=user, now=NOW)


def test_an_invitation_runs_out(invite):
    invitation = invite()
    with pytest.raises(Refused, match="run out"):
        invitations.accept_as_newcomer(
            invitation=invitation, name="Ben", password=PASSWORD, now=NOW + timedelta(days=14)
        )


def test_a_withdrawn_invitation_opens_nothing(invite, admin):
    invitation = invite()
    token = links.token(links.INVITATION, invitation.reference)
    assert links.read(links.INVITATION, token) == invitation
    invitations.withdraw(invitation=invitation, actor=admin, now=NOW)
    assert links.read(links.INVITATION, token) is None
    with pytest.raises(NoLink):
        links.token(links.INVITATION, invitation.reference)
    with pytest.raises(Refused, match="withdrawn"):
        invitations.accept_as_newcomer(invitation=invitation, name="Ben", password=PASSWORD, now=NOW)
    with pytest.raises(Refused, match="accepted or withdrawn before"):
        invitations.withdraw(invitation=invitation, actor=admin, now=NOW)


def test_nobody_is_invited_twice_at_a_time_but_again_when_the_first_ran_out(invite):
    first = invite()
    with pytest.raises(Refused, match="invited already"):
        invite(email="BEN@camsight.example")
    invite(now=NOW + timedelta(days=15))
    assert fresh(first).withdrawn_at == NOW + timedelta(days=15)


def test_a_member_is_not_invited(invite, admin):
    with pytest.raises(Refused, match="belongs to Cam Sight already"):
        invite(email=admin.email)


@pytest.mark.parametrize("given", [[], ["lead"], ["provider_editor", "auditor"]])
def test_an_invitation_names_roles_of_this_kind_of_organisation(invite, given):
    with pytest.raises(Refused) as refused:
        invite(roles=given)
    assert refused.value.reasons[0].field == "roles"


def test_only_an_administrator_of_it_invites_to_an_organisation(invite, charity):
    for actor in (
        person(charity, Role.PROVIDER_EDITOR),
        person(provider(), Role.PROVIDER_ADMIN),
        person(is_staff=True),
    ):
        with pytest.raises(Denied):
            invite(actor=actor)
    assert not Invitation.objects.exists()


def test_one_account_belongs_to_authorities_or_to_providers(invite):
    user = person(authority(), Role.EVALUATOR, email="ben@camsight.example")
    with pytest.raises(Refused, match="both an authority and a provider"):
        invitations.accept(invitation=invite(), user=user, now=NOW)


def test_a_sensitive_role_of_an_invitation_waits_for_a_second_person():
    council = authority("PCC")
    giver, second = person(council, Role.AUTHORITY_ADMIN), person(council, Role.AUTHORITY_ADMIN)
    invitation = invitations.invite(
        organisation=council,
        email="lead@pcc.example",
        name="Moira",
        roles=[Role.LEAD, Role.COMMISSIONER],
        actor=giver,
        now=NOW,
    )
    lead = invitations.accept_as_newcomer(invitation=invitation, name="Moira", password=PASSWORD, now=NOW)
    assert lead.roles_in([council.pk]) == {Role.COMMISSIONER}
    assert kinds_to(second) == ["role_to_confirm"]
    assert kinds_to(lead) == ["invitation", "role_waits"]
    grant = RoleGrant.objects.get(role=Role.LEAD)
    with pytest.raises(Refused, match="You gave this role"):
        roles.confirm(grant=grant, actor=giver, now=NOW)
    roles.confirm(grant=grant, actor=second, now=NOW)
    assert fresh(lead).roles_in([council.pk]) == {Role.COMMISSIONER, Role.LEAD}


class TestFirstAdministrators:
    """The portal's administrator brings two people in; neither counts by that word alone."""

    @pytest.fixture
    def council(self):
        return authority("PCC")

    def invite(self, council, people, **given):
        return invitations.invite_first_admins(
            organisation=council, people=people, now=NOW, **{"actor": person(is_staff=True), **given}
        )

    def test_the_two_confirm_each_other(self, council):
        invited = self.invite(council, [("a@pcc.example", "A"), ("b@pcc.example", "B")])
        first, second = (
            invitations.accept_as_newcomer(invitation=each, name=each.name, password=PASSWORD, now=NOW)
            for each in invited
        )
        assert fresh(first).roles_in() == fresh(second).roles_in() == frozenset()
        mine, theirs = RoleGrant.objects.order_by("pk")
        with pytest.raises(Refused, match="of your own"):
            roles.confirm(grant=mine, actor=first, now=NOW)
        assert queries.roles_to_confirm(fresh(first)) == [theirs]
        assert queries.roles_to_confirm(fresh(second)) == [mine]
        assert queries.roles_waiting(fresh(first)) == [mine]
        roles.confirm(grant=theirs, actor=first, now=NOW)
        assert queries.roles_to_confirm(fresh(first)) == []
        assert queries.roles_to_confirm(fresh(second)) == [mine]
        assert "role_to_confirm" in kinds_to(second)
        roles.confirm(grant=mine, actor=fresh(second), now=NOW)
        assert fresh(first).roles_in([council.pk]) == {Role.AUTHORITY_ADMIN}

    def test_the_administrator_confirms_nothing(self, council):
        administrator = person(is_staff=True)
        invited = self.invite(council, [("a@pcc.example", "A"), ("b@pcc.example", "B")], actor=administrator)
        invitations.accept_as_newcomer(invitation=invited[0], name="A", password=PASSWORD, now=NOW)
        with pytest.raises(Denied):
            roles.confirm(grant=RoleGrant.objects.get(), actor=administrator, now=NOW)

    @pytest.mark.parametrize(
        "people",
        [
            [("a@pcc.example", "A")],
            [("a@pcc.example", "A"), ("A@pcc.example", "B")],
            [("a@pcc.example", "A"), ("b@pcc.example", "B"), ("c@pcc.example", "C")],
        ],
    )
    def test_they_are_two_different_people(self, council, people):
        with pytest.raises(Refused, match="two different people"):
            self.invite(council, people)

    def test_the_administrator_is_not_one_of_them(self, council):
        administrator = person(is_staff=True)
        with pytest.raises(Refused, match="cannot invite yourself"):
            self.invite(council, [(administrator.email, "A"), ("b@pcc.example", "B")], actor=administrator)

    def test_an_organisation_that_is_looked_after_invites_by_itself(self, council):
        person(council, Role.AUTHORITY_ADMIN)
        with pytest.raises(Refused, match="has an administrator"):
            self.invite(council, [("a@pcc.example", "A"), ("b@pcc.example", "B")])

    def test_a_provider_that_lost_its_administrator_gets_one(self):
        charity = provider()
        invited = self.invite(charity, [("a@camsight.example", "A")])
        user = invitations.accept_as_newcomer(invitation=invited[0], name="A", password=PASSWORD, now=NOW)
        assert user.roles_in([charity.pk]) == {Role.PROVIDER_ADMIN}

    def test_only_the_portals_administrator_does_this(self, council):
        with pytest.raises(Denied):
            self.invite(
                council, [("a@pcc.example", "A"), ("b@pcc.example", "B")], actor=person(council, "lead")
            )

    def test_the_administrator_may_take_their_invitation_back(self, council):
        administrator = person(is_staff=True)
        invited = self.invite(council, [("a@pcc.example", "A"), ("b@pcc.example", "B")], actor=administrator)
        invitations.withdraw(invitation=invited[0], actor=administrator, now=NOW)
        with pytest.raises(Denied):
            invitations.withdraw(invitation=invited[1], actor=person(is_staff=True), now=NOW)
