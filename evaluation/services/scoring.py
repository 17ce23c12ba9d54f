"""Individual scores: each evaluator alone, with a reason a score (rulebook D9)."""

import hashlib
from datetime import datetime

from commissioning import policies
from commissioning.audit.hashing import canonical
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.workflow import Refused, lock
from evaluation import queries, rules
from evaluation.models import Assessment, Exercise, Panellist, Score
from evaluation.workflow import EXERCISE
from lots.models import Question

from .notices import tell


def save_score(
    *,
    assessment: Assessment,
    question: Question,
    score: int | None,
    reason: str,
    actor: User,
    now: datetime,
) -> Score:
    """Save an evaluator's own score and reason; a draft may lack either, handing in may not.

    SECURITY: the event names bidder and question alone. Before the hand-in nobody else learns the score,
    whoever reads the record among them (rulebook D9); what was saved before stays with the row.
    Raises Denied, Refused.
    """
    with unit():
        exercise = assessment.exercise
        policies.require(actor, "exercise.score", exercise)
        seat = _scoring_seat(exercise, actor)
        if question.pk not in {row.pk for row in exercise.scored_questions()}:
            raise Refused("This question is not scored in this exercise.")
        if queries.has_failed_a_standard(assessment):
            raise Refused("This bidder failed a minimum standard, so its answers are not scored.")
        if score is not None and (problem := rules.score_problem(score, exercise.scheme.maximum)):
            raise Refused(problem, field="score")
        kept = _keep(assessment, question, seat, score, reason.strip(), now)
        record(
            "exercise.score",
            exercise,
            actor=actor,
            at=now,
            bidder=assessment.name_sent,
            question=question.code,
        )
    return kept


def hand_in(*, exercise: Exercise, actor: User, now: datetime) -> None:
    """Hand in all scores for good; each needs a whole number and a reason.

    The event holds the digest of scores and reasons; they themselves enter the record when the moderation
    begins. When the last evaluator hands in the moderator is told. Raises Denied, Refused.
    """
    with unit():
        policies.require(actor, "exercise.score", exercise)
        lock(exercise)
        seat = _scoring_seat(exercise, actor)
        if waiting := rules.standards_are_decided(exercise, actor, now):
            raise Refused(f"{waiting} You can hand in after that.")
        missing = queries.scores_missing(exercise, seat)
        if missing:
            lack = "score still lacks" if missing == 1 else "scores still lack"
            raise Refused(f"{missing} {lack} a number or a reason.")
        seat.handed_in_at = now
        seat.save(update_fields=["handed_in_at"])
        digest = hashlib.sha256(canonical(_given(exercise, seat)).encode()).hexdigest()
        record("exercise.hand_in", exercise, actor=actor, at=now, part=seat.part, scores_sha256=digest)
        waiting_for = exercise.panel.current().filter(handed_in_at=None)
        moderators = [row.user for row in waiting_for.select_related("user") if not row.scores]
        if not waiting_for.exclude(part=Panellist.Part.MODERATOR).exists():
            tell(moderators, "panel_all_handed_in", exercise, key=f"{exercise.pk}:{now.isoformat()}", now=now)


def begin_moderation(*, exercise: Exercise, actor: User, now: datetime) -> None:
    """Start the moderation once every evaluator has handed in; the event holds what each gave.

    Raises Denied, Refused.
    """
    with unit():
        queries.insist_on_reading(exercise, actor)
        seats = exercise.panel.current().exclude(part=Panellist.Part.MODERATOR).select_related("user")
        given = {str(seat.user_id): _given(exercise, seat) for seat in seats}
        EXERCISE.move(exercise, "begin_moderation", actor=actor, now=now, given=given)
        people = [seat.user for seat in seats]
        tell(people, "panel_moderation_begun", exercise, key=str(exercise.pk), now=now, moderator=actor.name)


def _scoring_seat(exercise: Exercise, actor: User) -> Panellist:
    """Return the actor's place, locked, if it may change its scores now. Raises Denied, Refused."""
    seat = queries.insist_on_reading(exercise, actor)
    lock(seat)
    if exercise.state != "scoring":
        raise Refused(f"The exercise is “{exercise.state_label}”, so scores can no longer be changed.")
    if not seat.scores:
        raise Refused("The moderator does not score.")
    if seat.handed_in_at is not None:
        raise Refused("You have handed in your scores, so they can no longer be changed.")
    return seat


def _keep(
    assessment: Assessment,
    question: Question,
    seat: Panellist,
    score: int | None,
    reason: str,
    now: datetime,
) -> Score:
    kept = queries.own_score(seat, assessment, question)
    if kept is None:
        return Score.objects.create(
            assessment=assessment,
            question=question,
            panellist=seat,
            score=score,
            reason=reason,
            saved_at=now,
        )
    if (kept.score, kept.reason) != (score, reason):
        was = {"score": kept.score, "reason": kept.reason, "saved_at": kept.saved_at.isoformat()}
        kept.earlier = [*kept.earlier, was]
    kept.score, kept.reason, kept.saved_at = score, reason, now
    kept.save(update_fields=["score", "reason", "saved_at", "earlier"])
    return kept


def _given(exercise: Exercise, seat: Panellist) -> list[list[object]]:
    rows = Score.objects.filter(panellist=seat, assessment__in=exercise.judged())
    columns = ("assessment__organisation__reference", "question__code", "score", "reason")
    return [list(row) for row in rows.order_by("assessment", "question__position").values_list(*columns)]
