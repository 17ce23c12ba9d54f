"""What is submitted is what its submitter was shown: judged under the lock, with who saved what when."""

from datetime import timedelta

import pytest

from providers.models import Package
from providers.queries import shown
from providers.queries.shown import Shown
from providers.services import application_answers, entries, submissions
from providers.services.shown import UNMATCHED, NotAsShown
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def entry():
    made = f.application(by=f.bid_writer(name="Ana Writer"))
    return f.fill(f.entry_of(made))


@pytest.fixture
def ben(entry):
    return people.person(entry.application.organisation, "provider_editor", name="Ben Editor")


def seen(entry):
    """Return the mark of what stands now, as a page carries it and gives it back."""
    parts = [entry.submission, entry.application.common]
    mark = shown.now(parts, entry.application.organisation.details_at(f.DEADLINE), of=entry.reference)
    assert Shown.read(mark.text) == mark
    return mark


def submit(entry, mark):
    actor = f.writer_of(entry.application)
    return entries.submit(entry=f.entry_of(entry.application), actor=actor, now=f.NOW, seen=mark)


def save(entry, actor, submission, text="Changed behind the back", code="MS1"):
    application_answers.save_answers(
        application=entry.application,
        submission=submission,
        values={code: text},
        actor=actor,
        now=f.NOW + SECOND,
    )


def test_what_was_shown_goes_in(entry):
    assert submit(entry, seen(entry)).number == 1


def test_what_a_colleague_saved_meanwhile_is_shown_first(entry, ben):
    mark = seen(entry)
    save(entry, ben, entry.submission)
    with pytest.raises(NotAsShown) as refusal:
        submit(entry, mark)
    said = [reason.text for reason in refusal.value.reasons]
    assert said[0].startswith("Ben Editor saved “")
    assert "at 14:02:12 London time, after this page was shown to you." in said[0]
    assert said[-1].startswith("Nothing was submitted.")
    assert not Package.objects.exists()
    assert submit(entry, seen(entry)).number == 1


def test_a_file_put_in_or_taken_out_and_other_details_count_too(entry, ben):
    mark = seen(entry)
    given = {"rounds": [f.round_of(entry)], "actor": ben, "now": f.NOW + SECOND}
    file = submissions.add_file(submission=entry.submission, item="MS1", upload=f.pdf(), **given)
    with pytest.raises(NotAsShown, match="Ben Editor changed the files of"):
        submit(entry, mark)
    mark = seen(entry)
    submissions.remove_file(file=file, actor=ben, now=f.NOW + SECOND)
    with pytest.raises(NotAsShown, match="has been taken out since"):
        submit(entry, mark)
    mark = seen(entry)
    organisation = entry.application.organisation
    type(organisation).objects.filter(pk=organisation.pk).update(address="2 New Road")
    with pytest.raises(NotAsShown, match="details have been changed since: Address"):
        submit(entry, mark)


def test_what_a_colleague_submitted_or_withdrew_meanwhile_is_said_first(entry, ben):
    early = seen(entry)
    save(entry, ben, entry.submission)
    given = {"entry": f.entry_of(entry.application), "actor": ben}
    entries.submit(**given, now=f.NOW + SECOND)
    save(entry, ben, entry.submission, "Changed once more")
    with pytest.raises(NotAsShown) as refusal:
        submit(entry, early)
    said = [reason.text for reason in refusal.value.reasons]
    assert said[0] == "Ben Editor submitted this at 14:02:12 London time, after this page was shown to you."
    assert said[-1].startswith("Nothing was submitted.")
    shown_then = seen(entry)
    entries.withdraw(**given, now=f.NOW + 2 * SECOND)
    with pytest.raises(NotAsShown, match="Ben Editor withdrew this at 14:02:13 London time"):
        submit(entry, shown_then)
    assert Package.objects.count() == 1
    assert submit(entry, seen(entry)).number == 2


def test_what_was_submitted_on_the_page_itself_does_not_stop_the_next(entry, ben):
    submit(entry, seen(entry))
    save(entry, ben, entry.submission)
    assert submit(entry, seen(entry)).number == 2


def test_the_mark_of_another_lot_says_nothing_of_this_one(entry):
    other = f.application(by=f.bid_writer())
    mark = seen(f.fill(f.entry_of(other)))
    with pytest.raises(NotAsShown) as refusal:
        submit(entry, mark)
    assert [reason.text for reason in refusal.value.reasons] == [UNMATCHED]
    assert not Package.objects.exists()


def test_the_second_press_of_one_page_has_the_receipt_of_the_first(entry):
    mark = seen(entry)
    assert submit(entry, mark) == submit(entry, mark)


def cut(text):
    return text[:-1]


def altered(text):
    return f"x{text}"


@pytest.mark.parametrize("spoilt", [cut, altered, *("", "{", "7", "0/MS1=1", "[" * 5000)])
def test_a_spoilt_mark_names_no_moment_and_nothing_is_submitted(entry, spoilt):
    carried = spoilt if isinstance(spoilt, str) else spoilt(seen(entry).text)
    with pytest.raises(NotAsShown) as refusal:
        submit(entry, Shown.read(carried))
    assert [reason.text for reason in refusal.value.reasons] == [UNMATCHED]
    assert not Package.objects.exists()


def test_the_mark_tells_of_no_row_of_others(entry):
    assert "0/MS1=1" in seen(entry).pieces


def test_it_costs_the_same_with_more_of_everything(entry, ben, django_assert_num_queries):
    given = {"rounds": [f.round_of(entry)], "actor": ben, "now": f.NOW}
    submissions.add_file(submission=entry.submission, item="MS1", upload=f.pdf("1.pdf"), **given)
    seen(entry)
    with django_assert_num_queries(5):
        few = seen(entry)
    submissions.add_file(submission=entry.submission, item="MS1", upload=f.pdf("2.pdf"), **given)
    submissions.add_file(submission=entry.submission, item="MS2", upload=f.pdf("3.pdf"), **given)
    with django_assert_num_queries(5):
        assert len(seen(entry).pieces) == len(few.pieces) + 2
