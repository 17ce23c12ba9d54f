"""Working days by the bank holidays of one part of the United Kingdom, or of all of it together.

Nothing is counted in a year whose bank holidays are not on record: a wrong date in a letter would be worse
than an error.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, cached_property
from typing import Final, Self

from commissioning.people.bank_holidays import shipped

ONE_DAY: Final = timedelta(days=1)
SATURDAY: Final = 5


class Division(StrEnum):
    """A part of the United Kingdom with bank holidays of its own."""

    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final = {
    Division.ENGLAND_AND_WALES: "England and Wales",
    Division.SCOTLAND: "Scotland",
    Division.NORTHERN_IRELAND: "Northern Ireland",
}


class Calendar(StrEnum):
    """Whose bank holidays count; the United Kingdom's are those of any of its parts (rulebook C15)."""

    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"
    UNITED_KINGDOM = "united-kingdom"

    @property
    def divisions(self) -> tuple[Division, ...]:
        return tuple(Division) if self is Calendar.UNITED_KINGDOM else (Division(self.value),)


class HolidaysUnknownError(ValueError):
    """The bank holidays of the year asked about are not on record, so its working days cannot be counted."""


@dataclass(frozen=True)
class Holidays:
    """Bank holidays as data: for each division, its dates with their names."""

    by_division: Mapping[Division, Mapping[date, str]]

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[str, date, str]]) -> Self:
        """Return the holidays of rows of division, date and name, in any order.

        Raises ValueError for a division that does not exist.
        """
        table: dict[Division, dict[date, str]] = {division: {} for division in Division}
        for division, day, name in rows:
            table[Division(division)][day] = name
        return cls(table)

    def on(self, day: date, calendar: Calendar | str) -> dict[str, list[Division]]:
        """Return the names of this day's bank holidays, each with the divisions that keep it.

        Raises HolidaysUnknownError where the year is not on record.
        """
        found: dict[str, list[Division]] = defaultdict(list)
        for division in Calendar(calendar).divisions:
            if (division, day.year) not in self._years:
                raise HolidaysUnknownError(
                    f"The bank holidays of {division.label} in {day.year} are not on record, so its working "
                    "days cannot be counted. An administrator can add them."
                )
            name = self.by_division.get(division, {}).get(day)
            if name is not None:
                found[name].append(division)
        return dict(found)

    @cached_property
    def _years(self) -> frozenset[tuple[Division, int]]:
        # A year counts as on record once it holds its first and its last holiday, or their substitute days:
        # a single late proclamation added ahead of the rest must not make the rest of its year look empty.
        ends: dict[tuple[Division, int], set[str]] = defaultdict(set)
        for division, days in self.by_division.items():
            for day in days:
                if day.month == 1 and day.day <= 4:
                    ends[division, day.year].add("first")
                if day.month == 12 and day.day >= 25:
                    ends[division, day.year].add("last")
        return frozenset(key for key, found in ends.items() if len(found) == len(("first", "last")))


@cache
def shipped_holidays() -> Holidays:
    """Return the table that ships with the portal, 2019 to 2035; what `holidays=None` means (settled 9)."""
    return Holidays.from_rows(shipped())


def is_working_day(day: date, calendar: Calendar | str, holidays: Holidays | None = None) -> bool:
    """Return whether this London date is neither Saturday, Sunday nor a bank holiday of the calendar.

    Raises HolidaysUnknownError where the year is not on record, also for its Saturdays and Sundays.
    """
    return day_off(day, calendar, holidays) is None


def day_off(day: date, calendar: Calendar | str, holidays: Holidays | None = None) -> str | None:
    """Return why this day is no working day, or None where it is one.

    Such as "Sunday", or "St Andrew's Day, a bank holiday in Scotland". Raises HolidaysUnknownError where
    the year is not on record.
    """
    table = shipped_holidays() if holidays is None else holidays
    known = table.on(day, calendar)
    if day.weekday() >= SATURDAY:
        return f"{day:%A}"
    if not known:
        return None
    return "; ".join(f"{name}, a bank holiday in {_places(kept_by)}" for name, kept_by in known.items())


def add_working_days(
    day: date, number: int, calendar: Calendar | str, holidays: Holidays | None = None
) -> date:
    """Return the last of `number` working days, the first of them the next one after `day`.

    Raises ValueError for a number under 1, HolidaysUnknownError where a year is not on record.
    """
    if number < 1:
        raise ValueError(f"Working days are counted from 1 up, not {number}.")
    left = number
    while left:
        day += ONE_DAY
        left -= is_working_day(day, calendar, holidays)
    return day


def next_working_day(day: date, calendar: Calendar | str, holidays: Holidays | None = None) -> date:
    """Return this day if it is a working day, else the first one after it.

    Raises HolidaysUnknownError where a year is not on record.
    """
    while not is_working_day(day, calendar, holidays):
        day += ONE_DAY
    return day


def working_days_between(
    start: date, end: date, calendar: Calendar | str, holidays: Holidays | None = None
) -> int:
    """Return the number of working days after `start` up to and including `end`.

    So a day and the `n`th working day after it lie `n` apart. Raises ValueError where `end` comes before
    `start`, HolidaysUnknownError where a year is not on record.
    """
    if end < start:
        raise ValueError(f"{end.isoformat()} comes before {start.isoformat()}.")
    days = (start + timedelta(days=after) for after in range(1, (end - start).days + 1))
    return sum(is_working_day(day, calendar, holidays) for day in days)


def _places(divisions: list[Division]) -> str:
    if len(divisions) == len(Division):
        return "the United Kingdom"
    return " and ".join(division.label for division in divisions)
