"""Time as the portal and the law count it: now, London days, working days, standstill.

Everything here but `now`, `real_now` and the training clock is pure: no database, no request, no reading
of the machine's clock. Bank holidays come in as data (`Holidays`); None means the shipped table (settled 9).
"""

from .london import (
    LONDON,
    at_london,
    end_of_london_day,
    london_date,
    london_time,
    start_of_london_day,
    wall_clock_doubt,
)
from .standstill import (
    Algorithm,
    StandstillDay,
    contract_from,
    standstill_calendar,
    standstill_ends_at,
    standstill_last_day,
)
from .training import ClockError, now, real_now, shown, training_offset
from .working_days import (
    Calendar,
    Division,
    Holidays,
    HolidaysUnknownError,
    add_working_days,
    day_off,
    is_working_day,
    next_working_day,
    shipped_holidays,
    working_days_between,
)

__all__ = [
    "LONDON",
    "Algorithm",
    "Calendar",
    "ClockError",
    "Division",
    "Holidays",
    "HolidaysUnknownError",
    "StandstillDay",
    "add_working_days",
    "at_london",
    "contract_from",
    "day_off",
    "end_of_london_day",
    "is_working_day",
    "london_date",
    "london_time",
    "next_working_day",
    "now",
    "real_now",
    "shipped_holidays",
    "shown",
    "standstill_calendar",
    "standstill_ends_at",
    "standstill_last_day",
    "start_of_london_day",
    "training_offset",
    "wall_clock_doubt",
    "working_days_between",
]
