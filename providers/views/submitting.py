"""Checking and submitting a lot, withdrawing it, and its receipts."""

from collections.abc import Sequence
from typing import Any

from commissioning.web.text import london
from commissioning.workflow import Reason
from providers.models import Package
from providers.queries import applications as queries
from providers.rules import SHARE_CODE_MISSING
from providers.services import applications as services

from .base import InApplication
from .sending import (
    ExactPage,
    ReceiptJsonPage,
    ReceiptPage,
    ReceiptPdfPage,
    SentPage,
    SubmitPage,
    WithdrawPage,
)


class Submit(SubmitPage, InApplication):
    """Check your answers of one lot, and submit it with the common part."""

    action = "entry.submit"

    def policy_object(self) -> Any:
        return self.entry

    def blockers(self) -> list[Reason]:
        found = super().blockers()
        if self.application.lacks_share_code and not self.refusal_to_submit():
            found.append(Reason(SHARE_CODE_MISSING, link=self.details_url()))
        return found

    def asks_again(self) -> bool:
        return self.application.window.agreement.submitter_proves_again

    def has_no_deadline(self) -> bool:
        return bool(self.application.window.is_rolling)

    def instead(self) -> list[Reason]:
        coming = queries.next_window(self.application.window, self.now)
        text = "The next window of this agreement opens on {}."
        return [Reason(text.format(london(coming.opens_at)))] if coming else []

    def told(self) -> Sequence[str]:
        ours, nobody = super().told()
        if not self.application.window.is_rolling:
            return [ours, nobody]
        return [
            ours,
            "The lead authority sees that an entry to this lot has come in, without your name.",
            "It may open it from a few minutes later; nobody can read it before that recorded opening.",
        ]

    def send(self) -> Package:
        return services.submit(entry=self.entry, actor=self.actor, now=self.now, seen=self.seen)


class Withdraw(WithdrawPage, InApplication):
    """Takes back what was submitted for a lot, until the deadline."""

    action = "entry.withdraw"

    def policy_object(self) -> Any:
        return self.entry

    def perform(self, form: Any) -> None:
        services.withdraw(entry=self.entry, actor=self.actor, now=self.now, number=self.number)


class Receipt(ReceiptPage, InApplication):
    """The receipt of a lot, with the lots that were not submitted yet."""

    def get_context(self) -> dict[str, Any]:
        others = [part.entry for part in self.board.entries if part.entry and part.package is None]
        return super().get_context() | {"others": others}


class ReceiptJson(ReceiptJsonPage, InApplication):
    """The receipt of a lot as a signed file."""


class ReceiptPdf(ReceiptPdfPage, InApplication):
    """The receipt of a lot on paper."""


class Sent(SentPage, InApplication):
    """What was submitted for a lot."""


class Exact(ExactPage, InApplication):
    """One line of what was submitted for a lot, to the byte."""
