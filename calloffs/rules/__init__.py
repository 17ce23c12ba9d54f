"""What must hold for call-offs, competitions, bids, awards and contracts: guards, no tables."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from commissioning import regimes
from commissioning.clock import london_date
from commissioning.records.rules import refusal_to_open, refusal_to_set_aside
from commissioning.web.text import day, london, money
from commissioning.workflow import Reason
from lots.rules import is_in_time, months_on
from lots.rules.questions import questions_closed

from .awards import (
    award_blockers_are_gone,
    award_check_problems,
    award_is_not_held,
    award_lets_sign,
    contract_may_be_made,
    price_above_value,
    releaser_did_not_evaluate,
    releaser_is_a_second_person,
    signatory_did_not_evaluate,
    signatory_did_not_recommend,
)
from .governance import (
    CLEAR_DAYS,
    GOVERNED,
    governance_problems,
    refusal_to_govern,
    replacement_problems,
)

__all__ = [
    "CHANGEABLE",
    "CLEAR_DAYS",
    "GOVERNED",
    "LONGEST_OPTION",
    "agreement_is_live",
    "agreement_refusal",
    "approval_still_stands",
    "award_blockers_are_gone",
    "award_check_problems",
    "award_is_not_held",
    "award_lets_sign",
    "bids_have_not_closed",
    "bids_may_be_opened",
    "calloff_is_complete",
    "ceilings_above_value",
    "competition_deadline_has_passed",
    "competition_takes_bids",
    "conditions_are_met",
    "contract_may_be_made",
    "dates_out_of_order",
    "fact_problems",
    "facts_hold",
    "governance_problems",
    "last_day",
    "lot_is_active",
    "lot_refusal",
    "may_take_part",
    "never_reached_deadline",
    "paper_is_decided",
    "price_above_value",
    "refusal_to_ask",
    "refusal_to_govern",
    "refusal_to_submit",
    "releaser_did_not_evaluate",
    "releaser_is_a_second_person",
    "replacement_problems",
    "requests_have_ended",
    "shares_add_up",
    "sharing_problem",
    "signatory_did_not_evaluate",
    "signatory_did_not_recommend",
    "term_warnings",
    "too_late_to_extend",
    "value_warnings",
    "was_closed_by_deadline",
]

LONGEST_OPTION = 120
# While it is in these its facts can be changed; later ones are what the board decides or has decided on.
CHANGEABLE = frozenset({"draft", "returned"})


def agreement_is_live(calloff: Any, actor: Any, now: datetime) -> str | None:
    """Return why nothing can be called off under the agreement now, or nothing (rulebook E13)."""
    return agreement_refusal(calloff.agreement, now)


def agreement_refusal(agreement: Any, now: datetime) -> str | None:
    """Return why nothing can be called off under this agreement now, or nothing."""
    if agreement.state != "published":
        return f"{agreement.reference} is “{agreement.state_label}”, so nothing can be called off under it."
    if london_date(now) > agreement.ends_on:
        return f"{agreement.reference} ended on {day(agreement.ends_on)}."
    return None


def facts_hold(calloff: Any, actor: Any, now: datetime) -> str | None:
    """Return what is impossible in the call-off's sums and dates, in one text, or nothing."""
    problems = fact_problems(calloff, now)
    if adding := shares_add_up(calloff.value, [share.amount for share in calloff.shares.all()]):
        problems.append(adding)
    return " ".join(problem.text for problem in problems) or None


def calloff_is_complete(calloff: Any, actor: Any, now: datetime) -> str | None:
    """Return what the call-off still lacks before it can go to the board, or nothing."""
    missing = calloff.missing_for_board()
    if missing:
        return f"Still missing: {', '.join(missing)}."
    return sharing_problem(calloff)


def sharing_problem(calloff: Any) -> str | None:
    """Return why these authorities cannot share it so, or nothing: rights are data (rulebook X7)."""
    places = {row.organisation_id: row for row in calloff.agreement.current_authorities()}
    shares = list(calloff.shares.all())
    gone = [share.organisation.short_name for share in shares if share.organisation_id not in places]
    if gone:
        return f"{', '.join(gone)} has left the agreement: set the shares again."
    if len(shares) == 1 and not places[shares[0].organisation_id].may_call_off_alone:
        return f"{calloff.authority.short_name} may not call off alone; share the call-off with a partner."
    return None


def lot_is_active(calloff: Any, actor: Any, now: datetime) -> str | None:
    """Return why the lot takes no call-off, or nothing (rulebook G9)."""
    return lot_refusal(calloff.lot)


def lot_refusal(lot: Any) -> str | None:
    """Return why nothing can be called off under this lot, or nothing."""
    if lot.state == "active":
        return None
    if lot.state == "removed":
        return f"{lot} has been removed from the agreement."
    return (
        f"{lot} is established but not activated: providers may join it, but nothing can be called "
        "off under it until its activation is decided and recorded."
    )


