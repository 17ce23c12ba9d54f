"""Due work of this app: find the windows whose time has come, and call the service for each."""

import logging
from datetime import datetime

from lots.models import Window
from lots.services import windows

log = logging.getLogger(__name__)


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
