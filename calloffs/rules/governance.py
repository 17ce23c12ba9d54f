"""What an authority's own decision to award needs before it counts (rulebook G14, E9)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from commissioning.clock import london_date
from commissioning.web.text import day
from commissioning.workflow import Reason

# Between the notice of a key decision and the decision itself (rulebook E9).
CLEAR_DAYS = 28
# An authority decides on what the board has approved, and until the director signs.
GOVERNED = frozenset({"approved", "open", "evaluating", "recommended"})


def refusal_to_govern(calloff: Any) -> str | None:
    """Return why no authority's own decision is recorded now, or nothing."""
    if calloff.state not in GOVERNED:
        return (
            f"This call-off is “{calloff.state_label}”. Decisions to award are recorded once the board has "
            "approved it, and until the award record is signed."
        )
    if calloff.has_signed_award():
        return "The award record has been signed on the decisions that stand."
    return None


def governance_problems(governance: Any, now: datetime, *, since: date) -> list[Reason]:
    """Return what a recorded decision still lacks (rulebook E9: 28 clear days' notice, call-in over).

    `since` is the first day of the agreement, which no decision on its call-offs can come before.
    """
    today = london_date(now)
    if governance.decided_on > today:
        return [Reason("The decision must not lie in the future.", field="decided_on")]
    if governance.decided_on < since:
        return [
            Reason(
                f"The agreement began on {day(since)}; a decision on one of its call-offs cannot be older.",
                field="decided_on",
            )
        ]
    if not governance.is_key_decision:
        return []
    problems = []
    notice = governance.notice_published_on
    if notice is None or (governance.decided_on - notice).days <= CLEAR_DAYS:
        problems.append(
            Reason(
                f"A key decision needs {CLEAR_DAYS} clear days between its notice and the decision.",
                field="notice_published_on",
            )
        )
    ended = governance.call_in_ended_on
    if ended is None or not governance.decided_on <= ended < today:
        problems.append(
            Reason(
                "A key decision counts once its call-in period has ended: give its last day, which must "
                "have passed.",
                field="call_in_ended_on",
            )
        )
    return problems


def replacement_problems(earlier: Mapping[str, Any] | None, authority: Any, reason: str) -> list[Reason]:
    """Return what is missing where an authority's decision takes the place of an earlier one: its reason."""
    if earlier is None or reason.strip():
        return []
    words = (
        f"{authority.short_name} has the decision {earlier['decision']} on record already. Give the "
        "reason why another one takes its place."
    )
    return [Reason(words, field="reason")]
