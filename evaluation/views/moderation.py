"""The moderator's workbench: agreed scores with reasons, and the close of the moderation."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from commissioning import policies
from commissioning.workflow import Reason
from evaluation import forms, queries, rules
from evaluation.models import AgreedScore, Assessment
from evaluation.services import moderation, scoring
from evaluation.workflow import EXERCISE

from .base import ExerciseAction, ExercisePage


class Begin(ExerciseAction):
    """Starts the moderation once everybody has handed in."""

    action = "exercise.begin_moderation"
    heading = "Start the moderation"
    submit_label = "Start the moderation"
    success_message = "The moderation has started."

    def blockers(self) -> list[Reason]:
        return in_the_way(self, "begin_moderation")

    def perform(self, form: Any) -> None:
        scoring.begin_moderation(exercise=self.object, actor=self.actor, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return reverse("exercise-workbench", args=[self.object.reference])

    def told(self) -> Sequence[str]:
        return ["Every evaluator of this panel, by e-mail: scores can no longer be changed."]


class Workbench(ExercisePage):
    """A grid of bidders by questions: the agreed score, or the scores handed in with their spread."""

    template_name = "evaluation/workbench.html"
    heading = "Moderation"
    action = "exercise.moderate"

    def found(self) -> tuple[str, QuerySet[Assessment]]:
        """Return which bidders are shown, and them."""
        shown = self.request.GET.get("show", "")
        choices = {"open": queries.to_agree, "wide": queries.wide_apart}
        return (shown, choices[shown](self.object)) if shown in choices else ("", queries.judged(self.object))

    def get_context(self) -> dict[str, Any]:
        queries.insist_on_reading(self.object, self.actor)
        insist_on_moderator(self)
        shown, rows = self.found()
        page = self.rows(rows)
        done, wanted = queries.agreed_progress(self.object)
        return super().get_context() | {
            "questions": queries.scored_questions(self.object),
            "shown": shown,
            "page_obj": page,
            "rows": queries.moderation_rows(self.object, list(page.object_list)),
            "done": done,
            "wanted": wanted,
            "following": queries.next_to_agree(self.object),
            "blockers": EXERCISE.refusals(self.object, "close_moderation", actor=self.actor, now=self.now),
        }


class Agree(ExerciseAction):
    """Records the score that the panel agreed for one answer."""

    action = "exercise.moderate"
    submit_label = "Save and go to the next"
    template_name = "evaluation/agree.html"
    back_to = ("Moderation", "exercise-workbench")

    def get_heading(self) -> str:
        return self.question().title

    def get_caption(self) -> str:
        return self.assessment().bidder

    def get_form(self, **bound: Any) -> forms.Consensus:
        return forms.Consensus(
            exercise=self.object,
            kept=queries.agreed_score(self.assessment(), self.question()),
            present=queries.last_present(self.object),
            **bound,
        )

    def get_context(self) -> dict[str, Any]:
        assessment, question = self.assessment(), self.question()
        insist_on_moderator(self)
        answer = queries.read_answer(
            self.object, assessment, question, reader=self.actor, now=self.now, address=self.address
        )
        given = list(queries.given_scores(assessment, question))
        return super().get_context() | {
            "exercise": self.object,
            "question": question,
            "assessment": assessment,
            "answer": answer,
            "last_time": queries.agreed_last_time(self.object, assessment, question),
            "given": given,
            "is_wide": rules.has_wide_gap(row.score or 0 for row in given),
            "beside": queries.neighbours(self.object, assessment, question),
            "agreed": assessment.agreed.count(),
            "of": len(queries.scored_questions(self.object)),
            "is_fixed": self.object.state != "moderating",
        }

    def perform(self, form: Any) -> AgreedScore:
        return moderation.agree(
            assessment=self.assessment(),
            question=self.question(),
            actor=self.actor,
            now=self.now,
            **form.facts(),
        )

    def get_success_url(self, result: Any) -> str:
        following = queries.next_to_agree(self.object, after=(self.assessment(), self.question()))
        if following is None or "stay" in self.request.POST:
            return reverse("exercise-workbench", args=[self.object.reference])
        assessment, question = following
        return reverse(
            "exercise-agree", args=[self.object.reference, assessment.organisation.reference, question.code]
        )

    def get_success_message(self, result: Any) -> str:
        return f"Agreed: {self.assessment().bidder}, {self.question().title}, {result.score}."


class Close(ExerciseAction):
    """Closes the moderation: from then on no score changes, and totals are worked out."""

    action = "exercise.close_moderation"
    heading = "Close the moderation"
    submit_label = "Close the moderation"
    success_message = "The moderation is closed. The procurement lead now checks the outcomes before release."
    template_name = "evaluation/close.html"
    back_to = ("Moderation", "exercise-workbench")
    warning = True

    def blockers(self) -> list[Reason]:
        return in_the_way(self, "close_moderation")

    def perform(self, form: Any) -> None:
        moderation.close(exercise=self.object, actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        return [
            "The procurement leads, by e-mail: they see the totals.",
            "Nobody outside the authority is told anything yet.",
        ]


def in_the_way(view: ExerciseAction, step: str) -> list[Reason]:
    """Return what keeps the moderator from this step: the step's own reasons, and an interest."""
    reasons = EXERCISE.refusals(view.object, step, actor=view.actor, now=view.now)
    seat = queries.seat_of(view.object, view.actor)
    interest = queries.refusal_to_read(view.object, seat) if seat else None
    return [Reason(interest), *reasons] if interest else reasons


def insist_on_moderator(view: ExercisePage | ExerciseAction) -> None:
    """Return if the reader moderates this panel: others' scores are shown to nobody else (rulebook D9)."""
    if refusal := rules.actor_moderates(view.object, view.actor, view.now):
        raise policies.Denied(refusal)
    if view.object.state == "scoring":
        raise policies.Denied("Start the moderation first: until then each evaluator scores alone.")
