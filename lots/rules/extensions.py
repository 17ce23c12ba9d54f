"""The option to extend an agreement's term, as a whole or in steps (rulebook E13)."""

from datetime import date, datetime
from typing import Any

from commissioning.clock import london_date
from commissioning.web.text import day
from commissioning.workflow import Reason

from .decisions import day_refusals
from .ended import can_be_mended


def refusal_to_extend(agreement: Any, now: datetime) -> Reason | None:
    """Return why the option to extend cannot be used at all now, or nothing (rulebook E13)."""
    if agreement.state != "published":
        return Reason("Only a published agreement can be extended.", for_good=not can_be_mended(agreement))
    if not agreement.extension_years:
        return Reason("This agreement was published without an option to extend.", for_good=True)
    if not agreement.can_be_extended:
        text = f"The whole option to extend is used: the term runs to {day(agreement.ends_on)}."
        return Reason(text, for_good=True)
    if london_date(now) > agreement.ends_on:
        return Reason(
            f"The agreement ended on {day(agreement.ends_on)}. An option to extend can be used only "
            "while the agreement is live.",
            for_good=True,
        )
    return None


def extension_refusals(agreement: Any, new_end: date, decided_on: date, now: datetime) -> list[Reason]:
    """Return why the option to extend cannot be used so (rulebook E13): only while live, only within it.

    It may be used in steps; each begins where the term then ends, and none passes the permitted total.
    """
    if refusal := refusal_to_extend(agreement, now):
        return [refusal]
    latest = agreement.latest_end
    problems = []
    if not agreement.ends_on < new_end <= latest:
        problems.append(
            Reason(
                f"The new last day must be after {day(agreement.ends_on)} and no later than {day(latest)}.",
                field="new_end",
            )
        )
    return problems + day_refusals(agreement, decided_on, now)
