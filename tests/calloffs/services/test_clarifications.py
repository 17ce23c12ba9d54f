"""Intentions, private questions, and answers that reach everybody in the same minute (rulebook E4)."""

from datetime import timedelta

import pytest

from calloffs.models import Clarification, Invitation
from calloffs.services import bids, clarifications
from commissioning.audit.models import Event
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records.models import Message
from commissioning.workflow import Refused
from tests.calloffs import factories as f
from tests.factories import NOW, person

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def ground():
    return f.ground()


@pytest.fixture
def competition(ground):
    return f.published(ground)


def respond(ground, competition, intention, reason="", by=None, now=NOW):
    by = by or ground.writers[0]
    clarifications.respond(
        invitation=f.invitation(competition, ground.writers[0]),
        intention=intention,
        reason=reason,
        actor=by,
        now=now,
    )
    return f.invitation(competition, ground.writers[0])


def ask(ground, competition, question="May it be run from two places?", by=None, now=NOW):
    return clarifications.ask(
        invitation=f.invitation(competition, ground.writers[0]),
        question=question,
        actor=by or ground.writers[0],
        now=now,
    )


def answer(ground, asked, question="May it be run from two places?", text="Yes.", by=None, now=NOW):
    clarifications.answer(
        clarification=Clarification.objects.get(pk=asked.pk),
        published_question=question,
        text=text,
        actor=by or ground.commissioner,
        now=now,
    )


class TestIntentions:
    def test_may_change_until_the_deadline(self, ground, competition):
        assert respond(ground, competition, "will_not", "No staff.").intention_reason == "No staff."
        changed = respond(ground, competition, "will_bid", now=f.DEADLINE)
        assert (changed.intention, changed.intention_reason) == ("will_bid", "")
        with pytest.raises(Refused, match="after the deadline"):
            respond(ground, competition, "undecided", now=f.DEADLINE + MICROSECOND)

    @pytest.mark.parametrize(
        ("intention", "reason", "field"), [("will_not", " ", "reason"), ("perhaps", "", "intention")]
    )
    def test_refuse_what_says_nothing(self, ground, competition, intention, reason, field):
        with pytest.raises(Refused) as refused:
            respond(ground, competition, intention, reason)
        assert refused.value.reasons[0].field == field

    def test_who_has_submitted_withdraws_first(self, ground, competition):
        bid = f.submitted(competition, ground.writers[0])
        assert f.invitation(competition, ground.writers[0]).intention == Invitation.Intention.WILL_BID
        with pytest.raises(Refused, match="Withdraw it first"):
            respond(ground, competition, "will_not", "No staff.")
        bids.withdraw(bid=bid, actor=ground.writers[0], now=NOW)
        assert respond(ground, competition, "will_not", "No staff.").intention == "will_not"

    def test_are_a_providers_own(self, ground, competition):
        for stranger in (ground.writers[1], ground.lead):
            with pytest.raises(Denied):
                respond(ground, competition, "will_bid", by=stranger)


class TestAsking:
    def test_tells_those_who_answer_and_not_who_asked(self, ground, competition):
        asked = ask(ground, competition)
        told = Message.objects.filter(kind="question_asked")
        assert {row.recipient for row in told} == {ground.lead, ground.releaser, ground.commissioner}
        name = asked.asked_by.name
        assert not any(name in row.body or name in row.subject for row in told)
        event = Event.objects.get(action="invitation.ask")
        assert event.veil == competition.round.reference

    def test_closes_at_its_own_time(self, ground, competition):
        assert ask(ground, competition, now=f.QUESTIONS_CLOSE)
        with pytest.raises(Refused, match="Questions closed"):
            ask(ground, competition, now=f.QUESTIONS_CLOSE + MICROSECOND)

    @pytest.mark.parametrize("question", ["", "  \n "])
    def test_refuses_an_empty_question(self, ground, competition, question):
        with pytest.raises(Refused) as refused:
            ask(ground, competition, question)
        assert refused.value.reasons[0].field == "question"

    def test_refuses_a_question_that_names_who_asks(self, ground, competition):
        name = ground.providers[0].name.upper()
        with pytest.raises(Refused, match="Take out your organisation's name"):
            ask(ground, competition, f"Would {name} be eligible?")

    def test_is_for_the_invited(self, ground, competition):
        with pytest.raises(Denied):
            ask(ground, competition, by=ground.writers[1])


class TestAnswering:
    def test_reaches_every_invited_provider_in_one_transaction_without_a_name(self, ground, competition):
        asked = ask(ground, competition)
        answer(ground, asked)
        told = list(Message.objects.filter(kind="question_answered"))
        assert {row.recipient for row in told} == set(ground.writers)
        assert {row.queued_at for row in told} == {NOW}
        assert not any(one.name in row.body for row in told for one in ground.providers)
        with pytest.raises(Refused, match="answered already"):
            answer(ground, asked)

    @pytest.mark.parametrize(
        ("question", "text", "field"),
        [("", "Yes.", "published_question"), ("Q?", " ", "answer")],
    )
    def test_needs_both(self, ground, competition, question, text, field):
        asked = ask(ground, competition)
        with pytest.raises(Refused) as refused:
            answer(ground, asked, question, text)
        assert [reason.field for reason in refused.value.reasons] == [field]

    def test_names_no_invited_provider_in_any_case(self, ground, competition):
        asked = ask(ground, competition)
        for one in ground.providers:
            with pytest.raises(Refused, match="names a provider"):
                answer(ground, asked, f"Does {one.name.lower()} qualify?")
            with pytest.raises(Refused, match="names a provider"):
                answer(ground, asked, text=f"As {one.name.upper()} knows, yes.")
        assert not Message.objects.filter(kind="question_answered").exists()

    def test_ends_with_the_deadline(self, ground, competition):
        asked = ask(ground, competition)
        with pytest.raises(Refused, match="after the deadline"):
            answer(ground, asked, now=f.DEADLINE + MICROSECOND)

    def test_is_for_who_runs_it(self, ground, competition):
        asked = ask(ground, competition)
        for stranger in (
            ground.writers[0],
            ground.partner_commissioner,
            person(ground.authority, Role.EVALUATOR),
        ):
            with pytest.raises(Denied):
                answer(ground, asked, by=stranger)
