"""A beat that works alone: a second one started by mistake waits until the first is gone.

The lock lives and dies with its holder's connection or process, so no killed beat leaves a lease behind
that somebody must wait out (see `docs/decisions/one-beat.md`).
"""

import fcntl
import logging
from io import TextIOWrapper
from typing import Any

from celery.beat import Scheduler
from django.conf import settings
from django.db import DatabaseError, connection

# Any number does that nothing else in this database locks.
ADVISORY_LOCK = 7_203_118
log = logging.getLogger("portal.beat")


class OnlyOne:
    """Held by one process at a time: a PostgreSQL advisory lock, or in the embedded default a locked file."""

    def __init__(self) -> None:
        self._file: TextIOWrapper | None = None
        self._session: int | None = None

    def is_held(self) -> bool:
        """Return whether this process holds it now, taking it if it is free; never waits."""
        if connection.vendor == "postgresql":
            return self._holds_session_lock()
        return self._holds_file()

    def release(self) -> None:
        """Give it up; a process that ends has no need to."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._session is not None:
            connection.close()
            self._session = None

    def _holds_session_lock(self) -> bool:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                session = cursor.fetchone()[0]
                # A new session is a lost lock: the database has restarted, or the network was away.
                if session != self._session:
                    cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
                    self._session = session if cursor.fetchone()[0] else None
        except DatabaseError:
            connection.close()
            self._session = None
        return self._session is not None

    def _holds_file(self) -> bool:
        if self._file is None:
            opened = (settings.DATA_DIR / "beat.lock").open("w", encoding="ascii")
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                opened.close()
                return False
            self._file = opened
        return True


class LeasedScheduler(Scheduler):
    """Celery's scheduler in memory, ticking only while `OnlyOne` is held; there is no file to corrupt.

    Every sweep looks for due rows itself, so a minute that no beat ticked is made up by the next one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.only_one = OnlyOne()
        self.waiting = False
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due and return the seconds until the next look; without the lock, send nothing."""
        (settings.DATA_DIR / "beat.alive").touch()
        if not self.only_one.is_held():
            if not self.waiting:
                log.warning("another beat is at work; this one waits until it is gone")
            self.waiting = True
            return float(self.max_interval)
        self.waiting = False
        return super().tick(*args, **kwargs)
