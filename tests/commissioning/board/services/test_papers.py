"""What members do with a paper, what each verb refuses, and who is told."""

from datetime import timedelta

import pytest

from commissioning.audit.models import Event
from commissioning.board.models import Answer, Condition, Interest, Paper, Vote
from commissioning.board.rules import TESTS
from commissioning.board.services import papers
from commissioning.people.models import RoleGrant
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records.models import Letter, Message
from commissioning.records.services import letters
from commissioning.workflow import Refused
from tests.commissioning.board import factories as f
from tests.commissioning.records.workers import at_once
from tests.factories import NOW, member, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def board():
    return f.sitting()


@pytest.fixture
def paper(board):
    return f.tabled(board)


def text(refusal):
    return str(refusal.value)


class TestTabling:
    def test_freezes_the_facts_and_tells_members_and_deputies(self, board, paper):
        assert paper.state == "tabled"
        assert papers.fingerprint(paper.facts) == paper.fingerprint
        told = Message.objects.filter(kind="paper_tabled")
        assert {message.recipient for message in told} == {board.chair, board.deputy, board.member}
        assert "20 January 2027" in told[0].body
        assert paper.reference in told[0].body

    def test_changed_facts_no_longer_have_the_fingerprint(self, paper):
        assert papers.fingerprint({**paper.facts, "value": "100000.01"}) != paper.fingerprint

    def test_refuses_a_date_that_has_passed_by_the_london_calendar(self, board):
        today = NOW.date()
        with pytest.raises(Refused, match="has not passed"):
            f.tabled(board, decide_by=today - timedelta(days=1))
        assert f.tabled(board, decide_by=today)

    def test_refuses_a_board_on_which_nobody_sits(self, board):
        board.board.seats.update(left_at=NOW)
        with pytest.raises(Refused, match="Nobody has a seat"):
            f.tabled(board)


class TestInterests:
    def test_come_before_answers_votes_and_conditions(self, board, paper):
        acts = [
            lambda: papers.answer_all(paper=paper, answers=f.answers(), actor=board.member, now=NOW),
            lambda: papers.vote(paper=paper, value="for", reason="", actor=board.member, now=NOW),
            lambda: papers.set_condition(
                paper=paper,
                text="Ask again.",
                cures="",
                owner=board.first,
                due_on=f.DECIDE_BY,
                actor=board.member,
                now=NOW,
            ),
        ]
        for act in acts:
            with pytest.raises(Refused, match="First declare"):
                act()
        papers.declare_interest(
            paper=paper, has_interest=True, nature="My sister works there.", actor=board.member, now=NOW
        )
        for act in acts:
            with pytest.raises(Refused, match="a deputy may"):
                act()

    def test_an_interest_needs_its_nature(self, board, paper):
        with pytest.raises(Refused) as refused:
            papers.declare_interest(paper=paper, has_interest=True, nature=" ", actor=board.member, now=NOW)
        assert refused.value.reasons[0].field == "nature"

    def test_what_was_answered_before_is_set_aside_and_kept_on_record(self, board, paper):
        f.act(paper, board.chair, vote="")
        papers.declare_interest(
            paper=paper, has_interest=True, nature="A friend.", actor=board.chair, now=NOW
        )
        assert not Answer.objects.filter(paper=paper).exists()
        event = Event.objects.filter(action="paper.declare_interest").latest("pk")
        assert "Because of fit." in str(event.payload)
        f.act(paper, board.deputy)
        assert Vote.objects.get(paper=paper).user == board.deputy

    def test_stands_once_the_person_has_voted(self, board, paper):
        f.act(paper, board.member)
        with pytest.raises(Refused, match="voted already"):
            papers.declare_interest(paper=paper, has_interest=True, nature="x", actor=board.member, now=NOW)
        assert not Interest.objects.get(paper=paper, user=board.member).has_interest


