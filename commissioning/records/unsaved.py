"""Saves that failed because the portal could not save, noted beside the database: it is what failed.

A line holds a minute and nothing else. SECURITY: neither who tried nor what, and not how often: a draft that
could not be saved would tell that somebody applies (settled 18).
"""

import errno
import fcntl
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError

FILE_NAME = "saves-that-failed"
# What a full, broken or write-protected disk answers; any other error of a file is a fault of the program.
DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
MINUTE = "%Y-%m-%dT%H:%MZ"
log = logging.getLogger("portal.outage")


def is_outage(error: BaseException | None) -> bool:
    """Return whether this error, or one that it came from, says that the portal cannot save for anybody."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, OperationalError | InterfaceError):
            return True
        if isinstance(error, OSError) and error.errno in DISK:
            return True
        error = error.__cause__ or error.__context__
    return False


def note(real: datetime) -> None:
    """Note that a save failed in this minute of real time; never raises, since an answer is still owed."""
    try:
        with _path().open("a", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(f"{real.astimezone(UTC):{MINUTE}}\n")
    except OSError:
        log.exception("a failed save could not be noted")


@contextmanager
def taken() -> Iterator[list[datetime]]:
    """Give the noted minutes (real time, UTC, in order) to whoever puts them into the database.

    They are let go when the block ends well; otherwise the next caller gets them again. Two callers at once
    may get the same.
    """
    aside = _path().with_suffix(".taken")
    if not aside.exists():
        _set_aside(aside)
    yield sorted(_minutes(aside.read_text("ascii").split() if aside.exists() else ()))
    aside.unlink(missing_ok=True)


def _set_aside(aside: Path) -> None:
    try:
        file = _path().open("r+", encoding="ascii")
    except FileNotFoundError:
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if text := file.read():
            # Written beside and renamed, so that a kill in between loses no line.
            beside = aside.with_suffix(".new")
            beside.write_text(text, "ascii")
            beside.replace(aside)
            file.seek(0)
            file.truncate()


def _minutes(lines: Iterable[str]) -> set[datetime]:
    found = set()
    for line in lines:
        try:
            found.add(datetime.strptime(line, MINUTE).replace(tzinfo=UTC))
        except ValueError:  # the disk was full in the middle of the line
            log.warning("a noted minute could not be read")
    return found


def _path() -> Path:
    return Path(settings.DATA_DIR) / FILE_NAME
