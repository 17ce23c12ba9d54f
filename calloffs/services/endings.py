"""How a call-off ends without a contract: abandoned before the opening, or no award after it (product 44)."""

from datetime import datetime

from calloffs.letters import CompetitionAbandoned, NoAward
from calloffs.models import CallOff, Competition
from calloffs.queries import competitions as queries
from calloffs.workflow import AWARD, BID, CALLOFF, COMPETITION, CONTRACT
from commissioning.audit.services import unit
from commissioning.people.models import User
from commissioning.records.services import letters
from commissioning.workflow import Refused
from evaluation.workflow import EXERCISE

from .competitions import tell_each


def abandon(*, calloff: CallOff, reason: str, actor: User, now: datetime) -> None:
    """Abandon the call-off with the reason; an open mini-competition ends, and every invited one is told.

    What was submitted is never opened. After the bids were closed it is ended by `end_without_award`.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the call-off is abandoned.", field="reason")
    with unit():
        CALLOFF.move(calloff, "abandon", actor=actor, now=now, changes={"end_reason": reason})
        competition = Competition.objects.filter(calloff=calloff).first()
        if competition is None:
            return
        _end(competition, actor, now)
        notice = CompetitionAbandoned(calloff.authority.name, calloff.title, calloff.reference, reason)
        tell_each(queries.invited(competition), notice, competition, key="abandoned", now=now)


def end_without_award(*, calloff: CallOff, reason: str, actor: User, now: datetime) -> None:
    """End a call-off after the deadline without an award; every bidder is told why.

    An award, drafted letters and a contract that is not signed by both end with it.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("Say why no award is made; every bidder will read it.", field="reason")
    with unit():
        CALLOFF.move(calloff, "end_without_award", actor=actor, now=now, changes={"end_reason": reason})
        competition = Competition.objects.get(calloff=calloff)
        bidders = queries.bidders(competition)
        _end_awards(competition, reason, actor, now)
        _end(competition, actor, now)
        notice = NoAward(calloff.authority.name, calloff.title, calloff.reference, reason)
        tell_each(bidders, notice, competition, key="no-award", now=now)


def _end_awards(competition: Competition, reason: str, actor: User, now: datetime) -> None:
    for contract in competition.calloff.contracts.exclude(state__in=["signed", "withdrawn"]):
        CONTRACT.move(contract, "withdraw", actor=actor, now=now)
    for award in competition.awards.exclude(state__in=["returned", "ended", "made"]):
        if award.state == "lettered" and award.batch is not None:
            letters.withdraw_batch(batch=award.batch, actor=actor, now=now, reason=reason)
        AWARD.move(award, "abandon", actor=actor, now=now, changes={"end_reason": reason})


def _end(competition: Competition, actor: User, now: datetime) -> None:
    """End the competition, its bids and its panel's work, so far as each has not ended."""
    for bid in competition.bids.filter(state__in=BID.step("end").sources):
        BID.move(bid, "end", actor=actor, now=now)
    if competition.state in COMPETITION.step("abandon").sources:
        COMPETITION.move(competition, "abandon", actor=actor, now=now, changes={"next_due_at": None})
    if competition.exercise and competition.exercise.state in EXERCISE.step("end").sources:
        EXERCISE.move(competition.exercise, "end", actor=actor, now=now)
