"""A call-off on its way to the board: put there, taken back, taken back to draft."""

from collections.abc import Sequence
from typing import Any

from calloffs.forms import file as forms
from calloffs.queries import stages
from calloffs.services import calloffs as services
from commissioning.board.models import Paper
from commissioning.workflow import Reason

from .file import CallOffAction


class PutToBoard(CallOffAction):
    """Freezes the call-off into a paper and puts it to the board."""

    action = "calloff.table"
    step = "table"
    form_class = forms.DecideBy
    template_name = "calloffs/table.html"
    heading = "Put it to the board"
    submit_label = "Put it to the board"
    success_message = "The paper is with the board. Everybody with a seat has been told."

    def blockers(self) -> list[Reason]:
        # Each thing by itself, with the page that mends it; what else the machine says where there is none.
        found = stages.blockers(self.object, self.actor, self.now) if self.is_draft else []
        return found or super().blockers()

    @property
    def is_draft(self) -> bool:
        return self.object.state in self.object.MACHINE.step(self.step).sources

    def told(self) -> Sequence[str]:
        seats = self.object.agreement.board.current_seats()
        return [
            f"Everybody with a seat on the {self.object.agreement.board}, {len(seats)} people, by e-mail."
        ]

    def get_success_url(self, result: Any) -> str:
        return str(result.get_absolute_url())

    def perform(self, form: Any) -> Paper:
        return services.put_to_board(calloff=self.object, actor=self.actor, now=self.now, **form.cleaned_data)


class TakeBack(CallOffAction):
    """Withdraws the paper that is with the board."""

    action = "calloff.take_back"
    step = "take_back"
    form_class = forms.Why
    heading = "Take it back from the board"
    submit_label = "Take it back and tell the board"
    success_message = "The paper is withdrawn and the board has been told. The call-off is a draft again."
    warning = True

    def told(self) -> Sequence[str]:
        return ["Everybody with a seat on the board, by e-mail, with your reason."]

    def perform(self, form: Any) -> None:
        services.take_back(calloff=self.object, actor=self.actor, now=self.now, **form.cleaned_data)


class Revise(CallOffAction):
    """Takes a decided call-off back to draft."""

    action = "calloff.revise"
    step = "revise"
    template_name = "calloffs/revise.html"
    heading = "Change the call-off"
    submit_label = "Take it back to draft"
    success_message = "The call-off is a draft again. It must come back to the board."
    warning = True

    def perform(self, form: Any) -> None:
        services.revise(calloff=self.object, actor=self.actor, now=self.now)
