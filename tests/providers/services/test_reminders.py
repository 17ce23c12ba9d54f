"""Reminders before a deadline: to whom, of what exactly, once, and behind the veil."""

from datetime import timedelta

import pytest

from commissioning.audit.models import Event
from commissioning.people.actors import System
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records import queries as records
from commissioning.records import sealing
from commissioning.records.models import Message
from commissioning.workflow import Refused
from providers import tasks
from providers.models import Application, Reminder
from providers.services import application_answers, applications, entries, openings, reminders, standing
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db

WEEK, TWO_DAYS, DAY = (f.DEADLINE - timedelta(hours=hours) for hours in (168, 48, 24))
EARLY = f.OPENS + timedelta(days=1)
SWEEP = System("test sweep")


@pytest.fixture
def window():
    return f.window()


def sent():
    return list(Message.objects.filter(kind="application_reminder").order_by("pk"))


def sweep(now):
    before = len(sent())
    tasks.sweep(now=now)
    return sent()[before:]


def test_what_is_missing_is_named_lot_by_lot(window):
    application = f.application(window, numbers=(1, 2, 3), now=EARLY)
    f.fill(f.entry_of(application, 2), now=EARLY)
    application_answers.save_answers(
        application=application,
        submission=f.entry_of(application, 1).submission,
        values={"MS1": "Begun", "INS": applications.submissions.Declared(is_met=True)},
        actor=f.writer_of(application),
        now=EARLY,
    )
    (message,) = sweep(WEEK)
    first, second, third = (line for line in message.body.splitlines() if line.startswith("* "))
    assert first == (
        "* Lot 1: Lot title 1: not submitted; missing: Insurance; Safeguarding policy; Method statement 2; "
        "Method statement 3; Social value"
    )
    assert second == "* Lot 2: Lot title 2: complete, but not submitted"
    assert "Method statement 1; Method statement 2" in third
    assert message.recipient == f.writer_of(application)
    assert "closes in 7 days" in message.subject
    assert f"/applications/{application.reference}/" in message.body


def test_a_complete_lot_that_goes_in_by_itself_at_the_close_is_not_asked_for(window):
    application = f.application(window, numbers=(1, 2), now=EARLY)
    f.fill(f.entry_of(application, 2), now=EARLY)
    standing.instruct(application=application, actor=f.writer_of(application), now=EARLY)
    (message,) = sweep(WEEK)
    (line,) = (line for line in message.body.splitlines() if line.startswith("* "))
    assert line.startswith("* Lot 1: Lot title 1: not submitted; missing")


def test_what_is_asked_once_for_all_lots_is_named_as_such(window):
    f.application(window, now=EARLY)
    (message,) = sweep(WEEK)
    assert "Your organisation (asked once for all lots)" in message.body


def test_a_lot_changed_after_it_was_submitted_is_told_and_an_unchanged_one_is_not(window):
    f.submitted(window, now=EARLY)
    changed = f.submitted(window, now=EARLY)
    application_answers.save_answers(
        application=changed.application,
        submission=changed.submission,
        values={"MS1": ""},
        actor=f.writer_of(changed.application),
        now=EARLY,
    )
    (message,) = sweep(WEEK)
    assert message.organisation == changed.application.organisation
    assert "changed since it was submitted, and what you submitted stands" in message.body
    assert "missing in the draft: Method statement 1" in message.body


def test_a_lot_that_was_withdrawn_is_told_as_such(window):
    entry = f.submitted(window, now=EARLY)
    entries.withdraw(entry=entry, actor=f.writer_of(entry.application), now=EARLY)
    (message,) = sweep(WEEK)
    assert "you withdrew it and have not submitted it again" in message.body


def test_everybody_who_writes_for_the_provider_is_told_and_nobody_else(window):
    application = f.application(window, now=EARLY)
    ben = people.person(application.organisation, Role.PROVIDER_EDITOR)
    people.person(application.organisation)
    f.bid_writer()
    assert {message.recipient for message in sweep(WEEK)} == {f.writer_of(application), ben}