class TestAnswers:
    def test_are_one_an_authority_and_may_be_changed_before_its_vote(self, board, paper):
        f.act(paper, board.chair, vote="")
        f.act(paper, board.deputy, vote="", given=f.answers("fit", "not_met"))
        assert Answer.objects.filter(paper=paper).count() == 4
        assert Answer.objects.get(paper=paper, test="fit").answer == "not_met"
        papers.vote(paper=paper, value="for", reason="", actor=board.deputy, now=NOW)
        with pytest.raises(Refused, match="has voted, so its answers stand"):
            papers.answer_all(paper=paper, answers=f.answers(), actor=board.chair, now=NOW)

    @pytest.mark.parametrize("test", [code for code, _ in TESTS])
    def test_only_the_integrated_approach_may_be_not_appropriate(self, board, paper, test):
        papers.declare_interest(paper=paper, has_interest=False, nature="", actor=board.member, now=NOW)
        given = f.answers(test, "not_appropriate")
        if test == "integrated":
            papers.answer_all(paper=paper, answers=given, actor=board.member, now=NOW)
            return
        with pytest.raises(Refused) as refused:
            papers.answer_all(paper=paper, answers=given, actor=board.member, now=NOW)
        assert refused.value.reasons[0].field == test
        assert not Answer.objects.filter(paper=paper).exists()

    @pytest.mark.parametrize(
        ("test", "value", "reason", "field"),
        [
            ("colour", "met", "x", "test"),
            ("fit", "maybe", "x", "fit"),
            ("fit", "met", "  ", "fit_reason"),
        ],
    )
    def test_refuse_what_is_no_answer(self, board, paper, test, value, reason, field):
        papers.declare_interest(paper=paper, has_interest=False, nature="", actor=board.member, now=NOW)
        with pytest.raises(Refused) as refused:
            papers.answer(paper=paper, test=test, value=value, reason=reason, actor=board.member, now=NOW)
        assert refused.value.reasons[0].field == field


