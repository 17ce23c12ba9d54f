"""What a panel does with the bids, by services as people do it, or as the rows it leaves behind."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from commissioning.people.models import User
from commissioning.people.roles import Role
from evaluation import queries as judging
from evaluation.models import Assessment, Exercise, Panellist
from evaluation.services import interests, moderation, panels, scoring, standards
from providers.queries.evaluation import submitted_to
from tests.factories import person

DEADLINE = datetime(2027, 2, 1, 12, 0, tzinfo=UTC)
AFTER = DEADLINE + timedelta(minutes=10)
JUDGED = datetime(2027, 2, 15, 10, 0, tzinfo=UTC)


@dataclass
class Panel:
    evaluators: list[User]
    moderator: User


def panel(of: Any, exercise: Exercise, *, now: datetime = AFTER) -> Panel:
    """Appoint three evaluators, a lay one among them, and a moderator; start the scoring."""
    made = Panel(
        [
            person(of.authority, Role.EVALUATOR),
            person(of.partner, Role.EVALUATOR),
            person(of.authority, Role.LAY_EVALUATOR),
        ],
        person(of.authority, Role.MODERATOR),
    )
    for user in made.evaluators:
        part = "lay_evaluator" if user is made.evaluators[2] else "evaluator"
        panels.appoint(exercise=exercise, user=user, part=part, actor=of.lead, now=now)
    panels.appoint(exercise=exercise, user=made.moderator, part="moderator", actor=of.lead, now=now)
    panels.start(exercise=exercise, actor=of.lead, now=now)
    return made


def judge(of: Any, exercise: Exercise, scores: dict[int, int], *, now: datetime = JUDGED) -> None:
    """Leave what a panel leaves that has closed its moderation, as rows; judging is tested where it lives."""
    seat = {"exercise": exercise, "appointed_at": now, "declared_at": now, "handed_in_at": now}
    for part in ("evaluator", "lay_evaluator", "moderator"):
        Panellist.objects.create(user=person(of.authority, part), part=part, **seat)
    for submission in submitted_to(exercise.round):
        row = Assessment.objects.create(
            exercise=exercise,
            submission=submission,
            organisation=submission.organisation,
            name=submission.name_sent,
        )
        for standard in judging.standards_of(exercise):
            row.standards.create(standard=standard, is_met=True, reason="Seen.", decided_at=now)
        for question in judging.scored_questions(exercise):
            row.agreed.create(
                question=question,
                score=scores[submission.organisation_id],
                reason="The panel found it convincing in parts.",
                agreed_at=now,
            )
    for result in judging.results(exercise):
        result.assessment.total, result.assessment.outcome = result.total, result.outcome
        result.assessment.save()
    Exercise.objects.filter(pk=exercise.pk).update(state="closed", closed_at=now)


def judge_by_services(
    of: Any, exercise: Exercise, scores: dict[int, int], *, now: datetime = JUDGED
) -> Panel:
    """Let a panel declare, score alone, hand in, agree and close, as people do."""
    made = panel(of, exercise)
    rows = list(exercise.assessments.select_related("organisation"))
    for user in [*made.evaluators, made.moderator]:
        clear = {row.organisation_id: (False, "") for row in rows}
        interests.declare(exercise=exercise, interests=clear, actor=user, now=now)
    for row in rows:
        decisions = [(standard, True, "Seen.") for standard in judging.standards_of(exercise)]
        standards.decide_standards(assessment=row, decisions=decisions, actor=of.lead, now=now)
        for question in judging.scored_questions(exercise):
            for user in made.evaluators:
                scoring.save_score(
                    assessment=row,
                    question=question,
                    score=scores[row.organisation_id],
                    reason="As the answer shows.",
                    actor=user,
                    now=now,
                )
    for user in made.evaluators:
        scoring.hand_in(exercise=exercise, actor=user, now=now)
    scoring.begin_moderation(exercise=exercise, actor=made.moderator, now=now)
    present = list(exercise.panel.all())
    for row in rows:
        for question in judging.scored_questions(exercise):
            moderation.agree(
                assessment=row,
                question=question,
                score=scores[row.organisation_id],
                reason="The panel found it convincing in parts.",
                present=present,
                actor=made.moderator,
                now=now,
                why_not_higher="Little evidence.",
                why_not_lower="A clear plan.",
            )
    moderation.close(exercise=exercise, actor=made.moderator, now=now)
    return made
