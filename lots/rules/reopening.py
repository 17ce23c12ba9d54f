"""When an agreement is planned to open again, by the rule it states: dates only, and no promise.

Re-opening is at the authority's choice (rulebook B2): a window comes of a planned date only once the lead
schedules and announces one.
"""

from calendar import day_name, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from commissioning.clock import at_london, london_date
from commissioning.workflow import Reason

LAST = 5
WEEKS = ((1, "first"), (2, "second"), (3, "third"), (4, "fourth"), (LAST, "last"))
WEEKDAYS = tuple(enumerate(day_name))


@dataclass(frozen=True)
class Reopening:
    """A rule such as: every 6 months, on the first Monday of the month at 09:00 in London, for 6 weeks.

    `week` is 1 to 4, or 5 for the month's last; `weekday` is 0 for Monday to 6 for Sunday.
    """

    every_months: int
    week: int
    weekday: int
    at: time
    open_weeks: int

    def __str__(self) -> str:
        months = "every month" if self.every_months == 1 else f"every {self.every_months} months"
        weeks = "1 week" if self.open_weeks == 1 else f"{self.open_weeks} weeks"
        day = f"{dict(WEEKS)[self.week]} {day_name[self.weekday]}"
        return f"{months}, on the {day} of the month at {self.at:%H:%M} London time, for {weeks}"


@dataclass(frozen=True)
class Planned:
    """A window as the rule plans it: two instants, in UTC."""

    opens_at: datetime
    deadline: datetime


def weekday_of_month(year: int, month: int, week: int, weekday: int) -> date:
    """Return the first, second, third, fourth or (5) last such weekday of a month."""
    first = 1 + (weekday - date(year, month, 1).weekday()) % 7
    if week != LAST:
        return date(year, month, first + 7 * (week - 1))
    days = monthrange(year, month)[1]
    return date(year, month, first + 7 * ((days - first) // 7))


def next_openings(
    rule: Reopening, *, last: date, ends_on: date, after: datetime, how_many: int = 2
) -> list[Planned]:
    """Return the next openings after a moment that the rule plans, soonest first.

    `last` is the London day on which the last window opened, or the agreement's first day. London's clocks
    show the rule's time at each opening and deadline, whichever season it is (rulebook G11). None opens
    that would close after the agreement's last day.
    """
    found: list[Planned] = []
    for planned in _planned(rule, last):
        if len(found) == how_many or london_date(planned.deadline) > ends_on:
            break
        if planned.opens_at > after:
            found.append(planned)
    return found


def reopening_refusals(rule: Reopening) -> list[Reason]:
    """Return what is impossible in a rule for re-opening, beside the field it was typed in."""
    problems = []
    if not 1 <= rule.every_months <= 60:
        problems.append(
            Reason("Re-opening must be every 1 to 60 months, or left empty.", field="reopen_every_months")
        )
    if rule.week not in dict(WEEKS):
        problems.append(Reason("Choose the first to fourth, or the last.", field="reopen_week"))
    if rule.weekday not in dict(WEEKDAYS):
        problems.append(Reason("Choose a day of the week.", field="reopen_weekday"))
    if rule.at.hour == 1:
        # One night a year London's clocks skip this hour, another they show it twice.
        problems.append(
            Reason(
                "Choose a time outside 01:00 to 01:59: when the clocks change, London has no such time or "
                "has it twice.",
                field="reopen_at",
            )
        )
    if not 1 <= rule.open_weeks <= 52:
        problems.append(Reason("A window must stay open for 1 to 52 weeks.", field="reopen_weeks"))
    elif rule.every_months >= 1 and rule.open_weeks * 7 >= rule.every_months * 28:
        problems.append(
            Reason("A window must close before the next one opens: give fewer weeks.", field="reopen_weeks")
        )
    return problems


def _planned(rule: Reopening, last: date) -> Iterator[Planned]:
    months = last.year * 12 + last.month - 1
    while True:
        months += rule.every_months
        day = weekday_of_month(months // 12, months % 12 + 1, rule.week, rule.weekday)
        closes = day + timedelta(weeks=rule.open_weeks)
        yield Planned(at_london(day, rule.at), at_london(closes, rule.at))