class TestVotes:
    def test_need_the_four_answers_first(self, board, paper):
        papers.declare_interest(paper=paper, has_interest=False, nature="", actor=board.member, now=NOW)
        with pytest.raises(Refused, match="Answer the four tests"):
            papers.vote(paper=paper, value="for", reason="", actor=board.member, now=NOW)

    @pytest.mark.parametrize(
        ("value", "field"), [("against", "reason"), ("abstain", "reason"), ("yes", "value")]
    )
    def test_refuse_what_is_no_vote_or_says_no_reason(self, board, paper, value, field):
        f.act(paper, board.member, vote="")
        with pytest.raises(Refused) as refused:
            papers.vote(paper=paper, value=value, reason=" ", actor=board.member, now=NOW)
        assert refused.value.reasons[0].field == field
        assert not Vote.objects.exists()

    def test_are_one_an_authority(self, board, paper):
        f.act(paper, board.chair)
        papers.declare_interest(paper=paper, has_interest=False, nature="", actor=board.deputy, now=NOW)
        with pytest.raises(Refused, match="has voted already"):
            papers.vote(paper=paper, value="against", reason="No.", actor=board.deputy, now=NOW)

    @pytest.mark.parametrize("outsider", ["author", "stranger", "left", "role_lost"])
    def test_are_for_people_with_a_seat_and_a_role(self, board, paper, outsider):
        who = {"author": board.author, "stranger": person(board.first, Role.BOARD_MEMBER)}.get(outsider)
        if outsider == "left":
            who = board.member
            board.board.seats.filter(user=who).update(left_at=NOW)
        if outsider == "role_lost":
            who = board.member
            RoleGrant.objects.filter(membership__user=who).update(withdrawn_at=NOW)
            member(who, board.first, Role.BOARD_MEMBER)
        fresh = type(who).objects.get(pk=who.pk)
        with pytest.raises(Denied):
            papers.vote(paper=Paper.objects.get(pk=paper.pk), value="for", reason="", actor=fresh, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_votes_of_one_authority_at_once_one_counts():
    board = f.sitting()
    paper = f.tabled(board)
    f.act(paper, board.chair, vote="")
    papers.declare_interest(paper=paper, has_interest=False, nature="", actor=board.deputy, now=NOW)
    voters = iter([board.chair, board.deputy])

    def vote():
        own = Paper.objects.get(pk=paper.pk)
        try:
            papers.vote(paper=own, value="for", reason="", actor=next(voters), now=NOW)
        except Refused as refusal:
            return str(refusal)
        return "counted"

    refused, counted = sorted(at_once(2, vote))
    assert counted == "counted"
    assert "has voted already" in refused
    assert Vote.objects.filter(paper=paper).count() == 1


class TestConditions:
    def set_one(self, board, paper, **given):
        return papers.set_condition(
            **{
                "paper": paper,
                "text": "Agree the referral route.",
                "cures": "",
                "owner": board.first,
                "due_on": f.DECIDE_BY,
                "actor": board.member,
                "now": NOW,
                **given,
            }
        )

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"text": "  "}, "text"),
            ({"cures": "colour"}, "cures"),
            ({"due_on": NOW.date() - timedelta(days=1)}, "due_on"),
        ],
    )
    def test_refuse_what_is_impossible(self, board, paper, given, field):
        f.act(paper, board.member, vote="")
        with pytest.raises(Refused) as refused:
            self.set_one(board, paper, **given)
        assert refused.value.reasons[0].field == field

    def test_the_owner_has_a_seat(self, board, paper):
        f.act(paper, board.member, vote="")
        with pytest.raises(Refused) as refused:
            self.set_one(board, paper, owner=f.authority())
        assert refused.value.reasons[0].field == "owner"

    def test_cure_a_test_that_is_not_met(self, board, paper):
        f.act(paper, board.chair)
        f.act(paper, board.member, given=f.answers("pool", "not_met"))
        with pytest.raises(Refused, match="no condition cures it"):
            papers.close_vote(paper=paper, note="", actor=board.chair, now=NOW)
        self.set_one(board, paper, cures="pool")
        papers.close_vote(paper=paper, note="", actor=board.chair, now=NOW)
        assert paper.state == "approved"
        assert paper.outcome_words() == "approved with 1 condition"

    def test_are_met_once_after_the_approval_with_evidence_by_the_author(self, board, paper):
        f.act(paper, board.chair)
        f.act(paper, board.member)
        condition = self.set_one(board, paper)

        def meet(actor=board.author, evidence="Minutes of 12 January."):
            fresh = Condition.objects.get(pk=condition.pk)
            papers.meet_condition(condition=fresh, evidence=evidence, actor=actor, now=NOW)

        with pytest.raises(Refused, match="once the board has approved"):
            meet()
        papers.close_vote(paper=paper, note="", actor=board.chair, now=NOW)
        with pytest.raises(Denied):
            meet(actor=board.member)
        with pytest.raises(Refused) as refused:
            meet(evidence=" ")
        assert refused.value.reasons[0].field == "evidence"
        meet()
        with pytest.raises(Refused, match="met already"):
            meet()


