"""The board's pages: its papers, one paper with all that a member needs, and a member's own acts."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning.board.models import Answer, Condition, Interest, Paper, Vote
from commissioning.board.rules import TESTS
from commissioning.board.services import papers, vacate
from commissioning.people.roles import Role
from commissioning.records.services import letters
from tests.commissioning.board import factories as f
from tests.factories import NOW, authority, client_for, person
from tests.pages import boxes, get, post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW)


def at(name, paper, *more):
    return reverse(f"paper-{name}", args=[paper.reference, *more])


def page(paper, user, status=200):
    return get(user, paper.get_absolute_url(), status)


def free(paper, user):
    papers.declare_interest(paper=paper, has_interest=False, nature="", actor=user, now=NOW)


def typed(**given):
    """Return answers to the four tests as a browser sends them: all met, but for those given."""
    answers = {code: "met" for code, _ in TESTS}
    return answers | {f"{code}_reason": f"Because of {code}." for code, _ in TESTS} | given


# ---------------------------------------------------------------- the list


def test_members_and_the_people_of_seated_authorities_see_the_boards_papers_and_no_others():
    of, other = f.sitting(), f.sitting()
    paper, elsewhere = f.tabled(of), f.tabled(other)
    for user in (of.member, of.deputy, of.author):
        shown = get(user, reverse("papers"))
        assert paper.reference in shown
        assert elsewhere.reference not in shown
        page(elsewhere, user, 404)
    stranger = person(authority(), Role.BOARD_MEMBER)
    assert "Papers appear here when" in get(stranger, reverse("papers"))
    assert client_for().get(paper.get_absolute_url()).status_code == 302


def test_the_list_is_filtered_by_state():
    of = f.sitting()
    first, second = f.tabled(of), f.tabled(of)
    papers.withdraw(paper=second, reason="Mistake.", actor=of.author, now=NOW)
    shown = get(of.member, reverse("papers"), state="withdrawn")
    assert second.reference in shown
    assert first.reference not in shown


def test_the_list_costs_the_same_with_three_papers_as_with_one():
    of = f.sitting()

    def cost():
        client = client_for(of.member)
        client.get(reverse("papers"))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse("papers")).status_code == 200
        return len(caught)

    f.tabled(of)
    one = cost()
    f.tabled(of)
    f.tabled(of)
    assert cost() == one


# ---------------------------------------------------------------- the paper


def test_page_one_holds_what_was_frozen():
    of = f.sitting()
    paper = f.tabled(of)
    shown = page(paper, of.member)
    for words in (
        "Older people need small repairs.",
        "First Council £100,000",
        "Tuesday 1 June 2027 to Thursday 31 May 2029, with an option of up to 12 months more",
        "9 could be invited when this was tabled",
        "Two workshops.",
        "Nobody transfers.",
        *(f"The case for {code}." for code, _ in TESTS),
        "To be decided by",
        "Wednesday 20 January 2027",
        "Changed since tabled: nothing",
        paper.fingerprint,
    ):
        assert words in shown


def test_a_paper_that_does_not_match_its_fingerprint_says_so():
    of = f.sitting()
    paper = f.tabled(of)
    Paper.objects.filter(pk=paper.pk).update(facts=f.facts(value="1.00"))
    shown = page(paper, of.member)
    assert "no longer matches the fingerprint" in shown


def test_who_cannot_act_sees_why():
    of = f.sitting()
    paper = f.tabled(of)
    shown = page(paper, of.author)
    assert "You have no seat on this board" in shown
    assert at("vote", paper) not in shown
    shown = page(paper, of.member)
    assert at("interest", paper) in shown
    assert at("answer", paper) not in shown
    assert "First declare whether you have an interest in this paper." in shown
    free(paper, of.member)
    shown = page(paper, of.member)
    assert at("answer", paper) in shown
    assert "Answer the four tests for your authority before you vote." in shown
    assert reverse("paper-close", args=[paper.reference]) not in shown


def test_the_chair_alone_is_offered_the_end_of_the_vote():
    of = f.sitting()
    paper = f.tabled(of)
    close = reverse("paper-close", args=[paper.reference])
    assert close not in page(paper, of.chair)
    assert "All four tests must be answered by each authority first." in page(paper, of.chair)
    for one in (of.chair, of.member):
        f.act(paper, one)
    assert close in page(paper, of.chair)
    assert close not in page(paper, of.member)
    assert "The vote can be closed" in page(paper, of.member)


def test_everybody_reads_who_has_answered_declared_and_voted():
    of = f.sitting()
    paper = f.tabled(of)
    f.act(paper, of.chair, given=f.answers("fit", "not_met"))
    papers.declare_interest(
        paper=paper, has_interest=True, nature="My brother works for a bidder.", actor=of.member, now=NOW
    )
    shown = page(paper, of.author)
    assert "Because of fit." in shown
    assert "Not met" in shown
    assert "My brother works for a bidder." in shown
    assert "1 of 2 authorities have voted. The quorum is 2." in shown
    assert "Does not vote" in shown


def test_a_member_whose_seat_has_ended_reads_on_and_acts_no_more():
    of = f.sitting()
    paper = f.tabled(of)
    vacate(seat=paper.seat_of(of.member), chain="EIP-PDPS", actor=of.author, now=NOW)
    get(of.member, at("vote", paper), 404)


# ---------------------------------------------------------------- interests


def test_a_member_declares_no_interest():
    of = f.sitting()
    paper = f.tabled(of)
    assert post(of.member, at("interest", paper), has_interest="no") == paper.get_absolute_url()
    assert Interest.objects.get().has_interest is False


def test_an_interest_needs_its_nature_and_keeps_the_member_from_answering():
    of = f.sitting()
    paper = f.tabled(of)
    shown = post(of.member, at("interest", paper), 422, has_interest="yes")
    assert "Say what your interest is." in shown
    assert not Interest.objects.exists()
    post(of.member, at("interest", paper), has_interest="yes", nature="My own firm.")
    assert Interest.objects.get().nature == "My own firm."
    shown = get(of.member, at("answer", paper))
    assert (
        "You declared an interest in this paper, so you neither answer nor vote on it; a deputy may." in shown
    )
    post(of.member, at("answer", paper), 422, **typed())
    assert not Answer.objects.exists()


def test_an_interest_that_is_named_and_denied_is_not_dropped_in_silence():
    of = f.sitting()
    shown = post(
        of.member, at("interest", f.tabled(of)), 422, has_interest="no", nature="My wife works there."
    )
    assert "You named an interest. Select “Yes”, or clear what you wrote" in shown
    assert "My wife works there." in shown
    assert not Interest.objects.exists()


# ---------------------------------------------------------------- answers


def test_all_four_tests_are_answered_on_one_page():
    of = f.sitting()
    paper = f.tabled(of)
    free(paper, of.member)
    shown = get(of.member, at("answer", paper))
    assert "The case for pool." in shown
    assert shown.count('value="not_appropriate"') == 1
    post(of.member, at("answer", paper), **typed(integrated="not_appropriate", pool="not_met"))
    given = {row.test: (row.answer, row.reason) for row in Answer.objects.all()}
    assert given["integrated"] == ("not_appropriate", "Because of integrated.")
    assert given["pool"][0] == "not_met"
    assert len(given) == 4
    assert "Because of fit." in get(of.member, at("answer", paper))


def test_only_the_first_test_may_be_not_appropriate():
    of = f.sitting()
    paper = f.tabled(of)
    free(paper, of.member)
    shown = post(of.member, at("answer", paper), 422, **typed(fit="not_appropriate", pool_reason="Kept."))
    assert "Only the integrated approach can be “not appropriate”." in shown
    assert "Kept." in shown
    assert not Answer.objects.exists()


def test_an_answer_needs_its_sentence_and_all_or_none_are_saved():
    of = f.sitting()
    paper = f.tabled(of)
    free(paper, of.member)
    shown = post(of.member, at("answer", paper), 422, **typed(fit_reason=" "))
    assert "Say in a sentence why you answer" in shown
    assert not Answer.objects.exists()


def test_without_a_declaration_the_page_leads_there():
    of = f.sitting()
    paper = f.tabled(of)
    shown = get(of.member, at("answer", paper))
    assert at("interest", paper) in shown
    assert 'name="fit"' not in shown


# ---------------------------------------------------------------- votes


def test_a_member_votes_once_for_the_authority():
    of = f.sitting()
    paper = f.tabled(of)
    f.act(paper, of.member, vote="")
    post(of.member, at("vote", paper), value="for")
    cast = Vote.objects.get()
    assert (cast.organisation, cast.vote) == (of.second, "for")
    shown = get(of.member, at("vote", paper))
    assert f"{of.second.short_name} has voted already." in shown
    post(of.member, at("vote", paper), 422, value="against", reason="Changed my mind.")
    assert Vote.objects.get().vote == "for"


def test_a_vote_that_is_not_for_it_needs_its_reason():
    of = f.sitting()
    paper = f.tabled(of)
    f.act(paper, of.member, vote="")
    shown = post(of.member, at("vote", paper), 422, value="abstain")
    assert "Say why you do not vote for it." in shown
    assert not Vote.objects.exists()


def test_before_the_answers_there_is_no_ballot():
    of = f.sitting()
    paper = f.tabled(of)
    free(paper, of.member)
    shown = get(of.member, at("vote", paper))
    assert "Answer the four tests for your authority before you vote." in shown
    assert 'name="value"' not in shown


@pytest.mark.parametrize("name", ["interest", "answer", "vote", "condition"])
def test_who_has_no_seat_is_told_why_and_a_stranger_finds_nothing(name):
    of = f.sitting()
    paper = f.tabled(of)
    assert "with a seat on its board" in get(of.author, at(name, paper), 403)
    get(person(authority(), Role.BOARD_MEMBER), at(name, paper), 404)
    papers.withdraw(paper=paper, reason="Mistake.", actor=of.author, now=NOW)
    assert "This paper is “Withdrawn”, so it can no longer be changed." in get(of.member, at(name, paper))


# ---------------------------------------------------------------- conditions


def condition_of(of, paper, **given):
    return {
        "text": "Agree the route.",
        "cures": "",
        "owner": of.second.pk,
        **boxes("due_on", date(2027, 3, 1)),
        **given,
    }


def test_a_member_sets_a_condition_that_cures_a_test():
    of = f.sitting()
    paper = f.tabled(of)
    free(paper, of.member)
    post(of.member, at("condition", paper), **condition_of(of, paper, cures="pool"))
    row = Condition.objects.get()
    assert (row.text, row.cures, row.owner, row.due_on) == (
        "Agree the route.",
        "pool",
        of.second,
        date(2027, 3, 1),
    )
    assert "Agree the route." in page(paper, of.author)


def test_a_condition_is_refused_beside_its_field():
    of = f.sitting()
    paper = f.tabled(of)
    free(paper, of.member)
    past = boxes("due_on", date(2027, 1, 10))
    shown = post(of.member, at("condition", paper), 422, **condition_of(of, paper, **past))
    assert "Choose a date that has not passed." in shown
    assert "Agree the route." in shown
    outside = authority()
    shown = post(of.member, at("condition", paper), 422, **condition_of(of, paper, owner=outside.pk))
    assert "Select who must meet the condition from the list" in shown
    assert not Condition.objects.exists()


def approved_with_condition(of):
    paper = f.tabled(of)
    for one in (of.chair, of.member):
        f.act(paper, one)
    row = papers.set_condition(
        paper=paper,
        text="Agree the route.",
        cures="",
        owner=of.second,
        due_on=date(2027, 3, 1),
        actor=of.chair,
        now=NOW,
    )
    papers.close_vote(paper=paper, note="Go on.", actor=of.chair, now=NOW)
    return paper, reverse("condition-met", args=[paper.reference, row.pk])


def test_the_authors_authority_records_that_a_condition_is_met():
    of = f.sitting()
    paper, url = approved_with_condition(of)
    shown = page(paper, of.author)
    assert url in shown
    assert "Approved with 1 condition" in shown
    assert "Go on." in shown
    assert url not in page(paper, of.member)
    assert "Enter what shows that the condition is met" in post(of.author, url, 422, evidence=" ")
    assert Condition.objects.get().met_at is None
    post(of.author, url, evidence="Minutes of 4 January.")
    row = Condition.objects.get()
    assert (row.evidence, row.met_by) == ("Minutes of 4 January.", of.author)
    assert "Minutes of 4 January." in page(paper, of.member)
    assert "recorded as met already" in get(of.author, url)


def test_a_condition_is_met_by_the_authors_authority_alone_and_belongs_to_its_paper():
    of = f.sitting()
    _, url = approved_with_condition(of)
    assert "Your role does not allow you" in get(of.member, url, 403)
    get(person(authority(), Role.LEAD), url, 404)
    other = f.tabled(of)
    get(of.author, reverse("condition-met", args=[other.reference, Condition.objects.get().pk]), 404)


def test_a_condition_waits_for_the_approval():
    of = f.sitting()
    paper = f.tabled(of)
    free(paper, of.chair)
    row = papers.set_condition(
        paper=paper,
        text="Agree the route.",
        cures="",
        owner=of.second,
        due_on=date(2027, 3, 1),
        actor=of.chair,
        now=NOW,
    )
    shown = get(of.author, reverse("condition-met", args=[paper.reference, row.pk]))
    assert "A condition can be met once the board has approved the paper." in shown


# ---------------------------------------------------------------- the record of the decision


def test_the_record_of_the_decision_is_given_out_to_members_once_it_is_made():
    of = f.sitting()
    paper, _ = approved_with_condition(of)
    assert client_for(of.member).get(at("decision", paper)).status_code == 409
    assert "is being made into a PDF" in page(paper, of.member)
    assert client_for(of.member).get(at("decision", f.tabled(of))).status_code == 404
    paper.refresh_from_db()
    letters.render(paper.letter_id)
    assert at("decision", paper) in page(paper, of.member)
    response = client_for(of.member).get(at("decision", paper))
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert response.content.startswith(b"%PDF")
    get(person(authority(), Role.BOARD_MEMBER), at("decision", paper), 404)


def test_a_specification_that_is_not_kept_is_not_offered():
    of = f.sitting()
    paper = f.tabled(of)
    assert at("specification", paper) not in page(paper, of.member)
    get(of.member, at("specification", paper), 404)
