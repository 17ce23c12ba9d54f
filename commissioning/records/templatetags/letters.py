"""How letters write days, money and percentages: their facts are JSON, so the values come as text."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django import template

from commissioning.clock.words import spoken_day, spoken_time

register = template.Library()


@register.filter
def day(value: str | None) -> str:
    """Return "Wednesday 20 January 2027" of an ISO day."""
    return spoken_day(date.fromisoformat(value)) if value else ""


@register.filter
def short_day(value: str | None) -> str:
    """Return "20 January 2027" of an ISO day."""
    return spoken_day(date.fromisoformat(value), weekday=False) if value else ""


@register.filter
def money(value: str | None) -> str:
    """Return "£1,234.50", without the pence where there are none."""
    if value is None:
        return ""
    amount = Decimal(value)
    return f"£{amount:,.0f}" if amount == amount.to_integral_value() else f"£{amount:,.2f}"


@register.filter
def pounds_and_pence(value: str | None) -> str:
    """Return "£1,234.50", the pence always shown."""
    return "" if value is None else f"£{Decimal(value):,.2f}"


@register.filter
def points(value: str | None) -> str:
    """Return points with up to four places, never rounded: "18", "64.995"; what is cut ends in "…"."""
    if value is None:
        return ""
    exact = Decimal(value)
    cut = exact.quantize(Decimal("0.0001"), rounding=ROUND_DOWN)
    return f"{cut:f}".rstrip("0").rstrip(".") + ("" if cut == exact else "…")


@register.filter
def amount(value: str) -> str:
    """Return a quantity with its thousands marked and no empty places: "3,000", "12.5"."""
    text = f"{Decimal(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def percent(value: str | None) -> str:
    """Return an exact percentage like `points`: "65%", "64.995%"."""
    return "" if value is None else f"{points(value)}%"


@register.filter
def part_of(quality: str | None, weight: str) -> str:
    """Return what a quality total gives in the whole: the total by its weight, exactly."""
    return "" if quality is None else points(str(Decimal(quality) * Decimal(weight) / 100))


@register.filter
def london(value: str | None) -> str:
    """Return "Wednesday 20 January 2027, 12:00 noon London time" of a UTC instant."""
    return spoken_time(datetime.fromisoformat(value)) if value else ""


@register.filter
def calendar_day(value: str) -> str:
    """Return "23 Mar" of an ISO day."""
    day = date.fromisoformat(value)
    return f"{day.day} {day:%b}"


@register.filter
def joined(names: Sequence[str]) -> str:
    """Return "A, B and C"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


@register.filter
def weeks(days: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any] | None]]:
    """Return the days as whole weeks from Monday to Sunday; days outside are None."""
    if not days:
        return []
    by_day = {date.fromisoformat(day["day"]): day for day in days}
    first, last = min(by_day), max(by_day)
    monday = first - timedelta(days=first.weekday())
    count = (last - monday).days // 7 + 1
    return [
        [by_day.get(monday + timedelta(days=7 * week + weekday)) for weekday in range(7)]
        for week in range(count)
    ]


@register.filter
def all_passed(standards: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether every minimum standard was met."""
    return all(standard["passed"] for standard in standards)


@register.filter
def halves(rows: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """Return the rows in two parts that stand side by side, the first no shorter than the second."""
    half = (len(rows) + 1) // 2
    return rows[:half], rows[half:]


@register.filter
def thirds(rows: Sequence[Any]) -> list[Sequence[Any]]:
    """Return the rows in three parts that stand side by side, none longer than the one before."""
    part = -(-len(rows) // 3)
    return [rows[start : start + part] for start in (0, part, 2 * part)]
