"""The standing watch: a hold follows what ran out or fell, by the lot's own rule, and ends by itself."""

from datetime import timedelta

import pytest

from commissioning.audit.models import Event
from commissioning.records.models import Message
from commissioning.workflow import Refused
from providers import tasks
from providers.models import Admission, Suspension
from providers.queries import home
from providers.queries import watch as watched
from providers.services import admissions, profile, watch
from tests.providers import factories as f
from tests.providers.profiles import document, ran_out, rated, watching

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot():
    return watching(f.agreement(lots=2).lots.get(number=1), "public_liability")


@pytest.fixture
def member(lot):
    made = f.admission(lot)
    f.bid_writer(made.organisation)
    return made


def fresh(admission):
    return Admission.objects.get(pk=admission.pk)


def test_a_document_that_ran_out_holds_invitations_with_reason_day_and_notice(member):
    ran_out(member.organisation)
    assert tasks.sweep(now=f.NOW)["holds begun, changed or ended"] == 1
    assert fresh(member).state == "held"
    assert not Admission.objects.invitable().exists()
    hold = Suspension.objects.get()
    assert (hold.is_hold, hold.suspended_at, hold.suspended_by) == (True, f.NOW, None)
    assert hold.reason == "Public liability insurance ran out on 13 January 2027."
    told = Message.objects.filter(kind="admission_on_hold")
    assert {message.organisation for message in told} == {member.organisation}
    assert "no reproach" in told[0].body
    assert hold.reason in told[0].body
    assert Event.objects.get(action="admission.put_on_hold").actor_name == "system: standing watch"


def test_the_sweep_may_run_twice(member):
    ran_out(member.organisation)
    tasks.sweep(now=f.NOW)
    before = (Suspension.objects.count(), Message.objects.count(), Event.objects.count())
    assert tasks.sweep(now=f.NOW + timedelta(minutes=1))["holds begun, changed or ended"] == 0
    assert (Suspension.objects.count(), Message.objects.count(), Event.objects.count()) == before


def test_a_valid_document_ends_the_hold_with_the_act_that_records_it(member):
    ran_out(member.organisation)
    tasks.sweep(now=f.NOW)
    later = f.NOW + timedelta(hours=3)
    document(member.organisation, now=later)
    assert fresh(member).state == "current"
    assert Admission.objects.invitable().get() == member
    hold = Suspension.objects.get()
    assert (hold.lifted_at, hold.lifted_by) == (later, None)
    assert hold.lift_reason == "Nothing that this lot asks to be in date is missing any more."
    assert Message.objects.filter(kind="admission_off_hold").exists()


def test_taking_out_what_ran_out_ends_no_hold(member):
    expired = ran_out(member.organisation)
    tasks.sweep(now=f.NOW)
    writer = f.bid_writer(member.organisation)
    profile.take_out_document(document=expired, actor=writer, now=f.NOW)
    tasks.sweep(now=f.NOW + timedelta(days=1))
    assert fresh(member).state == "held"
    assert Suspension.objects.get().lifted_at is None
    assert not Message.objects.filter(kind="admission_off_hold").exists()
    document(member.organisation, now=f.NOW + timedelta(days=2))
    assert fresh(member).state == "current"


def test_one_taken_out_before_it_ran_out_holds_from_the_day_after(member):
    made = document(member.organisation, days=3)
    profile.take_out_document(document=made, actor=f.bid_writer(member.organisation), now=f.NOW)
    tasks.sweep(now=f.NOW + timedelta(days=3))
    assert fresh(member).state == "current"
    tasks.sweep(now=f.NOW + timedelta(days=4))
    assert fresh(member).state == "held"


def test_a_better_rating_that_a_provider_records_itself_waits_for_the_lead():
    member = f.admission(watching(f.agreement(lots=1).lots.get(), lowest="good"))
    lead = f.lead_of(member.lot.agreement)
    rated(member.organisation, "requires_improvement", actor=lead, admission=member)
    assert fresh(member).state == "held"
    later = f.NOW + timedelta(days=1)
    rated(member.organisation, "good", later.date(), now=later)
    tasks.sweep(now=later)
    assert fresh(member).state == "held"
    (task,) = home.worklist(lead, later)
    assert task.what == (
        f"Look up the CQC rating of {member.organisation.name}, on hold in {member.lot}: it says Good"
    )
    assert home.worklist(f.lead_of(f.agreement()), later) == []
    rated(member.organisation, "good", later.date(), actor=lead, admission=member, now=later)
    assert fresh(member).state == "current"
    assert home.worklist(lead, later) == []


def test_a_worse_rating_that_a_provider_records_itself_holds_at_once():
    member = f.admission(watching(f.agreement(lots=1).lots.get(), lowest="good"))
    rated(member.organisation, "good", actor=f.lead_of(member.lot.agreement), admission=member)
    rated(member.organisation, "inadequate")
    assert fresh(member).state == "held"


def test_only_the_lots_whose_rule_names_it_are_held(member, lot):
    other = f.admission(lot.agreement.lots.get(number=2), member.organisation)
    ran_out(member.organisation)
    tasks.sweep(now=f.NOW)
    assert (fresh(member).state, fresh(other).state) == ("held", "current")


def test_requires_improvement_holds_a_provider_of_lot_1_and_not_a_broker_of_lot_2():
    agreement = f.agreement(lots=2)
    first = f.admission(watching(agreement.lots.get(number=1), lowest="good"))
    second = f.admission(watching(agreement.lots.get(number=2)), first.organisation)
    rated(first.organisation, "requires_improvement")
    assert (fresh(first).state, fresh(second).state) == ("held", "current")
    rated(first.organisation, "good", f.NOW.date() + timedelta(days=1), now=f.NOW + timedelta(days=1))
    assert fresh(first).state == "current"