def fact_problems(calloff: Any, now: datetime) -> list[Reason]:
    """Return what is impossible in a call-off's facts: sums, dates, the agreement's term (rulebook G25)."""
    problems = []
    if calloff.value <= 0:
        problems.append(Reason("The value must be more than £0.", field="value"))
    if calloff.starts_on <= london_date(now):
        problems.append(
            Reason(
                "The start must lie in the future: the mini-competition comes before it.", field="starts_on"
            )
        )
    elif calloff.starts_on < calloff.agreement.starts_on:
        first = day(calloff.agreement.starts_on)
        problems.append(
            Reason(f"The agreement starts on {first}; the start must not be earlier.", field="starts_on")
        )
    elif calloff.starts_on > calloff.agreement.ends_on:
        last = day(calloff.agreement.ends_on)
        problems.append(
            Reason(f"The agreement ends on {last}; the start must not be later.", field="starts_on")
        )
    if calloff.ends_on < calloff.starts_on:
        problems.append(Reason("The end must be on or after the start.", field="ends_on"))
    if not 0 <= calloff.option_months <= LONGEST_OPTION:
        problems.append(
            Reason(f"The option to extend must be 0 to {LONGEST_OPTION} months.", field="option_months")
        )
    return problems


def last_day(calloff: Any) -> date:
    """Return the last day of the services with every option used."""
    return months_on(calloff.ends_on + timedelta(days=1), calloff.option_months) - timedelta(days=1)


def term_warnings(calloff: Any) -> list[str]:
    """Return what the longest term of the call-off runs into; warnings only (rulebook C3, C26, E13)."""
    agreement, last = calloff.agreement, last_day(calloff)
    warnings = []
    if last > agreement.ends_on:
        warnings.append(
            f"The services may run to {day(last)}, past the end of {agreement.reference} on "
            f"{day(agreement.ends_on)}. That is possible only if the agreement says so."
        )
    return warnings + regimes.term_warnings(agreement.regime_profile, agreement.starts_on, last)


def value_warnings(calloff: Any) -> list[str]:
    """Return which published figure the value of this one call-off is above; warnings only (rulebook X12)."""
    agreement, lot = calloff.agreement, calloff.lot
    limits = (
        (lot.term_value, f"what Lot {lot.number} was estimated to come to over its whole term"),
        (agreement.published_maximum, f"the most that {agreement.reference} may spend in all"),
    )
    return [
        f"The value of {money(calloff.value)} is above {words}: {money(limit)}."
        for limit, words in limits
        if calloff.value > limit
    ]


def shares_add_up(value: Decimal, amounts: list[Decimal]) -> Reason | None:
    """Return why the shares are not the whole value, or nothing; exact to the penny."""
    if not amounts:
        return Reason("At least one authority must bear a share.", field="shares")
    if any(amount <= 0 for amount in amounts):
        return Reason(
            "Each share must be more than £0; leave an authority out that bears none.", field="shares"
        )
    total = sum(amounts, Decimal(0))
    if total != value:
        return Reason(
            f"The shares total {money(total)}; they must total the value, {money(value)}.", field="shares"
        )
    return None


def may_take_part(calloff: Any, place: Any) -> Reason | None:
    """Return why an authority may not share in the call-off, or nothing: rights are data (rulebook X7)."""
    if place is None:
        return Reason("Choose only authorities of the agreement.", field="shares")
    if place.organisation_id != calloff.authority_id and not place.may_call_off_jointly:
        return Reason(f"{place.organisation.short_name} may not call off jointly.", field="shares")
    return None


def paper_is_decided(calloff: Any, actor: Any, now: datetime) -> str | None:
    """Return why the board's answer cannot be taken over yet, or nothing."""
    paper = calloff.current_paper()
    return None if paper is not None and paper.state != "tabled" else "The board has not decided yet."


def approval_still_stands(calloff: Any, actor: Any, now: datetime) -> str | None:
    """Return why the board's approval no longer covers the call-off, or nothing."""
    if calloff.fingerprint() != calloff.approved_fingerprint():
        return "The call-off has changed since the board approved it, so it must go back to the board."
    return None


def conditions_are_met(calloff: Any, actor: Any, now: datetime) -> str | None:
    """Return which of the board's conditions are still open, or nothing."""
    waiting = "; ".join(text.rstrip(".") for text in calloff.open_conditions())
    return f"The board's conditions are not all met: {waiting}." if waiting else None


def bids_have_not_closed(calloff: Any, actor: Any, now: datetime) -> str | None:
    """Return why the call-off can no longer be abandoned unopened, or nothing: its bids are in."""
    if calloff.state == "open" and now > calloff.competition.deadline:
        return "Bids have closed. Open them, or end the call-off without an award."
    return None


