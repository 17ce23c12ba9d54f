"""Checking and submitting on the page: what was shown goes in, and each page says what went in."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from commissioning.people.models import Organisation
from commissioning.records.models import Message
from providers.models import Package
from providers.services import application_answers, application_files, entries
from tests import factories as people
from tests.pages import get, post
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def at(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return lambda moment: time_machine.move_to(moment, tick=False)


@pytest.fixture
def ana(at):
    return f.bid_writer(name="Ana Writer")


@pytest.fixture
def application(ana):
    made = f.application(by=ana, numbers=(1,))
    f.fill(f.entry_of(made))
    return made


@pytest.fixture
def ben(application):
    return people.person(application.organisation, "provider_editor", name="Ben Editor")


def url(application, name="submit", *more):
    return reverse(f"entry-{name}", args=[application.reference, 1, *more])


def hidden(page, name):
    return unescape(re.findall(rf'name="{name}" value="([^"]*)"', page)[0])


def save(application, actor, text, now=f.NOW):
    part = f.entry_of(application).submission
    given = {"application": application, "submission": part, "actor": actor, "now": now}
    application_answers.save_answers(values={"MS1": text}, **given)


def submit(application, now=f.NOW):
    return entries.submit(entry=f.entry_of(application), actor=f.writer_of(application), now=now)


def raw(user, address):
    return people.client_for(user).get(address).content.decode()


def test_a_colleagues_save_is_shown_before_anything_is_submitted(application, ana, ben):
    mark = hidden(raw(ana, url(application)), "seen")
    save(application, ben, "Changed behind the back")
    page = post(ana, url(application), 422, seen=mark)
    assert "Ben Editor saved “" in page
    assert "Changed behind the back" in page
    assert not Package.objects.exists()
    again = people.client_for(ana).post(url(application), {"seen": mark}).content.decode()
    post(ana, url(application), seen=hidden(again, "seen"))
    assert Package.objects.get().number == 1


@pytest.mark.parametrize("spoilt", [{}, {"seen": "not a mark"}])
def test_a_page_whose_mark_was_spoilt_is_drawn_anew_and_names_no_moment(application, ana, spoilt):
    page = post(ana, url(application), 422, **spoilt)
    assert "This page cannot be matched with what stands now, so nothing was submitted." in page
    assert "after this page was shown" not in page
    assert "taken out" not in page
    assert not Package.objects.exists()
    post(ana, url(application), seen=hidden(page, "seen"))
    assert Package.objects.get().number == 1


def test_a_page_open_while_a_colleague_submits_says_so_at_its_next_save(application, ana, ben):
    address, client = url(application, "question", "MS1"), people.client_for(ben)
    mark = hidden(raw(ben, address), "seen_sent")
    submit(application)
    typed = {"text": "Typed on", "version": 1, "seen_sent": mark}
    said = client.post(address, typed, headers={"X-Portal-Autosave": "1"}).json()
    assert said["told"].startswith("Ana Writer submitted this at 14:02 London time.")
    assert "What you save now is not in it" in said["told"]
    pressed = client.post(address, {**typed, "version": 2, "then": "stay"}, follow=True).content.decode()
    assert "Ana Writer submitted this at 14:02" in pressed
    fresh = {**typed, "text": "More", "version": 2, "seen_sent": hidden(raw(ben, address), "seen_sent")}
    assert "told" not in client.post(address, fresh, headers={"X-Portal-Autosave": "1"}).json()


def test_after_the_close_an_amendment_that_was_not_sent_is_marked(application, ana, at):
    submit(application)
    save(application, ana, "A later draft", f.NOW + SECOND)
    at(f.AFTER)
    page = get(ana, application.get_absolute_url())
    assert "went in as you submitted it, without your changes since then" in page
    assert "What is marked on this page as changed since did not go in." in page
    assert page.count("changed since: this did not go in") == 1
    assert url(application, "sent", 1) in page
    question = get(ana, url(application, "question", "MS1"))
    assert "What you read here was changed after you submitted: it did not go in." in question
    other = get(ana, url(application, "question", "MS2"))
    assert "This went in, received" in other
    assert "did not go in" not in other


def test_after_the_close_details_alone_that_changed_point_at_no_answer(application, ana, at):
    submit(application)
    at(f.NOW + SECOND)
    Organisation.objects.filter(pk=application.organisation_id).update(address="2 New Road")
    assert "You have changed this" not in get(ana, application.get_absolute_url())
    at(f.AFTER)
    page = get(ana, application.get_absolute_url())
    assert "What your organisation changed of its details since then did not go in: Address." in page
    assert "What is marked" not in page
    assert "changed since: this did not go in" not in page


def test_what_changed_in_the_common_part_alone_is_marked_where_the_lot_says_so(application, ana, at):
    submit(application)
    given = {"application": application, "submission": application.common, "actor": ana}
    application_answers.save_answers(values={"ORG": "Anew."}, now=f.NOW + SECOND, **given)
    Organisation.objects.filter(pk=application.organisation_id).update(address="2 New Road")
    assert "You have changed this since you submitted it." in get(ana, application.get_absolute_url())
    at(f.AFTER)
    page = get(ana, application.get_absolute_url())
    assert "What is marked on this page as changed since did not go in, nor did what your" in page
    assert page.index("changed since: this did not go in") < page.index("What is marked on this page")


def test_after_the_close_a_question_shows_its_files_and_versions_to_read(application, ana, at):
    application_files.add_file(
        application=application,
        submission=f.entry_of(application).submission,
        item="MS1",
        upload=f.pdf(),
        actor=ana,
        now=f.NOW,
    )
    at(f.AFTER)
    page = get(ana, url(application, "question", "MS1"))
    assert "policy.pdf" in page
    assert url(application, "versions", "MS1") in page
    assert "Save and remove" not in page
    assert "What you change here is a draft" not in page


def test_a_reader_is_told_since_when_it_is_closed_and_a_late_attempt_both_times(application, ana, at):
    submit(application)
    at(f.AFTER)
    for name in ("submit", "withdraw"):
        page = get(ana, url(application, name))
        assert "The window closed on Wednesday 20 January 2027, 12:00 noon London time." in page
        assert "This was received on" not in page
        assert "cannot be done yet" not in page
        assert "until you submit again or withdraw it" not in page
    late = post(ana, url(application), 422)
    assert "12:10:00.000000 London time" in late
    assert "12:00:00.000000 London time" in late


def test_the_receipts_of_one_lot_are_told_apart_everywhere(application, ana):
    submit(application)
    save(application, ana, "Better words")
    assert submit(application).number == 2
    first, second = (get(ana, url(application, "receipt", number)) for number in (1, 2))
    assert f"{application.reference}/1, number 2" in second
    assert "Receipt for Lot 1</h1>" in first
    assert f"{application.reference}/1, number 2" not in first
    kept = people.client_for(ana).get(url(application, "receipt-json", 2)).json()
    assert kept["number"] == 2
    told = Message.objects.filter(kind="entry_received").order_by("pk")
    assert "number" not in told.first().subject
    assert "(number 2)" in told.last().subject
    assert "It replaces the one before" in told.last().body


def test_a_lost_session_is_told_that_nothing_is_submitted_yet_and_the_deadline(application, ana, client):
    page = raw(ana, url(application))
    typed = {"seen": hidden(page, "seen"), "seen_deadline": hidden(page, "seen_deadline")}
    said = client.post(url(application), typed).content.decode()
    assert "Your lot is not submitted yet." in said
    assert "The deadline is Wednesday 20 January 2027, 12:00 noon London time" in said
    assert "What you typed</span>" not in said
    # SECURITY: nobody puts words on the page, and who is not signed in learns no deadline.
    forged = client.post(url(application), {"seen_deadline": "never"}).content.decode()
    assert "not submitted yet" in forged
    assert "The deadline is" not in forged


def test_a_page_of_withdrawing_takes_back_only_what_it_showed(application, ana, at):
    submit(application)
    shown = get(ana, url(application, "withdraw"))
    (number,) = re.findall(r'name="number" value="(\d+)"', shown)
    Package.objects.update(number=2)
    page = post(ana, url(application, "withdraw"), 422, number=number)
    assert "It was submitted anew" in page
    assert f.entry_of(application).state == "submitted"
    (number,) = re.findall(r'name="number" value="(\d+)"', page)
    assert post(ana, url(application, "withdraw"), number=number) == application.get_absolute_url()
    assert f.entry_of(application).state == "withdrawn"


def test_a_second_press_ends_where_the_first_did(application, ana):
    submit(application)
    assert post(ana, url(application, "withdraw")) == application.get_absolute_url()
    assert post(ana, url(application, "withdraw")) == application.get_absolute_url()
    window = f.window()
    start = reverse("application-start", args=[window.reference])
    first = post(ana, start, lots=["1", "2"])
    assert post(ana, start, lots=["1", "2"]) == first
    post(ana, start, 422, lots=["3"])


def test_what_was_saved_on_another_day_names_the_day(application, ana, at):
    assert 'data-autosave-last="14:02:11"' in raw(ana, url(application, "question", "MS1"))
    at(f.NOW + timedelta(days=2))
    page = raw(ana, url(application, "question", "MS1"))
    assert 'data-autosave-last="Thursday 14 January 2027, 14:02:11"' in page


def test_what_was_shown_as_the_newer_text_stays_in_the_history(application, ana, ben):
    address = url(application, "question", "MS1")
    drawn = 1
    by_itself = {"headers": {"X-Portal-Autosave": "1"}}
    client = people.client_for(ben)
    client.post(address, {"text": "Ben one", "version": drawn}, **by_itself)
    post(ana, address, 422, text="Ana’s own", version=drawn, then="stay")
    client.post(address, {"text": "Ben two", "version": 2}, **by_itself)
    client.post(address, {"text": "Ben three", "version": 3}, **by_itself)
    numbers = set(
        f.entry_of(application).submission.versions.filter(item="MS1").values_list("number", flat=True)
    )
    assert numbers == {1, 2, 4}
