"""Saying that what is complete goes in by itself at the close, of an application or a bid."""

from collections.abc import Sequence
from typing import Any

from commissioning.accounts import sessions
from commissioning.web.views import ActionView
from providers import forms
from providers.models import Instruction

from .closed import Closed


class AtTheClosePage(Closed, ActionView):
    """Gives the standing instruction, or takes back the one that stands; after the close, what came of it.

    See settled 11.
    """

    template_name = "providers/at_the_close.html"

    def standing(self) -> Instruction | None:
        """Return the instruction that stands."""
        raise NotImplementedError

    def last_taken_back(self) -> Instruction | None:
        """Return the instruction that was taken back last, where none stands."""
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

    def get_heading(self) -> str:
        is_past = self.is_over() and not self.has_no_deadline()
        return "What happened at the close" if is_past else "Send what is complete at the close"

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
        if self.is_closed():
            return super().get_context() | self.came_of_it()
        return super().get_context() | {
            "standing": self.standing(),
            "proves_again": self.asks_again(),
            "second_factor": self.actor.has_second_factor,
            "proof_minutes": sessions.proof_minutes(),
        }

    def came_of_it(self) -> dict[str, Any]:
        """Return what the instruction did once the window or competition closed."""
        if self.has_no_deadline():
            return {"is_closed": True}
        rows = [self.what_went_in(part) for part in self.all_parts() if part.submission.round_id]
        return {
            "is_closed": True,
            "shows_rows": not self.stopped() or any(row["package"] for row in rows),
            "stood": self.standing(),
            "taken_back": self.last_taken_back(),
            "rows": rows,
        }
