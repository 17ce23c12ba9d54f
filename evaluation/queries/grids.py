"""What is saved so far: own scores, scores handed in, agreed scores, decided standards.

A grid is asked for the rows of one page, so that its cost does not grow with rows that are not shown.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet

from evaluation import rules
from evaluation.models import (
    AgreedScore,
    Assessment,
    Exercise,
    MissingEvidence,
    Panellist,
    Score,
    StandardDecision,
)
from lots.models import Question

BY_NAME = ("name", "pk")


@dataclass(frozen=True)
class Given:
    """One evaluator's score as the workbench shows it."""

    name: str
    is_lay: bool
    score: int

    @property
    def words(self) -> str:
        return f"{self.name}{' (lay)' if self.is_lay else ''} {self.score}"


@dataclass(frozen=True)
class Cell:
    """One bidder's answer to one question in a grid: what is saved, and what evaluators gave."""

    assessment: Assessment
    question: Question
    score: int | None
    has_reason: bool
    given: tuple[Given, ...] = ()
    maximum: int = 5

    @property
    def is_done(self) -> bool:
        return self.score is not None and self.has_reason

    @property
    def is_wide(self) -> bool:
        """Tell whether evaluators lie more than one point apart."""
        return rules.has_wide_gap(row.score for row in self.given)

    @property
    def dots(self) -> list[tuple[int, int]]:
        """Return each score of the scale with how many evaluators gave it."""
        counted = Counter(row.score for row in self.given)
        return [(score, counted[score]) for score in range(self.maximum + 1)]

    @property
    def agreed(self) -> int | None:
        """Return the score agreed for good, if there is one."""
        return self.score if self.is_done else None

    @property
    def words(self) -> str:
        """Return what each evaluator gave, for those who do not see the dots."""
        return ", ".join(row.words for row in self.given) or "no scores"


Row = tuple[Assessment, list[Cell]]


def judged(exercise: Exercise) -> QuerySet[Assessment]:
    """Return what is scored, by the bidder's name: the assessments that failed no minimum standard."""
    return exercise.judged().select_related("organisation", "submission").order_by(*BY_NAME)


def assessed(exercise: Exercise) -> QuerySet[Assessment]:
    """Return every assessment, by the bidder's name."""
    return exercise.assessments.select_related("organisation").order_by(*BY_NAME)


def has_failed_a_standard(assessment: Assessment) -> bool:
    """Return whether a minimum standard was decided as not met."""
    return assessment.standards.filter(is_met=False).exists()


# ---------------------------------------------------------------- minimum standards


def standards_rows(exercise: Exercise, assessments: Sequence[Assessment]) -> list[dict[str, Any]]:
    """Return these bidders with how many minimum standards are decided, which are not met, what is missing.

    What is missing and not decided is told apart: marked, asked for, or sent.
    """
    wanted = len(exercise.standards())
    decisions = StandardDecision.objects.filter(assessment__in=assessments).select_related("standard")
    by_row: dict[int, list[StandardDecision]] = {}
    for decision in decisions:
        by_row.setdefault(decision.assessment_id, []).append(decision)
    rows = MissingEvidence.objects.filter(assessment__in=assessments).select_related("standard")
    missing: dict[int, list[tuple[str, str]]] = {}
    for one in rows.annotate(sent=Count("supplied")):
        done = {decision.standard_id for decision in by_row.get(one.assessment_id, ())}
        if one.standard_id not in done:
            how = "sent" if one.sent else "asked for" if one.request_id else "to be asked for"
            missing.setdefault(one.assessment_id, []).append((one.standard.title, how))
    return [
        {
            "assessment": row,
            "missing": missing.get(row.pk, []),
            "decided": len(by_row.get(row.pk, ())),
            "unmet": [one.standard.title for one in by_row.get(row.pk, ()) if not one.is_met],
            "wanted": wanted,
        }
        for row in assessments
    ]


def next_to_decide(exercise: Exercise, *, after: Assessment | None = None) -> Assessment | None:
    """Return the next bidder by name with an undecided minimum standard, from the first again at the end.

    One whose document is marked as missing and not asked for yet was looked at already.
    """
    wanted = len(exercise.standards())
    marked = Count("missing", filter=Q(missing__request=None), distinct=True)
    waiting = assessed(exercise).annotate(looked_at=Count("standards", distinct=True) + marked)
    waiting = waiting.filter(looked_at__lt=wanted)
    return (waiting.filter(_after(after)).first() if after else None) or waiting.first()


# ---------------------------------------------------------------- each alone


