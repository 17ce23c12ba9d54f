import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation import rules

PRICES = st.dictionaries(
    st.text("ABCDEFG", min_size=1, max_size=2),
    st.decimals(Decimal("0.01"), Decimal("9999999.99"), places=2),
    min_size=1,
    max_size=8,
)
WEIGHTS = st.decimals(0, 100, places=2)
FORMULAS = st.sampled_from(sorted(rules.FORMULAS))


class TestLowest:
    def test_rulebook_d12(self) -> None:
        assert rules.price_points("lowest", {"A": Decimal(90), "B": Decimal(100)}, 40) == {"A": 40, "B": 36}

    def test_is_exact_where_decimals_are_not(self) -> None:
        points = rules.price_points("lowest", {"A": Decimal(100), "B": Decimal(300)}, 40)
        assert points["B"] == Fraction(40, 3)

    def test_compares_with_decimals(self) -> None:
        points = rules.price_points("lowest", {"A": Decimal("0.10"), "B": Decimal("0.16")}, Decimal("40.00"))
        assert points["B"] == Decimal("25.00")

    def test_a_third_bid_can_turn_the_first_two_round(self) -> None:
        """Rulebook D13, on the figures given there."""
        quality = {"A": 50, "B": 55, "C": 20}
        prices = {"A": Decimal(100), "B": Decimal(120)}
        two = {one: quality[one] + points for one, points in rules.price_points("lowest", prices, 40).items()}
        assert two["A"] == 90
        assert two["B"] == Fraction(265, 3)  # 88.33
        prices["C"] = Decimal(60)
        three = {
            one: quality[one] + points for one, points in rules.price_points("lowest", prices, 40).items()
        }
        assert three == {"A": 74, "B": 75, "C": 60}

    @given(PRICES, WEIGHTS)
    def test_gives_the_cheapest_the_full_weight_and_others_their_share(
        self, prices: dict, weight: Decimal
    ) -> None:
        points = rules.price_points("lowest", prices, weight)
        for bidder, price in prices.items():
            assert points[bidder] * Fraction(price) == Fraction(min(prices.values())) * Fraction(weight)


class TestBenchmark:
    def test_gives_the_full_weight_up_to_the_benchmark_and_less_beyond(self) -> None:
        prices = {"A": Decimal(80), "B": Decimal(100), "C": Decimal(125)}
        points = rules.price_points("benchmark", prices, 40, benchmark=Decimal(100))
        assert points == {"A": 40, "B": 40, "C": 32}

    @given(PRICES, WEIGHTS, st.decimals(Decimal("0.01"), 10**6, places=2))
    def test_does_not_depend_on_other_bids(self, prices: dict, weight: Decimal, benchmark: Decimal) -> None:
        together = rules.price_points("benchmark", prices, weight, benchmark)
        for bidder, price in prices.items():
            assert (
                rules.price_points("benchmark", {bidder: price}, weight, benchmark)[bidder]
                == together[bidder]
            )

    @pytest.mark.parametrize("benchmark", [None, 0, Decimal(-1), 100.0])
    def test_needs_one(self, benchmark: Decimal | None) -> None:
        with pytest.raises(ValueError, match="The benchmark"):
            rules.price_points("benchmark", {"A": Decimal(80)}, 40, benchmark)


def test_fixed_gives_each_bidder_the_full_weight() -> None:
    assert rules.price_points("fixed", {"A": Decimal(80), "B": Decimal(80)}, 40) == {"A": 40, "B": 40}


@given(FORMULAS, PRICES, WEIGHTS)
def test_points_lie_between_nothing_and_the_weight(formula: str, prices: dict, weight: Decimal) -> None:
    points = rules.price_points(formula, prices, weight, benchmark=Decimal(100))
    assert points.keys() == prices.keys()
    assert all(0 <= each <= weight for each in points.values())


@given(FORMULAS, PRICES, WEIGHTS)
def test_a_lower_price_never_has_fewer_points(formula: str, prices: dict, weight: Decimal) -> None:
    points = rules.price_points(formula, prices, weight, benchmark=Decimal(100))
    dearer = sorted(prices, key=lambda one: prices[one])
    assert all(points[one] >= points[other] for one, other in itertools.pairwise(dearer))


@pytest.mark.parametrize("formula", sorted(rules.FORMULAS))
class TestRefused:
    @pytest.mark.parametrize(
        ("price", "says"),
        [
            (None, "The price of B is missing"),
            (Decimal(0), "must be above 0"),
            (Decimal("-0.01"), "must be above 0"),
            (Decimal("NaN"), "must be a number"),
            (Decimal("Infinity"), "must be a number"),
            (99.5, "exact number"),
            ("99", "exact number"),
            (True, "exact number"),
        ],
    )
    def test_prices(self, formula: str, price: Decimal, says: str) -> None:
        with pytest.raises(ValueError, match=says):
            rules.price_points(formula, {"A": Decimal(100), "B": price}, 40, benchmark=Decimal(100))

    @pytest.mark.parametrize("weight", [-1, Decimal("100.01"), 40.0])
    def test_weights(self, formula: str, weight: Decimal) -> None:
        with pytest.raises(ValueError, match="weight of the price"):
            rules.price_points(formula, {"A": Decimal(100)}, weight, benchmark=Decimal(100))

    def test_no_prices(self, formula: str) -> None:
        with pytest.raises(ValueError, match="no prices"):
            rules.price_points(formula, {}, 40, benchmark=Decimal(100))


@pytest.mark.parametrize("formula", ["", "mean", "Lowest"])
def test_an_unknown_formula_is_answered_with_the_known_ones(formula: str) -> None:
    with pytest.raises(ValueError, match="lowest, benchmark, fixed"):
        rules.price_points(formula, {"A": Decimal(100)}, 40)


@pytest.mark.parametrize("formula", rules.FORMULAS)
def test_only_the_relative_formula_depends_on_other_bids(formula: str) -> None:
    assert rules.depends_on_others(formula) is (formula == "lowest")  # rulebook D13
