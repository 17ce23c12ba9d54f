"""Interests: declared by each panellist before any content, decided about by somebody else."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404

from commissioning.workflow import Reason
from evaluation import queries
from evaluation.forms import interests as forms
from evaluation.models import Declaration
from evaluation.services import interests

from .base import ExerciseAction


class Declare(ExerciseAction):
    """A panellist says for each bidder whether there is a conflict, before any content."""

    action = "exercise.declare"
    heading = "Declare your interests"
    submit_label = "Declare"
    success_message = "Your declaration has been recorded."
    template_name = "evaluation/declare.html"

    def blockers(self) -> list[Reason]:
        if self.object.state not in {"scoring", "moderating"}:
            return [Reason("The bidders are not known yet; you will be told when to declare.")]
        return [Reason("You have declared already.")] if self.seat().declared_at else []

    def get_form(self, **bound: Any) -> forms.Interests:
        return forms.Interests(exercise=self.object, **bound)

    def perform(self, form: Any) -> None:
        interests.declare(
            exercise=self.object,
            interests=form.interests(),
            with_whom=form.with_whom(),
            actor=self.actor,
            now=self.now,
        )

    def told(self) -> Sequence[str]:
        return [
            "If you declare a conflict, the procurement leads, by e-mail: somebody other than you decides.",
            "Without a conflict nobody is written to, and you can begin at once.",
        ]


class DeclareLater(ExerciseAction):
    """A panellist declares a conflict found since."""

    action = "exercise.declare"
    heading = "Declare a conflict you have found since"
    submit_label = "Declare the conflict"
    warning = True
    success_message = "Your conflict has been recorded. Somebody else decides what follows from it."
    template_name = "evaluation/declare_later.html"

    def blockers(self) -> list[Reason]:
        if self.object.state not in {"scoring", "moderating"}:
            return [
                Reason(f"The exercise is “{self.object.state_label}”, so there is nothing left to judge.")
            ]
        return [] if self.seat().declared_at else [Reason("Declare your interests in all bidders first.")]

    def get_form(self, **bound: Any) -> forms.LaterConflict:
        return forms.LaterConflict(exercise=self.object, **bound)

    def perform(self, form: Any) -> None:
        interests.declare_later(exercise=self.object, actor=self.actor, now=self.now, **form.facts())

    def told(self) -> Sequence[str]:
        return ["The procurement leads, by e-mail. Until one decides, you can read nothing here."]


class DecideConflict(ExerciseAction):
    """Somebody else decides about a declared conflict."""

    action = "exercise.mitigate"
    form_class = forms.ConflictDecision
    heading = "Decide about a conflict"
    submit_label = "Record the decision"
    success_message = "The decision has been recorded."
    template_name = "evaluation/decide_conflict.html"

    def declaration(self) -> Declaration:
        """Return the declaration named in the address, or 404."""
        found = queries.conflicts(self.object).filter(
            panellist__user__reference=self.kwargs["person"],
            organisation__reference=self.kwargs["organisation"],
        )
        if (row := found.first()) is None:
            raise Http404
        return row

    def blockers(self) -> list[Reason]:
        row = self.declaration()
        if not row.is_open:
            return [Reason("This conflict has been decided.")]
        if row.panellist.user_id == self.actor.pk:
            return [Reason("Somebody else must decide about your interest.")]
        return []

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"declaration": self.declaration()}

    def perform(self, form: Any) -> None:
        interests.decide_conflict(
            declaration=self.declaration(), actor=self.actor, now=self.now, **form.cleaned_data
        )

    def told(self) -> Sequence[str]:
        return [f"{self.declaration().panellist.user.name}, by e-mail, with the measures."]
