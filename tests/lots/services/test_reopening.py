from datetime import date, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from commissioning.audit.models import Event
from commissioning.clock import at_london
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.workflow import Refused
from lots import queries
from lots.models import Agreement, Lot, ReopeningChange, Window
from lots.services import reopening, windows
from tests.factories import NOW, person
from tests.lots import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def settle(setting, **given):
    usual: dict[str, Any] = {
        "reopen_every_months": 6,
        "reopen_week": 1,
        "reopen_weekday": 0,
        "reopen_at": time(9),
        "reopen_weeks": 6,
        "rolling": {},
        "rolling_common_scheme": None,
        "actor": setting.lead,
        "now": NOW,
    }
    return reopening.settle(agreement=setting.agreement, **{**usual, **given})


def test_a_draft_is_set_freely_and_a_published_one_by_a_recorded_decision():
    draft = factories.agreement(published=False)
    assert settle(draft) is None
    live = factories.agreement()
    with pytest.raises(Refused) as refusal:
        settle(live)
    assert {reason.field for reason in refusal.value.reasons} == {"decision_reference", "reason"}
    change = settle(live, decision_reference="K/1", reason="The board asked for it.")
    assert "every 6 months, on the first Monday" in change.new
    assert (change.old, change.reason) == (
        "when the lead authority so decides",
        "The board asked for it.",
    )
    assert "The board asked for it." in Event.objects.filter(action="agreement.reopen").latest("pk").payload


def test_a_lot_takes_entries_at_any_time_by_a_published_scheme_of_its_own_agreement():
    setting = factories.agreement(published=False)
    for scheme in (
        factories.scheme(setting, published=False),
        factories.scheme(setting, kind="common"),
        factories.scheme(factories.agreement()),
    ):
        with pytest.raises(Refused) as refusal:
            settle(setting, rolling={setting.lot: scheme})
        assert [reason.field for reason in refusal.value.reasons] == ["rolling_1"]
    scheme = factories.scheme(setting)
    with pytest.raises(Refused) as refusal:
        settle(setting, rolling={setting.lot: scheme}, rolling_common_scheme=scheme)
    assert [reason.field for reason in refusal.value.reasons] == ["rolling_common_scheme"]
    settle(setting, rolling={setting.lot: scheme})
    own = Lot.objects.filter(agreement=setting.agreement).order_by("number")
    assert [lot.rolling_scheme for lot in own][:2] == [scheme, None]
    settle(setting, reopen_every_months=None)
    assert not Lot.objects.exclude(rolling_scheme=None).exists()


def test_nothing_changed_is_no_decision():
    setting = factories.agreement(reopen_every_months=6)
    with pytest.raises(Refused, match="nothing was changed"):
        settle(setting, decision_reference="K", reason="R")
    assert not ReopeningChange.objects.exists()


def test_an_impossible_rule_changes_nothing():
    setting = factories.agreement()
    with pytest.raises(Refused):
        settle(setting, reopen_weeks=99, decision_reference="K", reason="R")
    assert Agreement.objects.get(pk=setting.agreement.pk).reopening is None


def test_by_the_lead_alone():
    setting = factories.agreement()
    for actor in (person(setting.partner, Role.LEAD), person(setting.lead_authority, Role.COMMISSIONER)):
        with pytest.raises(Denied):
            settle(setting, actor=actor, decision_reference="K", reason="R")


class TestPlanned:
    """What everybody reads of the plan, and what the form of a new window begins with."""

    def planned(self, setting, now=NOW):
        ((_, planned),) = queries.public_agreements(AnonymousUser(), now)
        return [one.opens_at for one in planned]

    def test_it_counts_from_the_last_announced_window_and_tells_nothing_of_a_draft(self):
        setting = factories.agreement(reopen_every_months=6)
        scheme = factories.scheme(setting)
        opens_at = at_london(date(2027, 2, 10), time(9))
        window = factories.window(
            setting,
            announced=False,
            opens_at=opens_at,
            deadline=opens_at + DAY,
            lots=[(setting.lot, scheme)],
        )
        before = self.planned(setting)
        windows.announce(window=window, actor=setting.lead, now=NOW)
        after = self.planned(setting)
        assert after == [at_london(date(2027, 8, 2), time(9)), at_london(date(2028, 2, 7), time(9))]
        assert before != after

    def test_a_new_window_is_proposed_with_the_planned_dates_and_the_last_schemes(self):
        setting = factories.agreement(reopen_every_months=6)
        window = factories.window(setting)
        Window.objects.update(state="decided")
        proposed = queries.proposed_window(setting.agreement, window.deadline)
        assert proposed["opens_at"] == at_london(date(2027, 7, 5), time(9))
        assert proposed["deadline"] == at_london(date(2027, 8, 16), time(9))
        assert proposed["title"] == "July 2027 window"
        assert proposed["scheme_1"] == window.lots.get(lot=setting.lot).scheme.reference

    def test_an_agreement_that_opens_at_discretion_plans_nothing(self):
        setting = factories.agreement()
        assert self.planned(setting) == []
        assert queries.proposed_window(setting.agreement, NOW) == {}

    def test_before_any_window_every_lot_that_is_not_removed_is_proposed_with_the_newest_scheme(self):
        setting = factories.agreement(how_many_lots=3)
        factories.scheme(setting)
        newest = factories.scheme(setting)
        factories.scheme(setting, published=False)
        setting.lots[1].__class__.objects.filter(number=2).update(state="removed")
        proposed = queries.proposed_window(setting.agreement, NOW)
        assert proposed == {"scheme_1": newest.reference, "scheme_3": newest.reference}

    def test_a_draft_or_a_cancelled_window_proposes_no_lots(self):
        setting = factories.agreement()
        announced = factories.window(setting)
        other = factories.scheme(setting)
        for place, announce in ((1, False), (2, True)):
            window = factories.window(setting, place=place, announced=announce, lots=[(setting.lot, other)])
            if announce:
                windows.cancel(window=window, reason="A mistake.", actor=setting.lead, now=NOW)
        proposed = queries.proposed_window(setting.agreement, NOW)
        assert proposed["scheme_1"] == announced.lots.get(lot=setting.lot).scheme.reference
        assert "scheme_2" in proposed
