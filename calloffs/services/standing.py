"""The standing instruction of a bid, and the settling of its draft at the close (settled 11).

What it covers and what it leaves alone is in `docs/decisions/standing-instruction.md`.
"""

from datetime import datetime

from calloffs.letters import BidSentAtClose
from calloffs.models import Bid, BidInstruction
from commissioning import policies
from commissioning.audit.services import unit
from commissioning.clock.words import spoken_time
from commissioning.people.actors import Actor
from commissioning.people.models import User
from commissioning.web.text import london
from commissioning.workflow import lock
from providers.models import Instruction, Package
from providers.services import at_close

from . import bids


def instruct(*, bid: Bid, actor: User, now: datetime) -> BidInstruction:
    """Let the bid, if it is complete at the close, go in by itself, and return the instruction.

    The one that stands already is returned. Raises Denied for anyone but the provider's people, and Refused
    after the deadline.
    """
    with unit():
        lock(bid)
        policies.require(actor, "bid.instruct", bid)
        bids.refuse_late(bid.competition, now)
        given: BidInstruction = at_close.give(bid, noun="bid", actor=actor, now=now, veil=bid.audit_veil)
    return given


def clear(*, bid: Bid, actor: User, now: datetime) -> None:
    """Take the standing instruction back; nothing goes in by itself any more. Raises as `instruct`."""
    with unit():
        lock(bid)
        policies.require(actor, "bid.instruct", bid)
        bids.refuse_late(bid.competition, now)
        at_close.take_back(bid, noun="bid", actor=actor, now=now, veil=bid.audit_veil)


def settle(*, bid: Bid, actor: Actor, now: datetime) -> Package | None:
    """Settle a draft at the close: send it if its provider asked and it is complete, else set it aside.

    Done once, however often it is asked for: what is no draft any more is Refused, and so is what is asked
    for before late requests have ended (settled 10). Returns what went in.
    """
    with unit():
        lock(bid)
        competition = bid.competition
        draft = at_close.Draft(
            row=bid,
            submission=bid.submission,
            also=[],
            about=bids.about(bid),
            agreement=competition.calloff.agreement.reference,
            deadline=competition.deadline,
        )
        return at_close.settle(
            draft,
            lapse=lambda missing: bids.lapse(bid=bid, missing=missing, actor=actor, now=now),
            tell=lambda package, instruction: _tell_sent(bid, package, instruction, now),
            actor=actor,
            now=now,
        )


def _tell_sent(bid: Bid, package: Package, instruction: Instruction, now: datetime) -> None:
    bids.note_intention(bid, now)
    competition = bid.competition
    notice = BidSentAtClose(
        organisation=bid.organisation.name,
        title=competition.calloff.title,
        reference=competition.reference,
        bid=bid.reference,
        package=package.number,
        who=instruction.given_by.name,
        given_at=spoken_time(instruction.given_at),
        saved_at=london(package.received_at, "microseconds"),
        fixed_at=london(now, "seconds"),
        deadline=competition.deadline,
        digest=package.receipt_digest,
    )
    bids.tell(bid, notice, key=f"bid-sent-at-close:{package.pk}", now=now)
