"""Questions about a window that was cancelled or has closed: nothing waits, and nothing says that it does."""

from datetime import timedelta

import pytest
from django.urls import reverse

from commissioning.people.roles import Role
from commissioning.records.models import Message
from commissioning.workflow import Refused
from lots.models import WindowQuestion
from lots.services import questions, windows
from tests.factories import NOW, client_for, person, provider
from tests.lots import factories
from tests.lots.test_views_questions import TYPED, asked, link_of, published
from tests.pages import get, post

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
WAITS = ("Waiting for an answer", "waits for an answer", "You are told by e-mail")


@pytest.fixture
def setting(time_machine):
    time_machine.move_to(NOW, tick=False)
    return factories.agreement()


@pytest.fixture
def window(setting):
    return factories.window(setting)


@pytest.fixture
def url(window):
    return window.get_absolute_url()


@pytest.fixture
def writer():
    return person(provider("Cam Sight"), Role.PROVIDER_EDITOR)


def cancel(setting, window):
    windows.cancel(window=window, reason="No money.", actor=setting.lead, now=NOW)


class TestInACancelledWindow:
    def test_the_lead_reads_that_nothing_waits_and_is_offered_no_act(self, setting, window, url, writer):
        one = asked(window, writer)
        cancel(setting, window)
        page = get(setting.lead, f"{url}questions/")
        assert "Left without an answer" in page
        assert one.question in page
        assert "Whoever asked was told why, and waits for no answer." in page
        assert "Waiting for an answer" not in page
        for act in ("answer", "decline"):
            assert reverse(f"window-question-{act}", args=[window.reference, one.reference]) not in page

    def test_nobody_is_written_to_a_second_time(self, setting, window, url, writer):
        one = asked(window, writer)
        cancel(setting, window)
        told = Message.objects.count()
        with pytest.raises(Refused, match="Whoever asked was told why"):
            questions.decline(question=one, reason="It ended.", actor=setting.lead, now=NOW)
        page = f"{url}questions/{one.reference}/decline/"
        post(setting.lead, page, 422, reason="It ended.")
        one.refresh_from_db()
        assert one.state == "asked"
        assert Message.objects.count() == told

    @pytest.mark.parametrize("act", ["answer", "decline", "correct"])
    def test_the_page_of_an_act_promises_no_later_day(self, setting, window, url, writer, act):
        one, other = asked(window, writer), asked(window, writer, "And by post?")
        number = published(setting, window, other).answer.number
        cancel(setting, window)
        path = f"answers/{number}/correct/" if act == "correct" else f"questions/{one.reference}/{act}/"
        page = get(setting.lead, f"{url}{path}")
        assert "Whoever asked was told why, and waits for no answer." in page
        assert "This cannot be done<" in page

    def test_whoever_asked_reads_that_it_is_not_answered(self, setting, window, url, writer):
        asked(window, writer)
        assert "Waiting for an answer" in get(writer, url)
        cancel(setting, window)
        page = get(writer, url)
        assert "Not answered" in page
        assert "Waiting for an answer" not in page

    def test_the_page_of_withdrawing_says_the_same(self, setting, window, url, writer):
        one = asked(window, writer)
        cancel(setting, window)
        page = get(writer, f"{url}questions/{one.reference}/withdraw/")
        assert "Not answered" in page
        assert "Waiting for an answer" not in page

    def test_so_does_whoever_asked_by_e_mail(self, setting, window, url):
        post(None, f"{url}ask/by-email/", **TYPED)
        link = link_of("window_question_confirm")
        client_for().post(link)
        assert all(words in client_for().get(link).content.decode() for words in WAITS)
        cancel(setting, window)
        page = client_for().get(link).content.decode()
        assert "It was sent, and was not answered. This window was cancelled on" in page
        assert not [words for words in WAITS if words in page]
        client_for().post(link, {"step": "withdraw"})
        assert WindowQuestion.objects.get().state == "withdrawn"
        page = client_for().get(link).content.decode()
        assert "You withdrew it." in page
        assert "ask another one" not in page

    def test_a_question_that_was_not_confirmed_cannot_be_sent(self, setting, window, url):
        post(None, f"{url}ask/by-email/", **TYPED)
        link = link_of("window_question_confirm")
        cancel(setting, window)
        page = client_for().get(link).content.decode()
        assert "This window was cancelled on" in page
        assert "This cannot be done<" in page


class TestAfterTheDeadline:
    @pytest.fixture(autouse=True)
    def _asked_before(self, window, writer, time_machine):
        self.one = asked(window, writer)
        self.after = window.deadline + timedelta(minutes=1)
        time_machine.move_to(self.after, tick=False)

    def test_nothing_waits_and_whoever_asked_can_still_be_told_why(self, setting, window, url):
        page = get(setting.lead, f"{url}questions/")
        assert "Left without an answer" in page
        assert "Waiting for an answer" not in page
        assert reverse("window-question-answer", args=[window.reference, self.one.reference]) not in page
        assert f"{url}questions/{self.one.reference}/decline/" in page
        post(setting.lead, f"{url}questions/{self.one.reference}/decline/", reason="It came too late.")
        assert Message.objects.filter(kind="window_question_declined").count() == 1

    def test_whoever_asked_reads_that_it_is_not_answered(self, url, writer):
        page = get(writer, url)
        assert "Not answered" in page
        assert "Waiting for an answer" not in page


def test_while_questions_are_answered_they_wait(setting, window, url, writer):
    asked(window, writer)
    page = get(setting.lead, f"{url}questions/")
    assert "Waiting for an answer" in page
    assert "Left without an answer" not in page


def test_where_nothing_was_asked_nothing_is_said_to_wait_or_to_come(setting, window, url):
    cancel(setting, window)
    page = get(setting.lead, f"{url}questions/")
    assert "No question was left without an answer." in page
    assert "No answer was published." in page
    assert "You are told by e-mail" not in page


def test_what_was_declined_is_not_called_answered(setting, window, url, writer, time_machine):
    one = asked(window, writer)
    questions.decline(question=one, reason="It is in the guide.", actor=setting.lead, now=NOW)
    time_machine.move_to(window.deadline + MINUTE, tick=False)
    page = get(setting.lead, f"{url}questions/")
    assert "No other question was left." in page
    assert "without an answer." not in page


def test_whoever_only_looks_has_sent_nothing_and_a_moved_deadline_opens_it_again(
    setting, window, url, writer, time_machine
):
    time_machine.move_to(window.questions_close_at + MINUTE, tick=False)
    for page in (get(writer, f"{url}ask/"), get(None, f"{url}ask/by-email/")):
        assert "Questions closed on" in page
        assert "this reached the portal" not in page
    assert "This cannot be done yet" in get(writer, f"{url}ask/")
    assert "this reached the portal on" in post(writer, f"{url}ask/", 422, question="Too late?")
    time_machine.move_to(window.deadline + MINUTE, tick=False)
    assert "This cannot be done<" in get(writer, f"{url}ask/")
