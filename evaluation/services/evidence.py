"""Missing documents: marked, asked for in one act on equal terms, taken until one deadline (rulebook D18).

Only what a minimum standard rests on can be asked for, never an answer that is scored nor a price; nothing
that was submitted is changed.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.conf import settings

from commissioning import policies
from commissioning.audit.models import AccessEntry
from commissioning.audit.services import note_access, record, unit
from commissioning.people.models import User
from commissioning.records.services import documents, outbox
from commissioning.workflow import Refused, lock
from evaluation import queries, rules
from evaluation.models import (
    Assessment,
    EvidenceRequest,
    Exercise,
    MissingEvidence,
    StandardDecision,
    SuppliedEvidence,
)
from lots.models import MinimumStandard
from providers.services.notices import people_of


def note_missing(
    *, assessment: Assessment, standard: MinimumStandard, what: str, actor: User, now: datetime
) -> MissingEvidence:
    """Mark that a document is missing; runs in the unit that decides the standards.

    What was decided about the standard is open again. Raises Refused once the bidders were asked.
    """
    exercise = assessment.exercise
    asked = queries.evidence_request(exercise)
    why = rules.refusal_to_note(state=exercise.state, asked_at=asked.asked_at if asked else None)
    if why:
        raise Refused(why, field=f"met_{standard.pk}")
    before = StandardDecision.objects.filter(assessment=assessment, standard=standard).first()
    kept = MissingEvidence.objects.filter(assessment=assessment, standard=standard).first()
    if kept and kept.what == what and before is None:
        return kept
    made, _ = MissingEvidence.objects.update_or_create(
        assessment=assessment,
        standard=standard,
        defaults={"what": what, "noted_at": now, "noted_by": actor},
    )
    record(
        "exercise.note_missing",
        exercise,
        actor=actor,
        at=now,
        before={"is_met": before.is_met, "reason": before.reason} if before else None,
        after={"what": what},
        bidder=assessment.name_sent,
        standard=standard.code,
    )
    if before is not None:
        before.delete()
    return made


def ask(*, exercise: Exercise, due_at: datetime, actor: User, now: datetime) -> EvidenceRequest:
    """Ask every bidder whose document is marked as missing for it, all at once and until one deadline.

    Each is told by e-mail what of its own is missing. Raises Denied, and Refused where `queries.ask_blockers`
    names anything, and for a deadline that has passed.
    """
    policies.require(actor, "exercise.ask_evidence", exercise)
    with unit():
        lock(exercise)
        if blockers := queries.ask_blockers(exercise):
            raise Refused(blockers)
        if due_at <= now:
            raise Refused("The deadline must be later than now.", field="due_at")
        request = EvidenceRequest.objects.create(
            exercise=exercise, due_at=due_at, asked_at=now, asked_by=actor
        )
        rows = list(queries.missing_of(exercise))
        MissingEvidence.objects.filter(pk__in=[row.pk for row in rows]).update(request=request)
        record(
            "exercise.ask_evidence",
            exercise,
            actor=actor,
            at=now,
            after={"due_at": due_at},
            asked=[
                {
                    "bidder": row.assessment.name_sent,
                    "standard": row.standard.code,
                    "what": row.what,
                    "reference": row.reference,
                }
                for row in rows
            ],
        )
        _tell(request, rows, now)
    return request


def supply(
    *, missing: MissingEvidence, words: str, file: Any, actor: User, now: datetime
) -> SuppliedEvidence:
    """Take what a bidder sends for a missing document: a file, words, or both.

    `now` is when the request was received. May be called again until the deadline; what came before is kept.
    Raises Denied, and Refused for nothing at all, for a file that `records.documents` does not take, past the
    deadline, and once the outcomes were told; these last attempts are in the access log.
    """
    policies.require(actor, "evidence.supply", missing)
    words = words.strip()
    if not words and not file:
        raise Refused("Choose a file, or say where the document can be seen.", field="file")
    exercise = missing.assessment.exercise
    _insist_on_time(missing, actor, now)
    checked = documents.check(file=file, field="file") if file else None
    with unit():
        # Under the lock of the decisions: none of them is made in the midst of this.
        lock(exercise)
        lock(missing)
        _insist_on_time(missing, actor, now)
        kept = None
        if file:
            kept = documents.add(
                organisation=missing.assessment.organisation,
                title=f"{missing.standard.title}, for {exercise.title}"[:200],
                file=file,
                actor=actor,
                now=now,
                audit_chain=missing.audit_chain,
                field="file",
                checked=checked,
            )
        made = SuppliedEvidence.objects.create(
            missing=missing, words=words, document=kept, received_at=now, supplied_by=actor
        )
        record(
            "evidence.supply",
            missing,
            actor=actor,
            at=now,
            after={"words": words, "document": kept.reference if kept else ""},
        )
    return made


def _insist_on_time(missing: MissingEvidence, actor: User, now: datetime) -> None:
    for why in queries.refusals_to_supply(missing, now):
        note_access(
            AccessEntry.Outcome.REFUSED, missing, actor=actor, at=now, what="missing document", reason=why
        )
        raise Refused(why)


def _tell(request: EvidenceRequest, rows: list[MissingEvidence], now: datetime) -> None:
    exercise = request.exercise
    by_bidder = defaultdict(list)
    for row in rows:
        by_bidder[row.assessment.organisation].append(row)
    people = people_of(by_bidder)
    for organisation, asked in by_bidder.items():
        for person in people.get(organisation.pk, []):
            outbox.queue(
                kind="evidence_wanted",
                to=person,
                key=f"evidence_wanted:{exercise.reference}:{organisation.pk}:{person.pk}",
                facts={
                    "title": exercise.title,
                    "organisation": organisation.name,
                    "authority": exercise.authority.name,
                    "due_at": request.due_at,
                    "missing": [
                        f"{row.standard.title}: {row.what} {settings.PORTAL_URL}{row.get_absolute_url()}"
                        for row in asked
                    ],
                },
                organisation=organisation,
                about=exercise.reference,
                chain=exercise.audit_chain,
                now=now,
            )
