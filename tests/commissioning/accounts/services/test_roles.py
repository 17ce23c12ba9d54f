import pytest

from commissioning.accounts import queries
from commissioning.accounts.services import leaving, roles
from commissioning.audit.models import Event
from commissioning.people.models import RoleGrant
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.workflow import Refused
from tests.commissioning.accounts.factories import actions, fresh, kinds_to
from tests.factories import NOW, authority, person, provider

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


def test_a_plain_role_counts_at_once(council, giver, colleague):
    give(colleague, Role.EVALUATOR, giver)
    assert fresh(colleague).roles_in([council.pk]) == {Role.EVALUATOR}
    assert kinds_to(colleague) == ["role_given"]
    event = Event.objects.get()
    assert (event.action, event.subject) == ("role.give", council.reference)
    assert event.data == {
        "person": colleague.reference,
        "role": "evaluator",
        "giver": giver.reference,
        "waits": False,
    }


def test_a_sensitive_role_waits_and_a_second_person_confirms_it(council, giver, second, colleague):
    grant = give(colleague, Role.LEAD, giver)
    assert fresh(colleague).roles_in([council.pk]) == frozenset()
    assert kinds_to(second) == ["role_to_confirm"]
    assert kinds_to(giver) == []
    assert queries.roles_to_confirm(second) == [grant]
    assert queries.roles_to_confirm(giver) == []
    roles.confirm(grant=grant, actor=second, now=NOW)
    assert (grant.confirmed_by, grant.confirmed_at) == (second, NOW)
    assert fresh(colleague).roles_in([council.pk]) == {Role.LEAD}
    assert kinds_to(colleague) == ["role_waits", "role_given"]
    assert kinds_to(giver) == ["role_confirmed"]
    assert actions() == ["role.give", "role.confirm"]


def test_neither_giver_nor_receiver_is_the_second_person(council, giver, second):
    grant = give(second, Role.DIRECTOR, giver)
    with pytest.raises(Refused, match="You gave this role"):
        roles.confirm(grant=grant, actor=giver, now=NOW)
    with pytest.raises(Refused, match="of your own"):
        roles.confirm(grant=grant, actor=second, now=NOW)
    assert fresh(second).roles_in([council.pk]) == {Role.AUTHORITY_ADMIN}


@pytest.mark.parametrize("role", [None, Role.LEAD, Role.DIRECTOR, Role.AUDITOR])
def test_only_an_administrator_of_the_authority_confirms(council, giver, colleague, role):
    grant = give(colleague, Role.MODERATOR, giver)
    for actor in (
        person(council, *([role] if role else [])),
        person(authority(), Role.AUTHORITY_ADMIN),
        person(is_staff=True),
    ):
        with pytest.raises(Denied):
            roles.confirm(grant=grant, actor=actor, now=NOW)


def test_a_role_is_confirmed_once(giver, second, colleague):
    grant = give(colleague, Role.LEAD, giver)
    roles.confirm(grant=grant, actor=second, now=NOW)
    with pytest.raises(Refused, match="confirmed or withdrawn before"):
        roles.confirm(grant=grant, actor=second, now=NOW)


def test_a_role_that_waits_can_be_declined(council, giver, second, colleague):
    grant = give(colleague, Role.LEAD, giver)
    roles.withdraw(grant=grant, actor=second, now=NOW)
    with pytest.raises(Refused, match="confirmed or withdrawn before"):
        roles.confirm(grant=grant, actor=second, now=NOW)
    assert kinds_to(colleague) == ["role_waits", "role_withdrawn"]


def test_a_role_is_given_once_at_a_time(giver, colleague):
    grant = give(colleague, Role.EVALUATOR, giver)
    with pytest.raises(Refused, match="given this role already"):
        give(colleague, Role.EVALUATOR, giver)
    roles.withdraw(grant=grant, actor=giver, now=NOW)
    give(colleague, Role.EVALUATOR, giver)


def test_nobody_gives_a_role_to_themselves(giver):
    with pytest.raises(Refused, match="to yourself"):
        give(giver, Role.DIRECTOR, giver)


def test_a_provider_has_no_roles_of_an_authority():
    charity = provider()
    admin, editor = person(charity, Role.PROVIDER_ADMIN), person(charity)
    with pytest.raises(Refused, match="does not exist in this kind"):
        give(editor, Role.LEAD, admin)
    with pytest.raises(Refused, match="does not exist in this kind"):
        give(editor, "king", admin)


def test_others_give_and_withdraw_no_roles(council, giver, colleague):
    grant = give(colleague, Role.EVALUATOR, giver)
    for actor in (person(council, Role.LEAD), person(is_staff=True), colleague):
        with pytest.raises(Denied):
            give(colleague, Role.AUDITOR, actor)
        with pytest.raises(Denied):
            roles.withdraw(grant=grant, actor=actor, now=NOW)


def test_a_withdrawn_role_no_longer_counts(council, giver, colleague):
    grant = give(colleague, Role.EVALUATOR, giver)
    roles.withdraw(grant=grant, actor=giver, now=NOW)
    assert fresh(colleague).roles_in([council.pk]) == frozenset()
    assert (grant.withdrawn_by, grant.withdrawn_at) == (giver, NOW)
    with pytest.raises(Refused, match="withdrawn before"):
        roles.withdraw(grant=grant, actor=giver, now=NOW)


def test_the_last_administrator_stays_one(council, giver):
    grant = place(giver).grants.get()
    with pytest.raises(Refused, match="last administrator of this authority"):
        roles.withdraw(grant=grant, actor=giver, now=NOW)
    with pytest.raises(Refused, match="last administrator"):
        leaving.end_membership(membership=place(giver), actor=giver, now=NOW)
    person(council, Role.AUTHORITY_ADMIN)
    roles.withdraw(grant=grant, actor=giver, now=NOW)


def test_the_list_of_members_costs_as_much_for_many_as_for_one(council, giver, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert len(queries.members(council)) == 1
    for _ in range(4):
        give(person(council), Role.EVALUATOR, giver)
    with django_assert_num_queries(2):
        rows = queries.members(council)
        assert [len(row.given) for row in rows] == [1] * 5


def test_who_may_confirm_many_roles_is_who_may_confirm_each(council, giver, second):
    grants = []
    lonely = authority("ICB")
    for place, by in ((council, giver), (council, second), (lonely, None)):
        waiting = person(place, Role.MODERATOR)
        grant = RoleGrant.objects.get(membership__user=waiting)
        grant.confirmed_at, grant.given_by = None, by
        grant.save()
        grants.append(grant)
    for _ in range(2):
        first = person(lonely, Role.AUTHORITY_ADMIN)
        RoleGrant.objects.filter(membership__user=first).update(confirmed_at=None)
    found = queries.confirmers_of(grants)
    for grant in grants:
        assert set(found[grant.pk]) == set(queries.confirmers(grant))
    assert found[grants[0].pk] == [second]
    assert len(found[grants[2].pk]) == 2