def was_closed_by_deadline(competition: Any, now: datetime) -> bool:
    """Return whether its deadline is what closed a mini-competition, and not its being abandoned."""
    return competition.state != "abandoned" and now > competition.deadline


def never_reached_deadline(competition: Any) -> bool:
    """Return whether a mini-competition was abandoned before its deadline, which so never came."""
    return competition.state == "abandoned" and competition.state_since <= competition.deadline


def refusal_to_submit(competition: Any, now: datetime, *, is_sent: bool = True) -> str | None:
    """Return why no bid can be submitted or withdrawn now, or nothing (rulebook G1).

    Whoever sent something late reads both times; whoever only opens the page (not `is_sent`) sent nothing.
    """
    if competition.state == "abandoned":
        return "This mini-competition was abandoned."
    if is_in_time(now, competition.deadline):
        # A bid received in time may reach the row only after the competition was closed (settled 10).
        return None if competition.state in {"open", "closed"} else "This mini-competition takes no bids."
    if not is_sent:
        return f"Bids closed on {london(competition.deadline)}."
    return (
        f"This was received on {london(now, 'microseconds')}, after the deadline of "
        f"{london(competition.deadline, 'microseconds')}. Nothing can be submitted, changed or withdrawn."
    )


def dates_out_of_order(
    now: datetime,
    questions_close_at: datetime,
    deadline: datetime,
    expected_award_on: date | None,
    starts_on: date,
) -> list[str | Reason]:
    """Return why a mini-competition's dates cannot stand: now, questions, the deadline, then the start.

    An award expected lies between the deadline and the start.
    """
    problems: list[str | Reason] = []
    if questions_close_at <= now:
        problems.append(
            Reason("The last moment for questions must be in the future.", field="questions_close_at")
        )
    if deadline <= questions_close_at:
        problems.append(
            Reason("The deadline must come after the last moment for questions.", field="deadline")
        )
    elif london_date(deadline) >= starts_on:
        problems.append(
            Reason(f"Bids must close before the contract starts on {day(starts_on)}.", field="deadline")
        )
    elif expected_award_on and not london_date(deadline) < expected_award_on <= starts_on:
        problems.append(
            Reason(
                "The award must be expected after the deadline for bids, and not after the start on "
                f"{day(starts_on)}.",
                field="expected_award_on",
            )
        )
    return problems


def too_late_to_extend(deadline: datetime, old: datetime, starts_on: date) -> Reason | None:
    """Return why a deadline cannot be moved so, or nothing: only later, only before the start."""
    if deadline <= old:
        return Reason(f"The new deadline must be later than {london(old)}.", field="deadline")
    if london_date(deadline) >= starts_on:
        return Reason(f"Bids must close before the contract starts on {day(starts_on)}.", field="deadline")
    return None


def refusal_to_ask(competition: Any, now: datetime, *, is_sent: bool = True) -> str | None:
    """Return why no question can be asked now, or nothing: bids are not taken, or the cut-off has passed."""
    if refusal := refusal_to_submit(competition, now, is_sent=is_sent):
        return refusal
    return questions_closed(competition.questions_close_at, now, is_sent=is_sent)


def competition_takes_bids(bid: Any, actor: Any, now: datetime) -> str | None:
    """Return why no bid can be submitted or withdrawn now, or nothing (rulebook G1)."""
    return bid.competition.refusal_to_submit(now)


def bids_may_be_opened(competition: Any, actor: Any, now: datetime) -> str | None:
    """Return why the bids stay sealed, or nothing (settled 10, rulebook R22-b)."""
    return refusal_to_open("The bids stay", competition.deadline, now)


def requests_have_ended(bid: Any, actor: Any, now: datetime) -> str | None:
    """Return why an unsubmitted draft cannot be set aside yet, or nothing (settled 10)."""
    return refusal_to_set_aside(bid.competition.deadline, now)


def competition_deadline_has_passed(competition: Any, actor: Any, now: datetime) -> str | None:
    """Return why the competition cannot close yet, or nothing."""
    return None if now > competition.deadline else "The deadline has not passed yet."


def ceilings_above_value(lines: Iterable[Any], value: Decimal) -> Reason | None:
    """Return why bids at the scheme's ceilings would be above the approved value, or nothing.

    A schedule with a line that has no ceiling allows any price, so that nothing can be said of it.
    """
    rows = list(lines)
    if not rows or any(line.ceiling is None for line in rows):
        return None
    most = sum((line.ceiling * line.quantity for line in rows), Decimal(0))
    if most <= value:
        return None
    return Reason(
        f"A bid at the scheme's ceilings would come to {money(most, 'pence')}, above the "
        f"{money(value, 'pence')} that the board approved. Choose a scheme with lower ceilings.",
        field="scheme",
    )
