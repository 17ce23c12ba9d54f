"""The verbs on a bid: start, write, submit, withdraw; sealing and receipts are those of any submission."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from calloffs.letters import BidLapsed, BidReceived, BidWithdrawn
from calloffs.models import Bid, Competition, Invitation
from calloffs.workflow import BID
from commissioning import policies
from commissioning.audit.models import LATE_ATTEMPT, AccessEntry
from commissioning.audit.services import note_access, record, unit
from commissioning.people.actors import Actor, System
from commissioning.people.models import User
from commissioning.web.text import london
from commissioning.workflow import Refused, lock
from lots.letters import Notice
from providers.models import AnswerVersion, Package, SubmittedFile
from providers.queries.files import Confidential
from providers.queries.shown import Shown
from providers.services import notices, submissions

SWEEP = System("mini-competitions sweep")


def start(*, invitation: Invitation, actor: User, now: datetime) -> Bid:
    """Start the provider's one bid in a competition; the one it has is returned if there is one."""
    competition = invitation.competition
    with unit():
        policies.require(actor, "bid.start", invitation)
        lock(invitation)
        standing: Bid | None = competition.bids.filter(organisation=invitation.organisation).first()
        if standing is not None:
            return standing
        refuse_late(competition, now)
        bid = Bid.objects.create(
            competition=competition,
            organisation=invitation.organisation,
            submission=submissions.start(
                organisation=invitation.organisation,
                scheme=competition.scheme,
                round=competition.round,
                now=now,
            ),
            started_at=now,
            started_by=actor,
            state="draft",
            state_since=now,
        )
        record("bid.start", bid, actor=actor, at=now)
    return bid


def save(
    *,
    bid: Bid,
    values: Mapping[str, Any],
    actor: User,
    now: datetime,
    based_on: Mapping[str, int] | None = None,
    autosave: bool = False,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, AnswerVersion]:
    """Save answers, declarations or prices of a bid, all or none; raises as `submissions.save_answers`."""
    _may_write(bid, actor, now)
    return submissions.save_answers(
        submission=bid.submission,
        values=values,
        rounds=[bid.competition.round],
        actor=actor,
        now=now,
        based_on=based_on,
        autosave=autosave,
        earlier=earlier,
    )


def save_question(
    *,
    bid: Bid,
    item: str,
    text: str,
    based_on: int,
    actor: User,
    now: datetime,
    add: Any = None,
    remove: SubmittedFile | None = None,
    earlier: Iterable[str] = (),
) -> None:
    """Save one question's page of a bid; raises as `submissions.save_question`."""
    _may_write(bid, actor, now)
    submissions.save_question(
        submission=bid.submission,
        item=item,
        text=text,
        based_on=based_on,
        rounds=[bid.competition.round],
        actor=actor,
        now=now,
        add=add,
        remove=remove,
        earlier=earlier,
    )


def add_file(*, bid: Bid, item: str, upload: Any, actor: User, now: datetime) -> SubmittedFile:
    """Seal a file to a question of the bid; raises as `submissions.add_file`."""
    _may_write(bid, actor, now)
    return submissions.add_file(
        submission=bid.submission,
        item=item,
        upload=upload,
        rounds=[bid.competition.round],
        actor=actor,
        now=now,
    )


def remove_file(*, bid: Bid, file: SubmittedFile, actor: User, now: datetime) -> None:
    """Take a file out of the draft; what was submitted with it stands until it is replaced."""
    _may_write(bid, actor, now)
    _insist_on_own(bid, file)
    submissions.remove_file(file=file, actor=actor, now=now)


def replace_file(*, bid: Bid, file: SubmittedFile, upload: Any, actor: User, now: datetime) -> SubmittedFile:
    """Put another file in a file's place; raises as `submissions.replace_file`."""
    _may_write(bid, actor, now)
    _insist_on_own(bid, file)
    return submissions.replace_file(
        file=file, upload=upload, rounds=[bid.competition.round], actor=actor, now=now
    )


def label_file(
    *, bid: Bid, file: SubmittedFile, confidential: Confidential | None, actor: User, now: datetime
) -> SubmittedFile:
    """Say what is confidential about a file; raises as `submissions.label_file`."""
    _may_write(bid, actor, now)
    _insist_on_own(bid, file)
    return submissions.label_file(
        file=file, confidential=confidential, rounds=[bid.competition.round], actor=actor, now=now
    )


