"""Questions about a window: asked privately, answered to all, and nobody learns who asked."""

from datetime import timedelta

import pytest

from commissioning.accounts import links as tokens
from commissioning.audit.models import AccessEntry, Event
from commissioning.people.models import User
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records import trail
from commissioning.records.models import Message
from commissioning.workflow import Refused
from lots import links, tasks
from lots.models import WindowQuestion
from lots.queries import questions as queries
from lots.services import following, questions
from tests.factories import NOW, person, provider
from tests.lots import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
EMAIL = "robin@newcomer.example"


@pytest.fixture
def setting():
    return factories.agreement()


@pytest.fixture
def window(setting):
    return factories.window(setting)


@pytest.fixture
def writer():
    return person(provider("Cam Sight"), Role.PROVIDER_EDITOR, name="Ana Bell")


def ask(window, writer, question="May we apply to two lots?", now=NOW):
    organisation = writer.memberships.get().organisation
    return questions.ask(window=window, question=question, organisation=organisation, actor=writer, now=now)


def ask_by_email(window, question="May we apply to two lots?", email=EMAIL, now=NOW, address="192.0.2.1"):
    questions.ask_unregistered(
        window=window,
        question=question,
        name="Robin Newcomer",
        email=email,
        organisation_name="Fresh Start",
        address=address,
        now=now,
    )
    return WindowQuestion.objects.filter(email=email).last()


def answer(setting, window, asked, text="Yes, to as many as you like.", by=None, now=NOW, **given):
    return questions.answer(
        window=window,
        questions=asked,
        published_question=given.get("question", "May one apply to two lots?"),
        text=text,
        public_names=given.get("public", ()),
        actor=by or setting.lead,
        now=now,
    )


class TestAsking:
    def test_the_same_page_sent_twice_asks_once_and_later_asks_again(self, setting, window, writer):
        first = ask(window, writer)
        assert ask(window, writer, now=NOW + timedelta(minutes=2)) == first
        assert Message.objects.filter(kind="window_question_asked").count() == 1
        assert ask(window, writer, "Another question?") != first
        assert ask(window, writer, now=NOW + timedelta(minutes=30)) != first

    def test_tells_those_who_answer_neither_who_nor_what(self, setting, window, writer):
        commissioner = person(setting.lead_authority, Role.COMMISSIONER)
        person(setting.partner, Role.COMMISSIONER)
        asked = ask(window, writer)
        told = Message.objects.filter(kind="window_question_asked")
        assert {row.recipient for row in told} == {setting.lead, commissioner}
        for secret in ("Cam Sight", "Ana Bell", asked.question):
            assert not any(secret in row.body or secret in row.subject for row in told)
        assert {row.veil for row in told} == {window.veil}
        assert window.veil

    def test_stays_hidden_in_the_record_from_everybody_but_the_asker(self, setting, window, writer):
        asked = ask(window, writer)
        assert Event.objects.get(action="window_question.ask").veil == window.veil
        assert not trail.events_for(asked, setting.lead).exists()
        assert trail.events_for(asked, writer).exists()

    def test_who_answers_gets_a_row_without_the_asker(self, window, writer):
        ask(window, writer)
        (row,) = queries.to_answer(window)
        assert row.get_deferred_fields() >= {
            "organisation_id",
            "person_id",
            "name",
            "email",
            "organisation_name",
        }

    def test_ends_at_the_cut_off_with_both_times_named(self, window, writer):
        assert ask(window, writer, now=window.questions_close_at)
        with pytest.raises(Refused, match=r"Questions closed on .* reached the portal on"):
            ask(window, writer, now=window.questions_close_at + SECOND)

    @pytest.mark.parametrize(
        "question",
        [
            "",
            "Would CAM SIGHT qualify?",
            "I, Ana Bell, ask",
            "Write to a.bell@cam.example",
            "We, Sun Care Ltd,",
        ],
    )
    def test_refuses_what_is_empty_or_tells_who_asks(self, window, writer, question):
        with pytest.raises(Refused) as refused:
            ask(window, writer, question)
        assert refused.value.reasons[0].field == "question"
        assert not WindowQuestion.objects.exists()

    def test_is_for_who_writes_for_that_provider(self, setting, window, writer):
        for stranger in (person(provider(), Role.PROVIDER_ADMIN), setting.lead):
            with pytest.raises(Denied):
                questions.ask(
                    window=window,
                    question="Q?",
                    organisation=writer.memberships.get().organisation,
                    actor=stranger,
                    now=NOW,
                )


