"""Minimum standards: every bidder with what is decided, and one bidder's decisions."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from commissioning.clock import london_date
from commissioning.workflow import Reason
from evaluation import forms, queries
from evaluation.services import standards

from .base import ExerciseAction, ExercisePage


class Standards(ExercisePage):
    """Every bidder with how many minimum standards are decided."""

    template_name = "evaluation/standards.html"
    heading = "Minimum standards"
    action = "exercise.gate"

    def get_context(self) -> dict[str, Any]:
        page = self.rows(queries.assessed(self.object))
        return super().get_context() | {
            "page_obj": page,
            "rows": queries.standards_rows(self.object, list(page.object_list)),
            "waiting": self.object.standards_to_decide(),
            "following": queries.next_to_decide(self.object),
            "to_look_at": queries.standards_to_look_at(self.object),
            "missing": queries.missing_of(self.object).count(),
            "evidence_request": queries.evidence_request(self.object),
        }


class DecideStandards(ExerciseAction):
    """Decides one bidder's minimum standards beside what it declared."""

    action = "exercise.gate"
    submit_label = "Record and go to the next bidder"
    template_name = "evaluation/decide_standards.html"
    back_to = ("Minimum standards", "exercise-standards")

    def get_heading(self) -> str:
        return self.assessment().bidder

    def get_caption(self) -> str:
        return f"Minimum standards, {self.object.title}"

    def blockers(self) -> list[Reason]:
        if self.object.state in {"scoring", "moderating"}:
            return []
        return [Reason(f"The exercise is “{self.object.state_label}”, so its standards are fixed.")]

    def get_form(self, **bound: Any) -> forms.Standards:
        assessment = self.assessment()
        return forms.Standards(
            standards=queries.standards_of(self.object),
            declared=queries.read_declarations(
                assessment, reader=self.actor, now=self.now, address=self.address
            ),
            decided=assessment.standards.all(),
            missing=queries.missing_of(self.object, [assessment]),
            may_note_missing=queries.may_note_missing(self.object),
            today=london_date(self.now),
            **bound,
        )

    def get_context(self) -> dict[str, Any]:
        assessment, fixed = self.assessment(), bool(self.blockers())
        decided = assessment.standards.select_related("standard", "decided_by").order_by("standard__position")
        return super().get_context() | {
            "consortium": queries.read_consortium(
                assessment, reader=self.actor, now=self.now, address=self.address
            ),
            "fixed": list(decided) if fixed else [],
            "blockers_title": "These decisions stand",
        }

    def perform(self, form: Any) -> None:
        standards.decide_standards(
            assessment=self.assessment(), decisions=form.decisions(), actor=self.actor, now=self.now
        )

    def get_success_url(self, result: Any) -> str:
        following = queries.next_to_decide(self.object, after=self.assessment())
        if following is None:
            return reverse("exercise-standards", args=[self.object.reference])
        return reverse("exercise-standard", args=[self.object.reference, following.organisation.reference])

    def get_success_message(self, result: Any) -> str:
        return f"The decisions about {self.assessment().bidder} have been recorded."

    def told(self) -> Sequence[str]:
        return [
            "Nobody is written to now. Each decision with its reason stands in the bidder's letter.",
            "Where a document is missing, bidders are asked later, all in one act.",
            "If a bidder is let in again, evaluators who have not scored it are told to.",
        ]
