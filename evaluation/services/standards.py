"""Minimum standards: decided by the procurement lead, each with what the decision rests on (rulebook D7)."""

from collections.abc import Mapping
from datetime import datetime

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.workflow import Reason, Refused, lock
from evaluation import queries, rules
from evaluation.models import (
    Assessment,
    EvidenceRequest,
    Exercise,
    MissingEvidence,
    Panellist,
    Score,
    StandardDecision,
)
from evaluation.rules import AS_DECLARED
from lots.models import MinimumStandard

from . import evidence
from .notices import tell

# A standard, whether it is met (None: a document is missing), and what that rests on or which document.
Wanted = tuple[MinimumStandard, bool | None, str]


def decide_standard(
    *,
    assessment: Assessment,
    standard: MinimumStandard,
    is_met: bool,
    reason: str,
    actor: User,
    now: datetime,
) -> StandardDecision:
    """Decide whether a bidder meets a minimum standard; failing one fails this lot and only this one.

    A standard that is not met needs a reason, which goes into the letter; so does one that is met although
    the bidder did not declare it, and a ground that it declares applies: what it did to put that right must
    be considered (rulebook B20, C19). Raises Denied, Refused.
    """
    decide_standards(assessment=assessment, decisions=[(standard, is_met, reason)], actor=actor, now=now)
    return assessment.standards.get(standard=standard)


def decide_standards(
    *,
    assessment: Assessment,
    decisions: list[Wanted],
    actor: User,
    now: datetime,
) -> list[StandardDecision | MissingEvidence]:
    """Decide several minimum standards of one bidder, all or none; as `decide_standard`.

    In place of a decision, None marks that a document is missing; the reason then says which (rulebook D18).
    Of what was asked for, nothing is decided as not met before the bidder's time is over.

    A bidder that is let in again after it had failed must be scored: whoever has handed in without scoring
    it gets the scores back, and is told. Once the moderation has begun that is too late, and refused.
    """
    exercise = assessment.exercise
    policies.require(actor, "exercise.gate", exercise)
    decisions = [
        (standard, is_met, "" if is_met and reason.strip() == AS_DECLARED else reason.strip())
        for standard, is_met, reason in decisions
    ]
    asked = _asked(assessment)
    _require_reasons(assessment, decisions, asked, actor, now)
    with unit():
        lock(exercise)
        if exercise.state not in {"scoring", "moderating"}:
            raise Refused(f"The exercise is “{exercise.state_label}”, so its standards are fixed.")
        if (meanwhile := _asked(assessment)) != asked:
            _require_reasons(assessment, decisions, meanwhile, actor, now)
        had_failed = assessment.standards.filter(is_met=False).exists()
        kept = [
            evidence.note_missing(assessment=assessment, standard=standard, what=reason, actor=actor, now=now)
            if is_met is None
            else _decide(assessment, standard, is_met, reason, actor, now)
            for standard, is_met, reason in decisions
        ]
        if had_failed and not assessment.standards.filter(is_met=False).exists():
            _let_in_again(exercise, assessment, actor, now)
    return kept


def _asked(assessment: Assessment) -> dict[int, EvidenceRequest]:
    """Return, by the standard, the act by which what is missing from it was asked for."""
    rows = queries.missing_of(assessment.exercise, [assessment])
    return {row.standard_id: row.request for row in rows if row.request is not None}


def _require_reasons(
    assessment: Assessment,
    decisions: list[Wanted],
    asked: Mapping[int, EvidenceRequest],
    actor: User,
    now: datetime,
) -> None:
    known = {row.pk for row in assessment.exercise.standards()}
    if any(standard.pk not in known for standard, _, _ in decisions):
        raise Refused("This standard is not part of the scheme.")
    silent = [(standard, is_met) for standard, is_met, reason in decisions if not reason]
    # Read only where a decision is to rest on the declaration alone: each reading is in the access log.
    reads = any(is_met for _, is_met in silent)
    declared = queries.read_declarations(assessment, reader=actor, now=now) if reads else {}
    problems = _too_soon(decisions, asked, now)
    for standard, is_met in silent:
        read = declared.get(standard.pk)
        why = rules.reason_wanted(
            standard.title,
            is_met=is_met,
            declared=read.is_met if read else None,
            is_ground=bool(standard.ground),
            was_missing=standard.pk in asked,
        )
        if why:
            problems.append(Reason(why, field=f"reason_{standard.pk}"))
    if problems:
        raise Refused(problems)


def _too_soon(decisions: list[Wanted], asked: Mapping[int, EvidenceRequest], now: datetime) -> list[Reason]:
    found = []
    for standard, is_met, _ in decisions:
        if is_met is False and standard.pk in asked:
            due_at = asked[standard.pk].due_at
            if why := rules.refusal_to_fail(standard.title, due_at=due_at, now=now):
                found.append(Reason(why, field=f"met_{standard.pk}"))
    return found


def _decide(
    assessment: Assessment,
    standard: MinimumStandard,
    is_met: bool,
    reason: str,
    actor: User,
    now: datetime,
) -> StandardDecision:
    before = StandardDecision.objects.filter(assessment=assessment, standard=standard).first()
    if before and (before.is_met, before.reason) == (is_met, reason or AS_DECLARED):
        return before
    # A mark that nobody was asked about yet has no more to say.
    assessment.missing.filter(standard=standard, request=None).delete()
    decision, _ = StandardDecision.objects.update_or_create(
        assessment=assessment,
        standard=standard,
        defaults={
            "is_met": is_met,
            "reason": reason or AS_DECLARED,
            "decided_at": now,
            "decided_by": actor,
        },
    )
    record(
        "exercise.gate",
        assessment.exercise,
        actor=actor,
        at=now,
        before={"is_met": before.is_met, "reason": before.reason} if before else None,
        after={"is_met": is_met, "reason": decision.reason},
        bidder=assessment.name_sent,
        standard=standard.code,
    )
    return decision


def _let_in_again(exercise: Exercise, assessment: Assessment, actor: User, now: datetime) -> None:
    questions = len(exercise.scored_questions())
    complete = Score.objects.filter(assessment=assessment, score__isnull=False).exclude(reason="")
    given = list(complete.values_list("panellist_id", flat=True))
    handed_in = exercise.panel.current().filter(handed_in_at__isnull=False)
    lacking = [
        seat
        for seat in handed_in.exclude(part=Panellist.Part.MODERATOR).select_related("user")
        if given.count(seat.pk) < questions
    ]
    if not lacking:
        return
    names = ", ".join(seat.user.name for seat in lacking)
    if exercise.state != "scoring":
        raise Refused(
            f"{names} did not score this bidder, and the moderation has begun. Its standards cannot be "
            "changed to met now."
        )
    for seat in lacking:
        seat.handed_in_at = None
        seat.save(update_fields=["handed_in_at"])
    record("exercise.hand_back", exercise, actor=actor, at=now, bidder=assessment.name_sent, to=names)
    tell(
        [seat.user for seat in lacking],
        "panel_scores_returned",
        exercise,
        key=f"{assessment.pk}:{now.isoformat()}",
        now=now,
        bidder=assessment.name_sent,
    )
