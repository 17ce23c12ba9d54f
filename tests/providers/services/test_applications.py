"""Applying: the one application, its lots, the deadline to the microsecond, submitting and withdrawing."""

from datetime import timedelta

import pytest

from commissioning.audit.models import AccessEntry, Event
from commissioning.people.actors import System
from commissioning.policies import Denied
from commissioning.records.models import Message, Wrap
from commissioning.workflow import Refused
from providers.models import Application, Entry
from providers.queries import submissions as queries
from providers.services import applications
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db

MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def window():
    return f.window()


def start(window, by, numbers=(1,), now=f.NOW, organisation=None):
    return applications.start(
        window=window,
        lots=list(window.lots.filter(lot__number__in=numbers)),
        organisation=organisation or f.provider_of(by),
        actor=by,
        now=now,
    )


def test_an_application_has_an_entry_for_each_chosen_lot(window):
    made = start(window, f.bid_writer(), numbers=(1, 3))
    assert [entry.reference for entry in made.entries.all()] == [f"{made.reference}/1", f"{made.reference}/3"]
    assert {entry.state for entry in made.entries.all()} == {"draft"}
    assert made.common.round is None


def test_a_window_without_a_common_part_has_none():
    assert start(f.window(common=False), f.bid_writer()).common is None


def test_an_organisation_applies_once_a_window(window):
    ana = f.bid_writer()
    ben = people.person(f.provider_of(ana), "provider_editor")
    start(window, ana)
    with pytest.raises(Refused, match="already started"):
        start(window, ben)
    assert Application.objects.count() == 1


def test_only_the_organisations_own_people_may_start_it(window):
    ana, other = f.bid_writer(), people.provider()
    for who in (ana, f.lead_of(window.agreement)):
        with pytest.raises(Denied):
            start(window, who, organisation=other)


@pytest.mark.parametrize(
    ("now", "sentence"),
    [(f.OPENS - MICROSECOND, "opens on"), (f.DEADLINE + MICROSECOND, "after the deadline")],
)
def test_nothing_starts_outside_the_window(window, now, sentence):
    with pytest.raises(Refused, match=sentence):
        start(window, f.bid_writer(), now=now)


def test_a_lot_of_another_window_or_none_is_refused(window):
    ana = f.bid_writer()
    with pytest.raises(Refused, match="at least one lot"):
        start(window, ana, numbers=())
    with pytest.raises(Refused, match="lots of this window"):
        applications.start(
            window=window,
            lots=list(f.window().lots.all()),
            organisation=f.provider_of(ana),
            actor=ana,
            now=f.NOW,
        )


def test_a_lot_whose_pool_it_is_in_is_refused(window):
    ana = f.bid_writer()
    held = window.lots.get(lot__number=1).lot
    f.admission(held, f.provider_of(ana), state="suspended")
    with pytest.raises(Refused, match="already has a place in Lot 1"):
        start(window, ana)
    assert not Application.objects.exists()


def test_a_provider_removed_from_the_pool_may_apply_again(window):
    ana = f.bid_writer()
    f.admission(window.lots.get(lot__number=1).lot, f.provider_of(ana), state="removed")
    assert start(window, ana).entries.count() == 1


def test_a_lot_entered_later_takes_the_common_part_with_it(window):
    made = f.application(window)
    f.fill(f.entry_of(made))
    assert made.common is not None
    second = applications.enter_lots(
        application=made, lots=[window.lots.get(lot__number=2)], actor=f.writer_of(made), now=f.NOW
    )[0]
    wraps = Wrap.objects.filter(round=second.submission.round)
    assert wraps.filter(blob__in=[version.blob for version in made.common.versions.all()]).count() == 2


def test_a_lot_is_entered_once(window):
    made = f.application(window)
    with pytest.raises(Refused, match="already in this application"):
        applications.enter_lots(
            application=made, lots=[window.lots.get(lot__number=1)], actor=f.writer_of(made), now=f.NOW
        )
    assert made.entries.count() == 1


def test_a_colleague_works_in_the_same_application(window):
    made = f.application(window)
    ben = people.person(made.organisation, "provider_editor")
    f.fill(f.entry_of(made), by=ben)
    applications.submit(entry=f.entry_of(made), actor=ben, now=f.NOW)
    assert f.entry_of(made).state == "submitted"


def test_another_provider_can_neither_write_nor_submit_nor_withdraw(window):
    entry, stranger = f.submitted(window), f.bid_writer()
    submission = entry.submission
    with pytest.raises(Denied):
        applications.save_answers(
            application=entry.application,
            submission=submission,
            values={"MS1": "Mine"},
            actor=stranger,
            now=f.NOW,
        )
    for verb in (applications.submit, applications.withdraw):
        with pytest.raises(Denied):
            verb(entry=entry, actor=stranger, now=f.NOW)


def test_submitting_moves_the_entry_and_tells_its_people(window):
    entry = f.submitted(window)
    assert entry.state == "submitted"
    message = Message.objects.get(kind="entry_received")
    assert message.recipient == f.writer_of(entry.application)
    assert message.veil == f.round_of(entry).reference
    assert "quokka" not in message.body


def test_at_the_deadlines_own_microsecond_it_is_in_time(window):
    entry = f.fill(f.entry_of(f.application(window)))
    package = applications.submit(entry=entry, actor=f.writer_of(entry.application), now=f.DEADLINE)
    assert package.received_at == f.DEADLINE


