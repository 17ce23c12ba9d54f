"""Due work of this app: close mini-competitions, set unsubmitted bids aside."""

import logging
from datetime import datetime

from calloffs.models import Bid, Competition
from calloffs.services import bids, competitions
from commissioning.workflow import Refused

log = logging.getLogger(__name__)


def sweep(*, now: datetime) -> dict[str, int]:
    """Do what is due, one transaction a row; return how much was done. It may run twice, late or by hand."""
    return {"mini-competitions closed": _close(now), "bids set aside": _lapse(now)}


def _close(now: datetime) -> int:
    closed = 0
    for competition in Competition.objects.due(now).filter(state="open"):
        try:
            closed += competitions.close(competition=competition, actor=bids.SWEEP, now=now)
        except Exception:
            # One row's trouble must not hold up the others.
            log.exception("%s could not be closed", competition)
    return closed


def _lapse(now: datetime) -> int:
    lapsed = 0
    for bid in Bid.objects.due_to_lapse(now).select_related("competition", "organisation"):
        try:
            bids.lapse(bid=bid, actor=bids.SWEEP, now=now)
            lapsed += 1
        except Refused:
            # Another worker was first, or a timely request submitted it: the next sweep looks again.
            continue
        except Exception:
            log.exception("%s could not be set aside", bid)
    return lapsed
