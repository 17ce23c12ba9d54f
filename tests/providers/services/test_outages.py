"""Time lost to an outage: given back to everyone, or left with a reason, before the deadline and once."""

from datetime import timedelta

import pytest

from commissioning.audit.models import Event
from commissioning.policies import Denied
from commissioning.records.models import Message, Outage
from commissioning.workflow import Refused
from lots import lost_time
from lots.models import OutageDecision
from lots.services import outages as decisions
from providers.services import outages
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db

LOST = timedelta(minutes=14)


@pytest.fixture
def window():
    return f.window()


@pytest.fixture
def lead(window):
    return f.lead_of(window.agreement)


@pytest.fixture
def outage():
    return out(f.NOW - timedelta(hours=1))


def out(began_at, length=LOST):
    return Outage.objects.create(
        began_at=began_at, ended_at=began_at + length, was_refused=True, recorded_at=began_at + length
    )


def extend(window, lead, new_deadline=f.DEADLINE + LOST, **given):
    given = {"reason": "The portal could not save.", "actor": lead, "now": f.NOW} | given
    return outages.extend(window=window, new_deadline=new_deadline, **given)


def test_the_deadline_moves_by_the_lost_time_for_everyone_and_all_are_told(window, lead, outage):
    first, second = f.application(window), f.application(window, numbers=(2,))
    change = extend(window, lead)
    window.refresh_from_db()
    assert window.deadline == f.DEADLINE + LOST
    told = {message.recipient for message in Message.objects.filter(kind="deadline_moved")}
    assert told == {f.writer_of(first), f.writer_of(second)}
    decision = OutageDecision.objects.get()
    assert (decision.outage, decision.change, decision.decided_by) == (outage, change, lead)
    outage.refresh_from_db()
    assert outage.is_settled
    assert Event.objects.filter(action="window.decide_outage").count() == 1
    assert lost_time.undecided(window) == []


def test_less_than_the_lost_time_is_refused_with_the_earliest_deadline(window, lead, outage):
    with pytest.raises(Refused, match="12:14") as refused:
        extend(window, lead, f.DEADLINE + LOST - timedelta(minutes=1))
    assert refused.value.reasons[0].field == "new_deadline"
    extend(window, lead, f.DEADLINE + timedelta(hours=3))
    window.refresh_from_db()
    assert window.deadline == f.DEADLINE + timedelta(hours=3)


def test_only_the_windows_own_time_counts_and_several_outages_add_up(window, lead, outage):
    out(f.OPENS - timedelta(minutes=5), timedelta(minutes=7))
    out(f.OPENS - timedelta(days=2))
    found = lost_time.undecided(window)
    assert lost_time.lost_minutes(window, found) == 16
    assert lost_time.deadline_after(window, found) == f.DEADLINE + timedelta(minutes=16)
    assert "That is 16 minutes, and everybody has them added." in lost_time.proposed_reason(window, found)


def test_the_deadline_may_be_left_with_a_public_reason(window, lead, outage):
    with pytest.raises(Refused, match="Give the reason"):
        decisions.leave(window=window, reason=" ", actor=lead, now=f.NOW)
    decisions.leave(window=window, reason="It was at night.", actor=lead, now=f.NOW)
    window.refresh_from_db()
    assert window.deadline == f.DEADLINE
    assert OutageDecision.objects.get().change is None
    assert not Message.objects.exists()


def test_nothing_is_decided_twice(window, lead, outage):
    extend(window, lead)
    for again in (extend, lambda *_: decisions.leave(window=window, reason="No.", actor=lead, now=f.NOW)):
        with pytest.raises(Refused, match="No lost time waits"):
            again(window, lead)
    assert OutageDecision.objects.count() == 1


def test_nothing_is_decided_once_the_deadline_has_passed(window, lead, outage):
    for act in (
        lambda: extend(window, lead, now=f.AFTER),
        lambda: decisions.leave(window=window, reason="No.", actor=lead, now=f.AFTER),
    ):
        with pytest.raises(Refused, match="One that has passed is not moved"):
            act()
    assert not OutageDecision.objects.exists()


def test_only_the_lead_of_the_agreement_decides(window, outage):
    for who in (f.bid_writer(), f.lead_of(f.agreement()), people.person(window.agreement.lead, "evaluator")):
        with pytest.raises(Denied):
            extend(window, who)
        with pytest.raises(Denied):
            decisions.leave(window=window, reason="No.", actor=who, now=f.NOW)
    window.refresh_from_db()
    assert window.deadline == f.DEADLINE
    assert not OutageDecision.objects.exists()


def test_two_windows_decide_on_the_same_outage_each_for_itself(window, lead, outage):
    other = f.window(f.agreement())
    extend(window, lead)
    assert lost_time.undecided(other) == [outage]


def test_a_reason_for_very_many_outages_stays_short(window):
    for hour in range(40):
        out(f.OPENS + timedelta(hours=hour))
    reason = lost_time.proposed_reason(window, lost_time.undecided(window))
    assert reason.startswith("At 40 times between Monday 4 January 2027, 09:00 London time and ")
    assert "That is 560 minutes" in reason
    assert len(reason.split()) < 50
