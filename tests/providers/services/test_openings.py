"""The deadline moved with everybody told, and the one recorded opening."""

from datetime import timedelta

import pytest

from commissioning.audit.models import AccessEntry, Event
from commissioning.policies import Denied
from commissioning.records import sealing
from commissioning.records.models import Message
from commissioning.workflow import Refused
from lots.models import Follower
from providers.queries import evaluation
from providers.services import application_answers, application_files, applications, entries, openings
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db

LATER = f.DEADLINE + timedelta(days=7)


@pytest.fixture
def window():
    return f.window()


@pytest.fixture
def lead(window):
    return f.lead_of(window.agreement)


def test_everybody_who_started_is_told_that_the_deadline_moved(window, lead):
    made = f.application(window)
    ben = people.person(made.organisation, "provider_editor")
    gone = people.person(made.organisation, "provider_editor", is_active=False)
    f.submitted(window, number=2)
    openings.extend(window=window, new_deadline=LATER, reason="A portal outage.", actor=lead, now=f.NOW)
    told = Message.objects.filter(kind="deadline_moved")
    assert told.count() == 3
    assert {f.writer_of(made), ben} <= {message.recipient for message in told}
    assert gone not in {message.recipient for message in told}
    assert all(message.veil for message in told)
    assert all("A portal outage." in message.body for message in told)


def extend(window, lead):
    openings.extend(window=window, new_deadline=LATER, reason="A portal outage.", actor=lead, now=f.NOW)


def test_whoever_asked_or_follows_is_told_that_the_deadline_moved(window, lead):
    asker, gone = f.bid_writer(), f.bid_writer()
    f.asked(window, by=asker)
    f.asked(window, by=gone)
    gone.is_active = False
    gone.save()
    f.asked_by_email(window, "robin@newcomer.example")
    withdrawn, unconfirmed = f.asked(window), f.asked_by_email(window, "nobody@newcomer.example")
    withdrawn.state, unconfirmed.state = "withdrawn", "unconfirmed"
    withdrawn.save()
    unconfirmed.save()
    f.follower(window.agreement, "kim@follower.example")
    Follower.objects.create(
        agreement=window.agreement, email="unconfirmed@follower.example", asked_at=f.OPENS
    )
    extend(window, lead)
    told = Message.objects.all()
    assert {(row.kind, row.address) for row in told} == {
        ("window_extended", asker.email),
        ("window_extended", "robin@newcomer.example"),
        ("window_extended_follower", "kim@follower.example"),
    }
    assert window.veil
    assert {row.veil for row in told} == {window.veil}
    for row in told:
        assert "A portal outage." in row.body
        assert "New deadline: Wednesday 27 January 2027, 12:00 noon London time" in row.body


def test_nobody_is_told_twice_of_one_extension_and_again_of_the_next(window, lead):
    made = f.application(window)
    writer = f.writer_of(made)
    f.asked(window, by=writer)
    second = people.provider()
    people.member(writer, second, "provider_editor")
    applications.start(
        window=window, lots=list(window.lots.all()[:1]), organisation=second, actor=writer, now=f.NOW
    )
    f.asked_by_email(window, writer.email)
    f.follower(window.agreement, writer.email)
    extend(window, lead)
    assert [row.kind for row in Message.objects.filter(address=writer.email)] == ["deadline_moved"]
    openings.extend(
        window=window, new_deadline=LATER + timedelta(days=1), reason="Snow.", actor=lead, now=f.NOW
    )
    assert Message.objects.filter(address=writer.email).count() == 2


def test_after_the_extension_the_new_deadline_judges(window, lead):
    entry = f.fill(f.entry_of(f.application(window)))
    openings.extend(window=window, new_deadline=LATER, reason="Fairness.", actor=lead, now=f.NOW)
    entry = f.entry_of(entry.application)
    entries.submit(entry=entry, actor=f.writer_of(entry.application), now=LATER)
    assert entry.state == "submitted"


def test_a_refused_extension_tells_nobody(window, lead):
    f.application(window)
    with pytest.raises(Refused):
        openings.extend(window=window, new_deadline=LATER, reason="Late.", actor=lead, now=f.AFTER)
    assert not Message.objects.exists()


def test_nothing_opens_before_the_deadline_and_the_margin(window, lead):
    entry = f.submitted(window)
    for now in (f.NOW, f.DEADLINE, f.DEADLINE + timedelta(seconds=30)):
        with pytest.raises(Refused):
            openings.open_entries(window=window, actor=lead, now=now)
    entry.refresh_from_db()
    assert entry.state == "submitted"
    assert not window.lots.filter(round__opened_at__isnull=False).exists()


