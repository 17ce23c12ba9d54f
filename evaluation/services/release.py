"""Telling everyone their outcome: drafted by one person, released by another, all at once (settled 21-24)."""

from collections.abc import Mapping
from datetime import date, datetime

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.records.services import letters
from commissioning.workflow import Reason, Refused, lock
from evaluation import queries
from evaluation.models import Assessment, Exercise, Release
from evaluation.queries import Result
from evaluation.workflow import EXERCISE, RELEASE
from lots.models import Window
from lots.services import windows
from providers.services import admissions

from .outcome_letters import OutcomeLetters


def draft(
    *, window: Window, planned_on: date, advantages: Mapping[int, str], actor: User, now: datetime
) -> Release:
    """Draft a letter an entry, resting on the planned date of sending; each moderation must be closed.

    `advantages` maps an exercise to what the answers of those admitted did better, for the letters of those
    who were not; it must be there for each lot that turns somebody down. Raises Denied, Refused.
    """
    with letters.resting_on(planned_on, now=now), unit():
        lock(window)
        policies.require(actor, "release.draft", window)
        exercises = _closed_exercises(window)
        if queries.standing_release(window) is not None:
            raise Refused("The letters of this window are drafted already.")
        if unchecked := queries.supplier_blockers(window):
            raise Refused(unchecked)
        fields = {exercise.pk: queries.results(exercise) for exercise in exercises}
        if problems := [
            problem
            for exercise in exercises
            if (problem := _unsaid(exercise, fields[exercise.pk], advantages))
        ]:
            raise Refused(problems)
        batch = letters.draft_batch(
            title=f"Outcomes of {window.title}",
            authority=window.agreement.lead,
            planned_on=planned_on,
            chain=window.audit_chain,
            actor=actor,
            now=now,
        )
        last_day = None
        for exercise in exercises:
            written = OutcomeLetters(
                exercise=exercise,
                field=fields[exercise.pk],
                advantages=advantages.get(exercise.pk, "").strip(),
                sent_on=planned_on,
                signatory=actor,
            )
            last_day = written.standstill.last_day
            for result in fields[exercise.pk]:
                letters.draft(
                    facts=written.to(result),
                    organisation=result.assessment.organisation,
                    about=written.entry(result).reference,
                    chain=window.audit_chain,
                    actor=actor,
                    now=now,
                    batch=batch,
                )
        release = Release.objects.create(
            window=window,
            batch=batch,
            standstill_ends_on=last_day,
            drafted_by=actor,
            state="drafted",
            state_since=now,
        )
        record("release.draft", release, actor=actor, at=now, planned_on=planned_on, standstill=last_day)
    return release


def release(*, release: Release, actor: User, now: datetime) -> None:
    """Release letters, outcomes, admissions and messages in one transaction; a second person's act.

    Raises Denied, and Refused on another date than the letters', before all are rendered, and by whoever
    drafted them or sat on a panel of the window.
    """
    with unit():
        RELEASE.move(release, "release", actor=actor, now=now, changes={"released_by": actor})
        if unchecked := queries.supplier_blockers(release.window):
            raise Refused(unchecked)
        letters.release_batch(batch=release.batch, actor=actor, now=now)
        for exercise in _closed_exercises(release.window):
            rows = exercise.assessments.select_related(
                "submission__entry__application__organisation",
                "submission__entry__window_lot__lot__agreement",
            )
            for assessment in rows.order_by("pk"):
                # One window for all: each entry's move locks it and asks who runs it.
                assessment.submission.entry.window_lot.window = release.window
                _tell(assessment, release, actor, now)
            EXERCISE.move(exercise, "release", actor=actor, now=now)
        windows.decide(window=release.window, actor=actor, now=now)


def withdraw(*, release: Release, reason: str, actor: User, now: datetime) -> None:
    """Take drafted letters back; they stay on record and are never sent. Raises Denied, Refused."""
    if not reason.strip():
        raise Refused("Say why the letters are taken back.", field="reason")
    with unit():
        RELEASE.move(release, "withdraw", actor=actor, now=now, reason=reason.strip())
        letters.withdraw_batch(batch=release.batch, actor=actor, now=now, reason=reason.strip())


def refusals(release: Release, *, actor: User, now: datetime) -> list[str]:
    """Return why this person cannot release these outcomes now; empty means nothing stands in the way."""
    verdict = policies.may(actor, "release.release", release)
    if not verdict.allowed:
        return [verdict.reason]
    reasons = [one.text for one in RELEASE.refusals(release, "release", actor=actor, now=now)]
    reasons += queries.supplier_blockers(release.window)
    said = letters.refusals(release.batch, actor=actor, now=now)
    # Both say that a second person is needed; once is enough.
    return reasons + (said if not reasons else [one for one in said if not one.startswith("You drafted")])


def blockers(window: Window) -> list[str]:
    """Return which lots are not judged to the end, each in a sentence; letters wait for them."""
    rows = queries.lots_of(window)
    return [
        f"{row.offered.lot}: {row.exercise.state_label.lower() if row.exercise else 'no panel is set up'}."
        for row in rows
        if not row.is_settled
    ]


def _unsaid(exercise: Exercise, field: list[Result], advantages: Mapping[int, str]) -> Reason | None:
    outcomes = {result.outcome for result in field}
    if Assessment.Outcome.ADMITTED not in outcomes or len(outcomes) == 1:
        return None
    if advantages.get(exercise.pk, "").strip():
        return None
    return Reason(
        f"Say for {exercise.title} what the answers of those admitted did better: the letters to those "
        "not admitted must tell them.",
        field=f"advantages_{exercise.reference}",
    )


def _tell(assessment: Assessment, release: Release, actor: User, now: datetime) -> None:
    entry = assessment.submission.entry
    if assessment.outcome != Assessment.Outcome.ADMITTED:
        admissions.turn_down(entry=entry, actor=actor, now=now)
        return
    admissions.admit(entry=entry, standstill_ends_on=release.standstill_ends_on, actor=actor, now=now)


def _closed_exercises(window: Window) -> list[Exercise]:
    """Return the window's closed exercises; refused while a lot with entries has no closed moderation."""
    if window.unsealed_at is None:
        raise Refused("The entries of this window have not been opened yet.")
    if waiting := blockers(window):
        raise Refused(["Every lot's moderation must be closed first.", *waiting])
    exercises = [exercise for exercise in queries.exercises_of(window) if exercise.state == "closed"]
    if not exercises:
        raise Refused("There is no outcome to tell.")
    return exercises
