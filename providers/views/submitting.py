"""Checking and submitting a lot, withdrawing it, and its receipts."""

from collections.abc import Mapping, Sequence
from typing import Any

from commissioning.records import sealing
from commissioning.workflow import Reason
from providers.models import Package
from providers.queries import apart, declarations
from providers.queries.parts import Part
from providers.queries.submissions import Own
from providers.rules import SHARE_CODE_MISSING
from providers.services import entries

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

    def beside(self, part: Part, written: Sequence[Own]) -> Mapping[str, str]:
        """Return where the profile now says something else than what goes in, which stops nobody."""
        asked = [one.item for one in written if one.item.kind == "standard"]
        if self.refusal_to_submit() or not asked:
            return {}
        kept = declarations.kept(self.application.organisation, asked)
        try:
            found = apart.differing(written, kept, actor=self.actor, now=self.now)
        except sealing.Damaged:
            return {}
        return {code: one.told_to(self.actor) for code, one in found.items()}

    def asks_again(self) -> bool:
        return self.application.window.agreement.submitter_proves_again

    def instead(self) -> list[Reason]:
        coming = self.next_window()
        return [Reason(coming)] if coming else []

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
        return entries.submit(entry=self.entry, actor=self.actor, now=self.now, seen=self.seen)


class Withdraw(WithdrawPage, InApplication):
    """Takes back what was submitted for a lot, until the deadline."""

    action = "entry.withdraw"

    def policy_object(self) -> Any:
        return self.entry

    def perform(self, form: Any) -> None:
        entries.withdraw(entry=self.entry, actor=self.actor, now=self.now, number=self.number)


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
