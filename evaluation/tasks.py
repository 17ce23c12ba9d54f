"""Due work of this app: remind evaluators whose scores are overdue."""

import logging
from datetime import datetime

from commissioning.clock import london_date
from commissioning.people.actors import System
from commissioning.workflow import Refused
from evaluation.models import Panellist
from evaluation.services import reminders

log = logging.getLogger(__name__)

SWEEP = System("evaluation sweep")


def sweep(*, now: datetime) -> dict[str, int]:
    """Do what is due, one transaction a row; return how much was done. It may run twice, late or by hand."""
    reminded = 0
    for seat in Panellist.objects.overdue(london_date(now)).select_related("exercise", "user"):
        try:
            reminders.remind(panellist=seat, actor=SWEEP, now=now)
            reminded += 1
        except Refused:
            # Another worker was first, or the evaluator has handed in meanwhile.
            continue
        except Exception:
            # One row's trouble must not hold up the others.
            log.exception("a panellist of %s could not be reminded", seat.exercise.reference)
    return {"evaluators reminded": reminded}
