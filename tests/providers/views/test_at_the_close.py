"""Saying what is sent at the close, and what the task list and the receipt say of it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from lots.models import Agreement
from providers import queries, tasks
from providers.models import StandingInstruction
from providers.services import application_answers, entries, standing
from tests import factories as people
from tests.pages import press
from tests.providers import factories as f

pytestmark = pytest.mark.django_db

SETTLED = f.DEADLINE + timedelta(minutes=3)


@pytest.fixture
def at(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return lambda moment: time_machine.move_to(moment, tick=False)


@pytest.fixture
def application(at):
    made = f.application(by=f.bid_writer(name="Ana Writer"), numbers=(1, 2))
    f.fill(f.entry_of(made))
    return made


@pytest.fixture
def client(application):
    return people.client_for(f.writer_of(application))


def at_close(application):
    return reverse("application-at-close", args=[application.reference])


def text(response):
    return response.content.decode()


def test_it_is_given_and_taken_back_with_who_and_when(client, application):
    page = text(client.get(at_close(application)))
    assert "would go in by itself at the close" in page
    assert "would not go in: 4 answers and 2 declarations missing" in page
    client.post(at_close(application), {"now": "no"})
    page = text(client.get(application.get_absolute_url()))
    assert "Ana Writer asked on Thursday 14 January 2027, 14:02:11 London time" in page
    assert "would go in by itself at the close" in page
    client.post(at_close(application), {"now": "yes"})
    assert StandingInstruction.objects.get().cleared_by == f.writer_of(application)
    page = text(client.get(application.get_absolute_url()))
    assert "Nothing goes in unless you submit it." in page
    assert "would not go in: complete, but not submitted" in page


def test_two_colleagues_who_both_ask_for_it_do_not_take_it_back(client, application):
    for _ in range(2):
        assert client.post(at_close(application), {"now": "no"}).status_code == 302
    assert StandingInstruction.objects.get().cleared_at is None


def test_a_lot_sent_by_itself_is_no_more_on_the_list_of_what_is_to_do(client, application):
    ana = f.writer_of(application)
    client.post(at_close(application), {"now": "no"})
    (task,) = queries.worklist(ana, f.NOW)
    assert task.what.startswith("Finish and submit Lot 2 of")


def test_a_withdrawn_or_changed_lot_is_told_from_one_that_goes_in_by_itself(client, application):
    ana, entry = f.writer_of(application), f.entry_of(application)
    entries.submit(entry=entry, actor=ana, now=f.NOW)
    standing.instruct(application=application, actor=ana, now=f.NOW)
    application_answers.save_answers(
        application=application,
        submission=entry.submission,
        values={"MS1": "Changed"},
        actor=ana,
        now=f.NOW,
    )
    page = text(client.get(application.get_absolute_url()))
    assert "would go in as you submitted it, without your changes since then" in page
    withdraw = reverse("entry-withdraw", args=[application.reference, 1])
    assert "A lot that you withdraw is not" in text(client.get(withdraw))
    client.post(withdraw)
    page = text(client.get(application.get_absolute_url()))
    assert "would not go in: it was withdrawn" in page


def test_after_the_close_the_page_and_the_receipt_show_both_times(application, at):
    standing.instruct(application=application, actor=f.writer_of(application), now=f.NOW)
    tasks.sweep(now=SETTLED)
    at(f.AFTER)
    client = people.client_for(f.writer_of(application))
    page = text(client.get(application.get_absolute_url()))
    assert "went in by itself at the close. Last saved Thursday 14 January 2027, 14:02:11" in page
    unsent = "It was not complete at the close, so it was not sent by itself"
    assert f"{unsent}: 4 answers and 2 declarations missing." in page
    receipt = text(client.get(reverse("entry-receipt", args=[application.reference, 1, 1])))
    assert "last saved on Thursday 14 January 2027, 14:02:11.000000 London time" in receipt
    assert "fixed by the portal on Wednesday 20 January 2027, 12:03:00.000000 London time" in receipt
    assert client.post(at_close(application), {"now": "yes"}).status_code == 422
    assert StandingInstruction.objects.get().cleared_at is None


def test_a_broken_lot_leaves_the_pages_of_the_others_whole(client, application):
    ana = f.writer_of(application)
    f.fill(f.entry_of(application, 2))
    f.entry_of(application, 2).submission.versions.get(item="MS1").blob.wraps.all().delete()
    assert client.get(application.get_absolute_url()).status_code == 200
    submit = reverse("entry-submit", args=[application.reference, 1])
    assert client.get(submit).status_code == 200
    assert press(client, submit).status_code == 302
    assert f.entry_of(application).state == "submitted"
    entries.withdraw(entry=f.entry_of(application), actor=ana, now=f.NOW)
    assert f.entry_of(application).state == "withdrawn"


class TestWhereWhoeverSubmitsConfirmsIt:
    """An agreement may ask for the password in the moment of submitting (rulebook R22-i)."""

    @pytest.fixture(autouse=True)
    def _asks(self, application, client):
        Agreement.objects.update(signature="proved_again")
        people.prove(client, ago=timedelta(minutes=11))

    def test_submitting_asks_and_then_submits(self, application, client):
        url = reverse("entry-submit", args=[application.reference, 1])
        shown = text(client.get(url))
        assert "leave time for this before the deadline" in shown
        assert "in the last 10 minutes" in shown
        assert "Confirm that it is you" in text(press(client, url))
        assert f.entry_of(application).state == "draft"
        assert press(client, url, prove_password=people.PASSWORD).status_code == 302
        assert f.entry_of(application).state == "submitted"

    def test_the_pages_take_the_minutes_from_the_setting(self, application, client, settings):
        settings.PROOF_LASTS = timedelta(minutes=7)
        url = reverse("entry-submit", args=[application.reference, 1])
        assert "in the last 7 minutes" in text(client.get(url))

    def test_so_does_the_standing_instruction_and_taking_it_back_does_not(self, application, client):
        assert "in the last 10 minutes" in text(client.get(at_close(application)))
        assert "Confirm that it is you" in text(client.post(at_close(application), {"now": "no"}))
        assert not StandingInstruction.objects.exists()
        client.post(at_close(application), {"now": "no", "prove_password": people.PASSWORD})
        assert StandingInstruction.objects.exists()
        assert "once more" not in text(client.get(at_close(application)))
        people.prove(client, ago=timedelta(minutes=11))
        assert client.post(at_close(application), {"now": "yes"}).status_code == 302

    def test_where_nothing_is_asked_a_proof_of_long_ago_is_enough(self, application, client):
        Agreement.objects.update(signature="signed_in")
        url = reverse("entry-submit", args=[application.reference, 1])
        for page in (url, at_close(application)):
            assert "confirm that it is you" not in text(client.get(page))
        assert press(client, url).status_code == 302
