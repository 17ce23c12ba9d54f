import pytest

from commissioning.accounts import queries
from commissioning.accounts.services import invitations, leaving, roles
from commissioning.people.models import Membership
from commissioning.people.roles import Role
from commissioning.people.signing_in import Session
from commissioning.policies import Denied
from commissioning.workflow import Refused
from tests.commissioning.accounts.factories import fresh, kinds_to, waiting
from tests.factories import NOW, authority, client_for, member, person, provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def council():
    return authority("PCC")


@pytest.fixture
def giver(council):
    return person(council, Role.AUTHORITY_ADMIN)


@pytest.fixture
def second(council):
    return person(council, Role.AUTHORITY_ADMIN)


@pytest.fixture
def colleague(council):
    return person(council)


def place(user):
    return user.memberships.get()


def give(colleague, role, giver):
    return roles.give(membership=place(colleague), role=role, actor=giver, now=NOW)


def test_the_last_administrator_of_a_provider_cannot_leave():
    charity = provider()
    admin = person(charity, Role.PROVIDER_ADMIN)
    person(charity, Role.PROVIDER_EDITOR)
    waiting(member(person(), charity), Role.PROVIDER_ADMIN, admin)
    with pytest.raises(Refused, match="You are the last administrator of this provider"):
        leaving.end_membership(membership=place(admin), actor=admin, now=NOW)
    assert Membership.objects.current().count() == 3


def test_an_administrator_whose_account_is_off_does_not_count_as_one(council, giver):
    person(council, Role.AUTHORITY_ADMIN, is_active=False)
    with pytest.raises(Refused, match="last administrator"):
        leaving.end_membership(membership=place(giver), actor=giver, now=NOW)


def test_a_leaver_keeps_their_history_and_loses_their_roles(council, giver):
    leaver = person(council, Role.EVALUATOR)
    leaving.end_membership(membership=place(leaver), actor=giver, now=NOW)
    assert fresh(leaver).roles_in() == frozenset()
    membership = place(leaver)
    assert (membership.left_at, membership.grants.get().role) == (NOW, Role.EVALUATOR)
    assert kinds_to(leaver) == ["membership_ended"]
    assert queries.former_members(council) == [membership]
    assert membership not in queries.members(council)
    with pytest.raises(Refused, match="left before"):
        leaving.end_membership(membership=membership, actor=giver, now=NOW)


def test_everyone_may_leave_by_themselves_and_nobody_sends_a_colleague_away(council, giver, colleague):
    with pytest.raises(Denied):
        leaving.end_membership(membership=place(giver), actor=colleague, now=NOW)
    leaving.end_membership(membership=place(colleague), actor=colleague, now=NOW)
    assert place(colleague).left_at == NOW


def test_invitations_of_a_leaver_are_withdrawn(council, giver, second):
    invitation = invitations.invite(
        organisation=council, email="x@pcc.example", name="X", roles=["evaluator"], actor=giver, now=NOW
    )
    leaving.end_membership(membership=place(giver), actor=second, now=NOW)
    assert fresh(invitation).withdrawn_at == NOW


def test_who_has_left_gets_no_role(council, giver, colleague):
    grant = give(colleague, Role.LEAD, giver)
    membership = place(colleague)
    leaving.end_membership(membership=membership, actor=giver, now=NOW)
    with pytest.raises(Refused):
        roles.confirm(grant=grant, actor=person(council, Role.AUTHORITY_ADMIN), now=NOW)
    with pytest.raises(Refused):
        roles.give(membership=membership, role=Role.AUDITOR, actor=giver, now=NOW)


def test_a_leavers_sessions_end_at_once(council, giver):
    leaver = person(council, Role.EVALUATOR)
    client = client_for(leaver)
    leaving.end_membership(membership=place(leaver), actor=giver, now=NOW)
    assert client.get("/account/").status_code == 302


def test_who_leaves_by_themselves_stays_signed_in_where_they_do_it(council, colleague):
    here = client_for(colleague).session.session_key
    client_for(colleague)
    leaving.end_membership(membership=place(colleague), actor=colleague, now=NOW, this_session=here)
    assert [row.pk for row in Session.objects.all()] == [here]
