"""Times, money and percentages in words that leave no doubt; the template filters are these functions."""

from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from commissioning.clock import london_date
from commissioning.clock.words import spoken_day, spoken_time

NOT_GIVEN = "not given"


def day(value: date | None, *, weekday: bool = True) -> str:
    """Return "Wednesday 20 January 2027"; of a datetime the day it is in London."""
    if value is None:
        return NOT_GIVEN
    return spoken_day(london_date(value) if isinstance(value, datetime) else value, weekday=weekday)


def month(value: date | None) -> str:
    """Return "January 2027"."""
    return f"{value:%B %Y}" if value else NOT_GIVEN


def london(value: datetime | None, precision: str = "") -> str:
    """Return "Wednesday 20 January 2027, 12:00 noon London time"; precision "seconds" or "microseconds".

    A naive datetime is a ValueError: a time without a zone may not be shown.
    """
    return NOT_GIVEN if value is None else spoken_time(value, precision)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def in_days(value: date | None, now: datetime) -> str:
    """Return how far off a day or moment is: "in 6 days", "tomorrow", "in 3 hours", "2 days ago".

    Days are days of London's calendar; hours and minutes are told on the day itself, rounded down.
    """
    if value is None:
        return ""
    today = london_date(now)
    moment = isinstance(value, datetime)
    days = ((london_date(value) if isinstance(value, datetime) else value) - today).days
    if days == 0 and moment:
        return _within_the_day(value - now)
    words = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in words:
        return words[days]
    return f"in {_counted(days, 'day')}" if days > 0 else f"{_counted(-days, 'day')} ago"


def _within_the_day(away: timedelta) -> str:
    minutes = int(abs(away).total_seconds()) // 60
    amount = _counted(minutes // 60, "hour") if minutes >= 60 else _counted(minutes, "minute")
    if minutes == 0:
        amount = "less than a minute"
    return f"in {amount}" if away > timedelta(0) else f"{amount} ago"


def money(value: Decimal | int | None, style: str = "") -> str:
    """Return "£1,234.50", without the pence where there are none; with style "pence" always with them."""
    if value is None:
        return NOT_GIVEN
    amount = Decimal(value).quantize(Decimal("0.01"))
    sign, amount = ("-" if amount < 0 else ""), abs(amount)
    whole = style != "pence" and amount == amount.to_integral_value()
    return f"{sign}£{amount:,.0f}" if whole else f"{sign}£{amount:,.2f}"


def percent(value: Decimal | Fraction | int | None) -> str:
    """Return the exact percentage up to four places: 64.995 stays "64.995%" and is never rounded up to 65.

    What has more places is cut, not rounded, and ends in "…" to say so. A float is a TypeError.
    """
    if value is None:
        return NOT_GIVEN
    if isinstance(value, float):
        raise TypeError("A percentage is exact: give a Decimal or a Fraction.")
    exact = Fraction(value)
    cut = Decimal(int(exact * 10_000)) / 10_000
    shown = f"{cut.quantize(Decimal('0.0001'), rounding=ROUND_DOWN):f}".rstrip("0").rstrip(".")
    return f"{shown}{'' if Fraction(cut) == exact else '…'}%"
