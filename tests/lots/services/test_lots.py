from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.workflow import Refused
from lots.models import Lot, LotPoint, PointVersion, Window
from lots.services import lots, windows
from tests.factories import NOW, person
from tests.lots import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"number": 1}, "number"),
        ({"number": 0}, "number"),
        ({"cpv_codes": ["8500000"]}, "cpv_codes"),
        ({"cpv_codes": ["85000000-"]}, "cpv_codes"),
        ({"cpv_codes": ["85000000", "85000000-9"]}, "cpv_codes"),
        ({"cpv_codes": ["٨5000000"]}, "cpv_codes"),
        ({"annual_value": Decimal(-1)}, "annual_value"),
        ({"term_value": Decimal(1)}, "term_value"),
        ({"state": "removed"}, "state"),
    ],
)
def test_an_impossible_lot_is_refused_beside_its_field(given, field):
    setting = factories.agreement(published=False)
    with pytest.raises(Refused) as refusal:
        factories.lot(setting.agreement, setting.lead, **{"number": 9, **given})
    assert [reason.field for reason in refusal.value.reasons] == [field]
    assert Lot.objects.count() == 2


def test_cpv_codes_are_taken_with_and_without_the_check_digit():
    setting = factories.agreement(published=False)
    made = factories.lot(
        setting.agreement, setting.lead, number=9, cpv_codes=[" 85000000-9", "", "85310000 "]
    )
    assert made.cpv_codes == ["85000000-9", "85310000"]


def test_a_published_agreements_lots_are_fixed():
    setting = factories.agreement()
    with pytest.raises(Refused, match="is published"):
        factories.lot(setting.agreement, setting.lead, number=9)
    with pytest.raises(Refused, match="is published"):
        lots.take_out(lot=setting.lot, actor=setting.lead, now=NOW)


def test_skills_are_versioned_whole_and_the_same_list_is_no_new_version():
    setting = factories.agreement()
    change: dict[str, Any] = {"lot": setting.lot, "kind": "skill", "actor": setting.lead, "now": NOW}
    assert lots.set_points(**change, texts=["Work with others", "Manage risk"]) == 1
    changed: dict[str, Any] = {**change, "texts": ["Manage risk", " Work with others ", "Co-produce"]}
    with pytest.raises(Refused, match="give the reason"):
        lots.set_points(**changed)
    assert lots.set_points(**changed, reason="The board asked for it.") == 2
    lot = Lot.objects.get(pk=setting.lot.pk)
    assert [point.text for point in lot.skills] == ["Manage risk", "Work with others", "Co-produce"]
    assert LotPoint.objects.filter(lot=lot, kind="skill", version=1).count() == 2
    assert [point.version for point in lot.outcomes] == [1]
    (made,) = PointVersion.objects.filter(lot=lot, kind="skill", version=2)
    assert (made.made_at, made.made_by, made.reason) == (NOW, setting.lead, "The board asked for it.")


def test_an_announced_window_goes_on_by_the_version_it_was_announced_with():
    setting = factories.agreement()
    before = factories.window(setting)
    draft = factories.window(setting, announced=False, place=1)
    state: dict[str, Any] = {"lot": setting.lot, "outcomes": ["People stay independent"]}
    lots.state(**state, skills=["Co-produce"], reason="Agreed.", actor=setting.lead, now=NOW)
    windows.announce(window=draft, actor=setting.lead, now=NOW)
    shown = [
        [point.text for point in Window.objects.get(pk=window.pk).lots.get(lot=setting.lot).skills]
        for window in (before, draft)
    ]
    assert shown == [["Work with others", "Manage risk"], ["Co-produce"]]


def test_what_is_stated_while_the_agreement_is_a_draft_needs_no_reason():
    setting = factories.agreement(published=False)
    lots.set_points(lot=setting.lot, kind="skill", texts=["Other"], actor=setting.lead, now=NOW)
    assert [point.text for point in Lot.objects.get(pk=setting.lot.pk).skills] == ["Other"]


