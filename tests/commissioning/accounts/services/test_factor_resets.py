import pytest

from commissioning.accounts import queries
from commissioning.accounts.services import factor_resets
from commissioning.people.roles import Role
from commissioning.people.signing_in import SecondFactor, Session
from commissioning.policies import Denied
from commissioning.workflow import Refused
from tests.commissioning.accounts.factories import actions, enrolled, fresh, kinds_to
from tests.factories import NOW, authority, client_for, person, provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def council():
    return authority("PCC")


@pytest.fixture
def asker(council):
    return person(council, Role.AUTHORITY_ADMIN)


@pytest.fixture
def second(council):
    return person(council, Role.AUTHORITY_ADMIN)


@pytest.fixture
def lead(council):
    user = person(council, Role.LEAD)
    enrolled(user)
    return user


def ask(user, actor):
    return factor_resets.ask(
        membership=user.memberships.get(), reason="The telephone was lost.", actor=actor, now=NOW
    )


def test_for_a_sensitive_role_it_waits_for_a_second_person(asker, second, lead):
    reset = ask(lead, asker)
    assert fresh(lead).has_second_factor
    assert kinds_to(lead) == ["factor_reset_waits"]
    assert kinds_to(second) == ["factor_reset_to_confirm"]
    assert kinds_to(asker) == []
    assert queries.resets_to_confirm(second) == [reset]
    assert queries.resets_to_confirm(asker) == []


def test_the_second_person_carries_it_out_and_the_owner_is_told(asker, second, lead):
    elsewhere = client_for(lead)
    factor_resets.confirm(reset=ask(lead, asker), actor=second, now=NOW)
    assert not fresh(lead).has_second_factor
    assert kinds_to(lead) == ["factor_reset_waits", "factor_reset"]
    assert not Session.objects.filter(user=lead).exists()
    assert elsewhere.get("/account/").status_code == 302
    assert actions() == ["second_factor.ask_reset", "second_factor.reset"]


def test_neither_asker_nor_owner_nor_the_portals_administrator_confirms(council, asker, lead):
    reset = ask(lead, asker)
    with pytest.raises(Refused, match="You asked for this reset"):
        factor_resets.confirm(reset=reset, actor=asker, now=NOW)
    for somebody in (lead, person(is_staff=True), person(authority(), Role.AUTHORITY_ADMIN)):
        with pytest.raises(Denied):
            factor_resets.confirm(reset=reset, actor=somebody, now=NOW)
    assert fresh(lead).has_second_factor


def test_an_administrator_cannot_confirm_the_reset_of_their_own(asker, second):
    enrolled(second)
    with pytest.raises(Refused, match="your own"):
        factor_resets.confirm(reset=ask(second, asker), actor=second, now=NOW)


def test_nor_ask_for_it(asker):
    enrolled(asker)
    with pytest.raises(Refused, match="your own"):
        ask(asker, asker)


def test_without_a_sensitive_role_it_is_done_at_once(council, asker):
    evaluator = person(council, Role.EVALUATOR)
    enrolled(evaluator)
    assert ask(evaluator, asker).confirmed_at == NOW
    assert not SecondFactor.objects.exists()
    assert kinds_to(evaluator) == ["factor_reset"]


def test_a_role_that_waits_to_be_confirmed_is_sensitive_already(council, asker):
    user = person(council)
    user.memberships.get().grants.create(role=Role.LEAD, given_at=NOW, given_by=asker)
    enrolled(user)
    assert ask(user, asker).confirmed_at is None


def test_a_provider_administrator_resets_a_colleagues():
    charity = provider()
    editor = person(charity, Role.PROVIDER_EDITOR)
    enrolled(editor)
    with pytest.raises(Denied):
        ask(editor, person(charity, Role.PROVIDER_EDITOR))
    assert ask(editor, person(charity, Role.PROVIDER_ADMIN)).confirmed_at == NOW


def test_it_is_asked_for_once_and_only_where_there_is_one(council, asker, lead):
    ask(lead, asker)
    with pytest.raises(Refused, match="asked for already"):
        ask(lead, asker)
    with pytest.raises(Refused, match="no second factor"):
        ask(person(council, Role.LEAD), asker)


def test_declined_it_leaves_everything_and_tells_both(asker, second, lead):
    reset = ask(lead, asker)
    factor_resets.decline(reset=reset, actor=second, now=NOW)
    assert fresh(lead).has_second_factor
    assert kinds_to(lead)[-1] == kinds_to(asker)[-1] == "factor_reset_declined"
    with pytest.raises(Refused, match="declined before"):
        factor_resets.confirm(reset=reset, actor=second, now=NOW)
