"""Asking and answering in the browser, with an account and without."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning import clock
from commissioning.people.roles import Role
from commissioning.records.models import Message
from commissioning.records.services import outbox
from lots.models import Window, WindowQuestion
from lots.services import questions
from tests.factories import client_for, member, person, provider
from tests.lots import factories
from tests.pages import get, post

pytestmark = pytest.mark.django_db
TYPED = {
    "question": "May we apply twice?",
    "name": "Robin Newcomer",
    "email": "robin@newcomer.example",
    "organisation_name": "",
}


@pytest.fixture
def setting(live):
    return live[0]


@pytest.fixture
def window(setting):
    return Window.objects.get(agreement=setting.agreement)


@pytest.fixture
def url(window):
    return window.get_absolute_url()


@pytest.fixture
def writer():
    return person(provider("Cam Sight"), Role.PROVIDER_EDITOR)


def asked(window, writer, question="May we apply twice?"):
    organisation = writer.memberships.first().organisation
    return questions.ask(
        window=window, question=question, organisation=organisation, actor=writer, now=clock.now()
    )


def published(setting, window, asked_one, text="Yes."):
    return questions.answer(
        window=window,
        questions=[asked_one],
        published_question="May one apply twice?",
        text=text,
        public_names=(),
        actor=setting.lead,
        now=clock.now(),
    )


def link_of(kind):
    """Send the last message of a kind and return the path of the link in it."""
    message = Message.objects.filter(kind=kind).latest("pk")
    assert outbox.deliver(message.pk, now=message.queued_at)
    found = re.search(r"https?://[^/\s]+(/\S+\?link=\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


class TestTheWindowsPage:
    def test_shows_answers_the_cut_off_and_the_way_to_ask_to_anybody(self, setting, window, url, writer):
        published(setting, window, asked(window, writer), "Yes, twice.")
        page = get(None, url)
        assert "Yes, twice." in page
        assert "Questions close" in page
        assert f"{url}ask/by-email/" in page
        assert "Cam Sight" not in page
        assert f"{url}ask/" in get(writer, url)
        assert f"{url}ask/" not in get(setting.member, url)

    def test_shows_ones_own_questions_and_nobody_elses(self, window, url, writer):
        mine = asked(window, writer, "May we share a hall?")
        assert f"{url}questions/{mine.reference}/withdraw/" in get(writer, url)
        for other in (None, person(provider(), Role.PROVIDER_ADMIN)):
            assert "share a hall" not in get(other, url)

    def test_keeps_a_corrected_answer_to_be_read(self, setting, window, url, writer):
        made = published(setting, window, asked(window, writer), "Once only.")
        questions.correct(
            answer=made.answer,
            published_question="May one apply twice?",
            text="For two lots.",
            reason="A slip of ours.",
            public_names=(),
            actor=setting.lead,
            now=clock.now(),
        )
        page = get(None, url)
        for words in ("Once only.", "For two lots.", "A slip of ours.", "no longer in force"):
            assert words in page

    def test_costs_the_same_with_three_answers_as_with_one(self, setting, window, url, writer):
        client = client_for(writer)

        def cost():
            with CaptureQueriesContext(connection) as caught:
                client.get(url)
            return len(caught)

        published(setting, window, asked(window, writer))
        asked(window, writer)
        client.get(url)
        one = cost()
        for _ in range(2):
            published(setting, window, asked(window, writer))
            asked(window, writer)
        assert cost() == one

    def test_has_the_support_contact_beside_the_deadline(self, setting, url):
        page = get(None, url)
        head = page[: page.index("At a glance")]
        assert setting.agreement.support_contact in head
        assert setting.agreement.support_hours in head


class TestAskingWithAnAccount:
    def test_sends_the_question_and_comes_back(self, window, url, writer):
        assert post(writer, f"{url}ask/", question="May we?") == f"{url}#questions"
        assert WindowQuestion.objects.get().state == "asked"

    def test_who_writes_for_two_says_for_which(self, window, url, writer):
        second = provider("Other Works")
        member(writer, second, Role.PROVIDER_ADMIN)
        assert "For which organisation do you ask?" in get(writer, f"{url}ask/")
        post(writer, f"{url}ask/", question="May we?", organisation=second.reference)
        assert WindowQuestion.objects.get().organisation == second

    def test_what_names_the_asker_is_refused_with_the_text_kept(self, url, writer):
        page = post(writer, f"{url}ask/", 422, question="May Cam Sight apply?")
        assert "nobody is to learn who asked" in page
        assert "May Cam Sight apply?" in page

    def test_after_the_cut_off_the_page_says_so(self, window, url, writer):
        Window.objects.filter(pk=window.pk).update(questions_close_at=clock.now() - timedelta(minutes=1))
        assert "Questions closed on" in get(None, window.get_absolute_url())
        assert "reached the portal" not in get(None, window.get_absolute_url())
        assert "Questions closed on" in get(writer, f"{url}ask/")
        assert "Questions closed on" in get(None, f"{url}ask/by-email/")
        assert "Questions closed on" in post(None, f"{url}ask/by-email/", 422, **TYPED)

    def test_is_for_people_of_providers(self, setting, url):
        assert "ask about a window" in get(setting.lead, f"{url}ask/", 403)
        assert client_for().get(f"{url}ask/").status_code == 302

    def test_a_draft_takes_none(self):
        setting = factories.agreement(now=clock.now())
        draft = factories.window(setting, announced=False, now=clock.now())
        assert client_for().get(f"{draft.get_absolute_url()}ask/by-email/").status_code == 404


class TestAskingWithoutAnAccount:
    def test_the_answer_is_the_same_for_every_address(self, url, writer):
        answers = {
            post(None, f"{url}ask/by-email/", **{**TYPED, "email": email})
            for email in (writer.email, "new@x.example")
        }
        assert answers == {f"{url}ask/sent/"}
        assert "Check your e-mail" in client_for().get(f"{url}ask/sent/").content.decode()

    def test_opening_the_link_changes_nothing_and_its_button_sends(self, url):
        post(None, f"{url}ask/by-email/", **TYPED)
        link = link_of("window_question_confirm")
        assert "Send the question" in client_for().get(link).content.decode()
        assert WindowQuestion.objects.get().state == "unconfirmed"
        assert client_for().post(link).status_code == 302
        assert WindowQuestion.objects.get().state == "asked"

    def test_the_same_link_withdraws_it_and_a_second_press_does_not(self, url):
        post(None, f"{url}ask/by-email/", **TYPED)
        link = link_of("window_question_confirm")
        client_for().post(link)
        client_for().post(link)
        assert WindowQuestion.objects.get().state == "asked"
        assert "Withdraw the question" in client_for().get(link).content.decode()
        client_for().post(link, {"step": "withdraw"})
        assert WindowQuestion.objects.get().state == "withdrawn"
        assert "You withdrew it" in client_for().get(link).content.decode()

    def test_the_link_shows_what_became_of_it(self, setting, window, url):
        post(None, f"{url}ask/by-email/", **TYPED)
        link = link_of("window_question_confirm")
        client_for().post(link)
        questions.decline(
            question=WindowQuestion.objects.get(), reason="It is asked.", actor=setting.lead, now=clock.now()
        )
        assert "It is asked." in client_for().get(link).content.decode()

    def test_a_wrong_link_opens_nothing(self):
        assert client_for().get("/question/?link=QUE-1.abc.def").status_code == 410
        assert client_for().post("/question/").status_code == 410

    def test_what_is_missing_is_named_and_the_rest_kept(self, url):
        page = post(None, f"{url}ask/by-email/", 422, question="May we?", name="", email="no address")
        assert "Enter your name" in page
        assert "May we?" in page

    def test_who_is_signed_in_is_led_to_the_other_form(self, url, writer):
        assert client_for(writer).get(f"{url}ask/by-email/").url == f"{url}ask/"


class TestWithdrawing:
    def test_is_the_askers_and_a_404_to_others(self, setting, window, url, writer):
        mine = asked(window, writer)
        page = f"{url}questions/{mine.reference}/withdraw/"
        for other in (setting.lead, person(provider(), Role.PROVIDER_ADMIN)):
            assert client_for(other).get(page).status_code == 404
            assert client_for(other).post(page).status_code == 404
        assert post(writer, page) == f"{url}#questions"
        mine.refresh_from_db()
        assert mine.state == "withdrawn"


class TestThoseWhoAnswer:
    def test_see_what_waits_and_never_who_asked(self, setting, window, url, writer):
        one = asked(window, writer)
        page = get(setting.lead, f"{url}questions/")
        assert one.question in page
        for secret in ("Cam Sight", writer.name, writer.email):
            assert secret not in page
        assert f"{url}questions/{one.reference}/decline/" in page
        assert f"{url}questions/" in get(setting.lead, url)

    def test_decline_with_a_reason(self, setting, window, url, writer):
        one = asked(window, writer)
        page = f"{url}questions/{one.reference}/decline/"
        assert "Enter why it is not answered" in post(setting.lead, page, 422, reason="")
        assert post(setting.lead, page, reason="It is in the scheme.") == f"{url}questions/"
        assert "It is in the scheme." in get(setting.lead, f"{url}questions/")
        assert "cannot be done now" in get(setting.lead, page)

    def test_are_the_lead_authoritys_alone(self, setting, window, url, writer):
        one = asked(window, writer)
        for page in (f"{url}questions/", f"{url}questions/{one.reference}/decline/"):
            for other in (setting.member, writer, person(setting.partner, Role.LEAD)):
                assert client_for(other).get(page).status_code == 403
        unconfirmed = WindowQuestion.objects.create(
            window=window, question="Q", asked_at=clock.now(), state="unconfirmed", state_since=clock.now()
        )
        assert (
            client_for(setting.lead).get(f"{url}questions/{unconfirmed.reference}/decline/").status_code
            == 404
        )

    def test_cost_the_same_with_three_questions_as_with_one(self, setting, window, url, writer):
        client = client_for(setting.lead)

        def cost():
            with CaptureQueriesContext(connection) as caught:
                assert client.get(f"{url}questions/").status_code == 200
            return len(caught)

        asked(window, writer)
        published(setting, window, asked(window, writer))
        client.get(f"{url}questions/")
        one = cost()
        for _ in range(2):
            asked(window, writer)
            published(setting, window, asked(window, writer))
        assert cost() == one
