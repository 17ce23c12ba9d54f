"""How far a person's running exercises are, as the home page shows them."""

from dataclasses import dataclass

from commissioning.people.models import User
from evaluation.models import AgreedScore, Assessment, Exercise, StandardDecision
from evaluation.workflow import JUDGING
from lots.models import Question

from .worklist import counted


@dataclass(frozen=True)
class Progress:
    """One exercise: how many evaluators have handed in, and how many scores of how many are agreed."""

    exercise: Exercise
    evaluators: int
    handed_in: int
    agreed: int
    wanted: int


def under_way(user: User, limit: int) -> list[Progress]:
    """Return the exercises under way that this person runs or judges, in the same few queries for any number.

    What was scored is no part of it: only that it was (rulebook D9).
    """
    rows = list(
        Exercise.objects.visible_to(user)
        .filter(state__in=JUDGING)
        .prefetch_related("panel")
        .order_by("scores_due_on", "pk")[:limit]
    )
    failed = StandardDecision.objects.filter(is_met=False).values("assessment")
    judged = Assessment.objects.filter(exercise__in=rows).exclude(pk__in=failed)
    assessments = counted(judged, "exercise")
    agreed = counted(AgreedScore.objects.filter(assessment__in=judged), "assessment__exercise")
    scored = Question.objects.filter(scheme__in=[row.scheme_id for row in rows])
    questions = counted(scored.exclude(kind=Question.Kind.INFORMATION), "scheme")
    return [
        Progress(
            exercise=row,
            evaluators=sum(seat.scores for seat in row.current_panel()),
            handed_in=sum(seat.scores and seat.handed_in_at is not None for seat in row.current_panel()),
            agreed=agreed.get(row.pk, 0),
            wanted=assessments.get(row.pk, 0) * questions.get(row.scheme_id, 0),
        )
        for row in rows
    ]
