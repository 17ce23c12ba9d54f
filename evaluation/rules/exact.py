"""Exact numbers: fractions inside, decimals outside, never a binary float (rulebook D3 to D5)."""

from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

Exact: TypeAlias = Decimal | Fraction | int

# A number that no decimal can hold is cut off, never rounded up, after this many decimals: a total below a
# threshold of up to so many decimals then stays below it.
LONGEST: Final = 30


def exact(value: Exact, what: str) -> Fraction:
    """Return the number as a fraction; `what` names it in the error, such as "The weight of MS1".

    Raises ValueError, as all of these rules do, for a float (it has lost digits already), for a truth
    value, for what is not finite and for what is no number at all.
    """
    if isinstance(value, bool | float) or not isinstance(value, Decimal | Fraction | int):
        raise ValueError(f"{what} must be an exact number (Decimal, Fraction or int), not {value!r}.")  # noqa: TRY004
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(f"{what} must be a number, not {value}.")
    return Fraction(value)


def as_decimal(value: Fraction) -> Decimal:
    """Return the fraction as a decimal: exactly where decimals can hold it, else cut off after 30."""
    places = _places(value.denominator)
    if places is None:
        places = LONGEST
    return _decimal(value.numerator * 10**places // value.denominator, places)


def rounded(value: Exact, places: int) -> Decimal:
    """Return the number rounded half up to so many decimals; for money and showing only."""
    shifted = exact(value, "The number") * 10**places
    return _decimal((2 * shifted.numerator + shifted.denominator) // (2 * shifted.denominator), places)


def cut(value: Exact, places: int) -> Decimal:
    """Return the number without what follows so many decimals; for keeping a total in a column."""
    shifted = exact(value, "The number") * 10**places
    return _decimal(shifted.numerator // shifted.denominator, places)


def _decimal(units: int, places: int) -> Decimal:
    # Built from its digits, since arithmetic on decimals rounds to the digits of the context.
    return Decimal((int(units < 0), tuple(int(digit) for digit in str(abs(units))), -places))


def _places(denominator: int) -> int | None:
    """Return how many decimals a fraction with this denominator needs, or None where none suffice."""
    counts = []
    for factor in (2, 5):
        count = 0
        while denominator % factor == 0:
            denominator //= factor
            count += 1
        counts.append(count)
    return max(counts) if denominator == 1 else None