class TestAskingWithoutAnAccount:
    def test_reaches_nobody_before_the_address_is_confirmed(self, setting, window):
        asked = ask_by_email(window)
        assert not queries.to_answer(window).exists()
        assert [row.kind for row in Message.objects.all()] == ["window_question_confirm"]
        assert not Event.objects.filter(subject=asked.reference).exists()
        questions.confirm(question=asked, now=NOW + DAY)
        assert list(queries.to_answer(window)) == [asked]
        assert Message.objects.filter(kind="window_question_asked", recipient=setting.lead).exists()

    def test_leaves_no_secret_at_rest(self, window):
        asked = ask_by_email(window)
        message = Message.objects.get(kind="window_question_confirm")
        token = tokens.token(links.QUESTION, asked.reference)
        assert token not in message.body
        assert tokens.read(links.QUESTION, token) == asked
        assert "192.0.2.1" not in str(vars(asked))

    def test_goes_the_same_way_for_an_address_that_has_an_account(self, window, writer):
        asked = ask_by_email(window, email=writer.email.upper())
        assert (asked or WindowQuestion.objects.get()).state == "unconfirmed"
        assert Message.objects.get().kind == "window_question_confirm"

    def test_sends_an_address_three_messages_a_day_and_then_nothing_at_all(self, window):
        for number in range(5):
            ask_by_email(window, address=f"192.0.2.{number}", now=NOW + number * SECOND)
        assert Message.objects.count() == WindowQuestion.objects.count() == 3
        ask_by_email(window, now=NOW + DAY + 9 * SECOND)
        assert Message.objects.count() == 4

    def test_holds_off_a_network_that_floods_and_no_other(self, window):
        for number in range(20):
            ask_by_email(window, email=f"a{number}@flood.example")
        with pytest.raises(Refused, match="your network"):
            ask_by_email(window, email="b@flood.example")
        ask_by_email(window, email="c@other.example", address="198.51.100.4")
        ask_by_email(window, email="b@flood.example", now=NOW + timedelta(hours=1, seconds=1))

    def test_counts_from_when_it_was_asked_and_is_refused_later_with_both_times(self, window):
        asked = ask_by_email(window, now=window.questions_close_at)
        questions.confirm(question=asked, now=window.questions_close_at + DAY)
        with pytest.raises(Refused, match=r"Questions closed on .* reached the portal on"):
            ask_by_email(window, email="late@newcomer.example", now=window.questions_close_at + SECOND)

    def test_is_forgotten_when_nobody_confirms_it(self, window):
        ask_by_email(window)
        kept = ask_by_email(window, email="b@newcomer.example")
        questions.confirm(question=kept, now=NOW)
        following.follow(agreement=window.agreement, email=EMAIL, address="", now=NOW)
        assert tasks.forget(now=NOW + 2 * DAY - SECOND) == 0
        assert tasks.forget(now=NOW + 2 * DAY) == 2
        assert list(WindowQuestion.objects.all()) == [kept]

    def test_is_withdrawn_by_its_link_while_it_waits(self, window):
        asked = ask_by_email(window)
        questions.confirm(question=asked, now=NOW)
        questions.withdraw_by_link(question=asked, now=NOW)
        assert not queries.to_answer(window).exists()
        with pytest.raises(Refused, match="Withdrawn"):
            questions.withdraw_by_link(question=asked, now=NOW)


class TestWithdrawing:
    def test_is_for_the_askers_own_people_and_before_an_answer(self, setting, window, writer):
        asked = ask(window, writer)
        for stranger in (setting.lead, person(provider(), Role.PROVIDER_ADMIN)):
            with pytest.raises(Denied):
                questions.withdraw(question=asked, actor=stranger, now=NOW)
        colleague = person(asked.organisation, Role.PROVIDER_ADMIN)
        questions.withdraw(question=asked, actor=colleague, now=NOW)
        with pytest.raises(Refused):
            answer(setting, window, [asked])


