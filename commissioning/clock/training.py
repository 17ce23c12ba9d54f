"""What the portal takes for now: the machine's time, moved by the training clock in a demonstration.

This is the only module that reads the machine's clock. Rules and services take `now` as an argument; views
use the time at which their request was received. See `docs/decisions/training-clock.md`.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

FILE_NAME = "training-clock.json"
_SPAN = re.compile(r"(?P<sign>[+-]?)(?P<number>[0-9]{1,9})(?P<unit>[smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class ClockError(Exception):
    """The training clock may not be moved, or not like that; the message says why."""


def real_now() -> datetime:
    """Return the machine's own time in UTC, for leases, sessions and tokens alone (settled 12)."""
    return datetime.now(UTC)


def now() -> datetime:
    """Return what the portal takes for now: an aware UTC time with microseconds, training clock included."""
    return shown(real_now())


def shown(real: datetime) -> datetime:
    """Return the portal's time at a moment of real time: the same outside a demonstration.

    Raises ClockError when the training clock moves this moment out of the years a calendar has.
    """
    try:
        return real + training_offset()
    except OverflowError:
        raise ClockError("The training clock is set outside the calendar; reset it.") from None


def training_offset() -> timedelta:
    """Return how far the training clock runs ahead of real time; zero when it is not set.

    Always zero outside a demonstration (`PORTAL_DEMO`), whatever the file says. Raises RuntimeError for a
    file that cannot be read: guessing the time would be worse than stopping.
    """
    if not settings.PORTAL_DEMO:
        return timedelta(0)
    path = _path()
    try:
        return timedelta(microseconds=int(json.loads(path.read_text("utf-8"))["offset_microseconds"]))
    except FileNotFoundError:
        return timedelta(0)
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise RuntimeError(
            f"The training clock's file {path} is damaged; run `manage.py demo_clock --reset`."
        ) from error


def set_training_clock(wanted: datetime, *, real: datetime) -> datetime:
    """Make the portal's time `wanted` from the real moment `real` on, and return it; it runs on from there.

    Raises ClockError outside a demonstration.
    """
    _write(wanted - real)
    return shown(real)


def add_to_training_clock(span: timedelta, *, real: datetime) -> datetime:
    """Move the portal's time by a span, which may be negative, and return it at the real moment `real`.

    Raises ClockError outside a demonstration, or where the move would leave the calendar.
    """
    try:
        offset = training_offset() + span
        moved = real + offset
    except OverflowError:
        raise ClockError("The training clock cannot be moved that far.") from None
    _write(offset)
    return moved


def reset_training_clock() -> None:
    """Let the portal's time be real time again. Raises ClockError outside a demonstration."""
    _insist_on_demo()
    _path().unlink(missing_ok=True)


def span(text: str) -> timedelta:
    """Return the span that a text such as `3d`, `-2h`, `90m`, `45s` or `1w` stands for.

    Raises ClockError with an example for anything else.
    """
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise ClockError(f"“{text}” is no span of time; give a number and s, m, h, d or w, as in 3d or -2h.")
    try:
        length = timedelta(**{_UNITS[match["unit"]]: int(match["number"])})
    except OverflowError:
        raise ClockError("The training clock cannot be moved that far.") from None
    return -length if match["sign"] == "-" else length


def _path() -> Path:
    return Path(settings.DATA_DIR) / FILE_NAME


def _insist_on_demo() -> None:
    if not settings.PORTAL_DEMO:
        raise ClockError("The training clock works only in a demonstration: set PORTAL_DEMO=1 to use it.")


def _write(offset: timedelta) -> None:
    _insist_on_demo()
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and renamed, so that no process ever reads half a file.
    beside = path.with_suffix(".new")
    beside.write_text(
        json.dumps({"offset_microseconds": offset // timedelta(microseconds=1)}) + "\n", "utf-8"
    )
    beside.replace(path)