@pytest.mark.parametrize(
    ("state", "refused"),
    [
        *((state, True) for state in ("scheduled", "open", "closed", "unsealed")),
        *((state, False) for state in ("draft", "decided", "cancelled")),
    ],
)
def test_a_lot_is_removed_only_where_no_announced_window_offers_it(state, refused):
    setting = factories.agreement()
    factories.window(setting)
    Window.objects.update(state=state)
    remove: dict[str, Any] = {
        "lot": setting.lot,
        "decision_reference": "K",
        "decided_on": NOW.date(),
        "reason": "R",
    }
    if refused:
        with pytest.raises(Refused, match="is in “Spring window”"):
            lots.remove(**remove, actor=setting.lead, now=NOW)
    else:
        assert lots.remove(**remove, actor=setting.lead, now=NOW) == []
    assert (Lot.objects.get(pk=setting.lot.pk).state == "removed") is not refused


@pytest.mark.parametrize("texts", [[], ["one", " "], ["x" * 301]])
def test_an_empty_or_overlong_line_is_refused(texts):
    setting = factories.agreement()
    with pytest.raises(Refused) as refusal:
        lots.set_points(lot=setting.lot, kind="skill", texts=texts, actor=setting.lead, now=NOW)
    assert refusal.value.reasons[0].field == "skills"


def test_a_line_written_twice_is_refused_beside_its_box():
    setting = factories.agreement()
    for texts in (["Listen", "listen."], ["Listen well", "x", "Listen  well"]):
        with pytest.raises(Refused, match="is written twice") as refusal:
            lots.set_points(lot=setting.lot, kind="outcome", texts=texts, actor=setting.lead, now=NOW)
        assert refusal.value.reasons[0].field == "outcomes"


def test_a_decision_activates_an_established_lot_once():
    setting = factories.agreement()
    lot = setting.lots[-1]
    assert lot.state == "established"
    taken = NOW.date() - timedelta(days=3)
    decide: dict[str, Any] = {"lot": lot, "decided_on": taken, "actor": setting.lead, "now": NOW}
    with pytest.raises(Refused):
        lots.activate(**decide, decision_reference="", reason="")
    lots.activate(**decide, decision_reference="KEY/2", reason="The review ended.")
    lot.refresh_from_db()
    assert (lot.state, lot.state_decision, lot.state_decided_on) == ("active", "KEY/2", taken)
    with pytest.raises(Refused, match="Active"):
        lots.activate(**decide, decision_reference="KEY/3", reason="Again.")
    lots.remove(**decide, decision_reference="KEY/4", reason="Not needed.")
    assert Lot.objects.get(pk=lot.pk).state == "removed"


def test_a_partners_lead_decides_nothing():
    setting = factories.agreement()
    other = person(setting.partner, Role.LEAD)
    with pytest.raises(Denied):
        lots.activate(
            lot=setting.lots[-1],
            decision_reference="K",
            decided_on=NOW.date(),
            reason="R",
            actor=other,
            now=NOW,
        )


@pytest.mark.parametrize("days", [1, -366])
def test_no_lot_is_activated_by_a_decision_to_come_or_older_than_the_agreement(days):
    setting = factories.agreement()
    with pytest.raises(Refused) as refusal:
        lots.activate(
            lot=setting.lots[-1],
            decision_reference="K",
            decided_on=NOW.date() + timedelta(days=days),
            reason="R",
            actor=setting.lead,
            now=NOW,
        )
    assert [one.field for one in refusal.value.reasons] == ["decided_on"]


def test_a_lot_named_by_a_window_stays():
    setting = factories.agreement(published=False)
    factories.window(setting, announced=False)
    with pytest.raises(Refused, match="A window names this lot"):
        lots.take_out(lot=setting.lot, actor=setting.lead, now=NOW)
