"""What the board and a paper's author are told, and the facts of the record of a decision."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commissioning.board import rules
from commissioning.board.letters import (
    AuthorityAnswer,
    BoardDecisionLetter,
    BoardTest,
    ConditionRow,
    VoteRow,
)
from commissioning.board.models import Condition, Paper, Seat
from commissioning.clock import london_date
from commissioning.people.models import User
from commissioning.records import letter_parts as parts
from commissioning.records.services import outbox


def tell_tabled(paper: Paper, now: datetime) -> None:
    """Ask everyone with a seat, deputies included, to declare, answer and vote."""
    facts = {
        "authority": paper.authority.name,
        "board": paper.board.name,
        "title": paper.title,
        "reference": paper.reference,
        "decide_by": paper.decide_by,
    }
    for person in _seated(paper):
        _queue("paper_tabled", person, paper, facts, now)


def tell_decided(paper: Paper, now: datetime) -> None:
    """Tell everyone with a seat, and who tabled it, how the paper ended."""
    facts = {
        "board": paper.board.name,
        "title": paper.title,
        "reference": paper.reference,
        "outcome": paper.outcome_words(),
        "note": paper.decision_note,
    }
    people = {person.pk: person for person in [*_seated(paper), paper.tabled_by]}
    for person in people.values():
        _queue("paper_decided", person, paper, facts, now)


def decision(paper: Paper, *, signatory: User) -> BoardDecisionLetter:
    """Return the frozen facts of the record of a decision that has just been taken."""
    decided_at = paper.decided_at
    if decided_at is None:
        raise ValueError("Only a decided paper has a record of its decision.")
    seats = {seat.user_id: seat for seat in paper.board.seats.select_related("organisation", "user")}
    chair = seats[signatory.pk]
    others = sorted({name for name in paper.authority_full_names() if name != paper.authority.name})
    return BoardDecisionLetter(
        authority=parts.AuthorityBlock(
            name=paper.authority.name,
            address=tuple(paper.authority.address.splitlines()),
            email=str(paper.facts.get("contact", "")),
            partners=tuple(others),
        ),
        to=parts.Addressee(name=paper.authority.name, address=tuple(paper.authority.address.splitlines())),
        sent_on=london_date(decided_at),
        signatory=parts.Signatory(
            name=signatory.name,
            job_title=f"{chair.get_kind_display()} of the {paper.board.name}",
            authority=chair.organisation.name,
        ),
        particulars=(
            parts.Line(label="Agreement", text=str(paper.facts.get("agreement", ""))),
            parts.Line(label="Call-off", text=f"{paper.title} ({paper.about})"),
            parts.Line(label="Paper", text=paper.reference),
        ),
        board=paper.board.name,
        paper_title=paper.title,
        paper_reference=paper.reference,
        paper_fingerprint=paper.fingerprint,
        outcome=paper.outcome_words(),
        note=paper.decision_note,
        tests=_tests(paper),
        votes=tuple(
            VoteRow(
                authority=vote.organisation.name,
                member=_cast_by(seats.get(vote.user_id)),
                vote=vote.get_vote_display(),
                reason=vote.reason,
            )
            for vote in paper.votes.select_related("organisation")
        ),
        quorum=f"{paper.votes.count()} authorities voted; the quorum is {paper.board.quorum}.",
        interests=tuple(
            f"{row.user.name}: {row.nature}"
            for row in paper.interests.select_related("user")
            if row.has_interest
        ),
        conditions=tuple(_condition(row) for row in paper.conditions.select_related("owner")),
        decided_at=decided_at,
    )


def _seated(paper: Paper) -> list[User]:
    seats = paper.board.seats.filter(left_at=None, user__is_active=True).select_related("user")
    return [seat.user for seat in seats]


def _queue(kind: str, person: User, paper: Paper, facts: Mapping[str, Any], now: datetime) -> None:
    outbox.queue(
        kind=kind,
        to=person,
        key=f"{kind}:{paper.reference}:{person.pk}",
        facts=facts,
        about=paper.reference,
        chain=paper.audit_chain,
        now=now,
    )


def _tests(paper: Paper) -> tuple[BoardTest, ...]:
    given = list(paper.answers.select_related("organisation"))
    return tuple(
        BoardTest(
            test=title,
            answers=tuple(
                AuthorityAnswer(
                    authority=row.organisation.name, answer=row.get_answer_display(), reason=row.reason
                )
                for row in given
                if row.test == code
            ),
        )
        for code, title in rules.TESTS
    )


def _cast_by(seat: Seat | None) -> str:
    return f"{seat.user.name}, {seat.get_kind_display().lower()}" if seat else ""


def _condition(row: Condition) -> ConditionRow:
    return ConditionRow(
        text=row.text,
        owner=row.owner.name,
        due_on=row.due_on,
        cures=row.get_cures_display() if row.cures else "",
    )
