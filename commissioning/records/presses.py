"""Processes that make PDFs beside this one, one a core; nothing here needs the tables.

A letter takes WeasyPrint a quarter of a second under a lock, so many at once go faster only in processes.
"""

import multiprocessing
import os
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from multiprocessing.connection import wait

from commissioning.records import pdf


def warm_up() -> None:
    """Start the processes now, so that they are ready when the first page is."""
    for _ in range(_cores()):
        to_pdf('<html lang="en"><title>Ready</title></html>')


def to_pdf(source: str) -> "Future[bytes]":
    """Let one of the processes do what `pdf.to_pdf` does, and return its promise."""
    return _presses().submit(pdf.to_pdf, source)


def _cores() -> int:
    return os.cpu_count() or 1


def put_away() -> None:
    """End the processes, if any were started, once they have done what was asked of them."""
    if _presses.cache_info().currsize:
        _presses().shutdown()
        _presses.cache_clear()


@cache
def _presses() -> ProcessPoolExecutor:
    # Not forked: a copy of this process would share its connection to the database.
    return ProcessPoolExecutor(
        _cores(), mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_parent
    )


def _end_with_parent() -> None:
    """Let a press end as soon as whoever started it is gone, however that ended (settled 32)."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_after, args=(parent.sentinel,), daemon=True).start()


def _leave_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
