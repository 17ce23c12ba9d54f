"""An entry: the deadline to the microsecond, submitting, withdrawing, and setting aside."""

from datetime import timedelta

import pytest

from commissioning.audit.models import AccessEntry, Event
from commissioning.people.actors import System
from commissioning.policies import Denied
from commissioning.records.models import Message
from commissioning.workflow import Refused
from providers.models import Entry
from providers.services import application_answers, entries
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db

MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def window():
    return f.window()


def test_a_colleague_works_in_the_same_application(window):
    made = f.application(window)
    ben = people.person(made.organisation, "provider_editor")
    f.fill(f.entry_of(made), by=ben)
    entries.submit(entry=f.entry_of(made), actor=ben, now=f.NOW)
    assert f.entry_of(made).state == "submitted"


def test_another_provider_can_neither_write_nor_submit_nor_withdraw(window):
    entry, stranger = f.submitted(window), f.bid_writer()
    submission = entry.submission
    with pytest.raises(Denied):
        application_answers.save_answers(
            application=entry.application,
            submission=submission,
            values={"MS1": "Mine"},
            actor=stranger,
            now=f.NOW,
        )
    for verb in (entries.submit, entries.withdraw):
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
    package = entries.submit(entry=entry, actor=f.writer_of(entry.application), now=f.DEADLINE)
    assert package.received_at == f.DEADLINE


def test_one_microsecond_later_is_late_with_both_times_and_logged(window):
    entry = f.fill(f.entry_of(f.application(window)))
    with pytest.raises(Refused) as refusal:
        entries.submit(entry=entry, actor=f.writer_of(entry.application), now=f.DEADLINE + MICROSECOND)
    sentence = str(refusal.value)
    assert "12:00:00.000001 London time" in sentence
    assert "12:00:00.000000 London time" in sentence
    entry.refresh_from_db()
    assert (entry.state, entry.submission.packages.count()) == ("draft", 0)
    logged = AccessEntry.objects.get(outcome="refused")
    assert (logged.subject, logged.what) == (entry.reference, "late attempt")
    assert logged.veil == f.round_of(entry).reference


def test_what_was_submitted_stands_until_it_is_replaced(window):
    entry = f.submitted(window)
    made, writer, first = entry.application, f.writer_of(entry.application), entry.submission.package
    application_answers.save_answers(
        application=made,
        submission=entry.submission,
        values={"MS1": "Better words"},
        actor=writer,
        now=f.NOW,
    )
    entry.refresh_from_db()
    assert (entry.state, entry.submission.package) == ("submitted", first)
    second = entries.submit(entry=entry, actor=writer, now=f.NOW + timedelta(hours=1))
    assert entry.submission.package == second
    assert Event.objects.filter(action="entry.submit").count() == 2


def test_a_withdrawn_entry_can_be_submitted_again_until_the_deadline(window):
    entry = f.submitted(window)
    writer = f.writer_of(entry.application)
    entries.withdraw(entry=entry, actor=writer, now=f.NOW)
    assert (entry.state, entry.submission.package) == ("withdrawn", None)
    assert Message.objects.filter(kind="entry_withdrawn").count() == 1
    entries.submit(entry=entry, actor=writer, now=f.DEADLINE)
    assert entry.state == "submitted"
    with pytest.raises(Refused, match="after the deadline"):
        entries.withdraw(entry=entry, actor=writer, now=f.DEADLINE + MICROSECOND)


def test_each_act_is_in_the_record_behind_the_veil(window):
    entry = f.submitted(window)
    entries.withdraw(entry=entry, actor=f.writer_of(entry.application), now=f.NOW)
    events = Event.objects.filter(chain__name=window.agreement.reference)
    rounds = set(window.lots.values_list("round__reference", flat=True))
    assert [event.action for event in events] == ["application.start", "entry.submit", "entry.withdraw"]
    assert all(event.veil in rounds for event in events)
    assert events[1].data["receipt"] == entry.submission.packages.get().receipt_digest


def test_an_unsubmitted_draft_lapses_once_requests_under_way_have_ended(window):
    entry = f.entry_of(f.application(window))
    system = System("providers sweep")
    with pytest.raises(Refused, match="may still be under way"):
        entries.lapse(entry=entry, actor=system, now=f.DEADLINE + timedelta(seconds=30))
    entries.lapse(entry=entry, actor=system, now=f.AFTER)
    assert entry.state == "lapsed"
    assert Message.objects.filter(kind="entry_lapsed").count() == 1


def test_only_the_portal_sets_drafts_aside(window):
    entry = f.entry_of(f.application(window))
    with pytest.raises(Denied):
        entries.lapse(entry=entry, actor=f.writer_of(entry.application), now=f.AFTER)


def test_the_same_sent_twice_has_one_receipt_and_what_changed_another():
    entry = f.submitted()
    writer = f.writer_of(entry.application)
    first = entry.submission.package
    told = Message.objects.count()
    again = entries.submit(entry=f.entry_of(entry.application), actor=writer, now=f.NOW)
    assert again == first
    assert Message.objects.count() == told
    common = entry.application.common
    application_answers.save_answers(
        application=entry.application, submission=common, values={"ORG": "Anew."}, actor=writer, now=f.NOW
    )
    other = entries.submit(entry=f.entry_of(entry.application), actor=writer, now=f.NOW)
    assert other.number == 2


@pytest.mark.parametrize("state", ["opened", "admitted", "not_admitted", "lapsed"])
def test_a_decided_or_opened_entry_takes_no_more_steps_of_its_writers(window, state):
    entry = f.submitted(window)
    Entry.objects.filter(pk=entry.pk).update(state=state)
    for verb in (entries.submit, entries.withdraw):
        with pytest.raises(Refused, match="cannot be done now"):
            verb(entry=entry, actor=f.writer_of(entry.application), now=f.NOW)
