"""Due work of this app: windows whose time has come, lost time to give back, what nobody confirmed."""

import logging
from datetime import datetime

from lots import lost_time
from lots.models import Window
from lots.services import attempts, following, outages, questions, sign_ups, windows

log = logging.getLogger(__name__)


def forget(*, now: datetime) -> int:
    """Forget what nobody confirmed in time, and who signed up for events long past; return how many rows."""
    unconfirmed = questions.forget_unconfirmed(now=now) + following.forget_unconfirmed(now=now)
    return unconfirmed + sign_ups.forget(now=now)


def sweep(*, now: datetime) -> int:
    """Open and close the windows that are due, one transaction each; return how many steps were taken.

    However often, late or doubly it runs, each window opens once and closes once (rulebook G11).
    """
    taken = 0
    for window_id in Window.with_unsent.due(now).order_by("next_due_at").values_list("pk", flat=True):
        try:
            taken += len(windows.keep_time(window_id=window_id, now=now))
        except Exception:
            # One window's trouble must not hold up the others; it is still due in a minute.
            log.exception("window %s could not be opened or closed", window_id)
    return taken


def sweep_attempts(*, now: datetime) -> int:
    """Tell auditors of too many refused attempts; return how many messages that took (rulebook R22-g)."""
    return attempts.tell_auditors(now=now)


def sweep_outages(*, now: datetime) -> int:
    """Tell the leads of running windows of time that was lost; return in how many a decision waits.

    Each lead is told once an outage, however often this runs.
    """
    waiting = lost_time.waiting(lost_time.before_deadline(now), now)
    for window, found in waiting:
        try:
            outages.offer(window=window, found=found, now=now)
        except Exception:
            # One window's trouble must not hold up the others; it waits still in a minute.
            log.exception("the leads of window %s could not be told of an outage", window.reference)
    return len(waiting)