class TestAnswering:
    def test_puts_several_questions_under_one_answer(self, setting, window, writer):
        asked = [ask(window, writer), ask(window, writer, "Two lots at once?")]
        made = answer(setting, window, asked)
        assert made.answer.number == 1
        assert {one.state for one in made.answer.questions.all()} == {"answered"}
        (shown,) = queries.published(window)
        assert (shown.published_question, shown.earlier) == ("May one apply to two lots?", [])
        assert answer(setting, window, [ask(window, writer)]).answer.number == 2

    def test_all_or_none_of_them(self, setting, window, writer):
        asked, gone = ask(window, writer), ask(window, writer, "May we apply to three lots?")
        questions.withdraw(question=gone, actor=writer, now=NOW)
        with pytest.raises(Refused):
            answer(setting, window, [asked, gone])
        asked.refresh_from_db()
        assert (asked.state, window.answers.count()) == ("asked", 0)

    @pytest.mark.parametrize(
        "text",
        [
            "As cam sight knows, yes.",
            "Ana Bell asked this.",
            "Members such as Old Hands are in already.",
            "Write to x@y.example.",
            "Like Unknown Care Ltd.",
        ],
    )
    def test_refuses_what_names_somebody_and_notes_the_try(self, setting, window, writer, text):
        asked = ask(window, writer)
        with pytest.raises(Refused, match="names a provider or a person") as refused:
            answer(setting, window, [asked], text, public=["Old Hands"])
        assert refused.value.reasons[0].field == "answer"
        assert AccessEntry.objects.get().what == "publish an answer that names somebody"
        assert not window.answers.exists()

    def test_does_not_tell_whom_the_portal_knows(self, setting, window, writer):
        person(provider("Quiet Applicants"), Role.PROVIDER_ADMIN)
        assert answer(setting, window, [ask(window, writer)], "Ask Quiet Applicants.")

    def test_knows_an_unregistered_askers_names_and_organisations(self, setting, window, writer):
        asked = ask_by_email(window, email=writer.email)
        asked = asked or WindowQuestion.objects.get()
        questions.confirm(question=asked, now=NOW)
        assert set(queries.asker_names([asked])) == {
            "Robin Newcomer",
            "Fresh Start",
            "Cam Sight",
            writer.email,
        }

    def test_ends_with_the_deadline(self, setting, window, writer):
        asked = ask(window, writer)
        with pytest.raises(Refused, match="The deadline was"):
            answer(setting, window, [asked], now=window.deadline + SECOND)

    def test_is_for_leads_and_commissioners_of_the_lead_authority(self, setting, window, writer):
        asked = ask(window, writer)
        for stranger in (
            writer,
            setting.member,
            person(setting.partner, Role.LEAD),
            person(setting.lead_authority, Role.EVALUATOR),
        ):
            with pytest.raises(Denied):
                answer(setting, window, [asked], by=User.objects.get(pk=stranger.pk))
        assert answer(setting, window, [asked], by=person(setting.lead_authority, Role.COMMISSIONER))


class TestCorrecting:
    def correct(self, setting, made, **given):
        facts = {"published_question": "May one apply to two lots?", "text": "To three.", "reason": "A slip."}
        return questions.correct(
            answer=made.answer, public_names=(), actor=setting.lead, now=NOW + DAY, **{**facts, **given}
        )

    def test_leaves_the_earlier_version_to_be_read(self, setting, window, writer):
        made = answer(setting, window, [ask(window, writer)], "To two.")
        self.correct(setting, made)
        (shown,) = queries.published(window)
        assert (shown.answer, shown.reason) == ("To three.", "A slip.")
        assert [one.text for one in shown.earlier] == ["To two."]

    @pytest.mark.parametrize(
        ("given", "word"),
        [
            ({"reason": " "}, "Say what is corrected"),
            ({"text": "To two."}, "Nothing has changed"),
            ({"text": "Ask Cam Sight."}, "names a provider"),
            ({"reason": "Cam Sight told us."}, "names a provider"),
        ],
    )
    def test_is_refused_without_a_reason_a_change_or_when_it_names_somebody(
        self, setting, window, writer, given, word
    ):
        made = answer(setting, window, [ask(window, writer)], "To two.")
        with pytest.raises(Refused, match=word):
            self.correct(setting, made, **given)
        assert made.answer.versions.count() == 1


class TestDeclining:
    def test_tells_the_asker_alone_and_publishes_nothing(self, setting, window, writer):
        asked = ask(window, writer)
        questions.decline(question=asked, reason="It is in the scheme.", actor=setting.lead, now=NOW)
        told = Message.objects.get(kind="window_question_declined")
        assert told.recipient == writer
        assert "It is in the scheme." in told.body
        assert told.veil == window.veil
        assert not window.answers.exists()

    def test_needs_a_reason_and_the_role(self, setting, window, writer):
        asked = ask(window, writer)
        with pytest.raises(Refused, match="Give the reason"):
            questions.decline(question=asked, reason=" ", actor=setting.lead, now=NOW)
        with pytest.raises(Denied):
            questions.decline(question=asked, reason="No.", actor=setting.member, now=NOW)


def test_a_window_with_questions_is_on_the_worklist_once_until_its_deadline(setting, window, writer):
    assert queries.worklist(setting.lead, NOW) == []
    ask(window, writer)
    ask(window, writer, "And three?")
    commissioner = person(setting.lead_authority, Role.COMMISSIONER)
    for who in (setting.lead, commissioner):
        (task,) = queries.worklist(who, NOW)
        assert task.due == window.deadline
    assert queries.worklist(setting.member, NOW) == []
    assert queries.worklist(setting.lead, window.deadline + SECOND) == []
