"""Bars for tables: how wide each part is, in hundredths of the whole. The numbers stand beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

HUNDRED = Decimal(100)
SMALLEST = Decimal("0.8")  # what is there at all can be seen


@dataclass(frozen=True)
class Part:
    """One part of a bar: where it begins and how wide it is, of a hundred (`components/bars.html`)."""

    start: str
    width: str
    tone: str


def stacked(amounts: Sequence[tuple[Decimal | int, str]], whole: Decimal | int) -> list[Part]:
    """Return one part an amount that is not nothing, one behind the other; `whole` fills the bar."""
    parts, start = [], Decimal(0)
    for amount, tone in amounts:
        if amount and whole:
            width = min(max(HUNDRED * amount / whole, SMALLEST), HUNDRED - start)
            parts.append(_part(start, width, tone))
            start += width
    return parts


def span(first: date, last: date, *, of: tuple[date, date], tone: str) -> list[Part]:
    """Return the part from the first to the last day, cut at the ends of the days `of` which it is shown."""
    begin, end = of
    days = (end - begin).days or 1
    start = _within(HUNDRED * (first - begin).days / days)
    width = max(_within(HUNDRED * ((last - begin).days + 1) / days) - start, SMALLEST)
    return [_part(min(start, HUNDRED - width), width, tone)]


def mark(day: date, *, of: tuple[date, date]) -> str:
    """Return where a day stands on the same scale, such as today; "" where it is outside."""
    begin, end = of
    if not begin <= day <= end:
        return ""
    return _number(HUNDRED * (day - begin).days / ((end - begin).days or 1))


def _within(value: Decimal) -> Decimal:
    return min(max(value, Decimal(0)), HUNDRED)


def _part(start: Decimal, width: Decimal, tone: str) -> Part:
    return Part(_number(start), _number(width), tone)


def _number(value: Decimal) -> str:
    return f"{value:.2f}"
