"""The auditors' list of refused attempts (rulebook R22-g)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning.audit.models import AccessEntry
from commissioning.people.roles import Role
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
NAME = "Xylophone Friends"


@pytest.fixture
def entry(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return f.submitted(by=f.bid_writer(people.provider(NAME)))


@pytest.fixture
def agreement(entry):
    return entry.window_lot.window.agreement


@pytest.fixture
def auditor(agreement):
    return people.person(agreement.lead, Role.AUDITOR)


def shown(who, agreement, query=""):
    response = people.client_for(who).get(reverse("record-attempts", args=[agreement.reference]) + query)
    return response.content.decode()


def try_it(who, entry):
    client = people.client_for(who)
    assert client.get(reverse("entry-receipt", args=[entry.application.reference, 1, 1])).status_code == 404


def test_an_attempt_at_anothers_application_is_listed_without_naming_it(entry, agreement, auditor):
    nosy = people.person(agreement.lead, Role.LEAD, name="Nosy Parker")
    try_it(nosy, entry)
    page = shown(auditor, agreement)
    assert "Nosy Parker" in page
    assert "127.0.0.1" in page
    assert f"something sealed in {entry.window_lot.window.reference}" in page
    for secret in (NAME, entry.application.reference):
        assert secret not in page


def test_it_can_be_filtered(entry, agreement, auditor, time_machine):
    for name in ("Nosy Parker", "Paul Pry"):
        try_it(people.person(agreement.lead, Role.LEAD, name=name), entry)
    page = shown(auditor, agreement, "?words=pry")
    assert "Paul Pry" in page
    assert "Nosy Parker" not in page
    assert "Paul Pry" in shown(auditor, agreement, "?words=127.0&days=1")
    time_machine.move_to(f.AFTER)
    assert "Nothing matches" in shown(auditor, agreement, "?days=1")


def test_a_late_bidder_is_not_in_it(entry, agreement, auditor, time_machine):
    writer = f.writer_of(entry.application)
    time_machine.move_to(f.AFTER)
    client = people.client_for(writer)
    client.post(reverse("entry-submit", args=[entry.application.reference, 1]))
    assert AccessEntry.objects.filter(outcome="refused", user=writer).exists()
    assert writer.name not in shown(auditor, agreement)


def test_an_address_that_does_not_exist_is_noted_and_never_listed(entry, agreement, auditor):
    nosy = people.person(agreement.lead, Role.LEAD, name="Nosy Parker")
    people.client_for(nosy).get(reverse("application", args=["APP-ZZZZZ"]))
    noted = AccessEntry.objects.get()
    assert (noted.user, noted.veil, noted.chain) == (nosy, "none", "")
    assert "Nosy Parker" not in shown(auditor, agreement)


def test_it_is_for_auditors_of_the_agreement_alone(entry, agreement, auditor):
    url = reverse("record-attempts", args=[agreement.reference])
    assert people.client_for(auditor).get(url).status_code == 200
    assert people.client_for(f.lead_of(agreement)).get(url).status_code == 403
    for stranger in (people.person(people.authority(), Role.AUDITOR), f.bid_writer()):
        assert people.client_for(stranger).get(url).status_code == 404
    record = reverse("record", args=[agreement.reference])
    assert url in people.client_for(auditor).get(record).content.decode()
    assert url not in people.client_for(f.lead_of(agreement)).get(record).content.decode()


def test_it_costs_the_same_at_one_row_and_at_three(entry, agreement, auditor):
    def cost():
        shown(auditor, agreement)
        with CaptureQueriesContext(connection) as caught:
            shown(auditor, agreement)
        return len(caught)

    try_it(people.person(agreement.lead, Role.LEAD), entry)
    one = cost()
    for _ in range(2):
        try_it(people.person(agreement.lead, Role.LEAD), entry)
    assert cost() == one