def test_an_earlier_rating_recorded_late_does_not_count():
    member = f.admission(watching(f.agreement(lots=1).lots.get(), lowest="good"))
    rated(member.organisation, "good")
    rated(member.organisation, "inadequate", f.NOW.date() - timedelta(days=400))
    assert fresh(member).state == "current"


def test_what_was_never_recorded_holds_nobody(member):
    assert tasks.sweep(now=f.NOW)["holds begun, changed or ended"] == 0
    assert fresh(member).state == "current"


def test_a_rule_that_the_lot_gives_up_ends_the_hold(member, lot):
    ran_out(member.organisation)
    tasks.sweep(now=f.NOW)
    watching(lot)
    assert tasks.sweep(now=f.NOW)["holds begun, changed or ended"] == 1
    assert fresh(member).state == "current"


def test_the_reason_follows_what_holds(member, lot):
    watching(lot, "public_liability", "dbs_policy")
    ran_out(member.organisation)
    document(member.organisation, days=0, kind="dbs_policy")
    tasks.sweep(now=f.NOW)
    assert Suspension.objects.get().reason == "Public liability insurance ran out on 13 January 2027."
    tomorrow = f.NOW + timedelta(days=1)
    tasks.sweep(now=tomorrow)
    assert Suspension.objects.get().reason.count("ran out on") == 2
    document(member.organisation, now=tomorrow)
    assert Suspension.objects.get().reason == "DBS policy ran out on 14 January 2027."
    assert fresh(member).state == "held"


def test_a_suspension_stands_over_a_hold_and_the_hold_goes_on_after_it(member, lot):
    lead = f.lead_of(lot.agreement)
    ran_out(member.organisation)
    tasks.sweep(now=f.NOW)
    review = f.DEADLINE.date()
    admissions.suspend(admission=member, reason="Safeguarding.", review_on=review, actor=lead, now=f.NOW)
    tasks.sweep(now=f.NOW)
    assert fresh(member).state == "suspended"
    later = f.NOW + timedelta(hours=1)
    admissions.lift(admission=member, reason="Mended.", actor=lead, now=later)
    assert fresh(member).state == "held"
    people = member.organisation.memberships.count()
    assert Message.objects.filter(kind="admission_on_hold").count() == 2 * people
    document(member.organisation, now=later)
    assert fresh(member).state == "current"


def test_a_document_recorded_while_suspended_ends_the_hold_and_not_the_suspension(member, lot):
    ran_out(member.organisation)
    tasks.sweep(now=f.NOW)
    lead = f.lead_of(lot.agreement)
    admissions.suspend(admission=member, reason="Why.", review_on=f.DEADLINE.date(), actor=lead, now=f.NOW)
    document(member.organisation)
    assert fresh(member).state == "suspended"
    assert not Suspension.objects.open_holds().exists()


def test_a_place_that_leaves_the_pool_takes_its_hold_with_it(member, lot):
    ran_out(member.organisation)
    tasks.sweep(now=f.NOW)
    admissions.remove(admission=member, reason="Closed.", actor=f.lead_of(lot.agreement), now=f.NOW)
    assert not Suspension.objects.open_holds().exists()
    with pytest.raises(Refused):
        admissions.suspend(
            admission=member,
            reason="Why.",
            review_on=f.DEADLINE.date(),
            actor=f.lead_of(lot.agreement),
            now=f.NOW,
        )


def test_reminders_go_out_once_each_and_name_the_lots_that_would_be_held(member):
    document(member.organisation, days=60, now=f.NOW - timedelta(days=200))
    people = member.organisation.memberships.count()
    for day, sent in ((0, 1), (1, 1), (30, 2), (30, 2), (59, 3), (61, 3)):
        tasks.sweep(now=f.NOW + timedelta(days=day))
        assert Message.objects.filter(kind="document_runs_out").count() == sent * people
    body = Message.objects.filter(kind="document_runs_out")[0].body
    assert "Lot 1" in body
    assert "15 March 2027" in body


def test_a_newer_document_makes_the_reminder_of_the_older_needless(member):
    document(member.organisation, days=10, now=f.NOW - timedelta(days=200))
    document(member.organisation, days=300)
    tasks.sweep(now=f.NOW)
    assert not Message.objects.filter(kind="document_runs_out").exists()


def test_one_lot_can_be_kept_by_itself(member, lot):
    ran_out(member.organisation)
    other = lot.agreement.lots.get(number=2)
    assert watch.keep_all(lot=other, now=f.NOW) == 0
    assert watch.keep_all(lot=lot, now=f.NOW) == 1


@pytest.mark.parametrize(("said", "waits"), [("good", False), ("outstanding", True), ("inadequate", False)])
def test_only_a_better_rating_waits_for_the_lead(member, said, waits):
    lead = f.lead_of(member.lot.agreement)
    days = {"published_on": f.NOW.date() - timedelta(days=9), "now": f.NOW}
    profile.record_rating(
        organisation=member.organisation, admission=member, rating="good", actor=lead, **days
    )
    days["published_on"] += timedelta(days=1)
    writer = f.bid_writer(member.organisation)
    profile.record_rating(organisation=member.organisation, rating=said, actor=writer, **days)
    found = watched.unconfirmed(member.organisation_id)
    assert (found.rating if found else None) == (said if waits else None)