def own_score(seat: Panellist, assessment: Assessment, question: Question) -> Score | None:
    """Return what this panellist saved for one answer, if anything."""
    return Score.objects.filter(panellist=seat, assessment=assessment, question=question).first()


def own_progress(exercise: Exercise, seat: Panellist) -> tuple[int, int]:
    """Return how many scores this panellist has completed, and how many there are."""
    wanted = exercise.judged().count() * len(exercise.scored_questions())
    done = Score.objects.complete().filter(panellist=seat, assessment__in=exercise.judged()).count()
    return done, wanted


def scores_missing(exercise: Exercise, seat: Panellist) -> int:
    """Return how many of this panellist's scores lack a number or a reason."""
    done, wanted = own_progress(exercise, seat)
    return wanted - done


def scoring_rows(exercise: Exercise, seat: Panellist, assessments: Sequence[Assessment]) -> list[Row]:
    """Return the panellist's own scores of these bidders: a row a bidder, a cell a question."""
    saved = Score.objects.filter(panellist=seat, assessment__in=assessments)
    mine = {(row.assessment_id, row.question_id): row for row in saved}
    questions = exercise.scored_questions()
    return [
        (row, [_own_cell(row, question, mine.get((row.pk, question.pk))) for question in questions])
        for row in assessments
    ]


def _own_cell(assessment: Assessment, question: Question, score: Score | None) -> Cell:
    return Cell(assessment, question, score.score if score else None, bool(score and score.reason))


@dataclass(frozen=True)
class Neighbours:
    """Where one answer stands among all: which bidder of how many, and the answers beside it."""

    place: int
    bidders: int
    previous_bidder: Assessment | None
    next_bidder: Assessment | None
    previous_question: Question | None
    next_question: Question | None


def neighbours(exercise: Exercise, assessment: Assessment, question: Question) -> Neighbours:
    """Return what stands beside an answer: the bidder before and after, the question before and after."""
    rows, questions = judged(exercise), exercise.scored_questions()
    before, here = rows.filter(_before(assessment)), questions.index(question)
    return Neighbours(
        place=before.count() + 1,
        bidders=rows.count(),
        previous_bidder=before.last(),
        next_bidder=rows.filter(_after(assessment)).first(),
        previous_question=questions[here - 1] if here else None,
        next_question=questions[here + 1] if here + 1 < len(questions) else None,
    )


def next_to_score(
    exercise: Exercise, seat: Panellist, *, after: tuple[Assessment, Question] | None = None
) -> tuple[Assessment, Question] | None:
    """Return the next answer that this panellist has not scored, or None when all are.

    One question is scored for every bidder before the next one, so that like is compared with like.
    """
    questions, wanted = exercise.scored_questions(), exercise.judged().count()
    start = questions.index(after[1]) if after else 0
    order = [*questions[start:], *questions[:start]]
    complete = Score.objects.complete().filter(panellist=seat, assessment__in=exercise.judged())
    counted = complete.order_by().values("question").annotate(number=Count("pk"))
    number = dict(counted.values_list("question", "number"))
    # The question at hand comes twice: first what lies beyond this bidder, at the end what lies before it.
    for turn, question in enumerate([*order, order[0]]):
        if number.get(question.pk, 0) == wanted:
            continue
        done = complete.filter(question=question)
        rest = judged(exercise).exclude(pk__in=done.values("assessment"))
        if after and turn == 0:
            rest = rest.filter(_after(after[0]))
        if found := rest.first():
            return found, question
    return None


def progress(exercise: Exercise) -> list[dict[str, Any]]:
    """Return for each panellist how many scores are saved, whether declared, and whether handed in."""
    wanted = exercise.judged().count() * len(exercise.scored_questions())
    complete = Score.objects.complete().filter(assessment__in=exercise.judged())
    saved = dict(
        complete.order_by()
        .values("panellist")
        .annotate(number=Count("pk"))
        .values_list("panellist", "number")
    )
    return [
        {"seat": seat, "saved": saved.get(seat.pk, 0), "wanted": wanted if seat.scores else 0}
        for seat in exercise.current_panel()
    ]


# ---------------------------------------------------------------- together


def handed_in(exercise: Exercise) -> QuerySet[Score]:
    """Return the scores of those who handed in: nobody else's are shown to anybody (rulebook D9)."""
    return Score.objects.filter(
        assessment__exercise=exercise,
        panellist__handed_in_at__isnull=False,
        panellist__stood_down_at=None,
        score__isnull=False,
    ).select_related("panellist__user", "question")


