"""Facts of a mini-competition's letters (award, record, contract) and of its messages to providers."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from commissioning.records.letter_parts import LetterFacts, Line, Scores, Standstill
from lots.letters import Notice


@dataclass(frozen=True, kw_only=True)
class BidLetter(LetterFacts):
    """What the letter to each bidder holds, won or lost (rulebook B-letters).

    `notice` is the regime's name for the letter and `rights` what it lets a bidder do, both from the profile.
    Particulars name agreement, lot, call-off and the bid's reference. `value` is in GBP over the whole life.
    """

    notice: str
    rights: str
    calloff: str
    agreement: str
    scores: Scores | None
    standstill: Standstill
    questions_to: str


@dataclass(frozen=True, kw_only=True)
class AwardWinnerLetter(BidLetter):
    """The bidder to whom the authority intends to award, subject to standstill and contract."""

    KIND: ClassVar[str] = "award_winner"

    value: Decimal
    starts_on: date
    ends_on: date
    option_months: int
    conditions: tuple[str, ...] = ()

    @property
    def subject_line(self) -> str:
        return f"We intend to award you {self.calloff}"


@dataclass(frozen=True, kw_only=True)
class AwardUnsuccessfulLetter(BidLetter):
    """A bidder that did not win: both sets of scores, and why the winner was better (rulebook B13, G21).

    `scores` carry the winner's beside its own where the bid was scored. `winner_details` are what the regime
    wants named besides, such as address and identifier. `grounds` say what put a bid out of the ranking, and
    are empty for one that was ranked. No other loser is named.
    """

    KIND: ClassVar[str] = "award_unsuccessful"

    winner: str
    advantages: str
    feedback_until: date | None
    winner_details: str = ""
    grounds: tuple[str, ...] = ()

    @property
    def subject_line(self) -> str:
        return f"Your bid for {self.calloff} was not successful"


@dataclass(frozen=True, kw_only=True)
class RankedBid:
    """One bid of the ranking: place, exact points and, where it is out of the ranking, why."""

    place: int | None
    name: str
    reference: str
    quality_points: Decimal | None
    price: Decimal | None
    price_points: Decimal | None
    total: Decimal | None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class OwnDecision:
    """One authority's own decision that the award may be made (rulebook G14)."""

    authority: str
    body: str
    reference: str
    decided_on: date
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AwardRecord(LetterFacts):
    """The contract award record that the director signed, with everything it rests on. Never sent to bidders.

    `basis` are the particulars of what is bought (value, term, funding, shares), `route` how it came here
    (board's decision, numbers invited and bids received, panel by role), `conflicts` the declared interests
    and what was done about them.
    """

    KIND: ClassVar[str] = "award_record"

    calloff: str
    winner: str
    value: Decimal
    basis: tuple[Line, ...]
    route: tuple[Line, ...]
    ranking: tuple[RankedBid, ...]
    tie_break: str
    reasons: str
    advantages: str
    decisions: tuple[OwnDecision, ...]
    conflicts: tuple[str, ...]
    standstill_plan: str
    signed_at: datetime

    @property
    def subject_line(self) -> str:
        return f"Contract award record: {self.calloff}"


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    """One line of the price schedule as it was bid."""

    title: str
    unit: str
    quantity: Decimal
    price: Decimal


@dataclass(frozen=True, kw_only=True)
class ContractLetter(LetterFacts):
    """The call-off contract in its frozen terms, as issued for both to sign.

    `form` names the terms that govern it, such as "Peterborough City Council's terms for services".
    `incorporated` names the documents that are part of it, each with its SHA-256 where it is a file.
    """

    KIND: ClassVar[str] = "contract"

    calloff: str
    provider: str
    form: str
    need: str
    value: Decimal
    starts_on: date
    ends_on: date
    option_months: int
    shares: tuple[Line, ...]
    prices: tuple[PricedLine, ...]
    incorporated: tuple[Line, ...]
    terms: tuple[str, ...]

    @property
    def subject_line(self) -> str:
        return f"Contract for {self.calloff}"


@dataclass(frozen=True)
class InvitationToBid(Notice):
    """To each member of the pool at the same time: what is wanted, and by when."""

    kind: ClassVar[str] = "invitation_to_bid"

    title: str
    reference: str
    lot: str
    questions_close: datetime
    deadline: datetime
    support: str


@dataclass(frozen=True)
class QuestionAnswered(Notice):
    """To every invited provider: a question and its answer, without who asked (rulebook E4)."""

    kind: ClassVar[str] = "question_answered"

    title: str
    reference: str
    question: str
    answer: str
    deadline: datetime


@dataclass(frozen=True)
class CompetitionExtended(Notice):
    """To every invited provider: the old and the new deadline, and why (rulebook G3)."""

    kind: ClassVar[str] = "competition_extended"

    title: str
    reference: str
    old: datetime
    new: datetime
    reason: str
    support: str


@dataclass(frozen=True)
class CompetitionAbandoned(Notice):
    """To every invited provider: bids are no longer asked for, and why; nothing sealed was opened."""

    kind: ClassVar[str] = "competition_abandoned"

    authority: str
    title: str
    reference: str
    reason: str


@dataclass(frozen=True)
class BidReceived(Notice):
    """To the bidder's own people: the bid was received, and here is its receipt. It holds no content."""

    kind: ClassVar[str] = "bid_received"

    organisation: str
    title: str
    reference: str
    bid: str
    package: int
    received_at: str
    deadline: datetime
    digest: str
    replacing: str = ""


@dataclass(frozen=True)
class BidWithdrawn(Notice):
    """To the bidder's own people: the bid was taken back, by whom, and until when it may go in again."""

    kind: ClassVar[str] = "bid_withdrawn"

    organisation: str
    title: str
    reference: str
    bid: str
    who: str
    deadline: datetime


@dataclass(frozen=True)
class BidLapsed(Notice):
    """To the bidder's own people: the deadline passed and the bid was not submitted.

    `missing` are the titles of what kept it from going in under a standing instruction.
    """

    kind: ClassVar[str] = "bid_lapsed"

    organisation: str
    title: str
    reference: str
    deadline: datetime
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class BidSentAtClose(Notice):
    """To the bidder's own people: the bid went in at the close as they had asked, and here is its receipt."""

    kind: ClassVar[str] = "bid_sent_at_close"

    organisation: str
    title: str
    reference: str
    bid: str
    package: int
    who: str
    given_at: str
    saved_at: str
    fixed_at: str
    deadline: datetime
    digest: str


@dataclass(frozen=True)
class NoAward(Notice):
    """To every bidder: the mini-competition ended without an award, and why."""

    kind: ClassVar[str] = "no_award"

    authority: str
    title: str
    reference: str
    reason: str


@dataclass(frozen=True)
class ContractReady(Notice):
    """To the provider: the contract waits for its signature."""

    kind: ClassVar[str] = "contract_issued"

    authority: str
    title: str
    reference: str


@dataclass(frozen=True)
class ContractMade(Notice):
    """To the provider: both have signed."""

    kind: ClassVar[str] = "contract_signed"

    authority: str
    title: str
    reference: str
    starts_on: date
    ends_on: date
