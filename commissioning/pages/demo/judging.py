"""How the demonstration's panels work: declare, decide standards, score alone, agree, close."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle

from evaluation import queries
from evaluation.models import Assessment, Exercise, Panellist
from evaluation.services import interests, moderation, panels, scoring, standards

from . import texts
from .stage import MARK, person

PANEL = (
    ("evaluator1@pcc", "evaluator"),
    ("evaluator2@ccc", "evaluator"),
    ("evaluator3@cpicb", "evaluator"),
    ("lay@eip", "lay_evaluator"),
    ("moderator@pcc", "moderator"),
)
# Who has not handed in where a panel is shown at work.
STILL_SCORING = ("evaluator3@cpicb", "lay@eip")
# One evaluator has worked with this provider; somebody else decides about it.
CONFLICT = ("evaluator2@ccc", "Care Network Cambridgeshire")

Agreed = Callable[[Assessment], tuple[int, ...]]


@dataclass(frozen=True)
class Times:
    """When a panel's steps are taken."""

    appointed: datetime
    started: datetime
    declared: datetime
    scored: datetime
    handed_in: datetime
    moderated: datetime
    closed: datetime


def judge(exercise: Exercise, agreed: Agreed, times: Times, *, lead: str, stop: str = "") -> None:
    """Appoint the panel and let it work, to the end or up to the step named in `stop`."""
    begin(exercise, times, lead=lead)
    decide_standards(exercise, lead, times.declared)
    score(exercise, agreed, times, skip=STILL_SCORING if stop == "scoring" else ())
    if stop != "scoring":
        moderate(exercise, agreed, times)


def begin(exercise: Exercise, times: Times, *, lead: str) -> None:
    """Appoint the panel, start the scoring, and let everybody declare."""
    for address, part in PANEL:
        panels.appoint(
            exercise=exercise, user=person(address), part=part, actor=person(lead), now=times.appointed
        )
    panels.start(exercise=exercise, actor=person(lead), now=times.started)
    declare(exercise, lead, times.declared)


def declare(exercise: Exercise, lead: str, at: datetime) -> None:
    """Let each panellist declare on every bidder, and the lead decide about a conflict."""
    bidders = dict(exercise.assessments.values_list("organisation_id", "organisation__name"))
    for address, _ in PANEL:
        given = {}
        for key, name in bidders.items():
            has = (address, name) == CONFLICT
            given[key] = (has, f"{MARK}I managed a contract with them some years ago." if has else "")
        interests.declare(exercise=exercise, interests=given, actor=person(address), now=at)
    for declaration in queries.conflicts(exercise):
        interests.decide_conflict(
            declaration=declaration,
            decision="may_judge",
            measures=f"{MARK}The contract ended long ago. The moderator reads these scores first.",
            actor=person(lead),
            now=at + timedelta(hours=4),
        )


def decide_standards(exercise: Exercise, lead: str, at: datetime) -> None:
    """Let the lead decide the minimum standards of each bidder as met."""
    asked = queries.standards_of(exercise)
    for assessment in exercise.assessments.select_related("organisation", "exercise"):
        standards.decide_standards(
            assessment=assessment,
            decisions=[(row, True, f"{MARK}Declared, and the document was seen.") for row in asked],
            actor=person(lead),
            now=at + timedelta(hours=5),
        )


def score(
    exercise: Exercise, agreed: Agreed, times: Times, *, skip: tuple[str, ...] = (), hands_in: bool = True
) -> None:
    """Let each evaluator score alone, near what the panel will agree, and hand in; `skip` are not done."""
    questions = queries.scored_questions(exercise)
    for n, (address, part) in enumerate(PANEL):
        if part == Panellist.Part.MODERATOR or address in skip:
            continue
        scorer = person(address)
        seen = queries.full(scorer).get(pk=exercise.pk)
        for assessment in seen.assessments.select_related("organisation", "submission"):
            for k, (question, base) in enumerate(zip(questions, cycle(agreed(assessment)), strict=False)):
                given = min(5, max(1, base + ((n + k + assessment.organisation_id) % 3 - 1)))
                scoring.save_score(
                    assessment=assessment,
                    question=question,
                    score=given,
                    reason=MARK + texts.reason(given, part.replace("_", " ")),
                    actor=scorer,
                    now=times.scored + timedelta(minutes=n),
                )
        if hands_in:
            scoring.hand_in(exercise=exercise, actor=scorer, now=times.handed_in)


def moderate(exercise: Exercise, agreed: Agreed, times: Times) -> None:
    """Let the moderator enter what the panel agreed, with its reasons, and close."""
    moderator = person("moderator@pcc")
    scoring.begin_moderation(exercise=exercise, actor=moderator, now=times.moderated)
    present = [seat for seat in exercise.panel.filter(stood_down_at=None) if seat.scores]
    questions = queries.scored_questions(exercise)
    for assessment in exercise.assessments.select_related("organisation", "submission"):
        for question, given in zip(questions, cycle(agreed(assessment)), strict=False):
            moderation.agree(
                assessment=assessment,
                question=question,
                score=given,
                reason=MARK + texts.reason(given),
                why_not_higher=texts.why_not_higher(given),
                why_not_lower=texts.why_not_lower(given),
                discussion=f"{MARK}The panel compared the evidence with the descriptor, point by point.",
                present=present,
                actor=moderator,
                now=times.moderated + timedelta(hours=1),
            )
    moderation.close(exercise=exercise, actor=moderator, now=times.closed)
