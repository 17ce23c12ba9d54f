"""The board's arithmetic: quorum, majority, the four tests and what they allow. No tables."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

TESTS = (
    ("integrated", "There has been an integrated approach, if appropriate"),
    ("duplication", "Duplication of commissioning has been considered"),
    ("fit", "The call-off fits the aims of the agreement and of the lot"),
    ("pool", "The provider pool is able to respond"),
)
# Only the first test may be “not appropriate” (rulebook G13).
MAY_BE_INAPPROPRIATE = frozenset({"integrated"})
NOT_INAPPROPRIATE = "Only the integrated approach can be “not appropriate”. Answer “met” or “not met”."


def majority(votes: Iterable[str], *, quorum: int, chair_vote: str | None, casting: bool) -> str:
    """Return `for`, `against`, `tied` or `no quorum`; abstentions count towards the quorum only."""
    cast = list(votes)
    if len(cast) < quorum:
        return "no quorum"
    in_favour, opposed = cast.count("for"), cast.count("against")
    if in_favour != opposed:
        return "for" if in_favour > opposed else "against"
    if casting and chair_vote in {"for", "against"}:
        return chair_vote
    return "tied"


def unanswered(answers: Iterable[tuple[int, str]], authorities: dict[int, str]) -> list[str]:
    """Return, for each authority that has not answered all four tests, its short name."""
    given = set(answers)
    return [
        name
        for organisation, name in authorities.items()
        if any((organisation, test) not in given for test, _ in TESTS)
    ]


def may_be_approved(paper: Any, actor: Any, now: datetime) -> str | None:
    """Return why the paper cannot be approved now, or nothing (rulebook G13, settled 25)."""
    missing = unanswered(paper.answer_keys(), paper.authorities_to_answer())
    if missing:
        return f"All four tests must be answered by each authority first. Missing: {', '.join(missing)}."
    uncured = paper.tests_not_met() - paper.tests_cured_by_conditions()
    if uncured:
        names = dict(TESTS)
        return (
            "A test is not met and no condition cures it: "
            + "; ".join(sorted(names[test] for test in uncured))
            + "."
        )
    result = paper.vote_result()
    if result != "for":
        return {"no quorum": "There is no quorum yet.", "tied": "The votes are tied."}.get(
            result, "The majority is against it."
        )
    return None


def may_be_refused(paper: Any, actor: Any, now: datetime) -> str | None:
    """Return why the vote cannot be closed as not approved, or nothing."""
    result = paper.vote_result()
    if result == "no quorum":
        return "There is no quorum yet."
    return None if result == "against" else "The majority is not against it."


def closer_has_no_interest(paper: Any, actor: Any, now: datetime) -> str | None:
    """Return why this person may not end the board's business on the paper, or nothing."""
    if paper.is_interest_of(actor):
        return "You declared an interest in this paper, so somebody else on the board ends the vote."
    return None


def refusal_to_declare(paper: Any, actor: Any) -> str | None:
    """Return why this person's interests are declared no more, or nothing."""
    if closed := _is_closed(paper):
        return closed
    if any(vote.user_id == actor.pk for vote in paper.votes.all()):
        return (
            "You have voted already, so your declaration stands. If you have an interest after all, tell the "
            "chair, who can return the paper."
        )
    return None


def refusal_to_set_condition(paper: Any, actor: Any) -> str | None:
    """Return why this person does not act on the paper, or nothing: interests are declared first."""
    if closed := _is_closed(paper):
        return closed
    declared = paper.interest_of(actor)
    if declared is None:
        return "First declare whether you have an interest in this paper."
    if declared.has_interest:
        return "You declared an interest in this paper, so you neither answer nor vote on it; a deputy may."
    return None if paper.seat_of(actor) else "You have no seat on this board any more."


def refusal_to_answer(paper: Any, actor: Any) -> str | None:
    """Return why this person does not answer the tests now, or nothing."""
    if refused := refusal_to_set_condition(paper, actor):
        return refused
    place = paper.seat_of(actor).organisation
    return f"{place.short_name} has voted, so its answers stand." if paper.vote_of(place) else None


def refusal_to_vote(paper: Any, actor: Any) -> str | None:
    """Return why this person does not vote now, or nothing: the answers come first, and each votes once."""
    if refused := refusal_to_set_condition(paper, actor):
        return refused
    place = paper.seat_of(actor).organisation
    if unanswered(paper.answer_keys(), {place.pk: ""}):
        return "Answer the four tests for your authority before you vote."
    return f"{place.short_name} has voted already." if paper.vote_of(place) else None


def refusal_to_meet(condition: Any) -> str | None:
    """Return why the condition cannot be recorded as met now, or nothing."""
    if condition.met_at is not None:
        return "This condition has been recorded as met already."
    if condition.paper.state != "approved":
        return "A condition can be met once the board has approved the paper."
    return None


def _is_closed(paper: Any) -> str | None:
    if paper.state == "tabled":
        return None
    return f"This paper is “{paper.state_label}”, so it can no longer be changed."


# The acts of a member on a paper, in their order; the policy table asks about `paper.<act>`.
ACTS = {
    "declare_interest": refusal_to_declare,
    "answer": refusal_to_answer,
    "set_condition": refusal_to_set_condition,
    "vote": refusal_to_vote,
}
