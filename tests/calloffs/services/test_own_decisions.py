"""Each authority's own decision on a call-off: whose it is, what it needs, how another takes its place."""

from datetime import date, timedelta

import pytest

from calloffs.models import CallOff, Governance
from calloffs.services import calloffs
from commissioning.audit.models import Event
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.workflow import Refused
from tests.calloffs import factories as f
from tests.factories import NOW, person

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def ground():
    return f.ground(pool=1)


class TestOwnDecisions:
    def test_are_recorded_by_the_authoritys_own_people_alone(self, ground):
        calloff = f.approved(ground)
        with pytest.raises(Refused, match="Only people of"):
            f.decide(calloff, ground.partner, ground.commissioner)
        with pytest.raises(Denied):
            f.decide(calloff, ground.authority, person(ground.authority, Role.BOARD_MEMBER))
        f.decide(calloff, ground.partner, ground.partner_commissioner)
        assert Governance.objects.get().organisation == ground.partner

    def test_are_for_those_with_a_share_once_the_board_has_approved(self, ground):
        calloff = f.approved(ground, joint=False)
        with pytest.raises(Refused, match="bears no share"):
            f.decide(calloff, ground.partner, ground.partner_commissioner)
        with pytest.raises(Refused, match="once the board has approved"):
            f.decide(f.draft(ground), ground.authority, ground.commissioner)

    def test_may_be_corrected_until_the_award_is_signed_and_the_record_keeps_both(self, ground):
        calloff = f.approved(ground)
        f.decide(calloff, ground.authority, ground.commissioner)
        corrected = {"decision_reference": "DEC/2", "reason": "The reference was mistyped."}
        f.decide(calloff, ground.authority, ground.commissioner, **corrected)
        assert Governance.objects.get().decision_reference == "DEC/2"
        first, second = Event.objects.filter(action="calloff.record_governance").order_by("pk")
        assert "reason" not in first.data
        assert second.data["reason"] == "The reference was mistyped."
        assert (second.data["before"]["decision"], second.data["after"]["decision"]) == ("DEC/1", "DEC/2")

    def test_take_the_place_of_an_earlier_one_only_with_a_reason(self, ground):
        calloff = f.approved(ground)
        f.decide(calloff, ground.authority, ground.commissioner)
        for reason in ("", "  "):
            with pytest.raises(Refused, match="has the decision DEC/1 on record already") as refused:
                f.decide(
                    calloff,
                    ground.authority,
                    ground.commissioner,
                    decision_reference="DEC/2",
                    reason=reason,
                )
            assert [one.field for one in refused.value.reasons] == ["reason"]
        assert Governance.objects.get().decision_reference == "DEC/1"
        f.decide(calloff, ground.partner, ground.partner_commissioner)

    def test_sent_twice_are_recorded_once(self, ground):
        calloff = f.approved(ground)
        for _ in range(2):
            f.decide(calloff, ground.authority, ground.commissioner)
        assert Event.objects.filter(action="calloff.record_governance").count() == 1

    def test_of_a_key_decision_need_28_clear_days_and_the_end_of_call_in(self, ground):
        calloff = f.approved(ground)
        decided = date(2027, 1, 5)

        def key(notice, call_in):
            f.decide(
                calloff,
                ground.authority,
                ground.commissioner,
                decided_on=decided,
                is_key_decision=True,
                notice_published_on=notice,
                call_in_ended_on=call_in,
            )

        good, over = decided - timedelta(days=29), TODAY - timedelta(days=1)
        for notice, call_in, field in (
            (decided - timedelta(days=28), over, "notice_published_on"),
            (None, over, "notice_published_on"),
            (good, None, "call_in_ended_on"),
            (good, TODAY, "call_in_ended_on"),
            (good, decided - timedelta(days=1), "call_in_ended_on"),
        ):
            with pytest.raises(Refused) as refused:
                key(notice, call_in)
            assert [reason.field for reason in refused.value.reasons] == [field]
        key(good, over)
        assert Governance.objects.get().is_key_decision

    def test_must_not_lie_in_the_future(self, ground):
        calloff = f.approved(ground)
        with pytest.raises(Refused) as refused:
            f.decide(calloff, ground.authority, ground.commissioner, decided_on=TODAY + timedelta(days=1))
        assert refused.value.reasons[0].field == "decided_on"

    def test_cover_what_they_were_taken_on_and_no_later_change(self, ground):
        calloff = f.approved(ground)
        f.govern(ground, calloff)
        assert CallOff.objects.get(pk=calloff.pk).waiting_governance() == []
        calloffs.revise(calloff=calloff, actor=ground.commissioner, now=NOW)
        calloffs.change(calloff=calloff, facts={"need": "Another."}, actor=ground.commissioner, now=NOW)
        waiting = CallOff.objects.get(pk=calloff.pk).waiting_governance()
        assert len(waiting) == 2
        assert all("before the call-off was changed" in line for line in waiting)
