from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.pages.home import work
from commissioning.people.roles import Role
from tests.commissioning.accounts.factories import waiting
from tests.factories import NOW, authority, member, person
from tests.lots import factories as lots
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db


def test_a_role_that_waits_for_a_second_person_waits_on_that_persons_page():
    place = authority()
    giver, second = person(place, Role.AUTHORITY_ADMIN), person(place, Role.AUTHORITY_ADMIN)
    newcomer = person(name="Ola New")
    waiting(member(newcomer, place), Role.DIRECTOR, giver)
    (task,) = work.lists(second, NOW)[0]
    assert task.what == "Confirm Ola New as director (award signatory)"
    assert task.url.endswith(f"{newcomer.reference}/roles/director/confirm/")
    assert work.lists(giver, NOW)[0] == []


def test_tasks_of_every_app_come_together():
    setting = lots.agreement()
    lots.window(setting, announced=False)
    found = {task.what.split(" “")[0] for task in work.lists(setting.lead, NOW)[0]}
    assert "Announce the window" in found


def test_a_provider_waits_for_the_outcome_of_what_it_sent():
    entry = providers.submitted()
    writer = providers.writer_of(entry.application)
    assert work.lists(writer, providers.NOW)[1] == []
    (wait,) = work.lists(writer, providers.DEADLINE + timedelta(seconds=1))[1]
    assert wait.reference == entry.application.reference


def test_queries_do_not_grow_with_what_is_found():
    counts = []
    for size in (1, 3):
        writer = providers.bid_writer()
        for _ in range(size):
            providers.application(by=writer)
        counts.append(_queries(writer, providers.NOW))
        assert len(work.lists(writer, providers.NOW)[0]) == size
    assert counts[0] == counts[1]


def _queries(user, now):
    user.held_roles()
    with CaptureQueriesContext(connection) as found:
        work.lists(user, now)
    return len(found)
