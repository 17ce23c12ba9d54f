from typing import Any

import pytest

from commissioning.accounts.services import people
from commissioning.audit.models import Event
from commissioning.people.actors import System
from commissioning.people.models import User
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.workflow import Refused
from tests.commissioning.accounts.factories import fresh, sent
from tests.factories import NOW, authority, person

pytestmark = pytest.mark.django_db


def test_one_changes_ones_own_name():
    user = person(name="Ana")
    people.change_own(user=user, name=" Ana Bell ", job_title="Bid writer", now=NOW)
    assert (user.name, user.job_title) == ("Ana Bell", "Bid writer")
    assert Event.objects.get().data["before"] == {"name": "Ana", "job_title": ""}


def test_a_name_cannot_be_empty():
    with pytest.raises(Refused, match="Enter the name"):
        people.change_own(user=person(), name=" ", job_title="", now=NOW)


def test_the_administrator_switches_an_account_off():
    user = person(authority(), Role.LEAD)
    people.maintain(
        user=user, name=user.name, job_title="", is_active=False, actor=person(is_staff=True), now=NOW
    )
    assert not user.is_active
    assert fresh(user).roles_in() == frozenset()


def test_the_administrator_cannot_switch_themselves_off_and_nobody_else_maintains():
    administrator = person(is_staff=True)
    given: Any = {"name": "A", "job_title": "", "is_active": False, "now": NOW}
    with pytest.raises(Refused, match="your own account"):
        people.maintain(user=administrator, actor=administrator, **given)
    with pytest.raises(Denied):
        people.maintain(user=person(), actor=person(authority(), Role.AUTHORITY_ADMIN), **given)


def test_an_administrator_is_made_without_a_password():
    made = people.make_administrator(
        email="Admin@portal.example", name="Sam", actor=System("command line"), now=NOW
    )
    assert made.is_staff
    assert not made.has_usable_password()
    assert sent() == [("new_password", "admin@portal.example")]


def test_an_administrator_belongs_to_no_organisation():
    user = person(authority(), Role.LEAD)
    with pytest.raises(Refused, match="belongs to an organisation"):
        people.make_administrator(email=user.email, name="X", actor=System("command line"), now=NOW)
    assert not User.objects.filter(is_staff=True).exists()
