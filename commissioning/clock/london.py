"""London days and wall-clock times, and the instants they stand for.

A day in this portal is a London day: letters sent at 23:30 UTC in July were sent on the next date.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")


def london_time(instant: datetime) -> datetime:
    """Return the same instant on London's clock.

    Raises ValueError for a time without a zone: nobody can say what instant that is.
    """
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError(f"The time {instant.isoformat()} has no time zone; give one, such as +00:00.")
    return instant.astimezone(LONDON)


def london_date(instant: datetime) -> date:
    """Return the London date of an instant (rulebook E-standstill: 23:30 UTC in summer is the next day)."""
    return london_time(instant).date()


def at_london(day: date, wall_clock: time) -> datetime:
    """Return the UTC instant at which London's clocks show this time on this day (rulebook G11).

    On the two nights a year when the clocks change, one fixed reading holds. A time that is skipped in
    March (01:00 to 01:59) is counted from the last good hour before it, so 01:30 is the instant shown as
    02:30. A time that comes twice in October is the first of the two. `wall_clock_doubt` says whether a
    form should ask for another time instead. Raises ValueError for a time that carries a zone of its own.
    """
    if wall_clock.tzinfo is not None:
        raise ValueError("Give the London time without a time zone.")
    return datetime.combine(day, wall_clock.replace(fold=0), LONDON).astimezone(UTC)


def wall_clock_doubt(day: date, wall_clock: time) -> str | None:
    """Return a sentence when London's clocks skip this time or show it twice on this day, else None.

    Meant for forms: a deadline that can be read in two ways is better not set at all.
    """
    instant = at_london(day, wall_clock)
    shown = f"{wall_clock:%H:%M} on {day.day} {day:%B %Y}"
    if london_time(instant).replace(tzinfo=None, fold=0) != datetime.combine(day, wall_clock.replace(fold=0)):
        return f"London has no {shown}: the clocks go forward that night. Choose a time from 02:00."
    second = datetime.combine(day, wall_clock.replace(fold=1), LONDON)
    if second.astimezone(UTC) != instant:
        return f"London has {shown} twice: the clocks go back that night. Choose a time from 02:00."
    return None


def start_of_london_day(day: date) -> datetime:
    """Return the UTC instant at which this London day begins (00:00)."""
    return at_london(day, time.min)


def end_of_london_day(day: date) -> datetime:
    """Return the last microsecond of this London day as a UTC instant (23:59:59.999999)."""
    return start_of_london_day(day + timedelta(days=1)) - timedelta(microseconds=1)
