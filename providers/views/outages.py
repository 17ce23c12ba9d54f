"""The lost time of an outage: the lead gives it back to everyone, or says why not."""

from collections.abc import Sequence
from typing import Any

from commissioning.workflow import Reason
from lots import lost_time
from lots.services import outages as decisions
from lots.views.base import reasons
from providers import forms
from providers.services import outages

from .windows import TOLD_OF_EXTENSION, OfWindow


class OfOutage(OfWindow):
    """An act of the lead on the outages of a window that wait for a decision."""

    template_name = "providers/outage.html"
    action = "window.decide_outage"

    def blockers(self) -> list[Reason]:
        is_over = lost_time.can_be_decided_no_more(self.object, self.now)
        return reasons(lost_time.refusal_to_decide(self.object, self.now), for_good=is_over)

    def get_context(self) -> dict[str, Any]:
        found = lost_time.undecided(self.object)
        return super().get_context() | {
            "outages": found,
            "lost": lost_time.lost_minutes(self.object, found),
        }


class GiveBack(OfOutage):
    """Moves the deadline by the lost time: filled in already, and confirmed or changed by the lead."""

    form_class = forms.Extension
    heading = "Give the lost time back"
    submit_label = "Move the deadline and tell everyone"
    success_message = (
        "The deadline has been moved by the lost time. Applicants, those who asked and those who follow are "
        "told by e-mail."
    )

    def form_arguments(self) -> dict[str, Any]:
        found = lost_time.undecided(self.object)
        return {
            "initial": {
                "new_deadline": lost_time.deadline_after(self.object, found),
                "reason": lost_time.proposed_reason(self.object, found),
            }
        }

    def perform(self, form: Any) -> Any:
        return outages.extend(window=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return [
            *TOLD_OF_EXTENSION,
            "Anyone who looks at the window's page: the outage, both deadlines and the reason stay on it.",
        ]


class Leave(OfOutage):
    """Leaves the deadline as it is, with a reason that everybody can read."""

    form_class = forms.DeadlineStays
    heading = "Leave the deadline as it is"
    submit_label = "Leave the deadline"
    success_message = "The deadline stays, and your reason is on the window's page."

    def perform(self, form: Any) -> None:
        decisions.leave(window=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return [
            "Nobody is written to.",
            "Anyone who looks at the window's page: the outage and your reason stay on it.",
        ]
