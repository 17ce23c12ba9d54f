"""The list of exercises, and an exercise's own page: where it stands and what it wants of this person."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from commissioning import policies
from commissioning.people.roles import Role
from commissioning.web.views import Crumb, ListPage
from evaluation import queries
from evaluation.origins import origin_of
from evaluation.workflow import JUDGING

from .base import ExercisePage

STAGES = (
    ("appointing", "Panel"),
    ("scoring", "Scores"),
    ("moderating", "Moderation"),
    ("closed", "Check and letters"),
    ("released", "Released"),
)


class Exercises(ListPage):
    """The exercises this person runs or judges."""

    template_name = "evaluation/exercises.html"
    heading = "Panels and scoring"
    visible = staticmethod(queries.exercises)
    empty = "You are on no panel yet. When a procurement lead appoints you, it appears here."


class ExerciseDetail(ExercisePage):
    """Where an exercise stands, and what it wants of this person."""

    template_name = "evaluation/exercise.html"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Panels", reverse("exercises"))]

    def step_url(self, step: str) -> str:
        """Return the address of a step's page, where the step can be taken from the state at hand."""
        pages = {
            "start": "exercise-start",
            "begin_moderation": "exercise-begin-moderation",
            "close_moderation": "exercise-close-moderation",
        }
        from_here = self.object.state in self.object.MACHINE.step(step).sources
        return reverse(pages[step], args=[self.object.reference]) if step in pages and from_here else ""

    def actions(self) -> list[dict[str, Any]]:
        """Return the steps of the lead to the lead, and of the moderator to the moderator."""
        seat = queries.seat_of(self.object, self.actor)
        theirs = ({"start"} if self.runs else set()) | (
            {"begin_moderation", "close_moderation"} if seat and not seat.scores else set()
        )
        return [one for one in super().actions() if one["step"] in theirs]

    @property
    def runs(self) -> bool:
        """Tell whether the person runs the exercise, or audits it."""
        return bool(self.actor.roles_in(self.object.run_by) & {Role.LEAD, Role.AUDITOR})

    def stages(self) -> list[dict[str, str]]:
        """Return the stages of an exercise, with where it is now."""
        names = [state for state, _ in STAGES]
        here = names.index(self.object.state) if self.object.state in names else len(names)
        places = ["done" if n < here else "now" if n == here else "next" for n in range(len(names))]
        return [{"label": label, "place": place} for (_, label), place in zip(STAGES, places, strict=True)]

    def get_context(self) -> dict[str, Any]:
        exercise, seat = self.object, queries.seat_of(self.object, self.actor)
        context = super().get_context() | {
            "seat": seat,
            "runs": self.runs,
            "judging": exercise.state in JUDGING,
            "leads": Role.LEAD in self.actor.roles_in(exercise.run_by),
            "stages": self.stages(),
            "origin": origin_of(exercise) if self.runs else None,
            "decides": policies.may(self.actor, "exercise.check", exercise).allowed,
            "has_opened": exercise.round.is_open,
            "is_empty": exercise.round.is_open and not exercise.has_submissions(),
            "threshold": queries.threshold_shown(exercise),
        }
        if self.runs:
            context |= {
                "progress": queries.progress(exercise),
                "conflicts": queries.conflicts(exercise),
                "standards_waiting": exercise.standards_to_decide(),
                "submissions": exercise.assessments.count(),
            }
        if seat is not None and seat.declared_at:
            done, wanted = queries.own_progress(exercise, seat)
            context |= {
                "refusal": queries.refusal_to_read(exercise, seat),
                "done": done,
                "wanted": wanted,
                "missing": wanted - done,
                "standards_waiting": exercise.standards_to_decide(),
            }
        return context
