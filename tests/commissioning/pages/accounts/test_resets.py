import pytest

from commissioning.people.roles import Role
from commissioning.people.signing_in import FactorReset
from tests.commissioning.accounts.factories import enrolled, fresh
from tests.factories import authority, client_for, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def council():
    return authority("PCC")


@pytest.fixture
def asker(council):
    return person(council, Role.AUTHORITY_ADMIN, name="Ruth")


@pytest.fixture
def second(council):
    return person(council, Role.AUTHORITY_ADMIN, name="Colin")


@pytest.fixture
def lead(council):
    user = person(council, Role.LEAD, name="Moira")
    enrolled(user)
    return user


def text(response):
    return response.content.decode()


def address(council, user, page):
    return f"/organisations/{council.reference}/people/{user.reference}/second-factor/{page}/"


def test_the_whole_way(council, asker, second, lead):
    person_page = f"/organisations/{council.reference}/people/{lead.reference}/"
    assert "Reset a lost second factor" in text(client_for(asker).get(person_page))
    page = client_for(asker).post(
        address(council, lead, "reset"), {"reason": "Lost on a train."}, follow=True
    )
    assert "once a second administrator has confirmed it" in text(page)
    assert "Lost on a train." in text(page)
    assert "You asked for this reset" in text(page)
    assert "Confirm the reset of the second factor of Moira" in text(client_for(second).get("/home/"))
    page = client_for(second).get(address(council, lead, "confirm"))
    assert "Lost on a train." in text(page)
    page = client_for(second).post(address(council, lead, "confirm"), follow=True)
    assert "The second factor is removed" in text(page)
    assert not fresh(lead).has_second_factor
    assert client_for(second).get(address(council, lead, "confirm")).status_code == 404


def test_the_asker_is_told_that_another_must_confirm(council, asker, lead):
    client_for(asker).post(address(council, lead, "reset"), {"reason": "Lost."})
    page = client_for(asker).get(address(council, lead, "confirm"))
    assert "You asked for this reset" in text(page)
    assert client_for(asker).post(address(council, lead, "confirm")).status_code == 422
    assert fresh(lead).has_second_factor


def test_it_may_be_declined(council, asker, second, lead):
    client_for(asker).post(address(council, lead, "reset"), {"reason": "Lost."})
    assert client_for(second).get(address(council, lead, "decline")).status_code == 200
    assert client_for(second).post(address(council, lead, "decline")).status_code == 302
    assert not FactorReset.objects.waiting().exists()
    assert fresh(lead).has_second_factor


def test_the_reason_is_wanted(council, asker, lead):
    page = client_for(asker).post(address(council, lead, "reset"), {"reason": ""})
    assert page.status_code == 422
    assert "Enter why it must be reset" in text(page)


def test_without_one_there_is_nothing_to_reset(council, asker):
    evaluator = person(council, Role.EVALUATOR)
    assert "They have no second factor" in text(client_for(asker).get(address(council, evaluator, "reset")))
    page = text(client_for(asker).get(f"/organisations/{council.reference}/people/{evaluator.reference}/"))
    assert "Reset a lost second factor" not in page


@pytest.mark.parametrize("page", ["reset", "confirm", "decline"])
def test_colleagues_are_refused_and_strangers_see_nothing(council, asker, lead, page):
    client_for(asker).post(address(council, lead, "reset"), {"reason": "Lost."})
    assert client_for(lead).get(address(council, lead, page)).status_code == 403
    stranger = person(authority("CCC"), Role.AUTHORITY_ADMIN)
    assert client_for(stranger).get(address(council, lead, page)).status_code == 404
