"""An application's entry for one lot: submitted, withdrawn, or set aside after the deadline."""

from collections.abc import Sequence
from datetime import datetime

from commissioning import policies
from commissioning.audit.services import unit
from commissioning.people.actors import Actor
from commissioning.people.models import User
from commissioning.workflow import lock
from lots.services import rolling
from providers import letters
from providers.models import Entry, Package
from providers.queries.shown import Shown
from providers.workflow import ENTRY

from . import applications, entry_notices, submissions


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
        applications.refuse_late(window, now, attempted=entry, actor=actor)
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
        applications.refuse_late(window, now, attempted=entry, actor=actor)
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
