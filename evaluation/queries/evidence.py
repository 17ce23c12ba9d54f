"""Missing documents: what is marked, what was asked and sent, and what waits for whom (rulebook D18)."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from commissioning.clock import london_date
from commissioning.people.models import User
from commissioning.people.roles import Role
from commissioning.web.calendars import Occasion, still_shown
from commissioning.web.worklist import Task
from commissioning.workflow import Reason
from evaluation import rules
from evaluation.models import (
    Assessment,
    EvidenceRequest,
    Exercise,
    MissingEvidence,
    SuppliedEvidence,
)

MINUTES = 15


def evidence(user: User) -> QuerySet[MissingEvidence]:
    """Return the missing documents that this person may know were asked for, with what was sent."""
    return _full(MissingEvidence.objects.visible_to(user))


def evidence_request(exercise: Exercise) -> EvidenceRequest | None:
    """Return the act by which the bidders of an exercise were asked, if they were."""
    return EvidenceRequest.objects.filter(exercise=exercise).first()


def missing_of(
    exercise: Exercise, assessments: Collection[Assessment] | None = None
) -> QuerySet[MissingEvidence]:
    """Return the missing documents of an exercise, or of these bidders, by the bidder's name."""
    rows = _full(MissingEvidence.objects.filter(assessment__exercise=exercise))
    if assessments is not None:
        rows = rows.filter(assessment__in=assessments)
    return rows.order_by("assessment__name", "pk")


def standards_to_look_at(exercise: Exercise) -> int:
    """Return how many standards of all bidders are neither decided nor marked for asking."""
    marked = MissingEvidence.objects.filter(assessment__exercise=exercise, request=None).count()
    return exercise.standards_to_decide() - marked


def ask_blockers(exercise: Exercise) -> list[Reason]:
    """Return what keeps the lead from asking the bidders for what is missing."""
    asked = evidence_request(exercise)
    found = rules.refusals_to_ask(
        state=exercise.state,
        asked_at=asked.asked_at if asked else None,
        undecided=standards_to_look_at(exercise),
        missing=MissingEvidence.objects.filter(assessment__exercise=exercise).count(),
    )
    return [Reason(one) for one in found]


def refusals_to_supply(missing: MissingEvidence, now: datetime) -> list[str]:
    """Return why nothing more is taken for a missing document: its time, or the judging, is over."""
    if missing.request is None:
        return ["This document was not asked for."]
    state = missing.assessment.exercise.state
    late = rules.refusal_to_supply(received_at=now, due_at=missing.request.due_at, state=state)
    return [late] if late else []


def refusals_to_begin(missing: MissingEvidence, now: datetime) -> list[str]:
    """Return why its page offers no form: as `refusals_to_supply`, of which nothing was received."""
    if missing.request is None:
        return ["This document was not asked for."]
    state = missing.assessment.exercise.state
    over = rules.refusal_to_begin(now=now, due_at=missing.request.due_at, state=state)
    return [over] if over else []


def may_note_missing(exercise: Exercise) -> bool:
    """Return whether documents can still be marked as missing in an exercise."""
    asked = evidence_request(exercise)
    asked_at = asked.asked_at if asked else None
    return rules.refusal_to_note(state=exercise.state, asked_at=asked_at) is None


def evidence_tasks(user: User, now: datetime) -> list[Task]:
    """Return the documents that this person's providers were asked for and have not sent."""
    return [
        Task(
            f"Send a missing document: {row.standard.title}, {row.assessment.exercise.title}",
            row.reference,
            london_date(row.request.due_at),
            MINUTES,
            row.get_absolute_url(),
            "Send",
        )
        for row in _running(user, now)
        if row.request is not None and not row.supplied.all()
    ]


def evidence_dates(user: User, now: datetime) -> Iterator[Occasion]:
    """Yield by when this person's providers are to send what is missing."""
    for row in _running(user, still_shown(now)):
        if row.request is not None:
            yield Occasion(
                key=row.reference,
                title=f"Missing document due: {row.standard.title}, {row.assessment.exercise.title}",
                at=row.request.due_at,
                url=row.get_absolute_url(),
                changed_at=row.request.asked_at,
            )


def _running(user: User, since: datetime) -> QuerySet[MissingEvidence]:
    mine = user.organisation_ids(Role.PROVIDER_ADMIN, Role.PROVIDER_EDITOR)
    if not mine:
        return MissingEvidence.objects.none()
    rows = MissingEvidence.objects.filter(assessment__organisation__in=mine, request__due_at__gte=since)
    rows = rows.exclude(assessment__exercise__state__in=("released", "ended"))
    return _full(rows).order_by("request__due_at", "pk")


def _full(rows: QuerySet[MissingEvidence]) -> QuerySet[MissingEvidence]:
    sent = SuppliedEvidence.objects.select_related("document", "supplied_by")
    return rows.select_related(
        "request", "standard", "assessment__organisation", "assessment__exercise__agreement"
    ).prefetch_related(Prefetch("supplied", queryset=sent))
