"""A calendar's address: made, made anew, ended; a secret of which a hash alone is kept."""

from datetime import timedelta

import pytest
from django.core import serializers

from commissioning.accounts import queries
from commissioning.accounts.services import calendars
from commissioning.audit.models import Event
from commissioning.people.calendar_feeds import CalendarFeed
from commissioning.workflow import Refused
from tests.factories import NOW, person, provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return person(provider(), "provider_editor")


def test_the_token_opens_the_persons_own_calendar_and_no_other_does(ana):
    token = calendars.make(user=ana, now=NOW)
    other = calendars.make(user=person(provider(), "provider_editor"), now=NOW)
    assert len(token) >= 43
    assert token != other
    assert queries.calendar_reader(token) == ana
    for wrong in ("", "x", token[:-1], token + "x", token.swapcase()):
        assert queries.calendar_reader(wrong) is None


def test_only_a_hash_rests_in_the_database_and_in_the_record(ana):
    token = calendars.make(user=ana, now=NOW)
    kept = serializers.serialize("json", [*CalendarFeed.objects.all(), *Event.objects.all()])
    assert token not in kept
    assert len(CalendarFeed.objects.get().token_hash) == 64
    assert Event.objects.get(action="calendar.make").actor_id == ana.pk


def test_a_new_address_ends_the_old_one(ana):
    old = calendars.make(user=ana, now=NOW)
    new = calendars.make(user=ana, now=NOW + timedelta(days=1))
    assert queries.calendar_reader(old) is None
    assert queries.calendar_reader(new) == ana
    assert CalendarFeed.objects.standing().count() == 1
    assert Event.objects.filter(action="calendar.renew").count() == 1


def test_an_ended_address_opens_nothing_and_is_ended_once(ana):
    token = calendars.make(user=ana, now=NOW)
    calendars.end(user=ana, now=NOW)
    assert queries.calendar_reader(token) is None
    with pytest.raises(Refused, match="no calendar address"):
        calendars.end(user=ana, now=NOW)


def test_a_leaver_and_an_account_switched_off_find_nothing(ana):
    token = calendars.make(user=ana, now=NOW)
    ana.is_active = False
    ana.save()
    assert queries.calendar_reader(token) is None
    ana.is_active = True
    ana.save()
    assert queries.calendar_reader(token) == ana
    ana.memberships.update(left_at=NOW)
    assert queries.calendar_reader(token) is None


def test_who_belongs_nowhere_makes_none():
    with pytest.raises(Refused, match="Join one first"):
        calendars.make(user=person(), now=NOW)
    assert not CalendarFeed.objects.exists()
