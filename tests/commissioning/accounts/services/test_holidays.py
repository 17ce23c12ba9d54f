from datetime import date

import pytest

from commissioning.accounts.services import holidays
from commissioning.audit.models import Event
from commissioning.clock.queries import holidays_in_force
from commissioning.people.models import BankHoliday
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.workflow import Refused
from tests.commissioning.accounts.factories import actions
from tests.factories import NOW, authority, person

pytestmark = pytest.mark.django_db
DAY = date(2027, 6, 14)


def add(**given):
    return holidays.add(
        **{
            "division": "england-and-wales",
            "day": DAY,
            "name": "A late proclamation",
            "actor": person(is_staff=True),
            "now": NOW,
            **given,
        }
    )


def test_a_late_proclamation_is_added_changed_and_taken_back_on_the_record():
    administrator = person(is_staff=True)
    holiday = add(actor=administrator)
    holidays.change(
        holiday=holiday, division="scotland", day=DAY, name="Only there", actor=administrator, now=NOW
    )
    assert BankHoliday.objects.filter(division="scotland", date=DAY, name="Only there").exists()
    holidays.remove(holiday=holiday, actor=administrator, now=NOW)
    assert not BankHoliday.objects.filter(date=DAY).exists()
    assert actions() == ["bank_holiday.add", "bank_holiday.change", "bank_holiday.remove"]
    assert Event.objects.get(action="bank_holiday.remove").data["before"]["name"] == "Only there"


def test_what_services_count_by_follows():
    before = holidays_in_force()
    add()
    assert holidays_in_force() != before


def test_a_day_is_a_bank_holiday_once():
    add()
    with pytest.raises(Refused, match="already"):
        add()
    other = add(division="scotland")
    with pytest.raises(Refused, match="already"):
        holidays.change(
            holiday=other,
            division="england-and-wales",
            day=DAY,
            name="x",
            actor=person(is_staff=True),
            now=NOW,
        )
    holidays.change(
        holiday=other, division="scotland", day=DAY, name="y", actor=person(is_staff=True), now=NOW
    )


def test_only_the_administrator_keeps_the_table():
    with pytest.raises(Denied):
        add(actor=person(authority(), Role.AUTHORITY_ADMIN))
