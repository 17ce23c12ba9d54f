"""The sign of life that each web process gives every minute: people save through it, so it is the witness.

SECURITY: it comes by itself and with no request, so it tells nothing of who saves, or whether anybody does.
"""

import logging
import threading
from collections.abc import Callable

from django.db import connections

from commissioning import clock
from commissioning.records import unsaved
from commissioning.records.services import outages

EVERY = 60.0
"""Seconds between two signs."""
log = logging.getLogger("portal.outage")


def begin() -> threading.Thread:
    """Give the first sign now and one each minute, for as long as this process lives."""
    never = threading.Event()
    thread = threading.Thread(target=keep_up, args=(never.wait,), name="sign of life", daemon=True)
    thread.start()
    return thread


def keep_up(wait: Callable[[float], bool]) -> None:
    """Give a sign, and again whenever `wait` returns False."""
    give()
    while not wait(EVERY):
        give()


def give() -> None:
    """Save one sign; where the portal cannot save, note the minute beside the database. Never raises."""
    try:
        outages.live(real=clock.real_now(), ahead=clock.training_offset(), actor=outages.WEB, now=clock.now())
    except Exception as error:
        log.exception("no sign of life could be saved")
        if unsaved.is_outage(error):
            unsaved.note(clock.real_now())
    finally:
        # A connection that broke, or that the database's restart closed, must not spoil the next one.
        connections.close_all()