def given_scores(assessment: Assessment, question: Question) -> QuerySet[Score]:
    """Return what evaluators handed in for one answer, in the order of the panel."""
    found = handed_in(assessment.exercise).filter(assessment=assessment, question=question)
    return found.order_by("panellist")


def agreed_progress(exercise: Exercise) -> tuple[int, int]:
    """Return how many scores the panel has agreed, and how many there are to agree."""
    wanted = exercise.judged().count() * len(exercise.scored_questions())
    return AgreedScore.objects.filter(assessment__in=exercise.judged()).count(), wanted


def agreed_score(assessment: Assessment, question: Question) -> AgreedScore | None:
    """Return what the panel agreed for one answer, if anything."""
    return AgreedScore.objects.filter(assessment=assessment, question=question).first()


def last_present(exercise: Exercise) -> list[Panellist]:
    """Return who was present when a score was last agreed: a meeting rarely changes between two answers."""
    last = AgreedScore.objects.filter(assessment__exercise=exercise).order_by("-agreed_at", "-pk").first()
    return list(last.present.filter(stood_down_at=None)) if last else []


def to_agree(exercise: Exercise) -> QuerySet[Assessment]:
    """Return the bidders of whose scores some are still to be agreed."""
    questions = len(exercise.scored_questions())
    # Its own grouping, so that it may be narrowed further without counting rows of other joins.
    settled = exercise.assessments.annotate(number=Count("agreed")).filter(number__gte=questions)
    return judged(exercise).exclude(pk__in=settled.values("pk"))


def wide_apart(exercise: Exercise) -> QuerySet[Assessment]:
    """Return the bidders with an answer on which evaluators lie more than one point apart."""
    gaps = (
        handed_in(exercise)
        .order_by()
        .values("assessment", "question")
        .annotate(low=Min("score"), high=Max("score"))
        .filter(high__gt=F("low") + 1)
    )
    return judged(exercise).filter(pk__in=gaps.values("assessment"))


def next_to_agree(
    exercise: Exercise, *, after: tuple[Assessment, Question] | None = None
) -> tuple[Assessment, Question] | None:
    """Return the next answer without an agreed score: the same bidder's first, then the next bidder's.

    Of one bidder the questions follow in their order from the one at hand, what was passed over last.
    """
    waiting = to_agree(exercise)
    here = waiting.filter(pk=after[0].pk).first() if after else None
    following = waiting.filter(_after(after[0])).first() if after else None
    row = here or following or waiting.first()
    if row is None:
        return None
    agreed = set(row.agreed.values_list("question", flat=True))
    questions = exercise.scored_questions()
    start = questions.index(after[1]) if after and here else 0
    order = [*questions[start:], *questions[:start]]
    return next(((row, one) for one in order if one.pk not in agreed), None)


def moderation_rows(exercise: Exercise, assessments: Sequence[Assessment]) -> list[Row]:
    """Return the workbench's rows for these bidders: a cell a question, agreed score and those handed in."""
    kept = AgreedScore.objects.filter(assessment__in=assessments).only("assessment", "question", "score")
    agreed = {(row.assessment_id, row.question_id): row.score for row in kept}
    given = _given_by_cell(handed_in(exercise).filter(assessment__in=assessments))
    questions, maximum = exercise.scored_questions(), exercise.scheme.maximum
    return [
        (
            row,
            [
                Cell(
                    assessment=row,
                    question=question,
                    score=agreed.get((row.pk, question.pk)),
                    has_reason=(row.pk, question.pk) in agreed,
                    given=tuple(given.get((row.pk, question.pk), ())),
                    maximum=maximum,
                )
                for question in questions
            ],
        )
        for row in assessments
    ]


def _given_by_cell(scores: QuerySet[Score]) -> dict[tuple[int, int], list[Given]]:
    given: dict[tuple[int, int], list[Given]] = {}
    # Plain values: a page shows hundreds of scores, and of each only these.
    rows = scores.values_list("assessment", "question", "panellist__part", "panellist__user__name", "score")
    for assessment, question, part, name, score in rows:
        one = Given(name, part == Panellist.Part.LAY_EVALUATOR, score or 0)
        given.setdefault((assessment, question), []).append(one)
    return given


def _after(row: Assessment) -> Q:
    return Q(name__gt=row.name) | Q(name=row.name, pk__gt=row.pk)


def _before(row: Assessment) -> Q:
    return Q(name__lt=row.name) | Q(name=row.name, pk__lt=row.pk)