def submit(*, bid: Bid, actor: User, now: datetime, seen: Shown | None = None) -> Package:
    """Submit the bid as it stands, under the competition's lock, and give its receipt (rulebook G1, R22-a).

    `now` is when the request was received: a late attempt is refused with both times, and logged.
    Submitting again replaces what stood (settled 6); where nothing has changed, its receipt stands. `seen`
    is what the actor was shown: raises `shown.NotAsShown` where that is not what stands.
    """
    competition = bid.competition
    policies.require(actor, "bid.submit", bid)
    # Reading and hashing before the lock, for which everybody waits at the last minute.
    prepared = submissions.prepare(parts=[bid.submission], actor=actor, now=now)
    with unit():
        lock(bid)
        policies.require(actor, "bid.submit", bid)
        refuse_late(bid.competition, now, attempted=bid, actor=actor)
        standing = submissions.standing_unchanged(bid.submission, deadline=bid.competition.deadline)
        if bid.state == "submitted" and standing:
            return standing
        package = submissions.package(
            submission=bid.submission,
            prepared=prepared,
            seen=seen,
            reference=bid.reference,
            about=about(bid),
            agreement=competition.calloff.agreement.reference,
            deadline=bid.competition.deadline,
            received_at=now,
            actor=actor,
            now=now,
        )
        BID.move(bid, "submit", actor=actor, now=now, package=package.number, receipt=package.receipt_digest)
        note_intention(bid, now)
        tell(bid, _received(bid, package), key=f"bid-received:{package.pk}", now=now)
    return package


def withdraw(*, bid: Bid, actor: User, now: datetime, number: int | None = None) -> None:
    """Take the submitted bid back; the draft stays and may be submitted again until the deadline.

    `number` as in `providers.services.packages.insist_it_was_shown`.
    """
    with unit():
        lock(bid)
        policies.require(actor, "bid.withdraw", bid)
        refuse_late(bid.competition, now, attempted=bid, actor=actor)
        submissions.insist_it_was_shown(submission=bid.submission, number=number)
        BID.move(bid, "withdraw", actor=actor, now=now)
        package = submissions.withdraw_package(submission=bid.submission, now=now)
        notice = BidWithdrawn(
            organisation=bid.organisation.name,
            title=bid.competition.calloff.title,
            reference=bid.competition.reference,
            bid=bid.reference,
            who=actor.name,
            deadline=bid.competition.deadline,
        )
        tell(bid, notice, key=f"bid-withdrawn:{package.pk}", now=now)


def lapse(*, bid: Bid, actor: Actor, now: datetime, missing: Sequence[str] = ()) -> None:
    """Set an unsubmitted draft aside after the deadline, and tell its writers.

    `missing` names what kept it from being sent under a standing instruction (settled 11).
    """
    with unit():
        BID.move(bid, "lapse", actor=actor, now=now, missing=list(missing) or None)
        notice = BidLapsed(
            organisation=bid.organisation.name,
            title=bid.competition.calloff.title,
            reference=bid.competition.reference,
            deadline=bid.competition.deadline,
            missing=tuple(missing),
        )
        tell(bid, notice, key=f"bid-lapsed:{bid.reference}", now=now)


def about(bid: Bid) -> str:
    """Return what the bid is for, as its receipt says it."""
    calloff = bid.competition.calloff
    return f"{calloff.title} ({calloff.reference})"


def note_intention(bid: Bid, now: datetime) -> None:
    """Note that the provider bids, whatever it had said before."""
    Invitation.objects.filter(competition=bid.competition, organisation=bid.organisation).update(
        intention=Invitation.Intention.WILL_BID, intention_reason="", responded_at=now
    )


def _received(bid: Bid, package: Package) -> BidReceived:
    return BidReceived(
        organisation=bid.organisation.name,
        title=bid.competition.calloff.title,
        reference=bid.competition.reference,
        bid=bid.reference,
        package=package.number,
        received_at=london(package.received_at, "microseconds"),
        deadline=bid.competition.deadline,
        digest=package.receipt_digest,
        replacing=str(package.number) if package.number > 1 else "",
    )


def tell(bid: Bid, notice: Notice, *, key: str, now: datetime) -> None:
    """Queue a notice on a bid to its provider's people, veiled until the opening (settled 18)."""
    notices.tell_organisation(
        bid.organisation,
        notice,
        key=key,
        about=bid.reference,
        chain=bid.audit_chain,
        now=now,
        veil=bid.audit_veil,
    )


def _insist_on_own(bid: Bid, file: SubmittedFile) -> None:
    if file.submission_id != bid.submission_id:
        raise LookupError(f"{file} belongs to another submission.")


def _may_write(bid: Bid, actor: User, now: datetime) -> None:
    policies.require(actor, "bid.write", bid)
    refuse_late(bid.competition, now)


def refuse_late(
    competition: Competition, now: datetime, *, attempted: Bid | None = None, actor: User | None = None
) -> None:
    """Return while bids are taken. Raises Refused after the deadline; the attempt on a bid is logged."""
    reason = competition.refusal_to_submit(now)
    if reason is None:
        return
    if attempted is not None and actor is not None:
        note_access(
            AccessEntry.Outcome.REFUSED, attempted, actor=actor, at=now, what=LATE_ATTEMPT, reason=reason
        )
    raise Refused(reason)
