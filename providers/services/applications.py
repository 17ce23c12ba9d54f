"""Applying: start, enter lots, write, submit, withdraw, set unsubmitted drafts aside."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from commissioning import policies
from commissioning.audit.models import LATE_ATTEMPT, AccessEntry
from commissioning.audit.services import note_access, record, unit
from commissioning.people.actors import Actor
from commissioning.people.models import Organisation, User
from commissioning.records.models import Round
from commissioning.workflow import Refused, lock
from lots.models import Window, WindowLot
from lots.services import rolling
from providers import letters
from providers.models import Admission, AnswerVersion, Application, Entry, Package, Submission, SubmittedFile
from providers.queries.items import Declared
from providers.queries.shown import Shown
from providers.queries.submissions import read_version
from providers.workflow import ENTRY

from . import declarations, entry_notices, submissions


def start(
    *, window: Window, lots: Collection[WindowLot], organisation: Organisation, actor: User, now: datetime
) -> Application:
    """Start the organisation's one application in a window, with an entry for each of these lots; return it.

    Raises Denied for anyone but the organisation's people, Refused outside the window, without a lot, for
    a lot whose pool it is in already, and where it has started one.
    """
    policies.require(actor, "application.start", window)
    policies.require(actor, "application.write", organisation)
    with unit():
        lock(window)
        _refuse_late(window, now)
        if window.made_for_id not in (None, organisation.pk):
            raise Refused("This is another organisation's rolling entry.")
        if not lots:
            raise Refused("Choose at least one lot to apply for.", field="lots")
        if window.applications.filter(organisation=organisation).exists():
            raise Refused(f"{organisation.name} has already started an application in this window.")
        application = Application.objects.create(
            window=window,
            organisation=organisation,
            started_at=now,
            started_by_id=actor.pk,
            common=_common(window, organisation, now),
        )
        _enter(application, lots, now)
        record(
            "application.start",
            application,
            actor=actor,
            at=now,
            veil=veil_of(application),
            lots=sorted(offered.lot.number for offered in lots),
        )
    return application


def enter_lots(
    *, application: Application, lots: Collection[WindowLot], actor: User, now: datetime
) -> list[Entry]:
    """Enter further lots; the common part is sealed to their rounds too (settled 15). Raises as `start`."""
    policies.require(actor, "application.write", application)
    with unit():
        lock(application.window)
        _refuse_late(application.window, now)
        if not lots:
            raise Refused("Choose at least one more lot.", field="lots")
        entries = _enter(application, lots, now)
        record(
            "application.enter_lots",
            application,
            actor=actor,
            at=now,
            veil=veil_of(application),
            lots=sorted(offered.lot.number for offered in lots),
        )
    return entries


def save_answers(
    *,
    application: Application,
    submission: Submission,
    values: Mapping[str, Any],
    actor: User,
    now: datetime,
    based_on: Mapping[str, int] | None = None,
    autosave: bool = False,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, AnswerVersion]:
    """Save items of one part of the application (its common part, or an entry's) while the window is open.

    Raises Refused after the deadline, and as `submissions.save_answers`.
    """
    insist_on_writing(application=application, actor=actor, now=now)
    return submissions.save_answers(
        submission=submission,
        values=values,
        rounds=rounds_of(application, submission),
        actor=actor,
        now=now,
        based_on=based_on,
        autosave=autosave,
        earlier=earlier,
    )


def take_over(
    *,
    application: Application,
    submission: Submission,
    item: str,
    earlier: AnswerVersion,
    based_on: int,
    actor: User,
    now: datetime,
) -> dict[str, AnswerVersion]:
    """Copy the organisation's own answer of an earlier window as a new version; the old one stays (G10).

    Raises LookupError for another organisation's answer, and as `save_answers`.
    """
    insist_on_writing(application=application, actor=actor, now=now)
    if earlier.submission.organisation_id != application.organisation_id:
        raise LookupError(f"{earlier} is no answer of {application.organisation}.")
    asked = submissions.items.find(submission.scheme, item)
    return submissions.save_answers(
        submission=submission,
        values={item: read_version(earlier, asked, actor=actor, now=now)},
        rounds=rounds_of(application, submission),
        based_on={item: based_on},
        carried_from=earlier,
        actor=actor,
        now=now,
    )


def declare(
    *,
    application: Application,
    submission: Submission,
    values: Mapping[str, Declared],
    actor: User,
    now: datetime,
    based_on: Mapping[str, int] | None = None,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, AnswerVersion]:
    """Save declarations of one part as `save_answers` does, and keep the complete ones on the profile.

    The part holds its own sealed copy: what the profile says later changes nothing here. Raises as
    `save_answers`, and Refused for a day that is still to come.
    """
    asked = list(submissions.items.find_all(submission.scheme, values).values())
    declarations.refuse_days_to_come(asked, values, now=now)
    with unit():
        saved = save_answers(
            application=application,
            submission=submission,
            values=values,
            actor=actor,
            now=now,
            based_on=based_on,
            earlier=earlier,
        )
        declarations.keep(
            organisation=application.organisation,
            asked=asked,
            values=values,
            saved={code: version.saved_at for code, version in saved.items()},
            actor=actor,
            now=now,
        )
    return saved


def save_question(
    *,
    application: Application,
    submission: Submission,
    item: str,
    text: str,
    based_on: int,
    actor: User,
    now: datetime,
    add: Any = None,
    remove: SubmittedFile | None = None,
    earlier: Iterable[str] = (),
) -> None:
    """Save one question's page while the window is open; raises as `submissions.save_question`."""
    insist_on_writing(application=application, actor=actor, now=now)
    submissions.save_question(
        submission=submission,
        item=item,
        text=text,
        based_on=based_on,
        rounds=rounds_of(application, submission),
        actor=actor,
        now=now,
        add=add,
        remove=remove,
        earlier=earlier,
    )


def add_file(
    *, application: Application, submission: Submission, item: str, upload: Any, actor: User, now: datetime
) -> SubmittedFile:
    """Add a file to an item of one part of the application; as `save_answers`, and `submissions.add_file`."""
    insist_on_writing(application=application, actor=actor, now=now)
    return submissions.add_file(
        submission=submission,
        item=item,
        upload=upload,
        rounds=rounds_of(application, submission),
        actor=actor,
        now=now,
    )


def remove_file(*, application: Application, file: SubmittedFile, actor: User, now: datetime) -> None:
    """Take a file out of the draft while the window is open. Raises Refused after the deadline."""
    insist_on_writing(application=application, actor=actor, now=now)
    submissions.remove_file(file=file, actor=actor, now=now)


def submit(*, entry: Entry, actor: User, now: datetime, seen: Shown | None = None) -> Package:
    """Submit an entry with the common part as they stand, and return the package with its receipt.

    `now` is the request's arrival, judged against the deadline under the window's lock (rulebook G1,
    settled 10): a late attempt is refused with both times, and logged. An earlier package is replaced, and
    returned as it stands where nothing has changed since; a rolling entry is closed by its submission, so it
    has no second one (settled 4). `seen` is what the actor was shown: raises `shown.NotAsShown` where that is
    not what stands.
    """
    application = entry.application
    policies.require(actor, "entry.submit", entry)
    also = [application.common] if application.common else []
    # Reading and hashing before the window is locked: at the last minute everybody waits for that lock.
    prepared = submissions.prepare(parts=[entry.submission, *also], actor=actor, now=now)
    with unit():
        lock(entry)
        policies.require(actor, "entry.submit", entry)
        window = entry.window_lot.window
        _refuse_late(window, now, attempted=entry, actor=actor)
        standing = submissions.standing_unchanged(
            entry.submission,
            *also,
            deadline=window.deadline,
            asks_share_code=entry.application.asks_share_code,
        )
        if entry.state == "submitted" and standing:
            return standing
        package = submissions.package(
            submission=entry.submission,
            also=also,
            prepared=prepared,
            seen=seen,
            reference=entry.reference,
            about=entry_notices.about(entry),
            agreement=window.agreement.reference,
            deadline=now if window.is_rolling else window.deadline,
            received_at=now,
            actor=actor,
            now=now,
        )
        ENTRY.move(
            entry, "submit", actor=actor, now=now, package=package.number, receipt=package.receipt_digest
        )
        if window.is_rolling:
            # The one of the entry, so that what is told of it is what was kept.
            rolling.receive(window=entry.window_lot.window, actor=actor, now=now)
        entry_notices.received(entry, package, now)
    return package


def withdraw(*, entry: Entry, actor: User, now: datetime, number: int | None = None) -> None:
    """Take back what was submitted, until the deadline; the draft stays and may be submitted again.

    `number` as in `packages.insist_it_was_shown`.
    """
    window = entry.window_lot.window
    with unit():
        lock(entry)
        policies.require(actor, "entry.withdraw", entry)
        _refuse_late(window, now, attempted=entry, actor=actor)
        submissions.insist_it_was_shown(submission=entry.submission, number=number)
        ENTRY.move(entry, "withdraw", actor=actor, now=now)
        package = submissions.withdraw_package(submission=entry.submission, now=now)
        notice = letters.EntryWithdrawn(
            organisation=entry.application.organisation.name,
            lot=str(entry.window_lot.lot),
            window=window.title,
            application=entry.application.reference,
            who=actor.name,
            deadline=window.deadline,
            support=window.agreement.support,
        )
        entry_notices.tell(entry, notice, key=f"withdrawn:{package.pk}", now=now)


def lapse(*, entry: Entry, actor: Actor, now: datetime, missing: Sequence[str] = ()) -> None:
    """Set an unsubmitted draft aside after the deadline, and tell its writers.

    `missing` names what kept it from being sent under a standing instruction (settled 11).
    """
    with unit():
        ENTRY.move(entry, "lapse", actor=actor, now=now, missing=list(missing) or None)
        notice = letters.EntryLapsed(
            organisation=entry.application.organisation.name,
            lot=str(entry.window_lot.lot),
            window=entry.window_lot.window.title,
            application=entry.application.reference,
            deadline=entry.window_lot.window.deadline,
            missing=tuple(missing),
        )
        entry_notices.tell(entry, notice, key=f"lapsed:{entry.pk}", now=now)


def insist_on_writing(*, application: Application, actor: User, now: datetime) -> None:
    """Return if the actor may write in the application now. Raises Denied, and Refused after the deadline."""
    policies.require(actor, "application.write", application)
    _refuse_late(application.window, now)


def rounds_of(application: Application, submission: Submission) -> list[Round]:
    """Return the rounds a part is sealed to: an entry's own, or for the common part all."""
    if submission.round is not None:
        return [submission.round]
    return [
        entry.submission.round
        for entry in application.entries.select_related("submission__round")
        if entry.submission.round is not None
    ]


def veil_of(application: Application) -> str:
    """Return a round that hides the application until the window's entries are opened (settled 18)."""
    first = application.entries.select_related("window_lot__round").first()
    return first.submission.audit_veil if first else ""


def _common(window: Window, organisation: Organisation, now: datetime) -> Submission | None:
    if window.common_scheme is None:
        return None
    return submissions.start(organisation=organisation, scheme=window.common_scheme, round=None, now=now)


def _enter(application: Application, lots: Collection[WindowLot], now: datetime) -> list[Entry]:
    _refuse_lots(application, lots)
    entries = []
    for offered in lots:
        if offered.round is None:
            raise RuntimeError(f"{offered} has no round to seal to: announcing a window makes it.")
        own = submissions.start(
            organisation=application.organisation, scheme=offered.scheme, round=offered.round, now=now
        )
        try:
            with transaction.atomic():
                entry = Entry.objects.create(
                    application=application,
                    window_lot=offered,
                    submission=own,
                    state="draft",
                    state_since=now,
                    created_at=now,
                )
        except IntegrityError:
            raise Refused(f"{offered.lot} is already in this application.", field="lots") from None
        if application.common:
            submissions.seal_to(submission=application.common, round=offered.round)
        entries.append(entry)
    return entries


def _refuse_lots(application: Application, lots: Collection[WindowLot]) -> None:
    if any(offered.window_id != application.window_id for offered in lots):
        raise Refused("Choose from the lots of this window.", field="lots")
    in_pool = Admission.objects.filter(
        organisation=application.organisation, lot__in=[offered.lot_id for offered in lots]
    ).exclude(state="removed")
    if held := [str(admission.lot) for admission in in_pool.select_related("lot")]:
        raise Refused(
            f"{application.organisation.name} already has a place in {', '.join(held)}: take it out.",
            field="lots",
        )


def _refuse_late(
    window: Window, now: datetime, *, attempted: Entry | None = None, actor: User | None = None
) -> None:
    reason = window.refusal_to_submit(now)
    if reason is None:
        return
    if attempted is not None and actor is not None:
        note_access(
            AccessEntry.Outcome.REFUSED, attempted, actor=actor, at=now, what=LATE_ATTEMPT, reason=reason
        )
    raise Refused(reason)
