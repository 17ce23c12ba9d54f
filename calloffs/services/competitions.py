"""The verbs on a mini-competition: publish, extend, close, open the bids, open the prices (product 39-42)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from calloffs import rules
from calloffs.letters import CompetitionExtended, InvitationToBid
from calloffs.models import CallOff, Competition, CompetitionChange, Invitation
from calloffs.queries import competitions as queries
from calloffs.workflow import BID, CALLOFF, COMPETITION
from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.clock import london_date
from commissioning.people.actors import Actor
from commissioning.people.models import Organisation, User
from commissioning.records import sealing
from commissioning.records.models import OpeningProposal, SealedBlob
from commissioning.records.services import openings
from commissioning.workflow import Reason, Refused, lock
from evaluation.services import panels
from lots.letters import Notice
from lots.models import Scheme
from lots.queries.standing import last_change
from lots.services.checks import refuse_overtaken
from providers.services import damage, files, notices, watch

from . import bids, standing

QUALITY = SealedBlob.Compartment.QUALITY
PRICE = SealedBlob.Compartment.PRICE


@dataclass(frozen=True)
class Unsealed:
    """What an opening found: how many bids stood, and how many sealed pieces are not what was received."""

    bids: int
    damaged: int


def publish(
    *,
    calloff: CallOff,
    scheme: Scheme,
    questions_close_at: datetime,
    deadline: datetime,
    expected_award_on: date | None,
    actor: User,
    now: datetime,
    support_contact: str = "",
    support_hours: str = "",
) -> Competition:
    """Publish the mini-competition and invite exactly the current, unsuspended members of the lot (E1, G8).

    `support_contact` is whom bidders may ask, and `support_hours` when; without one it is the contact that
    the authority is known by (`queries.competitions.support_of`).

    Refused where the board's approval no longer covers the call-off, a condition is open, the scheme is not
    published, the dates are out of order, or nobody could be invited.
    """
    with unit():
        CALLOFF.move(calloff, "invite", actor=actor, now=now)
        # A sweep that is late must not let a provider in whose insurance ran out last night.
        watch.keep_all(lot=calloff.lot, now=now)
        members = list(queries.members(calloff))
        problems = rules.dates_out_of_order(
            now, questions_close_at, deadline, expected_award_on, calloff.starts_on
        )
        problems += _scheme_problems(calloff, scheme)
        if not members:
            problems.append(f"{calloff.lot} has no member in its pool who could be invited.")
        if problems:
            raise Refused(problems)
        sealed_round = sealing.create_round(
            title=f"{calloff.reference} Bids for {calloff.title}"[:200],
            not_before=deadline,
            now=now,
            audit_chain=calloff.audit_chain,
            by_two=calloff.agreement.opened_by_two,
        )
        exercise = panels.set_up(
            agreement=calloff.agreement,
            authority=calloff.authority,
            scheme=scheme,
            round=sealed_round,
            title=f"{calloff.title} ({calloff.reference})",
            actor=actor,
            now=now,
        )
        if not support_contact.strip():
            support_contact, support_hours = queries.support_of(calloff)
        competition = Competition.objects.create(
            calloff=calloff,
            scheme=scheme,
            round=sealed_round,
            exercise=exercise,
            published_at=now,
            published_by=actor,
            questions_close_at=questions_close_at,
            deadline=deadline,
            expected_award_on=expected_award_on,
            support_contact=support_contact.strip(),
            support_hours=support_hours.strip(),
            next_due_at=deadline,
            state="open",
            state_since=now,
        )
        Invitation.objects.bulk_create(
            Invitation(
                competition=competition, organisation=member.organisation, admission=member, invited_at=now
            )
            for member in members
        )
        record(
            "competition.publish",
            competition,
            actor=actor,
            at=now,
            deadline=deadline,
            questions_close_at=questions_close_at,
            scheme=scheme.reference,
            invited=[member.organisation.reference for member in members],
        )
        invited = [member.organisation for member in members]
        tell_each(invited, _invitation(competition), competition, key="invited", now=now)
    return competition


def extend(*, competition: Competition, deadline: datetime, reason: str, actor: User, now: datetime) -> None:
    """Move the deadline later, before it has passed, for every bidder; all are told (rulebook G3)."""
    with unit():
        policies.require(actor, "competition.extend", competition)
        lock(competition)
        insist_open(competition, now)
        if problem := rules.too_late_to_extend(deadline, competition.deadline, competition.calloff.starts_on):
            raise Refused(problem)
        if not reason.strip():
            raise Refused("Give the reason; every bidder will read it.", field="reason")
        old = competition.deadline
        change = CompetitionChange.objects.create(
            competition=competition,
            old=old,
            new=deadline,
            reason=reason.strip(),
            changed_at=now,
            changed_by=actor,
        )
        competition.deadline = competition.next_due_at = deadline
        if (day := competition.expected_award_on) and day <= london_date(deadline):
            # Nobody reads a day that has become impossible.
            competition.expected_award_on = None
        competition.save(update_fields=["deadline", "next_due_at", "expected_award_on"])
        sealing.set_not_before(round=competition.round, not_before=deadline)
        record(
            "competition.extend",
            competition,
            actor=actor,
            at=now,
            before=old,
            after=deadline,
            reason=reason.strip(),
        )
        calloff = competition.calloff
        notice = CompetitionExtended(
            calloff.title, calloff.reference, old, deadline, reason.strip(), competition.support
        )
        tell_each(queries.invited(competition), notice, competition, key=str(change.pk), now=now)


def correct_support(
    *,
    competition: Competition,
    support_contact: str,
    support_hours: str,
    actor: User,
    now: datetime,
    seen: Mapping[str, Any] | None = None,
) -> None:
    """Say anew whom bidders may ask and when; nobody is written to.

    Also once the competition is decided or was abandoned: whoever was invited still reads it.

    `seen` is what stood when the page was drawn (`queries.competitions.support_stands`). Raises Denied for
    anyone but its procurement lead, Overtaken where something else stands by now, and Refused for an empty
    contact.
    """
    with unit():
        policies.require(actor, "competition.correct", competition)
        lock(competition)
        before = queries.support_stands(competition)
        after = {"support_contact": support_contact.strip(), "support_hours": support_hours.strip()}
        if before == after:
            return
        changed = last_change(competition, "competition.correct")
        refuse_overtaken(seen=seen, stands=before, given=after, changed=changed)
        if not after["support_contact"]:
            raise Refused(
                "Say whom bidders may ask: they read it on their invitation.", field="support_contact"
            )
        for name, value in after.items():
            setattr(competition, name, value)
        competition.save(update_fields=list(after))
        record("competition.correct", competition, actor=actor, at=now, before=before, after=after)


def close(*, competition: Competition, actor: Actor, now: datetime) -> bool:
    """Close a competition whose deadline has passed; safe to run twice, late or beside another.

    Drafts stay as they are until requests have ended: one may be submitted by a request received in time.
    """
    with unit():
        lock(competition)
        if competition.state != "open" or now <= competition.deadline:
            return False
        COMPETITION.move(competition, "close", actor=actor, now=now, changes={"next_due_at": None})
        CALLOFF.move(competition.calloff, "close", actor=actor, now=now)
    return True


def propose_opening(*, competition: Competition, actor: User, now: datetime) -> OpeningProposal:
    """Propose the opening of the bids to a second person, where the agreement takes two (settled 14).

    Refused before the bids may be opened. Raises Denied, Refused.
    """
    with unit():
        policies.require(actor, "opening.propose", competition)
        close(competition=competition, actor=bids.SWEEP, now=now)
        if reasons := COMPETITION.refusals(competition, "unseal", actor=actor, now=now):
            raise Refused(reasons)
        return _propose(competition, QUALITY, f"the bids for “{competition.calloff.title}”", actor, now)


def propose_opening_prices(*, competition: Competition, actor: User, now: datetime) -> OpeningProposal:
    """Propose the opening of the prices to a second person; as `propose_opening`."""
    with unit():
        policies.require(actor, "opening.propose", competition)
        lock(competition)
        if problem := queries.prices_stay_sealed(competition):
            raise Refused(problem)
        return _propose(competition, PRICE, f"the prices for “{competition.calloff.title}”", actor, now)


def unseal(*, competition: Competition, actor: User, now: datetime) -> Unsealed:
    """Open the bids' quality part after the deadline, on the record (R22-e); closes first what no sweep has.

    Where the agreement takes two people, this is the second one's confirmation (settled 14). What bidders
    wanted sent at the close is settled first, so that a dead sweep loses nothing (settled 11). Every piece is
    checked to be what was sealed (R22-h). Prices stay sealed until the panel has closed its moderation.
    """
    with unit():
        policies.require(actor, "competition.unseal", competition)
        close(competition=competition, actor=bids.SWEEP, now=now)
        COMPETITION.move(competition, "unseal", actor=actor, now=now)
        _confirm(competition, QUALITY, actor, now)
        for draft in competition.bids.filter(state="draft").order_by("pk"):
            standing.settle(bid=draft, actor=bids.SWEEP, now=now)
        found = sealing.open_round(
            round=competition.round,
            actor=actor,
            now=now,
            blobs=queries.standing_pieces(competition, prices=False),
        )
        opened = list(competition.bids.filter(state="submitted"))
        for bid in opened:
            BID.move(bid, "open", actor=actor, now=now)
        files.look_soon()
        tell_of_damage(competition=competition, actor=actor, now=now)
    return Unsealed(bids=len(opened), damaged=len(found.damaged))


def unseal_prices(*, competition: Competition, actor: User, now: datetime) -> Unsealed:
    """Open the prices once the quality scores are agreed and closed (product 42, R22-d)."""
    with unit():
        policies.require(actor, "competition.unseal_prices", competition)
        lock(competition)
        if problem := queries.prices_stay_sealed(competition):
            raise Refused(problem)
        _confirm(competition, PRICE, actor, now)
        pieces = queries.standing_pieces(competition, prices=True)
        found = sealing.open_prices(round=competition.round, actor=actor, now=now, blobs=pieces)
        record("competition.unseal_prices", competition, actor=actor, at=now)
        tell_of_damage(competition=competition, actor=actor, now=now)
    return Unsealed(bids=queries.opened_bids(competition).count(), damaged=len(found.damaged))


def tell_of_damage(*, competition: Competition, actor: Actor, now: datetime) -> int:
    """Record the damaged pieces of bids by name, and tell the leads and administrators, once a piece."""
    exercise = competition.exercise
    return damage.tell_of(
        round=competition.round,
        authority=competition.calloff.authority,
        what=f"“{competition.calloff.title}”",
        page=f"/exercises/{exercise.reference}/files/"
        if exercise
        else competition.calloff.get_absolute_url(),
        actor=actor,
        now=now,
    )


def _propose(
    competition: Competition, compartment: str, what: str, actor: User, now: datetime
) -> OpeningProposal:
    return openings.propose(
        thing=competition,
        authority=competition.calloff.authority,
        what=what,
        rounds=[competition.round],
        compartment=compartment,
        actor=actor,
        now=now,
    )


def _confirm(competition: Competition, compartment: str, actor: User, now: datetime) -> None:
    openings.confirm(
        thing=competition, rounds=[competition.round], compartment=compartment, actor=actor, now=now
    )


def insist_open(competition: Competition, now: datetime) -> None:
    """Return while bids are taken. Raises Refused, with both times, after the deadline."""
    if refusal := competition.refusal_to_submit(now):
        raise Refused(refusal)


def tell_each(
    organisations: Iterable[Organisation],
    notice: Notice,
    competition: Competition,
    *,
    key: str,
    now: datetime,
) -> None:
    """Queue one message to each person who writes for these providers; hidden until the opening."""
    invited = list(organisations)
    people = notices.people_of(invited)
    for organisation in invited:
        notices.tell(
            people.get(organisation.pk, []),
            notice,
            organisation=organisation,
            key=f"{notice.kind}:{competition.reference}:{key}:{organisation.reference}",
            about=competition.reference,
            chain=competition.audit_chain,
            now=now,
            veil=competition.round.reference,
        )


def _invitation(competition: Competition) -> InvitationToBid:
    return InvitationToBid(
        title=competition.calloff.title,
        reference=competition.reference,
        lot=str(competition.calloff.lot),
        questions_close=competition.questions_close_at,
        deadline=competition.deadline,
        support=competition.support,
    )


def _scheme_problems(calloff: CallOff, scheme: Scheme) -> list[Reason]:
    if scheme.agreement_id != calloff.agreement_id:
        return [Reason("Choose a scheme of this agreement.", field="scheme")]
    if scheme.kind != Scheme.Kind.COMPETITION or scheme.state != "published":
        return [Reason("Choose a published scheme for a mini-competition.", field="scheme")]
    above = rules.ceilings_above_value(scheme.price_lines.all(), calloff.value)
    return [above] if above else []
