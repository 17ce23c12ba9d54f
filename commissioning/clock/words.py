"""Days and times in words that leave no doubt: the one wording of pages, messages, letters and refusals."""

from datetime import date, datetime

from .london import london_time

NAMED = {(12, 0): "12:00 noon", (0, 0): "00:00 (the start of the day)"}
PRECISIONS = {"": "%H:%M", "seconds": "%H:%M:%S", "microseconds": "%H:%M:%S.%f"}


def spoken_day(value: date, *, weekday: bool = True) -> str:
    """Return "Wednesday 20 January 2027"."""
    return f"{value:%A} {value.day} {value:%B %Y}" if weekday else f"{value.day} {value:%B %Y}"


def spoken_clock(value: datetime, precision: str = "") -> str:
    """Return the London time of day: "12:00 noon", "14:30"; "seconds" or "microseconds" where asked.

    A time without a zone is a ValueError.
    """
    local = london_time(value)
    name = None if precision else NAMED.get((local.hour, local.minute))
    return name or f"{local:{PRECISIONS[precision]}}"


def spoken_time(value: datetime, precision: str = "") -> str:
    """Return "Wednesday 20 January 2027, 12:00 noon London time". A time without a zone is a ValueError."""
    return f"{spoken_day(london_time(value).date())}, {spoken_clock(value, precision)} London time"


def spoken_since(value: datetime, now: datetime, precision: str = "") -> str:
    """Return the time of day of something that was on the London day of now, else its day as well."""
    is_today = london_time(value).date() == london_time(now).date()
    return f"{spoken_clock(value, precision)} London time" if is_today else spoken_time(value, precision)
