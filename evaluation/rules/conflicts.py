"""Interests in bidders, and what they close (rulebook D20, G12, B19, C21)."""

from collections.abc import Mapping
from enum import StrEnum


class Interest(StrEnum):
    """How one panellist stands to one bidder."""

    UNDECLARED = "undeclared"
    NONE = "none"
    OPEN = "open"
    MAY_JUDGE = "may_judge"
    STANDS_DOWN = "stands_down"


def interest(*, has_conflict: bool | None, decision: str = "") -> Interest:
    """Return how a declaration stands: `has_conflict` None means that nothing has been declared.

    `decision` is what somebody else decided about a conflict: `may_judge`, `stands_down`, or empty for not
    yet. Raises ValueError for any other decision.
    """
    if has_conflict is None:
        return Interest.UNDECLARED
    if not has_conflict:
        return Interest.NONE
    return Interest(decision) if decision else Interest.OPEN


def refusal_to_read(bidders: Mapping[int, str], declared: Mapping[int, Interest]) -> str | None:
    """Return why this panellist may read no submission of the lot, or nothing (rulebook G12).

    `bidders` are the ids of the lot's bidders with their names; `declared` the panellist's interests by the
    same keys. One undeclared or open interest closes the whole lot, not that bidder's submission alone.
    """
    stands = {key: declared.get(key, Interest.UNDECLARED) for key in bidders}
    if Interest.STANDS_DOWN in stands.values():
        return "You have stood down from this panel because of an interest that you declared."
    missing = sorted(bidders[key] for key, how in stands.items() if how is Interest.UNDECLARED)
    if missing:
        first = "Declare first whether you have an interest in each bidder."
        return first if len(missing) == len(bidders) else f"{first} Still missing: {', '.join(missing)}."
    still_open = sorted(bidders[key] for key, how in stands.items() if how is Interest.OPEN)
    if still_open:
        return (
            f"You have declared an interest in {' and '.join(still_open)}. Until somebody else has "
            "decided whether you may judge, every submission here stays closed to you."
        )
    return None


def refusal_to_decide(declared_by: int, decided_by: int | None) -> str | None:
    """Return why this person may not decide about an interest, or nothing: nobody clears their own (D20)."""
    if declared_by == decided_by:
        return "Somebody else must decide about your interest."
    return None
