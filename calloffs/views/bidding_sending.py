"""Checking and submitting a bid, withdrawing it, and its receipts."""

from typing import Any

from calloffs.services import bids, standing
from providers.models import Instruction, Package
from providers.views.closing import AtTheClosePage
from providers.views.sending import (
    ExactPage,
    ReceiptJsonPage,
    ReceiptPage,
    ReceiptPdfPage,
    SentPage,
    SubmitPage,
    WithdrawPage,
)
from providers.views.verdicts import verdict

from .bidding_base import InBid

# What the instruction does, by the state of the bid: only one that was never sent goes in by itself.
AT_THE_CLOSE = {
    "draft": "If it is complete at the deadline, your bid now goes in by itself.",
    "submitted": (
        "Your bid is already submitted, and goes in as you submitted it. Changes you make now go in only if "
        "you submit again."
    ),
    "withdrawn": "Your bid was withdrawn, so it does not go in by itself. Submit it again if it is to count.",
}


class Submit(SubmitPage, InBid):
    """Check the whole bid, and submit it."""

    action = "bid.submit"

    def asks_again(self) -> bool:
        return bool(self.calloff.agreement.submitter_proves_again)

    def after_words(self) -> str:
        return "Your place in the pool is not affected."

    def send(self) -> Package:
        return bids.submit(bid=self.bid, actor=self.actor, now=self.now, seen=self.seen)


class Withdraw(WithdrawPage, InBid):
    """Takes the submitted bid back, until the deadline."""

    action = "bid.withdraw"

    def perform(self, form: Any) -> None:
        bids.withdraw(bid=self.bid, actor=self.actor, now=self.now, number=self.number)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"instruction": self.bid.instruction}


class AtTheClose(AtTheClosePage, InBid):
    """Says that the bid, if it is complete, goes in by itself at the close, or takes that back."""

    action = "bid.instruct"

    def standing(self) -> Instruction | None:
        return self.bid.instruction

    def last_taken_back(self) -> Instruction | None:
        return self.bid.instruction_taken_back

    def instruct(self) -> Any:
        return standing.instruct(bid=self.bid, actor=self.actor, now=self.now)

    def clear(self) -> None:
        standing.clear(bid=self.bid, actor=self.actor, now=self.now)

    def asks_again(self) -> bool:
        # It stands for submitting, so it asks what submitting asks (rulebook R22-i).
        return bool(self.calloff.agreement.submitter_proves_again) and not self.standing()

    def done_words(self) -> str:
        return AT_THE_CLOSE[self.bid.state]

    def get_context(self) -> dict[str, Any]:
        if self.is_closed():
            return super().get_context()
        withdrawn = self.bid.state == "withdrawn"
        line = verdict(self.part, self.part.missing, writable=True, by_itself=True, withdrawn=withdrawn)
        return super().get_context() | {"line": line}


class Receipt(ReceiptPage, InBid):
    """The receipt of the bid."""


class ReceiptJson(ReceiptJsonPage, InBid):
    """The receipt of the bid as a signed file."""


class ReceiptPdf(ReceiptPdfPage, InBid):
    """The receipt of the bid on paper."""


class Sent(SentPage, InBid):
    """The bid as it was submitted."""

    heading = "Your bid as you submitted it"

    def get_heading(self) -> str:
        return self.heading


class Exact(ExactPage, InBid):
    """One line of the bid as it was submitted, to the byte."""
