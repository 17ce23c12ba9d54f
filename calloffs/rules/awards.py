"""What must hold for awards and the contracts made from them: guards, no tables."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from commissioning.web.text import day, money


def award_is_not_held(award: Any, actor: Any, now: datetime) -> str | None:
    """Return the legal hold that stops the award, or nothing (rulebook B16)."""
    return f"A legal hold stops it: {award.legal_hold_reason}" if award.legal_hold_reason else None


def price_above_value(price: Decimal, value: Decimal) -> str:
    """Return why a price in GBP cannot be awarded under the value that the board approved, or nothing."""
    if price <= value:
        return ""
    return (
        f"The price of {money(price, 'pence')} is above the {money(value, 'pence')} that the board approved. "
        "End this mini-competition without an award, change the value, and go back to the board."
    )


def award_check_problems(
    name: str,
    *,
    closed_on: date,
    check: Any,
    wants_check: bool,
    is_confirmed: bool,
    wants_confirmation: bool,
) -> list[str]:
    """Return which checks of the winner are missing or exclude it, in words (rulebook C19, C20).

    A check before an earlier award, or at admission, is not one before this award: it counts from the London
    day on which bids closed. `check` is the last one recorded.
    """
    found = []
    if wants_check and check is not None and check.excludes:
        found.append(f"{name} is on the debarment list and excluded: {check.note} It gets no award.")
    elif wants_check and (check is None or check.checked_on < closed_on):
        found.append(f"Check the debarment list for {name}: it was not looked at since bids closed.")
    if wants_confirmation and not is_confirmed:
        found.append(
            f"Record that {name} is registered on the central digital platform and has shared its "
            "information, as seen since bids closed."
        )
    return found


def award_blockers_are_gone(award: Any, actor: Any, now: datetime) -> str | None:
    """Return what blocks the award, or nothing (rulebook G14)."""
    return " ".join(award.blockers()) or None


def signatory_did_not_recommend(award: Any, actor: Any, now: datetime) -> str | None:
    """Return why this person may not sign the award record, or nothing: four eyes between acts."""
    if award.recommended_by_id == actor.pk:
        return "You recommended this award, so another director must sign."
    return None


def signatory_did_not_evaluate(award: Any, actor: Any, now: datetime) -> str | None:
    """Return why this person may not sign the award record, or nothing."""
    if award.was_evaluated_by(actor):
        return "You took part in the evaluation, so another director must sign."
    return None


def releaser_is_a_second_person(award: Any, actor: Any, now: datetime) -> str | None:
    """Return why this person may not release the letters, or nothing."""
    if award.batch is not None and actor.pk == award.batch.drafted_by_id:
        return "You drafted these letters, so somebody else must release them."
    return None


def releaser_did_not_evaluate(award: Any, actor: Any, now: datetime) -> str | None:
    """Return why this person may not release the letters, or nothing: nobody releases what they scored."""
    if award.was_evaluated_by(actor):
        return "You took part in the evaluation, so somebody else must release the letters."
    return None


def contract_may_be_made(award: Any, actor: Any, now: datetime) -> str | None:
    """Return why the contract cannot be made yet, or nothing (rulebook B14, B16, E15, G15)."""
    if award.state != "released":
        return "The contract follows once the award letters have been sent."
    if held := award_is_not_held(award, actor, now):
        return held
    if award.contract_from is None or now < award.contract_from:
        return f"The standstill lasts to the end of {day(award.standstill_ends_on)}."
    return award.winner_problem() or None


def award_lets_sign(contract: Any, actor: Any, now: datetime) -> str | None:
    """Return why the contract cannot be signed now, or nothing."""
    # SECURITY: the provider reads this; what a hold rests on stays with the authorities.
    if award_is_not_held(contract.award, actor, now):
        return "A legal hold stops it: nobody can sign until it is lifted."
    return contract_may_be_made(contract.award, actor, now)
