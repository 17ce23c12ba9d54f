"""Facts of the record of a board's decision (rulebook G13, settled 25)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from commissioning.records.letter_parts import LetterFacts


@dataclass(frozen=True, kw_only=True)
class AuthorityAnswer:
    """One authority's answer to a test, in words, with its sentence."""

    authority: str
    answer: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class BoardTest:
    """One of the four tests with the answers of all authorities."""

    test: str
    answers: tuple[AuthorityAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class VoteRow:
    """One authority's vote, and who cast it in which seat."""

    authority: str
    member: str
    vote: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ConditionRow:
    """A condition of approval, who must meet it and by when; `cures` names the test it cures, if one."""

    text: str
    owner: str
    due_on: date
    cures: str = ""


@dataclass(frozen=True, kw_only=True)
class BoardDecisionLetter(LetterFacts):
    """What the board decided on one paper, and what its decision rests on.

    `outcome` is the decision in words ("approved", "approved with 2 conditions", "not approved", "returned to
    its author"), `quorum` a sentence, `interests` a sentence each, `paper_fingerprint` the paper's digest.
    """

    KIND: ClassVar[str] = "board_decision"

    board: str
    paper_title: str
    paper_reference: str
    paper_fingerprint: str
    outcome: str
    note: str
    tests: tuple[BoardTest, ...]
    votes: tuple[VoteRow, ...]
    quorum: str
    interests: tuple[str, ...]
    conditions: tuple[ConditionRow, ...]
    decided_at: datetime

    @property
    def subject_line(self) -> str:
        return f"Decision of the {self.board}: {self.paper_title}"
