"""The board's arithmetic: every vote that can be cast, the four tests, and what a condition cures."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.board import rules

VOTES = st.lists(st.sampled_from(["for", "against", "abstain"]), max_size=9)
ALL = [(1, test) for test, _ in rules.TESTS]


@given(VOTES, st.integers(1, 9), st.sampled_from([None, "for", "against", "abstain"]), st.booleans())
def test_a_majority_is_of_those_who_did_not_abstain_and_needs_the_quorum(votes, quorum, chair, casting):
    result = rules.majority(votes, quorum=quorum, chair_vote=chair, casting=casting)
    more = votes.count("for") - votes.count("against")
    if len(votes) < quorum:
        assert result == "no quorum"
    elif more:
        assert result == ("for" if more > 0 else "against")
    elif casting and chair in {"for", "against"}:
        assert result == chair
    else:
        assert result == "tied"


@given(VOTES, st.integers(1, 9))
def test_the_order_of_votes_never_matters(votes, quorum):
    args = {"quorum": quorum, "chair_vote": None, "casting": False}
    assert rules.majority(votes, **args) == rules.majority(votes[::-1], **args)


def paper(**given):
    return SimpleNamespace(
        **{
            "answer_keys": lambda: ALL,
            "authorities_to_answer": lambda: {1: "PCC"},
            "tests_not_met": set,
            "tests_cured_by_conditions": set,
            "vote_result": lambda: "for",
            "is_interest_of": lambda actor: False,
            **given,
        }
    )


def test_all_met_and_a_majority_approves():
    assert rules.may_be_approved(paper(), None, None) is None


@pytest.mark.parametrize("test", [test for test, _ in rules.TESTS])
def test_one_unanswered_test_of_one_authority_stops_it_by_name(test):
    keys = [key for key in ALL if key[1] != test]
    refusal = rules.may_be_approved(paper(answer_keys=lambda: keys), None, None)
    assert refusal is not None
    assert refusal.endswith("Missing: PCC.")


@pytest.mark.parametrize("test", [test for test, _ in rules.TESTS])
def test_a_test_not_met_stops_it_unless_a_condition_cures_that_test(test):
    unmet = paper(tests_not_met=lambda: {test})
    assert "no condition cures it" in str(rules.may_be_approved(unmet, None, None))
    other = next(code for code, _ in rules.TESTS if code != test)
    cured = {"tests_not_met": lambda: {test}, "tests_cured_by_conditions": lambda: {other}}
    assert rules.may_be_approved(paper(**cured), None, None)
    cured["tests_cured_by_conditions"] = lambda: {test}
    assert rules.may_be_approved(paper(**cured), None, None) is None


@pytest.mark.parametrize(
    ("result", "approve", "refuse"),
    [("for", True, False), ("against", False, True), ("tied", False, False), ("no quorum", False, False)],
)
def test_the_vote_is_closed_as_the_majority_has_it(result, approve, refuse):
    voted = paper(vote_result=lambda: result)
    assert (rules.may_be_approved(voted, None, None) is None) is approve
    assert (rules.may_be_refused(voted, None, None) is None) is refuse


def test_only_the_integrated_approach_may_be_not_appropriate():
    assert frozenset({"integrated"}) == rules.MAY_BE_INAPPROPRIATE


def test_whoever_has_an_interest_does_not_end_the_vote():
    assert rules.closer_has_no_interest(paper(), None, None) is None
    assert rules.closer_has_no_interest(paper(is_interest_of=lambda actor: True), None, None)