def test_one_microsecond_later_is_late_with_both_times_and_logged(window):
    entry = f.fill(f.entry_of(f.application(window)))
    with pytest.raises(Refused) as refusal:
        applications.submit(entry=entry, actor=f.writer_of(entry.application), now=f.DEADLINE + MICROSECOND)
    sentence = str(refusal.value)
    assert "12:00:00.000001 London time" in sentence
    assert "12:00:00.000000 London time" in sentence
    entry.refresh_from_db()
    assert (entry.state, entry.submission.packages.count()) == ("draft", 0)
    logged = AccessEntry.objects.get(outcome="refused")
    assert (logged.subject, logged.what) == (entry.reference, "late attempt")
    assert logged.veil == f.round_of(entry).reference


def test_the_dates_judge_and_not_the_label():
    dead_scheduler = f.window(state="scheduled")
    assert f.submitted(dead_scheduler).state == "submitted"
    late = f.window(deadline=f.NOW - timedelta(hours=1), state="open")
    with pytest.raises(Refused):
        start(late, f.bid_writer())


def test_drafts_are_not_written_after_the_deadline(window):
    made = f.application(window)
    entry = f.entry_of(made)
    with pytest.raises(Refused, match="after the deadline"):
        applications.save_answers(
            application=made,
            submission=entry.submission,
            values={"MS1": "Late"},
            actor=f.writer_of(made),
            now=f.DEADLINE + MICROSECOND,
        )
    assert not entry.submission.versions.exists()


def test_what_was_submitted_stands_until_it_is_replaced(window):
    entry = f.submitted(window)
    made, writer, first = entry.application, f.writer_of(entry.application), entry.submission.package
    applications.save_answers(
        application=made,
        submission=entry.submission,
        values={"MS1": "Better words"},
        actor=writer,
        now=f.NOW,
    )
    entry.refresh_from_db()
    assert (entry.state, entry.submission.package) == ("submitted", first)
    second = applications.submit(entry=entry, actor=writer, now=f.NOW + timedelta(hours=1))
    assert entry.submission.package == second
    assert Event.objects.filter(action="entry.submit").count() == 2


def test_a_withdrawn_entry_can_be_submitted_again_until_the_deadline(window):
    entry = f.submitted(window)
    writer = f.writer_of(entry.application)
    applications.withdraw(entry=entry, actor=writer, now=f.NOW)
    assert (entry.state, entry.submission.package) == ("withdrawn", None)
    assert Message.objects.filter(kind="entry_withdrawn").count() == 1
    applications.submit(entry=entry, actor=writer, now=f.DEADLINE)
    assert entry.state == "submitted"
    with pytest.raises(Refused, match="after the deadline"):
        applications.withdraw(entry=entry, actor=writer, now=f.DEADLINE + MICROSECOND)


def test_each_act_is_in_the_record_behind_the_veil(window):
    entry = f.submitted(window)
    applications.withdraw(entry=entry, actor=f.writer_of(entry.application), now=f.NOW)
    events = Event.objects.filter(chain__name=window.agreement.reference)
    rounds = set(window.lots.values_list("round__reference", flat=True))
    assert [event.action for event in events] == ["application.start", "entry.submit", "entry.withdraw"]
    assert all(event.veil in rounds for event in events)
    assert events[1].data["receipt"] == entry.submission.packages.get().receipt_digest


def test_an_unsubmitted_draft_lapses_once_requests_under_way_have_ended(window):
    entry = f.entry_of(f.application(window))
    system = System("providers sweep")
    with pytest.raises(Refused, match="may still be under way"):
        applications.lapse(entry=entry, actor=system, now=f.DEADLINE + timedelta(seconds=30))
    applications.lapse(entry=entry, actor=system, now=f.AFTER)
    assert entry.state == "lapsed"
    assert Message.objects.filter(kind="entry_lapsed").count() == 1


def test_only_the_portal_sets_drafts_aside(window):
    entry = f.entry_of(f.application(window))
    with pytest.raises(Denied):
        applications.lapse(entry=entry, actor=f.writer_of(entry.application), now=f.AFTER)


def test_the_same_sent_twice_has_one_receipt_and_what_changed_another():
    entry = f.submitted()
    writer = f.writer_of(entry.application)
    first = entry.submission.package
    told = Message.objects.count()
    again = applications.submit(entry=f.entry_of(entry.application), actor=writer, now=f.NOW)
    assert again == first
    assert Message.objects.count() == told
    common = entry.application.common
    applications.save_answers(
        application=entry.application, submission=common, values={"ORG": "Anew."}, actor=writer, now=f.NOW
    )
    other = applications.submit(entry=f.entry_of(entry.application), actor=writer, now=f.NOW)
    assert other.number == 2


@pytest.mark.parametrize("state", ["opened", "admitted", "not_admitted", "lapsed"])
def test_a_decided_or_opened_entry_takes_no_more_steps_of_its_writers(window, state):
    entry = f.submitted(window)
    Entry.objects.filter(pk=entry.pk).update(state=state)
    for verb in (applications.submit, applications.withdraw):
        with pytest.raises(Refused, match="cannot be done now"):
            verb(entry=entry, actor=f.writer_of(entry.application), now=f.NOW)


def test_what_is_missing_is_known_without_reading_anything(window):
    made = f.application(window)
    entry = f.entry_of(made)
    f.fill(entry)
    applications.save_answers(
        application=made, submission=entry.submission, values={"MS2": ""}, actor=f.writer_of(made), now=f.NOW
    )
    assert [item.code for item in queries.missing(entry.submission)] == ["MS2"]
    assert not AccessEntry.objects.exists()
