"""A place in the pool: standstill, effect, holds, suspension, removal."""

from datetime import UTC, date, datetime, timedelta

import pytest

from commissioning.audit.models import Event
from commissioning.people.actors import System
from commissioning.policies import Denied
from commissioning.records.models import Message
from commissioning.workflow import Refused
from providers.models import Admission, Entry
from providers.services import admissions
from providers.workflow import ADMISSION
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db

SYSTEM = System("providers sweep")
SENT = datetime(2021, 3, 23, 15, 0, tzinfo=UTC)
LAST_DAY = date(2021, 4, 6)


@pytest.fixture
def entry():
    made = f.submitted()
    Entry.objects.filter(pk=made.pk).update(state="opened")
    made.refresh_from_db()
    return made


@pytest.fixture
def lead(entry):
    return f.lead_of(entry.window_lot.window.agreement)


@pytest.fixture
def member(entry, lead):
    return admissions.admit(entry=entry, actor=lead, now=SENT)


def test_an_admission_subject_to_standstill_takes_effect_the_day_after_it_ends(entry, lead):
    admission = admissions.admit(entry=entry, actor=lead, now=SENT, standstill_ends_on=LAST_DAY)
    assert (entry.state, admission.state) == ("admitted", "standstill")
    # British summer time had begun: midnight in London is 23:00 UTC of the day before.
    assert admission.effective_at == datetime(2021, 4, 6, 23, 0, tzinfo=UTC)
    early = admission.effective_at - timedelta(microseconds=1)
    with pytest.raises(Refused, match="standstill has not ended"):
        admissions.take_effect(admission=admission, actor=SYSTEM, now=early)
    assert not Admission.objects.invitable().exists()
    admissions.take_effect(admission=admission, actor=SYSTEM, now=admission.effective_at)
    assert Admission.objects.invitable().get() == admission
    assert "Wednesday 7 April 2021" in Message.objects.get(kind="admission_in_force").body


def test_without_a_standstill_it_is_in_force_at_once(member):
    assert (member.state, member.effective_at) == ("current", SENT)


def test_turning_down_leaves_no_place(entry, lead):
    admissions.turn_down(entry=entry, actor=lead, now=SENT)
    assert entry.state == "not_admitted"
    assert not Admission.objects.exists()


def test_only_what_was_opened_is_decided(lead):
    sealed = f.submitted()
    own_lead = f.lead_of(sealed.window_lot.window.agreement)
    for verb in (admissions.admit, admissions.turn_down):
        with pytest.raises(Refused):
            verb(entry=sealed, actor=own_lead, now=SENT)
    assert not Admission.objects.exists()


def test_a_second_place_in_the_same_lot_is_refused(entry, lead):
    f.admission(entry.window_lot.lot, entry.application.organisation)
    with pytest.raises(Refused, match="already has a place"):
        admissions.admit(entry=entry, actor=lead, now=SENT)
    entry.refresh_from_db()
    assert entry.state == "opened"


def test_a_legal_hold_stops_it_until_it_is_lifted(entry, lead):
    admission = admissions.admit(entry=entry, actor=lead, now=SENT, standstill_ends_on=LAST_DAY)
    admissions.place_hold(admission=admission, reason="A claim was issued.", actor=lead, now=SENT)
    after = admission.effective_at + timedelta(days=30)
    assert not Admission.objects.due(after).exists()
    with pytest.raises(Refused, match="A claim was issued"):
        admissions.take_effect(admission=admission, actor=SYSTEM, now=after)
    admissions.release_hold(admission=admission, reason="It was settled.", actor=lead, now=after)
    admissions.take_effect(admission=admission, actor=SYSTEM, now=after)
    assert admission.state == "current"
    with pytest.raises(Refused, match="no legal hold"):
        admissions.release_hold(admission=admission, reason="Again.", actor=lead, now=after)
    with pytest.raises(Refused, match="not taken effect yet"):
        admissions.place_hold(admission=admission, reason="Too late.", actor=lead, now=after)


def test_a_suspension_has_reason_notice_and_review_and_holds_invitations(member, lead):
    review = f.NOW.date() + timedelta(days=28)
    suspension = admissions.suspend(
        admission=member, reason="Insurance ran out.", review_on=review, actor=lead, now=f.NOW
    )
    assert not Admission.objects.invitable().exists()
    assert (suspension.reason, suspension.review_on, suspension.suspended_by) == (
        "Insurance ran out.",
        review,
        lead,
    )
    body = Message.objects.get(kind="admission_suspended").body
    assert "Insurance ran out." in body
    assert "go on unchanged" in body
    admissions.lift(admission=member, reason="Insured again.", actor=lead, now=f.NOW)
    suspension.refresh_from_db()
    assert (suspension.lifted_at, suspension.lift_reason) == (f.NOW, "Insured again.")
    assert Admission.objects.invitable().get() == member
    assert Message.objects.filter(kind="suspension_lifted").count() == 1


@pytest.mark.parametrize(("reason", "days"), [("", 7), ("   ", 7), ("Why not", 0), ("x" * 2_001, 7)])
def test_a_suspension_without_reason_or_with_a_past_review_is_refused(member, lead, reason, days):
    with pytest.raises(Refused):
        admissions.suspend(
            admission=member,
            reason=reason,
            review_on=f.NOW.date() + timedelta(days=days),
            actor=lead,
            now=f.NOW,
        )
    assert not member.suspensions.exists()


def test_removal_ends_the_place_with_its_reason_and_any_suspension(member, lead):
    admissions.suspend(
        admission=member,
        reason="Rating fell.",
        review_on=f.NOW.date() + timedelta(days=7),
        actor=lead,
        now=f.NOW,
    )
    admissions.remove(admission=member, reason="Closed down.", actor=lead, now=f.NOW)
    member.refresh_from_db()
    assert (member.state, member.removed_at, member.removal_reason) == ("removed", f.NOW, "Closed down.")
    assert member.suspensions.get().lifted_at == f.NOW
    assert Message.objects.filter(kind="admission_removed").count() == 1


@pytest.mark.parametrize("verb", ["suspend", "lift", "remove", "place_hold"])
def test_only_the_lead_of_the_agreement_decides_on_the_pool(member, verb):
    given = {"reason": "Because."} | ({"review_on": date(2028, 1, 1)} if verb == "suspend" else {})
    organisation = member.lot.agreement.lead
    for who in (
        f.bid_writer(member.organisation),
        people.person(organisation, "commissioner"),
        f.lead_of(f.agreement()),
    ):
        with pytest.raises(Denied):
            getattr(admissions, verb)(admission=member, actor=who, now=f.NOW, **given)


STATES = [state for state, _ in ADMISSION.states]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    ("verb", "sources"),
    [
        ("suspend", {"current", "held"}),
        ("lift", {"suspended"}),
        ("remove", {"current", "held", "suspended"}),
    ],
)
def test_each_step_is_taken_from_its_own_states_only(member, lead, state, verb, sources):
    Admission.objects.filter(pk=member.pk).update(state=state)
    given = {"reason": "Because."} | ({"review_on": date(2028, 1, 1)} if verb == "suspend" else {})
    events = Event.objects.count()
    if state in sources:
        getattr(admissions, verb)(admission=member, actor=lead, now=f.NOW, **given)
        assert Event.objects.count() > events
    else:
        with pytest.raises(Refused, match="cannot be done now"):
            getattr(admissions, verb)(admission=member, actor=lead, now=f.NOW, **given)
        assert Event.objects.count() == events
