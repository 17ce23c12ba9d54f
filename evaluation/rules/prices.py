"""Points for price by the published formula (rulebook D12, D13, D15)."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, TypeVar

from .exact import Exact, exact

Bidder = TypeVar("Bidder")

FORMULAS: Final = ("lowest", "benchmark", "fixed")
HUNDRED: Final = 100


def price_points(
    formula: str,
    prices: Mapping[Bidder, Exact | None],
    weight: Exact,
    benchmark: Exact | None = None,
) -> dict[Bidder, Fraction]:
    """Return the exact points of each bidder's price, from 0 to the weight.

    `lowest`: the lowest price over the bidder's, times the weight. `benchmark`: the published benchmark
    over the bidder's price, times the weight, and never more than the weight. `fixed`: the price is given,
    so each bidder has the full weight; that a bid keeps to the given price is checked when it is entered.
    Raises ValueError, with a sentence, for no prices, for a price that is missing, zero or negative, for a
    weight outside 0 to 100, for a benchmark missing or not above 0, and for an unknown formula.
    """
    if formula not in FORMULAS:
        raise ValueError(f"“{formula}” is no price formula; use one of {', '.join(FORMULAS)}.")
    full = exact(weight, "The weight of the price")
    if not 0 <= full <= HUNDRED:
        raise ValueError(f"The weight of the price must lie between 0 and 100, not at {weight}.")
    if not prices:
        raise ValueError("There are no prices to compare.")
    offers = {bidder: _price(price, f"The price of {bidder}") for bidder, price in prices.items()}
    if formula == "fixed":
        return dict.fromkeys(offers, full)
    if formula == "lowest":
        least = min(offers.values())
        return {bidder: least / price * full for bidder, price in offers.items()}
    mark = _price(benchmark, "The benchmark")
    return {bidder: min(mark / price, Fraction(1)) * full for bidder, price in offers.items()}


def depends_on_others(formula: str) -> bool:
    """Return whether a bid's points change with the other bids' prices (rulebook D13).

    Under such a formula a third bid can turn the order of two others round, so taking a bid out of the
    comparison means reckoning again.
    """
    return formula == "lowest"


def _price(price: Exact | None, what: str) -> Fraction:
    if price is None:
        raise ValueError(f"{what} is missing.")
    value = exact(price, what)
    if value <= 0:
        raise ValueError(f"{what} is {price}; it must be above 0.")
    return value
