"""Whoever writes an answer or a question is told to put no data of people who use services in it (F5)."""

import pytest
from django.urls import reverse

from tests import factories as people
from tests.calloffs import factories as calloffs
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
TOLD = "from which somebody who uses services could be recognised"


def told(user, url):
    response = people.client_for(user).get(url)
    assert response.status_code == 200, url
    return TOLD in response.content.decode()


def test_beside_each_answer_and_upload_of_an_application(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    made = f.application(by=f.bid_writer(), numbers=(1,))
    writer = f.writer_of(made)
    assert told(writer, reverse("entry-question", args=[made.reference, 1, "MS1"]))
    assert told(writer, reverse("entry-standards", args=[made.reference, 1]))


def test_beside_each_question_about_a_window_with_an_account_or_without(time_machine):
    time_machine.move_to(f.OPENS, tick=False)
    window = f.window(questions_close_at=f.BEFORE)
    assert told(f.bid_writer(), reverse("window-ask", args=[window.reference]))
    assert told(None, reverse("window-ask-by-email", args=[window.reference]))


def test_beside_each_answer_and_question_of_a_bid(time_machine):
    time_machine.move_to(calloffs.NOW, tick=False)
    ground = calloffs.ground()
    competition = calloffs.published(ground)
    writer = ground.writers[0]
    calloffs.started(competition, writer)
    assert told(writer, reverse("bid-question", args=[competition.reference, "MS1"]))
    assert told(writer, reverse("bid-ask", args=[competition.reference]))