def test_only_the_lead_of_the_agreement_opens(window):
    f.submitted(window)
    for who in (f.bid_writer(), f.lead_of(f.agreement()), people.person(window.agreement.lead, "evaluator")):
        with pytest.raises(Denied):
            openings.open_entries(window=window, actor=who, now=f.AFTER)


def test_one_recorded_act_opens_what_was_submitted_and_nothing_else(window, lead):
    first, second = f.submitted(window), f.submitted(window, number=2)
    draft = f.fill(f.entry_of(f.application(window)))
    withdrawn = f.submitted(window)
    entries.withdraw(entry=withdrawn, actor=f.writer_of(withdrawn.application), now=f.NOW)
    found = openings.open_entries(window=window, actor=lead, now=f.AFTER)
    assert [(row.entries, row.damaged) for row in found] == [(1, 0), (1, 0), (0, 0)]
    states = {}
    for entry in (first, second, draft, withdrawn):
        entry.refresh_from_db()
        states[entry.pk] = entry.state
    assert list(states.values()) == ["opened", "opened", "draft", "withdrawn"]
    assert Event.objects.filter(action="window.unseal").count() == 1
    assert Event.objects.filter(action="entry.open").count() == 2
    with pytest.raises(Refused):
        openings.open_entries(window=window, actor=lead, now=f.AFTER)


def test_a_damaged_piece_is_found_and_stops_nobody_elses(window, lead):
    broken, whole = f.submitted(window), f.submitted(window)
    blob = broken.submission.versions.get(item="MS1").blob
    type(blob).objects.filter(pk=blob.pk).update(ciphertext=bytes(blob.ciphertext)[:-1] + b"\0")
    found = openings.open_entries(window=window, actor=lead, now=f.AFTER)
    assert (found[0].entries, found[0].damaged) == (2, 1)
    opened = evaluation.read_for_evaluation(whole.submission, reader=lead, now=f.AFTER)
    assert opened.item("MS1").text == "Marmalade MS1 quokka"


def test_evaluation_reads_nothing_before_the_opening_and_the_attempt_is_logged(window, lead):
    entry = f.submitted(window)
    assert evaluation.submitted_to(f.round_of(entry)) == []
    with pytest.raises(sealing.StillSealed):
        evaluation.read_for_evaluation(entry.submission, reader=lead, now=f.AFTER)
    assert AccessEntry.objects.filter(outcome="refused", subject=entry.reference).exists()


def test_after_the_opening_what_is_read_is_logged_and_texts_are_cut(window, lead):
    entry = f.fill(f.entry_of(f.application(window)))
    writer = f.writer_of(entry.application)
    application_answers.save_answers(
        application=entry.application,
        submission=entry.submission,
        values={"SV": "one two three four five six secret"},
        actor=writer,
        now=f.NOW,
    )
    application_files.add_file(
        application=entry.application,
        submission=entry.submission,
        item="MS1",
        upload=f.pdf("plan.pdf"),
        actor=writer,
        now=f.NOW,
    )
    entries.submit(entry=entry, actor=writer, now=f.NOW)
    openings.open_entries(window=window, actor=lead, now=f.AFTER)
    read = evaluation.read_for_evaluation(entry.submission, reader=lead, now=f.AFTER)
    assert (read.item("SV").text, read.item("SV").withheld) == ("one two three four five", 2)
    assert read.item("INS").is_met is True
    assert [opened.item.code for opened in read.common] == ["EXCL", "ORG"]
    assert read.item("MS1").files[0].name == "plan.pdf"
    logged = AccessEntry.objects.filter(outcome="read", subject=entry.reference)
    assert [row.what for row in logged] == ["INS, SAFE, MS1, MS2, MS3, SV", "EXCL, ORG"]
    _, body = evaluation.stream_opened_file(entry.submission, code="MS1", number=1, reader=lead, now=f.AFTER)
    assert b"walrus" in b"".join(body)
    only = evaluation.read_for_evaluation(
        entry.submission, reader=lead, now=f.AFTER, only={"MS1"}, with_common=False
    )
    assert [opened.item.code for opened in only.own] == ["MS1"]


def test_what_was_saved_after_submitting_is_never_read(window, lead):
    entry = f.submitted(window)
    application_answers.save_answers(
        application=entry.application,
        submission=entry.submission,
        values={"MS1": "Only a draft"},
        actor=f.writer_of(entry.application),
        now=f.NOW,
    )
    openings.open_entries(window=window, actor=lead, now=f.AFTER)
    read = evaluation.read_for_evaluation(entry.submission, reader=lead, now=f.AFTER)
    assert read.item("MS1").text == "Marmalade MS1 quokka"
