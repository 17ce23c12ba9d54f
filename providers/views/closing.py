"""Saying that what is complete goes in by itself at the close, of an application or a bid."""

from collections.abc import Sequence
from typing import Any

from commissioning.accounts import sessions
from commissioning.web.views import ActionView
from providers import forms
from providers.models import Instruction

from .submission import OfSubmission


class AtTheClosePage(OfSubmission, ActionView):
    """Gives the standing instruction, or takes back the one that stands (settled 11)."""

    template_name = "providers/at_the_close.html"
    heading = "Send what is complete at the close"

    def standing(self) -> Instruction | None:
        """Return the instruction that stands."""
        raise NotImplementedError

    def instruct(self) -> Any:
        raise NotImplementedError

    def clear(self) -> Any:
        raise NotImplementedError

    def done_words(self) -> str:
        """Return what the page says once the instruction is given."""
        raise NotImplementedError

    def prepare(self) -> None:
        super().prepare()
        self.submit_label = "Take it back" if self.standing() else "Send what is complete at the close"

    def get_form(self, **bound: Any) -> forms.AtClose:
        return forms.AtClose(initial={"now": "yes" if self.standing() else "no"}, **bound)

    def get_caption(self) -> str:
        return self.whole_reference()

    def perform(self, form: forms.AtClose) -> bool:
        # What the person saw decides: a colleague may have done the same meanwhile.
        stood = form.cleaned_data["now"] == "yes"
        if stood:
            self.clear()
        else:
            self.instruct()
        return stood

    def get_success_message(self, result: bool) -> str:
        if result:
            return "Taken back: nothing goes in by itself. Submit before the deadline."
        return self.done_words()

    def get_success_url(self, result: Any) -> str:
        return self.home_url()

    def told(self) -> Sequence[str]:
        return ["Nobody now. After the close, everybody who writes for your organisation, by e-mail."]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "standing": self.standing(),
            "proves_again": self.asks_again(),
            "second_factor": self.actor.has_second_factor,
            "proof_minutes": sessions.proof_minutes(),
        }