def test_each_is_sent_once_however_often_the_sweep_runs(window):
    f.application(window, now=EARLY)
    assert not sweep(WEEK - timedelta(microseconds=1))
    for at in (WEEK, TWO_DAYS, DAY):
        assert len(sweep(at)) == 1
        assert not sweep(at)
        assert not sweep(at + timedelta(hours=5))
    assert not sweep(f.DEADLINE)
    assert not sweep(f.AFTER)
    assert [row.hours_before for row in Reminder.objects.all()] == [168, 48, 24]


def test_a_late_sweep_sends_the_newest_alone(window):
    f.application(window, now=EARLY)
    (message,) = sweep(DAY + timedelta(hours=3))
    assert "closes tomorrow" in message.subject
    assert Reminder.objects.get().hours_before == 24
    assert not sweep(DAY + timedelta(hours=4))


def test_who_starts_after_a_reminders_time_waits_for_the_next(window):
    f.application(window, now=f.NOW)
    assert not sweep(f.NOW + timedelta(hours=1))
    assert len(sweep(TWO_DAYS)) == 1


def test_what_is_changed_later_is_not_reminded_of_at_once(window):
    entry = f.submitted(window, now=EARLY)
    assert not sweep(WEEK)
    application_answers.save_answers(
        application=entry.application,
        submission=entry.submission,
        values={"MS1": "Better"},
        actor=f.writer_of(entry.application),
        now=f.NOW,
    )
    assert not sweep(f.NOW)
    assert len(sweep(TWO_DAYS)) == 1


def test_an_extension_re_arms_what_lies_ahead_again(window):
    f.application(window, now=EARLY)
    assert len(sweep(TWO_DAYS)) == 1
    later = f.DEADLINE + timedelta(days=2)
    moved_at = TWO_DAYS + timedelta(hours=2)
    lead = f.lead_of(window.agreement)
    openings.extend(window=window, new_deadline=later, reason="Fairness.", actor=lead, now=moved_at)
    assert not sweep(moved_at)
    assert not sweep(DAY)
    assert len(sweep(later - timedelta(hours=48))) == 1
    assert len(sweep(later - timedelta(hours=24))) == 1


def test_nothing_is_opened_to_remind(window, monkeypatch):
    f.submitted(window, now=EARLY)
    f.application(window, now=EARLY)

    def read(**_):
        raise AssertionError("a reminder opened something")

    for name in ("read_as_provider", "read_all_as_provider"):
        monkeypatch.setattr(sealing, name, read)
    assert len(sweep(WEEK)) == 1


def test_nobody_at_the_authority_learns_of_it_then_or_later(window):
    application = f.application(window, now=EARLY)
    lead = f.lead_of(window.agreement)
    (message,) = sweep(WEEK)
    assert message.veil
    chains = [window.agreement.reference]
    assert not records.messages_visible_to(lead, chains).filter(pk=message.pk).exists()
    event = Event.objects.get(action="application.remind")
    assert event.veil == f.round_of(f.entry_of(application)).reference
    window.lots.first().round.__class__.objects.update(opened_at=f.AFTER)
    assert not records.messages_visible_to(lead, chains).filter(pk=message.pk).exists()
    assert records.messages_visible_to(f.writer_of(application), ()).filter(pk=message.pk).exists()


def test_only_the_portal_reminds_and_only_when_one_is_due(window):
    application = f.application(window, now=EARLY)
    with pytest.raises(Denied):
        reminders.remind(application=application, actor=f.lead_of(window.agreement), now=WEEK)
    with pytest.raises(Refused):
        reminders.remind(application=application, actor=SWEEP, now=EARLY)
    reminders.remind(application=Application.objects.get(), actor=SWEEP, now=WEEK)
    with pytest.raises(Refused):
        reminders.remind(application=application, actor=SWEEP, now=WEEK)
