"""Send what is complete at the close: given, taken back, settled once, and one lot never sinks another."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commissioning.audit.models import AccessEntry, Event
from commissioning.people.actors import System
from commissioning.policies import Denied
from commissioning.records import receipts, sealing, store
from commissioning.records.models import Message, SealedBlob, Wrap
from commissioning.workflow import Refused
from providers import tasks
from providers.models import Package
from providers.queries import details, evaluation
from providers.queries import submissions as queries
from providers.services import (
    application_answers,
    application_files,
    applications,
    entries,
    openings,
    packages,
    standing,
)
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db

MICROSECOND = timedelta(microseconds=1)
SETTLED = f.DEADLINE + timedelta(minutes=3)


@pytest.fixture
def window():
    return f.window()


@pytest.fixture
def lead(window):
    return f.lead_of(window.agreement)


def instructed(window, *, fill=(1,), lots=(1, 2), now=f.NOW):
    """An application for two lots of which one is complete, to be sent at the close."""
    made = f.application(window, numbers=lots)
    for number in fill:
        f.fill(f.entry_of(made, number))
    standing.instruct(application=made, actor=f.writer_of(made), now=now)
    return made


def write(of, number, now, **values):
    application_answers.save_answers(
        application=of,
        submission=f.entry_of(of, number).submission,
        values=values,
        actor=f.writer_of(of),
        now=now,
    )


def states(of):
    return [entry.state for entry in of.entries.order_by("pk")]


def packages_of(of, number=1):
    return list(Package.objects.filter(submission=f.entry_of(of, number).submission))


def receipt_of(of, number=1):
    (package,) = packages_of(of, number)
    return packages.read_receipt(package=package, actor=f.writer_of(of), now=f.AFTER)


def test_who_gave_it_and_who_took_it_back_and_when_is_kept(window):
    made = f.application(window)
    ana, ben = f.writer_of(made), people.person(made.organisation, "provider_editor")
    given_one = standing.instruct(application=made, actor=ana, now=f.NOW)
    assert standing.instruct(application=made, actor=ben, now=f.NOW) == given_one
    standing.clear(application=made, actor=ben, now=f.NOW + timedelta(hours=1))
    given_one.refresh_from_db()
    assert (given_one.given_by, given_one.cleared_by) == (ana, ben)
    with pytest.raises(Refused, match="no instruction"):
        standing.clear(application=made, actor=ben, now=f.NOW)
    events = Event.objects.filter(action__startswith="application.", subject=made.reference).order_by("pk")
    assert [event.action for event in events][-2:] == [
        "application.instruct",
        "application.clear_instruction",
    ]
    assert {event.veil for event in events} == {f.round_of(f.entry_of(made)).reference}


def test_nobody_else_gives_it_and_nobody_after_the_deadline(window, lead):
    made = f.application(window)
    for stranger in (f.bid_writer(), lead):
        with pytest.raises(Denied):
            standing.instruct(application=made, actor=stranger, now=f.NOW)
    standing.instruct(application=made, actor=f.writer_of(made), now=f.DEADLINE)
    for verb in (standing.instruct, standing.clear):
        with pytest.raises(Refused, match="after the deadline"):
            verb(application=made, actor=f.writer_of(made), now=f.DEADLINE + MICROSECOND)


def test_what_is_complete_goes_in_once_and_what_is_not_lapses_with_its_reason(window):
    made = instructed(window)
    for _ in range(3):
        tasks.sweep(now=SETTLED)
    assert states(made) == ["submitted", "lapsed"]
    (package,) = packages_of(made)
    assert (package.received_at, package.fixed_at) == (f.NOW, SETTLED)
    assert package.submitted_by == f.writer_of(made)
    told = {message.kind: message for message in Message.objects.filter(kind__startswith="entry_")}
    assert set(told) == {"entry_sent_at_close", "entry_lapsed"}
    assert "* Method statement 1" in told["entry_lapsed"].body
    assert "14:02:11.000000" in told["entry_sent_at_close"].body
    assert {message.veil for message in told.values()} == {
        f.round_of(entry).reference for entry in made.entries.all()
    }


def test_without_the_instruction_a_complete_draft_is_set_aside_as_ever(window):
    made = f.application(window)
    f.fill(f.entry_of(made))
    standing.instruct(application=made, actor=f.writer_of(made), now=f.NOW)
    standing.clear(application=made, actor=f.writer_of(made), now=f.NOW)
    tasks.sweep(now=SETTLED)
    assert states(made) == ["lapsed"]
    assert "had asked" not in Message.objects.get(kind="entry_lapsed").body


def test_nothing_is_sent_before_late_requests_have_ended(window):
    made = instructed(window)
    for now in (f.NOW, f.DEADLINE, SETTLED - MICROSECOND):
        tasks.sweep(now=now)
        with pytest.raises(Refused):
            standing.settle(entry=f.entry_of(made), actor=standing.CLOSE, now=now)
    assert states(made) == ["draft", "draft"]


def test_only_the_portal_settles(window, lead):
    made = instructed(window)
    for who in (f.writer_of(made), lead, people.person(is_staff=True)):
        with pytest.raises(Denied):
            standing.settle(entry=f.entry_of(made), actor=who, now=SETTLED)
    assert states(made) == ["draft", "draft"]


def test_the_receipt_shows_both_times_and_proves_what_was_saved(window):
    made = instructed(window)
    upload = f.pdf("Zebra plan.pdf")
    application_files.add_file(
        application=made,
        submission=f.entry_of(made).submission,
        item="MS1",
        upload=upload,
        actor=f.writer_of(made),
        now=f.NOW + timedelta(hours=1),
    )
    tasks.sweep(now=SETTLED)
    receipt = receipt_of(made)
    moments = receipts.standing_moments(receipt.data)
    assert moments == {"given_at": f.NOW, "saved_at": f.NOW + timedelta(hours=1), "fixed_at": SETTLED}
    verified = receipts.verify_receipt(receipt.data)
    assert verified.received_at == f.NOW + timedelta(hours=1)
    (line,) = verified.lines_that_hold(b"Marmalade MS1 quokka")
    assert (line.label, line.words) == ("MS1 Method statement 1", 3)
    upload.seek(0)
    (file,) = verified.lines_that_hold(upload.read())
    assert (file.kind, file.name) == ("file", "file 1")
    parts = (made.common, f.entry_of(made, 1).submission)
    package = parts[1].package
    exact = [details.as_sealed(package.details).encode()] + [
        queries.read_exact(package=package, submission=part, code=code, actor=f.writer_of(made), now=f.NOW)
        for part in parts
        for code in package.answers.filter(submission=part).values_list("item", flat=True)
    ]
    proved = {line.sha256 for content in exact for line in verified.lines_that_hold(content)}
    assert proved == {line.sha256 for line in verified.lines if line.kind == "answer"}
    by_hand = f.submitted(window, number=3).submission.package
    expected = packages.read_receipt(package=by_hand, actor=by_hand.submitted_by, now=f.NOW).data
    assert len(receipt.data["lines"]) == len(expected["lines"]) + 1
    assert "Fixed" not in receipts.as_page(receipts.Receipt(expected))
    assert "was fixed by the portal on" in receipts.as_page(receipt)


def test_a_lot_submitted_by_hand_and_changed_since_stands_as_it_was_submitted(window):
    made = instructed(window, fill=(1, 2))
    ana = f.writer_of(made)
    entries.submit(entry=f.entry_of(made), actor=ana, now=f.NOW)
    write(made, 1, f.NOW, MS1="Half a sent")
    entries.submit(entry=f.entry_of(made, 2), actor=ana, now=f.NOW)
    entries.withdraw(entry=f.entry_of(made, 2), actor=ana, now=f.NOW)
    tasks.sweep(now=SETTLED)
    assert states(made) == ["submitted", "withdrawn"]
    (package,) = packages_of(made)
    assert package.fixed_at is None
    own = queries.read_package(package=package, submission=package.submission, actor=ana, now=f.AFTER)
    assert "Marmalade MS1 quokka" in {one.value for one in own}


def test_an_opening_without_any_sweep_includes_what_was_to_be_sent(window, lead):
    made = instructed(window)
    untouched = f.fill(f.entry_of(f.application(window)))
    found = openings.open_entries(window=window, actor=lead, now=f.AFTER)
    assert [row.entries for row in found] == [1, 0, 0]
    assert states(made) == ["opened", "lapsed"]
    opened = evaluation.read_for_evaluation(f.entry_of(made).submission, reader=lead, now=f.AFTER)
    assert opened.item("MS1").text == "Marmalade MS1 quokka"
    assert opened.common
    tasks.sweep(now=f.AFTER)
    untouched.refresh_from_db()
    assert untouched.state == "lapsed"


def test_an_opening_that_is_refused_settles_nothing(window, lead):
    made = instructed(window)
    with pytest.raises(Denied):
        openings.open_entries(window=window, actor=f.writer_of(made), now=f.AFTER)
    with pytest.raises(Refused):
        openings.open_entries(window=window, actor=lead, now=f.DEADLINE + timedelta(minutes=1))
    assert states(made) == ["draft", "draft"]


def test_if_one_cannot_be_settled_nothing_is_opened_without_it(window, lead, monkeypatch):
    made = instructed(window)

    def broken(**given):
        raise OSError("disk")

    monkeypatch.setattr(packages, "fix_at_close", broken)
    with pytest.raises(OSError, match="disk"):
        openings.open_entries(window=window, actor=lead, now=f.AFTER)
    tasks.sweep(now=f.AFTER)
    assert states(made) == ["draft", "lapsed"]
    monkeypatch.undo()
    openings.open_entries(window=window, actor=lead, now=f.AFTER)
    assert states(made) == ["opened", "lapsed"]


def test_it_stands_though_its_giver_has_left_and_the_deadline_moved(window, lead):
    made = instructed(window)
    later = f.DEADLINE + timedelta(days=7)
    openings.extend(window=window, new_deadline=later, reason="Fairness.", actor=lead, now=f.NOW)
    people.person(made.organisation, "provider_admin")
    f.writer_of(made).memberships.update(left_at=f.NOW)
    tasks.sweep(now=f.AFTER)
    assert states(made) == ["draft", "draft"]
    tasks.sweep(now=later + timedelta(minutes=3))
    assert states(made) == ["submitted", "lapsed"]


def test_the_portal_takes_fingerprints_and_reads_nothing(window):
    made = instructed(window)
    tasks.sweep(now=SETTLED)
    taken = AccessEntry.objects.get(what="fingerprints for its receipt")
    assert (taken.subject, taken.veil) == (
        f.entry_of(made).reference,
        f.round_of(f.entry_of(made)).reference,
    )
    blob = f.entry_of(made).submission.versions.first().blob
    for who in (f.writer_of(made), f.lead_of(window.agreement)):
        with pytest.raises(sealing.StillSealed):
            sealing.fingerprints_at_close(blobs=[blob], actor=who, now=f.AFTER, subject=f.entry_of(made))
    with pytest.raises(sealing.StillSealed):
        sealing.read_as_provider(blob=blob, actor=System("close"), now=f.AFTER)


# ---------------------------------------------------------------- one lot never sinks another


def damage(of, number, item="MS1"):
    blob = f.entry_of(of, number).submission.versions.get(item=item).blob
    broken = bytes(blob.ciphertext)[:-1] + b"\0"
    SealedBlob.objects.filter(pk=blob.pk).update(ciphertext=broken)
    return blob


def test_a_damaged_piece_of_one_lot_leaves_the_other_lots_whole_and_is_named(window, lead):
    made = instructed(window, fill=(1, 2))
    blob = damage(made, 2)
    tasks.sweep(now=SETTLED)
    assert states(made) == ["submitted", "submitted"]
    damaged = receipts.verify_receipt(receipt_of(made, 2).data)
    assert blob.digest in {line.sha256 for line in damaged.lines if not line.salt}
    assert all(line.salt for line in receipts.verify_receipt(receipt_of(made, 1).data).lines)
    found = openings.open_entries(window=window, actor=lead, now=f.AFTER)
    assert [(row.entries, row.damaged) for row in found] == [(1, 0), (1, 1), (0, 0)]
    whole = evaluation.read_for_evaluation(f.entry_of(made, 1).submission, reader=lead, now=f.AFTER)
    assert whole.item("MS1").text == "Marmalade MS1 quokka"


def test_a_file_gone_from_the_store_in_one_lot_leaves_the_other_lots_whole(window, lead):
    made = instructed(window, fill=(1, 2))
    ana = f.writer_of(made)
    file = application_files.add_file(
        application=made,
        submission=f.entry_of(made, 2).submission,
        item="MS1",
        upload=f.pdf(),
        actor=ana,
        now=f.NOW,
    )
    store.remove(file.blob.path)
    by_hand = entries.submit(entry=f.entry_of(made, 1), actor=ana, now=f.NOW)
    tasks.sweep(now=SETTLED)
    assert states(made) == ["submitted", "submitted"]
    assert packages_of(made) == [by_hand]
    found = openings.open_entries(window=window, actor=lead, now=f.AFTER)
    assert [(row.entries, row.damaged) for row in found] == [(1, 0), (1, 1), (0, 0)]


def test_a_key_that_was_never_wrapped_to_a_lots_round_stops_no_other_lot(window, lead):
    made = instructed(window, fill=(1, 2))
    blob = f.entry_of(made, 2).submission.versions.get(item="MS1").blob
    Wrap.objects.filter(blob=blob).delete()
    tasks.sweep(now=SETTLED)
    assert states(made) == ["submitted", "submitted"]
    found = openings.open_entries(window=window, actor=lead, now=f.AFTER)
    assert [(row.entries, row.damaged) for row in found] == [(1, 0), (1, 1), (0, 0)]


def test_incomplete_withdrawn_and_changed_lots_leave_the_others_entry_receipt_and_opening_whole(window, lead):
    made = f.application(window, numbers=(1, 2, 3))
    ana = f.writer_of(made)
    for number in (1, 2):
        f.fill(f.entry_of(made, number))
        entries.submit(entry=f.entry_of(made, number), actor=ana, now=f.NOW)
    before = receipt_of(made).data
    write(made, 3, f.NOW, MS1="The answer meant for Lot 1")
    entries.withdraw(entry=f.entry_of(made, 2), actor=ana, now=f.NOW)
    tasks.sweep(now=SETTLED)
    assert states(made) == ["submitted", "withdrawn", "lapsed"]
    assert receipt_of(made).data == before
    found = openings.open_entries(window=window, actor=lead, now=f.AFTER)
    assert [(row.entries, row.damaged) for row in found] == [(1, 0), (0, 0), (0, 0)]
    assert [row.pk for row in evaluation.submitted_to(f.round_of(f.entry_of(made)))] == [
        f.entry_of(made).submission_id
    ]


# ---------------------------------------------------------------- at the deadline


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    saves=st.lists(st.integers(-4, 3), min_size=1, max_size=5).map(sorted),
    sweeps=st.lists(st.integers(-2, 3600), max_size=4),
)
def test_whatever_the_sweep_does_the_last_version_in_time_goes_in_once(saves, sweeps):
    window = f.window(common=False)
    made = f.application(window)
    f.fill(f.entry_of(made))
    ana = f.writer_of(made)
    standing.instruct(application=made, actor=ana, now=f.NOW)
    expected = "Marmalade MS1 quokka"
    for number, offset in enumerate(saves):
        at = f.DEADLINE + offset * MICROSECOND
        text = f"Version {number} at {offset}"
        if offset <= 0:
            write(made, 1, at, MS1=text)
            expected = text
        else:
            with pytest.raises(Refused):
                write(made, 1, at, MS1=text)
    for seconds in sweeps:
        tasks.sweep(now=SETTLED + timedelta(seconds=seconds))
    openings.open_entries(window=window, actor=f.lead_of(window.agreement), now=SETTLED + timedelta(hours=2))
    (package,) = packages_of(made)
    own = queries.read_package(package=package, submission=package.submission, actor=ana, now=f.AFTER)
    assert {one.item.code: one.value for one in own}["MS1"] == expected
    assert package.received_at <= f.DEADLINE
    assert states(made) == ["opened"]


def test_a_row_saved_later_than_the_deadline_is_never_taken(window):
    """No save is taken after the deadline; were there such a row, it would still not go in."""
    made = instructed(window, lots=(1,))
    submission = f.entry_of(made).submission
    late = f.DEADLINE + MICROSECOND
    for values in ({"MS1": "Too late"}, {"MS2": ""}):
        packages_before = submission.versions.count()
        applications.submissions.save_answers(
            submission=submission,
            values=values,
            rounds=[f.round_of(submission)],
            actor=f.writer_of(made),
            now=late,
        )
        assert submission.versions.count() == packages_before + 1
    file = applications.submissions.add_file(
        submission=submission,
        item="MS1",
        upload=f.pdf(),
        rounds=[f.round_of(submission)],
        actor=f.writer_of(made),
        now=late,
    )
    tasks.sweep(now=SETTLED)
    (package,) = packages_of(made)
    assert package.received_at == f.NOW
    assert not package.answers.filter(saved_at__gt=f.DEADLINE).exists()
    assert not package.files.filter(pk=file.pk).exists()
