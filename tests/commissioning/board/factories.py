"""A board and a paper before it, without the agreement and the call-off that bring it there."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from commissioning.board.models import Board, Paper, Seat
from commissioning.board.rules import TESTS
from commissioning.board.services import papers, set_up
from commissioning.people.models import Organisation, User
from commissioning.people.roles import Role
from tests.factories import NOW, authority, person

DECIDE_BY = date(2027, 1, 20)


@dataclass
class Sitting:
    """A board of two authorities: a chair with a deputy, and a member."""

    board: Board
    first: Organisation
    second: Organisation
    chair: User
    deputy: User
    member: User
    author: User


def sitting(*, quorum: int = 2, casting: bool = False) -> Sitting:
    board = set_up(name="Joint project board", quorum=quorum)
    board.chair_has_casting_vote = casting
    board.save()
    first, second = authority(), authority()
    made = Sitting(
        board,
        first,
        second,
        chair=person(first, Role.BOARD_CHAIR, name="Chair Chandra"),
        deputy=person(first, Role.BOARD_MEMBER, name="Deputy Dana"),
        member=person(second, Role.BOARD_MEMBER, name="Member Mo"),
        author=person(first, Role.COMMISSIONER, name="Author Ash"),
    )
    for organisation, user, kind in (
        (first, made.chair, "chair"),
        (first, made.deputy, "deputy"),
        (second, made.member, "member"),
    ):
        Seat.objects.create(board=board, organisation=organisation, user=user, kind=kind, joined_at=NOW)
    return made


def facts(**given: Any) -> dict[str, Any]:
    return {
        "agreement": "Early help (EIP-PDPS)",
        "contact": "procurement@example.org",
        "calloff": "CO-23456",
        "title": "Handyperson Service",
        "also_known_as": "",
        "need": "Older people need small repairs.",
        "lot": "Lot 3: Community Support",
        "lead": "First Council",
        "shares": [{"authority": "First Council", "amount": "100000.00"}],
        "value": "100000.00",
        "starts_on": "2027-06-01",
        "ends_on": "2029-05-31",
        "option_months": 12,
        "funding": "Own budget",
        "contract_form": "Council terms",
        "specification": {"title": "Specification", "reference": "DOC-23456", "sha256": "0" * 64},
        "coproduction": "Two workshops.",
        "impact_assessments": "Done.",
        "tupe": "Nobody transfers.",
        "pool": 9,
        "cases": {code: f"The case for {code}." for code, _ in TESTS},
        **given,
    }


def tabled(of: Sitting, *, now: datetime = NOW, **given: Any) -> Paper:
    return papers.table(
        **{
            "board": of.board,
            "authority": of.first,
            "title": "Handyperson Service",
            "about": "CO-23456",
            "chain": "EIP-PDPS",
            "facts": facts(),
            "decide_by": DECIDE_BY,
            "actor": of.author,
            "now": now,
            **given,
        }
    )


def answers(test: str = "", answer: str = "met") -> dict[str, tuple[str, str]]:
    """Return all four tests met, but for the one named."""
    return {code: (answer if code == test else "met", f"Because of {code}.") for code, _ in TESTS}


def act(paper: Paper, by: User, *, vote: str = "for", given: Any = None, now: datetime = NOW) -> None:
    """Let a member declare no interest, answer, and vote unless `vote` is empty."""
    papers.declare_interest(paper=paper, has_interest=False, nature="", actor=by, now=now)
    papers.answer_all(paper=paper, answers=given or answers(), actor=by, now=now)
    if vote:
        papers.vote(paper=paper, value=vote, reason="As said.", actor=by, now=now)
