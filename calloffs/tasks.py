"""Due work of this app: close mini-competitions, settle the drafts of bids at the close."""

import logging
from datetime import datetime

from calloffs.models import Bid, Competition
from calloffs.services import bids, competitions, standing
from commissioning.records import sealing
from commissioning.workflow import Refused

log = logging.getLogger(__name__)


def sweep(*, now: datetime) -> dict[str, int]:
    """Do what is due, one transaction a row; return how much was done. It may run twice, late or by hand."""
    # SECURITY: one number for what went in and what was set aside: before the opening nobody learns how many
    # bid, not from a log either (settled 18).
    return {
        "mini-competitions closed": _close(now),
        "bids settled": _settle(now),
        "damaged bids told of": _tell_of_damage(now),
    }


def _close(now: datetime) -> int:
    closed = 0
    for competition in Competition.objects.due(now).filter(state="open"):
        try:
            closed += competitions.close(competition=competition, actor=bids.SWEEP, now=now)
        except Exception:
            # One row's trouble must not hold up the others.
            log.exception("%s could not be closed", competition)
    return closed


def _settle(now: datetime) -> int:
    settled = 0
    for bid in Bid.objects.due_to_settle(now).order_by("pk"):
        try:
            standing.settle(bid=bid, actor=bids.SWEEP, now=now)
            settled += 1
        except Refused:
            # Another worker was first, or a timely request submitted it: the next sweep looks again.
            continue
        except Exception:
            log.exception("a bid could not be settled")
    return settled


def _tell_of_damage(now: datetime) -> int:
    told = 0
    for competition in Competition.objects.filter(round__in=sealing.rounds_to_tell_of()):
        try:
            told += competitions.tell_of_damage(competition=competition, actor=bids.SWEEP, now=now)
        except Exception:
            log.exception("damage in %s could not be told of", competition)
    return told