class TestClosing:
    def test_keeps_a_record_and_tells_everyone(self, board, paper):
        f.act(paper, board.chair)
        f.act(paper, board.member)
        papers.close_vote(paper=paper, note="Agreed.", actor=board.chair, now=NOW)
        paper.refresh_from_db()
        assert (paper.state, paper.decided_by) == ("approved", board.chair)
        told = Message.objects.filter(kind="paper_decided")
        assert {row.recipient for row in told} == {board.chair, board.deputy, board.member, board.author}
        assert "approved" in told[0].body
        assert letters.render(paper.letter_id)
        kept = Letter.objects.get(pk=paper.letter_id).facts
        assert kept["outcome"] == "approved"
        assert kept["paper_fingerprint"] == paper.fingerprint
        assert [row["vote"] for row in kept["votes"]] == ["For", "For"]

    @pytest.mark.parametrize(
        ("votes", "casting", "outcome"),
        [
            (("for", "for"), False, "approved"),
            (("for", "abstain"), False, "approved"),
            (("against", "against"), False, "refused"),
            (("abstain", "against"), False, "refused"),
            (("for", "against"), False, "tied"),
            (("for", "against"), True, "approved"),
            (("against", "for"), True, "refused"),
            (("abstain", "abstain"), True, "tied"),
            (("for",), False, "no quorum"),
        ],
    )
    def test_follows_the_majority(self, votes, casting, outcome):
        board = f.sitting(casting=casting)
        paper = f.tabled(board)
        for by, value in zip((board.chair, board.member), votes, strict=False):
            f.act(paper, by, vote=value)
        if len(votes) == 1:
            f.act(paper, board.member, vote="")
        if outcome in {"approved", "refused"}:
            papers.close_vote(paper=paper, note="", actor=board.chair, now=NOW)
            assert paper.state == outcome
        else:
            with pytest.raises(Refused, match=outcome):
                papers.close_vote(paper=paper, note="", actor=board.chair, now=NOW)
            assert Paper.objects.get(pk=paper.pk).state == "tabled"

    def test_needs_every_authoritys_answers_but_of_those_who_all_stand_aside(self):
        board = f.sitting(quorum=1)
        paper = f.tabled(board)
        f.act(paper, board.chair)
        with pytest.raises(Refused, match=f"Missing: {board.second.short_name}"):
            papers.close_vote(paper=paper, note="", actor=board.chair, now=NOW)
        papers.declare_interest(
            paper=paper, has_interest=True, nature="We run it.", actor=board.member, now=NOW
        )
        papers.close_vote(paper=paper, note="", actor=board.chair, now=NOW)
        assert paper.state == "approved"

    def test_is_the_chairs_and_not_of_one_with_an_interest(self, board, paper):
        f.act(paper, board.deputy)
        f.act(paper, board.member)
        with pytest.raises(Denied):
            papers.close_vote(paper=paper, note="", actor=board.member, now=NOW)
        papers.declare_interest(paper=paper, has_interest=True, nature="A share.", actor=board.chair, now=NOW)
        with pytest.raises(Refused, match="You declared an interest"):
            papers.close_vote(paper=paper, note="", actor=board.chair, now=NOW)
        with pytest.raises(Refused, match="You declared an interest"):
            papers.return_to_author(paper=paper, note="Again.", actor=board.chair, now=NOW)

    def test_a_return_says_what_has_to_change(self, board, paper):
        with pytest.raises(Refused) as refused:
            papers.return_to_author(paper=paper, note=" ", actor=board.chair, now=NOW)
        assert refused.value.reasons[0].field == "note"
        papers.return_to_author(paper=paper, note="Name the partners.", actor=board.chair, now=NOW)
        assert paper.state == "returned"
        assert "Name the partners." in Message.objects.filter(kind="paper_decided")[0].body

    def test_a_withdrawal_is_the_authors_with_a_reason(self, board, paper):
        with pytest.raises(Refused) as refused:
            papers.withdraw(paper=paper, reason="", actor=board.author, now=NOW)
        assert refused.value.reasons[0].field == "reason"
        with pytest.raises(Denied):
            papers.withdraw(paper=paper, reason="x", actor=board.chair, now=NOW)
        papers.withdraw(paper=paper, reason="The budget fell.", actor=board.author, now=NOW)
        assert paper.state == "withdrawn"

    def test_ends_everything_a_member_could_do(self, board, paper):
        papers.return_to_author(paper=paper, note="Again.", actor=board.chair, now=NOW)
        acts = [
            lambda: papers.declare_interest(
                paper=paper, has_interest=False, nature="", actor=board.member, now=NOW
            ),
            lambda: papers.answer_all(paper=paper, answers=f.answers(), actor=board.member, now=NOW),
            lambda: papers.vote(paper=paper, value="for", reason="", actor=board.member, now=NOW),
            lambda: papers.close_vote(paper=paper, note="", actor=board.chair, now=NOW),
            lambda: papers.return_to_author(paper=paper, note="x", actor=board.chair, now=NOW),
            lambda: papers.withdraw(paper=paper, reason="x", actor=board.author, now=NOW),
        ]
        for act in acts:
            with pytest.raises(Refused, match="Returned to its author"):
                act()
