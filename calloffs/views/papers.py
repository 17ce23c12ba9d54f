"""A paper with what has changed in its call-off, and the two acts on it that move the call-off as well."""

from collections.abc import Sequence
from typing import Any

from calloffs.forms import file as forms
from calloffs.models import CallOff
from calloffs.queries import papers
from calloffs.services import calloffs as services
from commissioning.board import views as board
from commissioning.board.workflow import PAPER
from commissioning.workflow import Reason


class WholePaper(board.PaperPage):
    """A paper, with what has changed in its call-off since it was put to the board."""

    def changes(self) -> list[dict[str, str]]:
        return papers.changed_since(self.object)


class EndVote(board.PaperAction):
    """What ends the board's business on a paper and moves its call-off."""

    step = ""

    def blockers(self) -> list[Reason]:
        return PAPER.refusals(self.object, self.step, actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        return [board.BOARD_TOLD, board.AUTHOR_TOLD]

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()


class CloseVote(EndVote):
    """Closes the vote as the majority has it."""

    action = "paper.approve"
    form_class = forms.VoteNote
    template_name = "calloffs/close_vote.html"
    heading = "Close the vote"
    submit_label = "Close the vote and tell everybody"

    def blockers(self) -> list[Reason]:
        step = self.object.closing_step()
        return PAPER.refusals(self.object, step, actor=self.actor, now=self.now)

    def perform(self, form: Any) -> CallOff:
        return services.close_vote(paper=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def get_success_message(self, result: Any) -> str:
        return f"The vote is closed: {self.object.outcome_words()}. The board and the author have been told."


class ReturnToAuthor(EndVote):
    """Sends the paper, and with it the call-off, back to its author."""

    action = "paper.return"
    step = "return"
    form_class = forms.WhatToChange
    heading = "Return it to its author"
    submit_label = "Return it and tell everybody"
    success_message = "The paper is returned. The board and the author have been told."

    def perform(self, form: Any) -> CallOff:
        return services.return_to_author(
            paper=self.object, actor=self.actor, now=self.now, **form.cleaned_data
        )
