"""What is typed on the way from the ranking to the contract."""

from collections.abc import Sequence
from typing import Any

from django import forms

from calloffs.models import Bid
from calloffs.queries.ranking import Ranked
from commissioning.web.fields import DateField, TextField
from commissioning.web.forms import PortalForm
from commissioning.web.text import percent
from evaluation.rules import as_decimal


class Recommendation(PortalForm):
    """The bid in first place, why it is to have the contract, and what it did better."""

    bid = forms.ChoiceField(label="The bid in first place", widget=forms.RadioSelect)
    reasons = TextField(
        label="Reasons for the award",
        max_words=500,
        rows=6,
        help_text="They go into the contract award record that the director signs.",
    )
    advantages = TextField(
        label="What the winning bid did better",
        max_words=500,
        rows=6,
        help_text="Each other bidder reads this in its letter, beside both sets of scores. Name no loser.",
    )
    nouns = {
        "bid": "the bid you recommend",
        "reasons": "the reasons for the award",
        "advantages": "what the winning bid did better",
    }

    def __init__(self, *args: Any, first: Sequence[Ranked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first = {row.bid.reference: row.bid for row in first}
        self.offer("bid", [(row.bid.reference, _offer(row)) for row in first])
        if len(first) == 1:
            self.initial = {"bid": first[0].bid.reference}

    def facts(self) -> dict[str, Any]:
        """Return what the service takes."""
        chosen: Bid = self.first[self.cleaned_data["bid"]]
        return {**self.cleaned_data, "bid": chosen}


class Signature(PortalForm):
    """The declaration with which a director signs the award record."""

    declared = forms.BooleanField(
        label="I have read what this award rests on, I have no interest in any bidder, and I sign the record"
    )


class Reason(PortalForm):
    reason = TextField(label="Reason", rows=4, max_words=300)
    nouns = {"reason": "the reason"}


class Sending(PortalForm):
    """The day that the letters name and from which the standstill is counted."""

    planned_on = DateField(
        label="The day on which the letters will be sent",
        help_text="The standstill is counted from it, so they can be released on that day alone. "
        "For example, 27 3 2027.",
    )
    nouns = {"planned_on": "the day of sending"}


def _offer(row: Ranked) -> str:
    return f"{row.bid.bidder} ({row.bid.reference}), {percent(as_decimal(row.total))} in all"
