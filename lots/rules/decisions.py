"""The day of a recorded decision: not to come, and not before the agreement it is taken under."""

from datetime import date, datetime
from typing import Any

from commissioning.clock import london_date
from commissioning.web.text import day
from commissioning.workflow import Reason


def day_refusals(
    agreement: Any, decided_on: date, now: datetime, *, field: str = "decided_on"
) -> list[Reason]:
    """Return why nothing under the agreement was decided on that London day, or an empty list.

    The agreement goes back to its first day, or to the day on which it was set up where that is earlier: it
    may be decided on before its term begins.
    """
    if decided_on > london_date(now):
        return [Reason("Record the decision once it has been taken.", field=field)]
    first = min(agreement.starts_on, london_date(agreement.created_at))
    if decided_on < first:
        return [
            Reason(
                f"The agreement goes back to {day(first)}; a decision under it is no older. Check the year.",
                field=field,
            )
        ]
    return []
