"""A lot's zones and rate bands: stated whole, with a reason once the agreement is published."""

from datetime import timedelta
from decimal import Decimal

import pytest

from commissioning.audit.models import Event
from commissioning.policies import Denied
from commissioning.workflow import Refused
from lots.models import Lot
from lots.queries import standing
from lots.services import lots, rates
from lots.services.checks import Overtaken
from tests.factories import NOW, client_for
from tests.lots import factories

pytestmark = pytest.mark.django_db
BANDS = [("Rural", "hour", Decimal("24.50")), ("Urban", "hour", None)]


def state(setting, **given):
    facts = {"zones": ["North City", "Fenland "], "bands": BANDS, "actor": setting.lead, "now": NOW, **given}
    rates.set_rates(lot=setting.lot, **facts)


def stated(setting):
    lot = Lot.objects.get(pk=setting.lot.pk)
    bands = [(band.name, band.unit, band.ceiling) for band in lot.rate_bands.all()]
    return [zone.name for zone in lot.zones.all()], bands


def test_they_are_stated_whole_in_their_order_and_everybody_reads_them():
    setting = factories.agreement(published=False)
    state(setting)
    assert stated(setting) == (["North City", "Fenland"], BANDS)
    state(setting, zones=["Fenland"], bands=[])
    assert stated(setting) == (["Fenland"], [])
    state(setting, zones=["Fenland"], bands=[])
    assert Event.objects.filter(action="lot.set_rates").count() == 2
    state(setting)
    page = client_for(setting.lead).get(setting.lot.get_absolute_url()).content.decode()
    for words in ("North City", "£24.50", "no ceiling"):
        assert words in page


def test_what_was_stated_meanwhile_is_told_and_not_replaced():
    setting = factories.agreement(published=False)
    seen = standing.rates(setting.lot)
    state(setting, seen=seen)
    with pytest.raises(Overtaken) as refused:
        state(setting, zones=["Fenland"], seen=seen)
    assert refused.value.newer == {
        "zones": ("", "North City\nFenland"),
        "bands": ("", "Rural; hour; 24.50\nUrban; hour"),
    }
    assert refused.value.stands == {
        "zones": "North City\nFenland",
        "bands": "Rural; hour; 24.50\nUrban; hour",
    }
    assert stated(setting) == (["North City", "Fenland"], BANDS)
    state(setting, zones=["Fenland"], seen=refused.value.stands)
    assert stated(setting)[0] == ["Fenland"]


def test_once_published_a_change_needs_its_reason():
    setting = factories.agreement()
    with pytest.raises(Refused, match="give the reason"):
        state(setting)
    state(setting, reason="The area was divided anew.")
    event = Event.objects.get(action="lot.set_rates")
    assert event.data["before"] == {"zones": [], "bands": []}
    assert "divided anew" in event.payload


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"zones": ["One", "one"]}, "zones"),
        ({"zones": [" "]}, "zones"),
        ({"bands": [("Rural", "", None)]}, "bands"),
        ({"bands": [("Rural", "hour", Decimal(0))]}, "bands"),
        ({"bands": [*BANDS, BANDS[0]]}, "bands"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(given, field):
    setting = factories.agreement(published=False)
    with pytest.raises(Refused) as refusal:
        state(setting, **given)
    assert {reason.field for reason in refusal.value.reasons} == {field}
    assert stated(setting) == ([], [])


def test_a_ceiling_is_refused_with_both_its_limits():
    setting = factories.agreement(published=False)
    with pytest.raises(Refused, match=r"more than £0 and at most £99,999,999\.99"):
        state(setting, bands=[("Rural", "hour", Decimal("100000000.00"))])


def test_only_the_lead_states_them_and_a_lot_with_them_can_be_taken_out():
    setting = factories.agreement(published=False)
    with pytest.raises(Denied):
        state(setting, actor=setting.member)
    state(setting)
    lots.take_out(lot=setting.lot, actor=setting.lead, now=NOW)
    assert not Lot.objects.filter(pk=setting.lot.pk).exists()


def test_they_stay_as_they_are_while_an_announced_window_offers_the_lot():
    setting = factories.agreement()
    state(setting, reason="The area was divided anew.")
    window = factories.window(setting)
    with pytest.raises(Refused, match=f"{window.title}.* was announced with this lot's zones"):
        state(setting, zones=["Elsewhere"], reason="A slip.")
    assert stated(setting) == (["North City", "Fenland"], BANDS)


def test_they_can_be_stated_anew_once_its_deadline_has_passed_whatever_the_sweep_did():
    setting = factories.agreement()
    window = factories.window(setting)
    assert rates.announced(setting.lot, window.deadline) == window
    late = window.deadline + timedelta(microseconds=1)
    assert rates.announced(setting.lot, late) is None
    state(setting, reason="The area was divided anew.", now=late)
    assert stated(setting) == (["North City", "Fenland"], BANDS)
