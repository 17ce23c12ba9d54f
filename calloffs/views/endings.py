"""How a call-off ends without a contract: abandoned, or without an award."""

from collections.abc import Sequence
from typing import Any

from calloffs.forms import file as forms
from calloffs.services import endings

from .file import CallOffAction


class Abandon(CallOffAction):
    """Ends the call-off before its bids were closed."""

    action = "calloff.abandon"
    step = "abandon"
    form_class = forms.Why
    template_name = "calloffs/abandon.html"
    heading = "Abandon the call-off"
    submit_label = "Abandon the call-off"
    success_message = "The call-off is abandoned."
    warning = True

    def told(self) -> Sequence[str]:
        if self.object.state == "open":
            return ["Every provider that was invited, by e-mail, with your reason."]
        return ["Nobody is written to. Nobody has been invited yet."]

    def perform(self, form: Any) -> None:
        endings.abandon(calloff=self.object, actor=self.actor, now=self.now, **form.cleaned_data)


class EndWithoutAward(CallOffAction):
    """Ends the call-off after the deadline."""

    action = "calloff.end_without_award"
    step = "end_without_award"
    form_class = forms.Why
    template_name = "calloffs/end.html"
    heading = "End without an award"
    submit_label = "End it and tell every bidder"
    success_message = "The call-off has ended without an award. Every bidder has been told."
    warning = True

    def told(self) -> Sequence[str]:
        return ["Every provider that bid, by e-mail, with your reason."]

    def perform(self, form: Any) -> None:
        endings.end_without_award(calloff=self.object, actor=self.actor, now=self.now, **form.cleaned_data)
