"""The consensus meeting: agreed whole scores with reasons; nothing is averaged (rulebook D10, D11, G7)."""

from collections.abc import Collection
from datetime import datetime

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.workflow import Reason, Refused, lock
from evaluation import queries, rules
from evaluation.models import AgreedScore, Assessment, Exercise, Panellist
from evaluation.workflow import EXERCISE
from lots.models import Question

from .notices import tell

SHORTEST_REASON = 10


def agree(
    *,
    assessment: Assessment,
    question: Question,
    score: int,
    reason: str,
    present: Collection[Panellist],
    actor: User,
    now: datetime,
    why_not_higher: str = "",
    why_not_lower: str = "",
    discussion: str = "",
    dissent: str = "",
) -> AgreedScore:
    """Record the score that the panel agreed, with its reason and who was present.

    Refused without a whole number on the scale, without a reason, below the quorum of evaluators, and
    without the discussion where the evaluators lay more than one point apart or the panel agreed what none
    of them gave (rulebook D11). Raises Denied, Refused.
    """
    with unit():
        exercise = assessment.exercise
        policies.require(actor, "exercise.moderate", exercise)
        lock(exercise)
        _insist_on_moderating(exercise, actor, now)
        if queries.has_failed_a_standard(assessment):
            raise Refused("This bidder failed a minimum standard, so its answers are not scored.")
        given = [row.score or 0 for row in queries.given_scores(assessment, question)]
        problems = _problems(exercise, question, score, reason, discussion, present, given)
        if problems:
            raise Refused(problems)
        agreed = queries.agreed_score(assessment, question)
        before = None if agreed is None else _minutes(agreed)
        agreed = agreed or AgreedScore(assessment=assessment, question=question)
        agreed.score, agreed.reason = score, reason.strip()
        agreed.why_not_higher, agreed.why_not_lower = why_not_higher.strip(), why_not_lower.strip()
        agreed.discussion, agreed.dissent = discussion.strip(), dissent.strip()
        agreed.agreed_at, agreed.agreed_by = now, actor
        agreed.save()
        agreed.present.set(present)
        record(
            "exercise.moderate",
            exercise,
            actor=actor,
            at=now,
            before=before,
            after=_minutes(agreed),
            bidder=assessment.name_sent,
            question=question.code,
        )
    return agreed


def close(*, exercise: Exercise, actor: User, now: datetime) -> None:
    """Close the moderation and fix each total and outcome, exactly (rulebook D3, D4).

    The procurement leads are told. Raises Denied, Refused.
    """
    with unit():
        queries.insist_on_reading(exercise, actor)
        if (link := getattr(exercise, "window_link", None)) is not None:
            # Its checks of applicants decide outcomes too: one comes wholly before this, or wholly after.
            lock(link.window_lot.window)
        EXERCISE.move(exercise, "close_moderation", actor=actor, now=now, changes={"closed_at": now})
        found = queries.results(exercise)
        for result in found:
            result.assessment.total = None if result.exact is None else rules.kept_total(result.exact)
            result.assessment.outcome = result.outcome
        Assessment.objects.bulk_update(
            [result.assessment for result in found], ["total", "outcome"], batch_size=200
        )
        outcomes = {
            result.assessment.name_sent: [
                None if result.total is None else str(result.total),
                result.outcome,
            ]
            for result in found
        }
        record("exercise.result", exercise, actor=actor, at=now, outcomes=outcomes)
        people = queries.leads(exercise)
        tell(people, "panel_moderation_closed", exercise, key=str(exercise.pk), now=now, moderator=actor.name)


def _insist_on_moderating(exercise: Exercise, actor: User, now: datetime) -> None:
    queries.insist_on_reading(exercise, actor)
    if refusal := rules.actor_moderates(exercise, actor, now):
        raise policies.Denied(refusal)
    if exercise.state != "moderating":
        raise Refused(f"The exercise is “{exercise.state_label}”, so no score can be agreed now.")


def _problems(
    exercise: Exercise,
    question: Question,
    score: int,
    reason: str,
    discussion: str,
    present: Collection[Panellist],
    given: list[int],
) -> list[Reason]:
    problems = []
    if question.pk not in {row.pk for row in exercise.scored_questions()}:
        problems.append(Reason("This question is not scored in this exercise."))
    if wrong := rules.score_problem(score, exercise.scheme.maximum):
        problems.append(Reason(wrong, field="score"))
    if len(reason.strip()) < SHORTEST_REASON:
        problems.append(
            Reason(
                f"Give the panel's reason for the agreed score in {SHORTEST_REASON} characters or more; it "
                "goes into the provider's letter.",
                field="reason",
            )
        )
    if not discussion.strip() and (why := rules.must_be_discussed(score, given)):
        problems.append(Reason(why, field="discussion"))
    evaluators = {
        seat.pk
        for seat in present
        if seat.scores and seat.exercise_id == exercise.pk and not seat.stood_down_at
    }
    if len(evaluators) < exercise.quorum:
        problems.append(
            Reason(
                f"The quorum to agree a score is {exercise.quorum} of the panel's evaluators; "
                f"{len(evaluators)} ticked as present.",
                field="present",
            )
        )
    return problems


def _minutes(agreed: AgreedScore) -> dict[str, object]:
    return {
        "score": agreed.score,
        "reason": agreed.reason,
        "why_not_higher": agreed.why_not_higher,
        "why_not_lower": agreed.why_not_lower,
        "discussion": agreed.discussion,
        "dissent": agreed.dissent,
        "present": sorted(agreed.present.values_list("user_id", flat=True)),
    }
