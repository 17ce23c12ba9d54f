"""Exact results after the moderation is closed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Abs

from commissioning.workflow import Refused
from evaluation import rules
from evaluation.models import AgreedScore, Assessment, Exercise

from .grids import BY_NAME
from .suppliers import exclusions_of

CLOSED = frozenset({"closed", "released"})


@dataclass(frozen=True)
class Result:
    """What one submission came to: an exact total where it was scored, and its outcome."""

    assessment: Assessment
    total: Decimal | None
    outcome: str
    scores: dict[str, int]
    exact: Fraction | None = None
    failed_standards: tuple[str, ...] = ()
    below_floor: tuple[str, ...] = ()
    exclusion: str = ""


@dataclass(frozen=True)
class Crossing:
    """One agreed score moved by one point that would change a bidder's outcome."""

    result: Result
    move: rules.WhatIf
    now: int

    @property
    def admits(self) -> bool:
        """Tell whether the bidder would be admitted then, and is not now."""
        return self.result.outcome != Assessment.Outcome.ADMITTED


def insist_on_closed(exercise: Exercise) -> None:
    """Return if totals may be shown: once the moderation is closed (settled 24). Raises Refused."""
    if exercise.state not in CLOSED:
        raise Refused(
            "Totals are shown once the moderation is closed: a panel that sees the line scores to it."
        )


def threshold_shown(exercise: Exercise) -> Decimal | None:
    """Return the threshold once the moderation is closed: a panel that sees the line scores to it."""
    return exercise.scheme.threshold if exercise.state in CLOSED else None


def results(exercise: Exercise, assessments: Iterable[Assessment] | None = None) -> list[Result]:
    """Return the exact result of each submission, from agreed scores and decided standards alone.

    With `assessments`, of these alone, in their order. SECURITY: callers show this only after the moderation
    is closed (settled 24).
    """
    rows = exercise.assessments.select_related("organisation")
    if assessments is not None:
        rows = rows.filter(pk__in=[row.pk for row in assessments])
    weigh = _Weighing(exercise)
    found = [
        weigh.result(row)
        for row in rows.order_by(*BY_NAME).prefetch_related("agreed__question", "standards__standard")
    ]
    if assessments is None:
        return found
    by_key = {result.assessment.pk: result for result in found}
    return [by_key[row.pk] for row in assessments]


def ranked_by_total(exercise: Exercise) -> QuerySet[Assessment]:
    """Return the assessments of a closed moderation, the highest total first, those not scored last."""
    rows = exercise.assessments.select_related("organisation")
    return rows.order_by(F("total").desc(nulls_last=True), *BY_NAME)


def crossings(exercise: Exercise, *, at_most: int) -> list[Crossing]:
    """Return the what-if table: each agreed score one point up or down that changes an outcome.

    The bidders nearest to the threshold come first, `at_most` so many of them (product 25).
    """
    weigh = _Weighing(exercise)
    if weigh.threshold is None:
        return []
    near = _near_the_line(exercise, weigh).select_related("organisation")
    near = near.annotate(distance=Abs(F("total") - weigh.threshold)).order_by("distance", *BY_NAME)
    rows = near.prefetch_related("agreed__question", "standards__standard")[:at_most]
    return [row for assessment in rows for row in weigh.crossings(weigh.result(assessment))]


def _near_the_line(exercise: Exercise, weigh: "_Weighing") -> QuerySet[Assessment]:
    """Return the bidders whom one point could move: near the threshold, or beside a published minimum."""
    step = max(weigh.weights.values(), default=Decimal(0)) / weigh.maximum + Decimal("0.00000001")
    threshold = weigh.threshold or Decimal(0)
    near = Q(total__gte=threshold - step, total__lte=threshold + step)
    beside = Q()
    for code, floor in weigh.floors.items():
        beside |= Q(question__code=code, score__in=[floor - 1, floor])
    if weigh.floors:
        at_floor = AgreedScore.objects.filter(beside, assessment__exercise=exercise)
        near |= Q(pk__in=at_floor.values("assessment"))
    return exercise.assessments.filter(near, total__isnull=False)


class _Weighing:
    """A scheme's weights, floors and threshold, read once for many submissions."""

    def __init__(self, exercise: Exercise) -> None:
        self.excluded = exclusions_of(exercise)
        questions = exercise.scored_questions()
        self.weights = {row.code: row.weight or Decimal(0) for row in questions}
        self.floors = {row.code: row.floor for row in questions if row.floor is not None}
        self.maximum = exercise.scheme.maximum
        self.threshold = exercise.scheme.threshold

    def judge(self, scores: dict[str, int], failed: Sequence[str] = ()) -> rules.Judgement:
        return rules.judge(
            # What failed a minimum standard is not scored (rulebook D7).
            {} if failed else scores,
            self.weights,
            self.maximum,
            threshold=self.threshold,
            floors=self.floors,
            standards_failed=failed,
        )

    def result(self, assessment: Assessment) -> Result:
        failed = tuple(row.standard.title for row in assessment.standards.all() if not row.is_met)
        scores = {row.question.code: row.score for row in assessment.agreed.all()}
        found = self.judge(scores, failed)
        if assessment.pk in self.excluded:
            return Result(
                assessment,
                None,
                Assessment.Outcome.EXCLUDED,
                scores,
                failed_standards=failed,
                exclusion=self.excluded[assessment.pk],
            )
        return Result(
            assessment,
            None if found.total is None else rules.as_decimal(found.total),
            Assessment.Outcome(found.outcome),
            scores,
            found.total,
            failed_standards=failed,
            below_floor=found.below_floors,
        )

    def crossings(self, result: Result) -> list[Crossing]:
        if self.threshold is None or result.exclusion:
            return []
        moves = rules.what_if(result.scores, self.weights, self.maximum, self.threshold, self.floors)
        return [Crossing(result, move, result.scores[move.question]) for move in moves if move.crosses]
