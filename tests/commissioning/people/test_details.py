"""What an organisation says of itself, at any moment."""

from datetime import UTC, datetime, timedelta

import pytest

from commissioning.accounts.rules import Details
from commissioning.accounts.services import organisations
from commissioning.people import details
from commissioning.people.models import Organisation
from tests import factories as people

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 14, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def provider():
    return people.provider("Hunts Help", address="1 Old Road")


def change(provider, at, **given):
    kept = Organisation.objects.get(pk=provider.pk)
    columns = {"name": kept.name, "sector": kept.sector, "address": kept.address}
    admin = people.person(kept, "provider_admin")
    organisations.change(organisation=kept, details=Details(**columns | given), actor=admin, now=at)
    return Organisation.objects.get(pk=provider.pk)


def test_each_moment_has_the_details_that_stood_then(provider):
    change(provider, NOW, name="Hunts Help CIC", company_number="01234567")
    change(provider, NOW + DAY, address="2 New Road", company_number="")
    kept = change(provider, NOW + 2 * DAY, name="Renamed Care")
    first, second, third, last = (kept.details_at(NOW + days * DAY) for days in (-1, 0, 1, 2))
    assert (first["name"], first["company_number"], first["address"]) == ("Hunts Help", "", "1 Old Road")
    assert (second["name"], second["company_number"]) == ("Hunts Help CIC", "01234567")
    assert (third["name"], third["company_number"], third["address"]) == ("Hunts Help CIC", "", "2 New Road")
    assert last["name"] == "Renamed Care"


def test_what_is_changed_at_the_very_moment_counts(provider):
    kept = change(provider, NOW, name="Renamed Care")
    assert kept.details_at(NOW)["name"] == "Renamed Care"
    assert kept.details_at(NOW - timedelta(microseconds=1))["name"] == "Hunts Help"


def test_a_name_of_then_says_what_it_is_now():
    assert details.called("Hunts Help", "Hunts Help") == "Hunts Help"
    assert details.called("Hunts Help", "Renamed Care") == "Hunts Help (now called Renamed Care)"
    assert details.called("", "Renamed Care") == ""
