"""Checking and submitting a bid, withdrawing it, and its receipts."""

from typing import Any

from calloffs.services import bids
from providers.models import Package
from providers.views.sending import (
    ReceiptJsonPage,
    ReceiptPage,
    ReceiptPdfPage,
    SentPage,
    SubmitPage,
    WithdrawPage,
)

from .bidding_base import InBid


class Submit(SubmitPage, InBid):
    """Check the whole bid, and submit it."""

    action = "bid.submit"

    def asks_again(self) -> bool:
        return bool(self.calloff.agreement.submitter_proves_again)

    def perform(self, form: Any) -> Package:
        return bids.submit(bid=self.bid, actor=self.actor, now=self.now)


class Withdraw(WithdrawPage, InBid):
    """Takes the submitted bid back, until the deadline."""

    action = "bid.withdraw"

    def perform(self, form: Any) -> None:
        bids.withdraw(bid=self.bid, actor=self.actor, now=self.now)


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
