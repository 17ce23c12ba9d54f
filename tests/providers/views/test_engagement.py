"""Answering, correcting and publishing notices as the lead does it in the browser."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from commissioning.records.models import Message
from lots.models import AgreementNotice, WindowQuestion
from tests import factories as people
from tests.pages import get, post
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(f.NOW)


@pytest.fixture
def window():
    return f.window(questions_close_at=f.DEADLINE - timedelta(days=1))


@pytest.fixture
def lead(window):
    return f.lead_of(window.agreement)


def answer_url(question):
    return reverse("window-question-answer", args=[question.window.reference, question.reference])


def test_an_answer_starts_from_the_question_and_is_told_to_groups_not_numbers(window, lead):
    f.application(window)
    question = f.asked(window, question="How many lots?")
    page = get(lead, answer_url(question))
    assert page.count("How many lots?") == 2
    told = re.sub(r"<[^>]+>", " ", page[page.index("Who is told") :].split("</ul>")[0])
    assert "Everybody who has started an application" in told
    assert not re.search(r"\d", told)
    to = post(lead, answer_url(question), published_question="How many lots?", answer="Any number.")
    assert to == reverse("window-questions", args=[window.reference])
    assert Message.objects.filter(kind="window_answer").count() == 2


def test_others_that_ask_the_same_are_answered_with_it(window, lead):
    first, second = (f.asked(window, question=text) for text in ("A lot?", "Two lots?"))
    f.asked(window, question="Cover?")
    page = get(lead, answer_url(first))
    assert "Two lots?" in page
    post(lead, answer_url(first), published_question="Q?", answer="A.", together=[second.reference])
    states = dict(WindowQuestion.objects.values_list("question", "state"))
    assert states == {"A lot?": "answered", "Two lots?": "answered", "Cover?": "asked"}


def test_a_wording_that_names_the_asker_is_refused_with_what_was_typed(window, lead):
    writer = f.bid_writer(people.provider("Cam Sight"))
    question = f.asked(window, by=writer)
    page = post(lead, answer_url(question), 422, published_question="Q?", answer="Cam Sight may.")
    assert "Take out what names a provider or a person: Cam Sight" in page
    assert "Cam Sight may." in page


def test_what_is_answered_is_not_answered_again(window, lead):
    f.answered(window)
    question = WindowQuestion.objects.get()
    assert "cannot be done now" in get(lead, answer_url(question))


def test_a_correction_starts_from_what_stands_and_wants_a_reason(window, lead):
    f.answered(window)
    url = reverse("window-answer-correct", args=[window.reference, 1])
    assert "No, once." in get(lead, url)
    assert "Enter what is corrected" in post(
        lead, url, 422, published_question="Q?", answer="Yes.", reason=""
    )
    post(lead, url, published_question="Q?", answer="Yes.", reason="A slip.")
    assert "A slip." in get(None, window.get_absolute_url())
    get(lead, reverse("window-answer-correct", args=[window.reference, 9]), 404)


def test_a_notice_is_published_with_an_event_and_its_foot_names_groups(window, lead):
    url = reverse("notice-new", args=[window.agreement.reference])
    assert "Whoever follows the agreement, by e-mail; who that is, and how many, is shown to nobody." in get(
        lead, url
    )
    typed = {"title": "Meet us", "text": "Come.", "place": "Town Hall"}
    assert "Say where" not in post(lead, url, 422, **typed)
    to = post(
        lead,
        url,
        **typed,
        event_at_day="1",
        event_at_month="2",
        event_at_year="2027",
        event_at_time="10:00",
    )
    assert to == AgreementNotice.objects.get().get_absolute_url()
    assert "Monday 1 February 2027, 10:00" in get(None, to)


def test_the_support_contact_stands_beside_the_deadline_wherever_a_provider_writes(window):
    entry = f.fill(f.entry_of(f.application(window)))
    application = entry.application
    writer, reference = f.writer_of(application), application.reference
    for url in (
        application.get_absolute_url(),
        reverse("entry-question", args=[reference, 1, "MS1"]),
        reverse("entry-standards", args=[reference, 1]),
        reverse("entry-submit", args=[reference, 1]),
    ):
        assert get(writer, url).count(window.agreement.support_hours) == 1, url
    other = f.bid_writer()
    for url in (reverse("applications"), reverse("application-start", args=[window.reference])):
        assert get(other, url).count(window.agreement.support_hours) == 1, url
