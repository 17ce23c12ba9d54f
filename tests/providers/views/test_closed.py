"""What a provider reads after the close: what is in, what of its draft is not, and what became of each."""

from datetime import timedelta

import pytest
from django.urls import reverse

from lots.models import Window
from providers import tasks
from providers.services import application_answers, entries, standing
from tests import factories as people
from tests.pages import get, post
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
SETTLED = f.DEADLINE + timedelta(minutes=3)


@pytest.fixture
def at(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return lambda moment: time_machine.move_to(moment, tick=False)


@pytest.fixture
def ana(at):
    return f.bid_writer(name="Ana Writer")


@pytest.fixture
def application(ana):
    made = f.application(by=ana, numbers=(1, 2))
    f.fill(f.entry_of(made))
    return made


def url(application, name="submit", *more):
    return reverse(f"entry-{name}", args=[application.reference, 1, *more])


def at_close(application):
    return reverse("application-at-close", args=[application.reference])


def save(application, actor, now=f.NOW, part=None, **values):
    part = part or f.entry_of(application).submission
    application_answers.save_answers(
        application=application, submission=part, values=values, actor=actor, now=now
    )


def submit(application, now=f.NOW):
    entry = f.entry_of(application)
    return entries.submit(entry=entry, actor=f.writer_of(application), now=now)


def withdraw(application, now=f.NOW):
    entries.withdraw(entry=f.entry_of(application), actor=f.writer_of(application), now=now)


class TestCheckAndSubmit:
    def test_says_what_is_in_and_what_of_the_draft_never_was(self, application, ana, at):
        submit(application)
        save(application, ana, f.NOW + SECOND, MS1="Second words")
        submit(application, f.NOW + 2 * SECOND)
        save(application, ana, f.NOW + 3 * SECOND, MS1="Third words")
        at(f.AFTER)
        page = get(ana, url(application))
        assert "Lot 1: what went in" in page
        assert "went in as you submitted it, without your changes since then. Received Thursday 14" in page
        assert "This is number 2 of the 2 received. It is what went in" in page
        not_in = page[page.index("What did not go in") : page.index("What happens next")]
        assert "the change does not count" in not_in
        assert url(application, "question", "MS1") in not_in
        assert url(application, "question", "MS2") not in page
        assert url(application, "sent", 2) in page
        assert url(application, "receipt", 2) in page
        assert "A panel evaluates it" in page

    def test_offers_nothing_to_change_or_send(self, application, ana, at):
        submit(application)
        save(application, ana, f.NOW + SECOND, MS1="Later words")
        at(f.AFTER)
        page = get(ana, url(application))
        for offer in ("<form", ">Change<", "Submit Lot 1", "submit again", "Later words"):
            assert offer not in page, offer
        late = post(ana, url(application), 422)
        assert "<form" not in late
        assert "12:10:00.000000 London time" in late

    def test_names_what_was_changed_in_the_common_part_for_this_lot(self, application, ana, at):
        submit(application)
        (asked, *_) = application_answers.submissions.items.of_scheme(application.common.scheme)
        declared = application_answers.submissions.Declared(is_met=True, text="With another insurer")
        save(application, ana, f.NOW + SECOND, part=application.common, **{asked.code: declared})
        at(f.AFTER)
        page = get(ana, url(application))
        assert asked.title in page[page.index("What did not go in") : page.index("What happens next")]

    def test_without_a_change_names_none(self, application, ana, at):
        submit(application)
        at(f.AFTER)
        assert "What did not go in" not in get(ana, url(application))

    def test_says_that_nothing_was_submitted_and_when_it_closed(self, application, ana, at):
        at(f.AFTER)
        page = get(ana, url(application))
        assert "Lot 1: what became of it" in page
        assert "Lot 1 did not go in. It was not submitted in time. What you wrote does not count" in page
        assert "The window closed on Wednesday 20 January 2027, 12:00 noon London time." in page
        assert "What happens next" not in page
        assert "<form" not in page

    def test_says_that_it_was_withdrawn_and_not_sent_again(self, application, ana, at):
        submit(application)
        withdraw(application)
        at(f.AFTER)
        page = get(ana, url(application))
        assert "did not go in. It was withdrawn, and not submitted again." in page
        assert "It was withdrawn on Thursday 14 January 2027, 14:02:11 London time by Ana Writer" in page
        assert url(application, "sent", 1) in page

    def test_says_in_the_minutes_before_the_fixing_that_it_goes_in(self, application, ana, at):
        standing.instruct(application=application, actor=ana, now=f.NOW)
        at(f.DEADLINE + SECOND)
        page = get(ana, url(application))
        assert "Lot 1 goes in by itself." in page
        assert "does not count" not in page

    def test_of_a_cancelled_window_says_no_more_than_that(self, application, ana):
        submit(application)
        Window.objects.update(state="cancelled")
        page = get(ana, url(application))
        assert "This window was cancelled on" in page
        assert "Lot 1: what became of it" in page
        assert "Lot 1 had been submitted. Received Thursday 14 January 2027" in page
        assert "What you sent is not opened." in page
        assert url(application, "sent", 1) in page
        for wrong in ("<form", "went in", "A panel evaluates it"):
            assert wrong not in page, wrong
        receipt = get(ana, url(application, "receipt", 1))
        assert "What you sent is not opened." in receipt
        assert "A panel evaluates it" not in receipt
        assert "The deadline was to be Wednesday 20 January 2027" in receipt

    def test_of_a_cancelled_window_says_who_withdrew_and_not_that_it_was_in(self, application, ana):
        submit(application)
        withdraw(application)
        Window.objects.update(state="cancelled")
        page = get(ana, url(application))
        assert "Lot 1 had been withdrawn." in page
        assert "It was withdrawn on Thursday 14 January 2027, 14:02:11 London time by Ana Writer" in page
        assert "Read what was withdrawn" in page
        assert "is not opened" not in page

    @pytest.mark.parametrize("name", ["submit", "withdraw", "question"])
    def test_nothing_of_a_cancelled_window_is_called_possible_later(self, application, ana, name):
        submit(application)
        Window.objects.update(state="cancelled")
        more = ["MS1"] if name == "question" else []
        for page in (get(ana, url(application, name, *more)), post(ana, url(application, name, *more), 422)):
            assert "This cannot be done" in page
            assert "cannot be done yet" not in page

    def test_the_details_of_a_cancelled_window_are_those_of_now(self, application, ana, at):
        Window.objects.update(state="cancelled")
        at(f.AFTER)
        page = get(ana, reverse("application-organisation", args=[application.reference]))
        assert "Nothing can be submitted here any more." in page


class TestAtTheClose:
    def test_says_what_an_instruction_that_stood_sent_and_what_not(self, application, ana, at):
        standing.instruct(application=application, actor=ana, now=f.NOW)
        tasks.sweep(now=SETTLED)
        at(f.AFTER)
        assert at_close(application) in get(ana, application.get_absolute_url())
        page = get(ana, at_close(application))
        assert "What happened at the close" in page
        assert "Ana Writer asked on Thursday 14 January 2027, 14:02:11 London time" in page
        assert "That stood at the close." in page
        assert "went in by itself at the close. Last saved Thursday 14 January 2027, 14:02:11" in page
        assert url(application, "sent", 1) in page
        assert "It was not complete at the close, so it was not sent by itself: 4 answers" in page
        for wrong in ("<form", "would", "closed now", "until the deadline"):
            assert wrong not in page, wrong

    def test_says_who_took_it_back_and_that_nothing_went_in_by_itself(self, application, ana, at):
        standing.instruct(application=application, actor=ana, now=f.NOW)
        ben = people.person(application.organisation, "provider_editor", name="Ben Editor")
        standing.clear(application=application, actor=ben, now=f.NOW + SECOND)
        tasks.sweep(now=SETTLED)
        at(f.AFTER)
        page = get(ana, at_close(application))
        assert "Ben Editor took that back on Thursday 14 January 2027, 14:02:12 London time" in page
        assert "did not go in. It was not submitted in time." in page

    def test_says_that_nobody_asked_for_it(self, application, ana, at):
        submit(application)
        at(f.AFTER)
        page = get(ana, at_close(application))
        assert "Nobody asked that what is complete goes in by itself" in page
        assert "went in. Received" in page

    def test_is_not_offered_to_a_rolling_entry(self, at):
        entry = f.rolling()
        writer, address = f.writer_of(entry.application), at_close(entry.application)
        page = get(writer, address)
        assert "An entry outside the windows has no close" in page
        assert "<form" not in page
        assert "cannot be done yet" not in page
        entries.submit(entry=entry, actor=writer, now=f.NOW)
        after = get(writer, address)
        for wrong in ("Nobody asked", "What came of it", "What happened at the close", "cannot be done yet"):
            assert wrong not in after, wrong

    def test_of_a_cancelled_window_lists_what_had_gone_in(self, application, ana):
        standing.instruct(application=application, actor=ana, now=f.NOW)
        Window.objects.update(state="cancelled")
        assert "Nothing stood as submitted, and nothing goes in any more." in get(ana, at_close(application))
        Window.objects.update(state="open")
        submit(application)
        Window.objects.update(state="cancelled")
        page = get(ana, at_close(application))
        assert "What had gone in" in page
        assert "had been submitted. Received Thursday 14 January 2027" in page
        assert url(application, "sent", 1) in page
        assert "nothing goes in any more" not in page


@pytest.mark.parametrize("before", [timedelta(0), timedelta(days=3)])
def test_whoever_is_late_is_told_of_a_window_that_opened_before_the_own_one_closed(
    application, ana, at, before
):
    given = {"opens_at": f.DEADLINE - before, "deadline": f.DEADLINE + timedelta(days=30)}
    f.window(application.window.agreement, common=False, **given)
    at(f.AFTER)
    page = get(ana, application.get_absolute_url())
    assert "Another window of this agreement" in page
    assert "is open now, until Friday 19 February 2027" in page


class TestWhatBecameOfASubmission:
    def test_the_one_that_stands_says_until_when(self, application, ana, at):
        submit(application)
        said = "This is number 1, the only one received. It stands until you submit again or withdraw it."
        page = get(ana, url(application, "sent", 1))
        assert said in page
        assert "Number 1, received Thursday 14 January 2027" in page
        at(f.AFTER)
        assert "It is what went in, and can no longer be changed" in get(ana, url(application, "sent", 1))

    @pytest.mark.parametrize("page", ["sent", "receipt"])
    def test_one_that_was_replaced_names_the_next_and_the_one_that_stands(self, application, ana, page):
        submit(application)
        for number in (1, 2):
            save(application, ana, f.NOW + number * SECOND, MS1=f"Words {number}")
            submit(application, f.NOW + number * SECOND)
        shown = get(ana, url(application, page, 1))
        assert "This is number 1 of the 3 received. It does not count:" in shown
        assert f'href="{url(application, page, 2)}">number 2</a>, received Thursday 14 January' in shown
        assert f'What stands is <a class="govuk-link" href="{url(application, page, 3)}">number 3' in shown
        second = get(ana, url(application, page, 2))
        assert "took its place" in second
        assert "What stands is" not in second

    @pytest.mark.parametrize("page", ["sent", "receipt"])
    def test_one_that_was_withdrawn_names_when_and_who(self, application, ana, page):
        submit(application)
        withdraw(application, f.NOW + SECOND)
        shown = get(ana, url(application, page, 1))
        assert "withdrawn on Thursday 14 January 2027, 14:02:12 London time by Ana Writer, so it" in shown
        assert "Nothing was submitted after that." in shown
        submit(application, f.NOW + 2 * SECOND)
        shown = get(ana, url(application, page, 1))
        assert f'href="{url(application, page, 2)}">Number 2</a> was submitted after that' in shown
        withdraw(application, f.NOW + 3 * SECOND)
        assert "Nothing stands now" in get(ana, url(application, page, 1))

    def test_the_receipt_of_an_old_one_leads_to_the_text_of_then(self, application, ana):
        submit(application)
        save(application, ana, f.NOW + SECOND, MS1="Second words")
        submit(application, f.NOW + SECOND)
        old, new = (get(ana, url(application, "receipt", number)) for number in (1, 2))
        assert "Read what you submitted then, number 1" in old
        assert "Read what you submitted</a>" in new
        crumbs = people.client_for(ana).get(url(application, "sent", 2)).content.decode()
        assert ">Receipt for Lot 1, number 2</a>" in crumbs


class TestARollingEntryThatIsIn:
    """It goes in once, and is closed by that: no page says that it could be sent again or withdrawn."""

    @pytest.fixture
    def entry(self, at):
        made = f.rolling()
        entries.submit(entry=made, actor=f.writer_of(made.application), now=f.NOW)
        return made

    @pytest.mark.parametrize("name", ["submit", "withdraw", "sent", "receipt", "standards"])
    def test_no_page_offers_what_cannot_be_done(self, entry, name):
        more = [1] if name in {"sent", "receipt"} else []
        page = get(f.writer_of(entry.application), url(entry.application, name, *more))
        for wrong in ("until you submit again", "withdraw it", "cannot be done yet", "the window closed"):
            assert wrong not in page, wrong

    def test_check_and_submit_says_that_it_is_in(self, entry):
        page = get(f.writer_of(entry.application), url(entry.application))
        assert "This is in" in page
        assert "It went in once, and can no longer be changed or withdrawn." in page
        assert "<form" not in page

    @pytest.mark.parametrize("name", ["submit", "receipt", "sent"])
    def test_one_that_was_cancelled_with_its_agreement_promises_no_panel(self, entry, name):
        Window.objects.update(state="cancelled")
        page = get(
            f.writer_of(entry.application), url(entry.application, name, *([] if name == "submit" else [1]))
        )
        for wrong in ("This is in", "A panel evaluates it", "stays sealed until", "It went in once"):
            assert wrong not in page, wrong
        if name != "sent":
            assert "What you sent is not opened." in page

    def test_the_organisations_details_are_those_of_the_submission(self, entry):
        address = reverse("application-organisation", args=[entry.application.reference])
        page = get(f.writer_of(entry.application), address)
        assert "This went in with your entry, as it stood when you submitted it." in page
        assert "window closed" not in page

    def test_one_that_is_being_written_is_not_told_to_submit_again(self, at):
        made = f.rolling()
        address = reverse("application-organisation", args=[made.application.reference])
        page = get(f.writer_of(made.application), address)
        assert "It goes in with your entry" in page
        assert "submit again" not in page

    def test_one_that_outlived_its_agreement_was_not_submitted(self, at):
        made = f.rolling()
        at(made.window_lot.window.deadline + SECOND)
        writer = f.writer_of(made.application)
        for page in (get(writer, url(made.application)), get(writer, made.application.get_absolute_url())):
            assert "this was not submitted" in page
            assert "This was received on" not in page
            assert "you may submit this at any time" not in page
