from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from evaluation import rules
from evaluation.rules.exact import cut

NUMBERS = st.fractions(-1000, 1000)
PLACES = st.integers(0, 12)


@given(st.decimals(-(10**40), 10**40, allow_nan=False, places=20))
def test_a_decimal_comes_back_the_same(value: Decimal) -> None:
    assert rules.as_decimal(Fraction(value)) == value


@given(NUMBERS)
def test_a_fraction_is_cut_off_after_thirty_decimals_at_most(value: Fraction) -> None:
    assert 0 <= value - Fraction(rules.as_decimal(value)) < Fraction(1, 10**30)


@given(NUMBERS, PLACES)
def test_rounding_is_half_up(value: Fraction, places: int) -> None:
    gap = Fraction(rules.rounded(value, places)) - value
    half = Fraction(1, 2 * 10**places)
    assert -half < gap <= half


@given(NUMBERS, PLACES)
def test_cutting_never_lifts(value: Fraction, places: int) -> None:
    assert 0 <= value - Fraction(cut(value, places)) < Fraction(1, 10**places)


@given(NUMBERS, PLACES)
def test_places_are_those_asked_for(value: Fraction, places: int) -> None:
    assert -int(cut(value, places).as_tuple().exponent) == places
