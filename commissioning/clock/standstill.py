"""When a standstill ends under each regime (rulebook E-standstill, B14, C14, C15, C30; G15, G16).

One walk through the days gives both the last day and its explanation, so that a letter's date and the
calendar on the page cannot differ. How each reading was chosen: `docs/decisions/standstill-readings.md`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from .london import end_of_london_day, london_date, start_of_london_day
from .working_days import ONE_DAY, Calendar, Holidays, day_off, shipped_holidays

PCR_DAYS: Final = 10
WORKING_DAYS: Final = 8


class Algorithm(StrEnum):
    """How a regime counts: 10 days and on to a working day; 8 working days; 8 of them after the next day."""

    PCR = "PCR"
    PA23 = "PA23"
    PSR = "PSR"

    @property
    def calendar(self) -> Calendar:
        return Calendar.ENGLAND_AND_WALES if self is Algorithm.PCR else Calendar.UNITED_KINGDOM


@dataclass(frozen=True)
class StandstillDay:
    """One day of the explanation: its number where it counts, and in words why it does or does not."""

    day: date
    number: int | None
    reason: str
    is_last: bool = False

    @property
    def counted(self) -> bool:
        return self.number is not None


def standstill_last_day(algorithm: str, sent_at: datetime, holidays: Holidays | None = None) -> date:
    """Return the London date of the last day of standstill.

    `algorithm` is "PCR", "PA23" or "PSR"; `sent_at` is when the last letter was sent, or the notice was
    published, as an aware time. None for `holidays` means the shipped table. Raises ValueError for an
    unknown algorithm or a time without zone, HolidaysUnknownError where a year is not on record.
    """
    return standstill_calendar(algorithm, sent_at, holidays)[-1].day


def standstill_calendar(
    algorithm: str, sent_at: datetime, holidays: Holidays | None = None
) -> list[StandstillDay]:
    """Return every day from the sending or publication to the last day of standstill, each with its reason.

    Takes and raises the same as `standstill_last_day`.
    """
    try:
        chosen = Algorithm(algorithm)
    except ValueError:
        known = ", ".join(Algorithm)
        raise ValueError(f"“{algorithm}” is no way to count standstill; use one of {known}.") from None
    known_holidays = shipped_holidays() if holidays is None else holidays
    first = london_date(sent_at)
    if chosen is Algorithm.PCR:
        return _ten_days(first, known_holidays)
    if chosen is Algorithm.PA23:
        published = _off(first, chosen, known_holidays)
        if published is None:
            opening = [StandstillDay(first, 1, f"Day 1 of {WORKING_DAYS}: the notice is published.")]
        else:
            opening = [StandstillDay(first, None, f"The notice is published. Not counted: {published}.")]
        return _eight_working_days(opening, chosen, known_holidays)
    opening = [
        StandstillDay(first, None, "The notice is published. Standstill begins the day after."),
        StandstillDay(first + ONE_DAY, None, "Standstill begins. This day itself is not counted."),
    ]
    return _eight_working_days(opening, chosen, known_holidays)


def standstill_ends_at(last_day: date) -> datetime:
    """Return the last instant of standstill: the last microsecond of its last London day, in UTC."""
    return end_of_london_day(last_day)


def contract_from(last_day: date) -> datetime:
    """Return the UTC instant from which the contract may be made: 00:00 in London on the day after (G15)."""
    return start_of_london_day(last_day + ONE_DAY)


def _off(day: date, algorithm: Algorithm, holidays: Holidays) -> str | None:
    return day_off(day, algorithm.calendar, holidays)


def _ten_days(first: date, holidays: Holidays) -> list[StandstillDay]:
    days = [StandstillDay(first, None, "The last of the letters is sent. Not counted.")]
    days += [
        StandstillDay(first + number * ONE_DAY, number, f"Day {number} of {PCR_DAYS}.")
        for number in range(1, PCR_DAYS)
    ]
    day = first + PCR_DAYS * ONE_DAY
    said = f"Day {PCR_DAYS} of {PCR_DAYS}"
    off = _off(day, Algorithm.PCR, holidays)
    if off is None:
        return [*days, StandstillDay(day, PCR_DAYS, f"{said}: standstill ends at midnight.", is_last=True)]
    days.append(StandstillDay(day, PCR_DAYS, f"{said}, but no working day ({off}): standstill runs on."))
    while off is not None:
        day += ONE_DAY
        off = _off(day, Algorithm.PCR, holidays)
        if off is not None:
            days.append(StandstillDay(day, None, f"No working day: {off}."))
    ends = "The next working day: standstill ends at midnight."
    return [*days, StandstillDay(day, None, ends, is_last=True)]


def _eight_working_days(
    days: list[StandstillDay], algorithm: Algorithm, holidays: Holidays
) -> list[StandstillDay]:
    day, number = days[-1].day, days[-1].number or 0
    while number < WORKING_DAYS:
        day += ONE_DAY
        off = _off(day, algorithm, holidays)
        if off is not None:
            days.append(StandstillDay(day, None, f"Not counted: {off}."))
            continue
        number += 1
        is_last = number == WORKING_DAYS
        ends = ": standstill ends at midnight." if is_last else "."
        days.append(StandstillDay(day, number, f"Day {number} of {WORKING_DAYS}{ends}", is_last))
    return days
