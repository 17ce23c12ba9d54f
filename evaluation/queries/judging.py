"""The judging of a window: how far each lot is, and who gets which outcome and letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from commissioning.records.models import Letter, LetterBatch
from evaluation.models import AgreedScore, Assessment, Exercise, Panellist, Release
from lots.models import Window, WindowLot
from providers.models import Submission

from .totals import CLOSED


@dataclass(frozen=True)
class LotJudging:
    """One lot of a window as its judging stands; counts are known only after the opening (settled 18)."""

    offered: WindowLot
    exercise: Exercise | None
    submissions: int | None
    evaluators: int = 0
    handed_in: int = 0
    agreed: int = 0

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing of this lot stands in the way of the letters."""
        if self.exercise is not None and self.exercise.state in {*CLOSED, "ended"}:
            return True
        return self.exercise is None and self.submissions == 0

    @property
    def needs_panel(self) -> bool:
        return self.exercise is None and self.submissions != 0


def lots_of(window: Window) -> list[LotJudging]:
    """Return each lot of the window with how far its judging is."""
    return judging_of([window])[window.pk]


def judging_of(windows: Sequence[Window]) -> dict[int, list[LotJudging]]:
    """Return the lots of each of these windows as `lots_of`, with the same few queries for any number."""
    offered = list(
        WindowLot.objects.filter(window__in=windows)
        .select_related("lot", "window", "exercise_link__exercise")
        .order_by("window", "lot__number")
    )
    exercises = [row.exercise_link.exercise for row in offered if hasattr(row, "exercise_link")]
    counts = _counts(exercises)
    # SECURITY: before the opening nobody learns how many there are (settled 18).
    rounds = [row.round_id for row in offered if row.window.unsealed_at is not None]
    standing = Submission.objects.filter(round__in=rounds, package__isnull=False).order_by()
    submitted: dict[int | None, int] = dict(
        standing.values("round").annotate(n=Count("pk")).values_list("round", "n")
    )
    found: dict[int, list[LotJudging]] = {window.pk: [] for window in windows}
    for row in offered:
        exercise = row.exercise_link.exercise if hasattr(row, "exercise_link") else None
        is_open = row.window.unsealed_at is not None
        found[row.window_id].append(
            LotJudging(
                offered=row,
                exercise=exercise,
                submissions=submitted.get(row.round_id, 0) if is_open else None,
                **(counts[exercise.pk] if exercise else {}),
            )
        )
    return found


def _counts(exercises: list[Exercise]) -> dict[int, dict[str, int]]:
    found = {row.pk: {"evaluators": 0, "handed_in": 0, "agreed": 0} for row in exercises}
    scorers = Panellist.objects.current().filter(exercise__in=exercises)
    for seat in scorers.exclude(part=Panellist.Part.MODERATOR):
        found[seat.exercise_id]["evaluators"] += 1
        found[seat.exercise_id]["handed_in"] += seat.handed_in_at is not None
    agreed = AgreedScore.objects.filter(assessment__exercise__in=exercises).order_by()
    by_exercise = agreed.values("assessment__exercise").annotate(n=Count("pk"))
    for key, number in by_exercise.values_list("assessment__exercise", "n"):
        found[key]["agreed"] = number
    return found


def exercises_of(window: Window) -> list[Exercise]:
    """Return the exercises that judge a window's lots, in the lots' order."""
    found = Exercise.objects.filter(window_link__window_lot__window=window).select_related("scheme", "round")
    return list(found.order_by("window_link__window_lot__lot__number"))


def turning_down(window: Window) -> list[Exercise]:
    """Return the window's exercises that admit some and turn down others: their letters must compare them."""
    outcomes = Assessment.objects.filter(exercise__in=exercises_of(window)).exclude(outcome="").order_by()
    admitting = outcomes.filter(outcome=Assessment.Outcome.ADMITTED).values("exercise")
    refusing = outcomes.exclude(outcome=Assessment.Outcome.ADMITTED).values("exercise")
    both = Exercise.objects.filter(pk__in=admitting).filter(pk__in=refusing)
    return list(both.order_by("window_link__window_lot__lot__number"))


def standing_release(window: Window) -> Release | None:
    """Return the window's drafted or released outcomes, if any."""
    found = Release.objects.filter(window=window).exclude(state="withdrawn")
    return found.select_related("batch__authority", "window__agreement", "drafted_by", "released_by").first()


def outcomes(window: Window) -> QuerySet[Assessment]:
    """Return every entry that is decided: of lots whose moderation is closed, by lot and bidder."""
    return (
        Assessment.objects.filter(
            exercise__window_link__window_lot__window=window, exercise__state__in=CLOSED
        )
        .select_related(
            "organisation",
            "submission__entry__application",
            "submission__entry__window_lot__lot",
        )
        .order_by("exercise__window_link__window_lot__lot__number", "name", "pk")
    )


def outcome_counts(window: Window) -> dict[str, int]:
    """Return how many entries are decided, how many admitted, and of how many providers."""
    rows = outcomes(window).order_by()
    return {
        "entries": rows.count(),
        "admitted": rows.filter(outcome=Assessment.Outcome.ADMITTED).count(),
        "providers": rows.values("organisation").distinct().count(),
    }


def outcome_rows(assessments: Sequence[Assessment], batch: LetterBatch | None) -> list[dict[str, Any]]:
    """Return these entries as the table shows them: bidder, lot, total, outcome and letter."""
    about = [row.submission.entry.reference for row in assessments]
    letters: dict[str, Letter] = {}
    if batch is not None:
        found = batch.letters.filter(about__in=about, withdrawn_at=None).defer("facts")
        letters = {letter.about: letter for letter in found}
    return [
        {
            "organisation": row.organisation,
            "bidder": row.bidder,
            "lot": row.submission.entry.window_lot.lot,
            "total": row.total,
            "outcome": row.get_outcome_display(),
            "admitted": row.outcome == Assessment.Outcome.ADMITTED,
            "letter": letters.get(reference),
        }
        for row, reference in zip(assessments, about, strict=True)
    ]
