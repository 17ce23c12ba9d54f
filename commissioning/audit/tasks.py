"""Due work of the record: closing batches of the access log. It may run twice, late or by hand."""

from datetime import datetime

from .services import BATCH_SIZE, close_access_batches


def sweep(now: datetime) -> int:
    """Chain every access entry that waits; return how many."""
    closed = 0
    while count := close_access_batches(now=now):
        closed += count
        if count < BATCH_SIZE:
            break
    return closed
