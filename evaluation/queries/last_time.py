"""What an earlier panel agreed of the same bidder's answer, where the scheme says that this one sees it."""

from dataclasses import dataclass

from evaluation.models import AgreedScore, Assessment, Exercise
from lots.models import Question, Window


@dataclass(frozen=True)
class AgreedLastTime:
    """The score that an earlier panel agreed, with its reason, and the window it was for."""

    window: Window
    score: int
    maximum: int
    reason: str


def agreed_last_time(exercise: Exercise, assessment: Assessment, question: Question) -> AgreedLastTime | None:
    """Return the latest agreed score of this bidder's answer to the same question of the lot, or nothing.

    It has been told to the bidder by letter. Ask only after `read_answer`, which insists on who may read it.
    """
    # SECURITY: unseen unless the published scheme says so; applicants read there what the panel sees.
    if not exercise.scheme.panel_sees_last_score or not hasattr(exercise, "window_link"):
        return None
    offered = exercise.window_link.window_lot
    agreed = (
        AgreedScore.objects.filter(
            assessment__organisation=assessment.organisation_id,
            assessment__exercise__state="released",
            assessment__exercise__window_link__window_lot__lot=offered.lot_id,
            assessment__exercise__window_link__window_lot__window__deadline__lt=offered.window.deadline,
            question__code=question.code,
            question__title=question.title,
        )
        .select_related(
            "assessment__exercise__scheme", "assessment__exercise__window_link__window_lot__window"
        )
        .order_by("-assessment__exercise__window_link__window_lot__window__deadline", "-pk")
        .first()
    )
    if agreed is None:
        return None
    earlier = agreed.assessment.exercise
    window = earlier.window_link.window_lot.window
    return AgreedLastTime(window, agreed.score, earlier.scheme.maximum, agreed.reason)
