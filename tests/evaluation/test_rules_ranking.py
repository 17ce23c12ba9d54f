from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation import rules
from evaluation.rules import Contender

PUBLISHED = ["quality", "question:MS1", "price"]


def bid(reference: str, quality: int, points: int, *, price: int | None = None, ms1: int = 3) -> Contender:
    return Contender(
        reference,
        Fraction(quality),
        Fraction(points),
        None if price is None else Decimal(price),
        {"MS1": ms1},
    )


def order(places: list[rules.Place]) -> list[tuple[int, str]]:
    return [(place.place, place.contender.reference) for place in places]


def test_the_highest_total_comes_first() -> None:
    places = rules.rank([bid("A", 40, 30), bid("B", 50, 30), bid("C", 30, 30)], PUBLISHED)
    assert order(places) == [(1, "B"), (2, "A"), (3, "C")]
    assert all(place.parted_by == () and not place.is_tied for place in places)


def test_totals_are_compared_unrounded() -> None:
    near = Contender("A", Fraction(60), Fraction(40, 3))
    less = Contender("B", Fraction(60), Fraction(40, 3) - Fraction(1, 10**25))
    assert order(rules.rank([less, near], [])) == [(1, "A"), (2, "B")]


class TestEqualTotals:
    def test_higher_quality_first(self) -> None:
        places = rules.rank([bid("A", 40, 30, price=9), bid("B", 50, 20, price=10)], PUBLISHED)
        assert order(places) == [(1, "B"), (2, "A")]
        assert {place.parted_by for place in places} == {("the higher quality total",)}

    def test_then_the_named_question(self) -> None:
        places = rules.rank([bid("A", 40, 30, price=9, ms1=3), bid("B", 40, 30, price=10, ms1=4)], PUBLISHED)
        assert order(places) == [(1, "B"), (2, "A")]
        assert places[0].parted_by == ("the higher score on MS1",)

    def test_then_the_lower_price(self) -> None:
        places = rules.rank([bid("A", 40, 30, price=10), bid("B", 40, 30, price=9)], PUBLISHED)
        assert order(places) == [(1, "B"), (2, "A")]
        assert places[1].parted_by == ("the lower price",)

    def test_then_a_tie_is_declared(self) -> None:
        same = [bid(name, 40, 30, price=10) for name in "CAB"]
        places = rules.rank([*same, bid("D", 40, 30, price=11), bid("E", 1, 1)], PUBLISHED)
        assert order(places) == [(1, "A"), (1, "B"), (1, "C"), (4, "D"), (5, "E")]
        assert places[0].tied_with == ("B", "C")
        assert places[3].tied_with == ()
        assert places[3].parted_by == ("the lower price",)

    def test_the_published_order_decides(self) -> None:
        bids = [bid("A", 40, 30, price=10), bid("B", 50, 20, price=11)]
        assert order(rules.rank(bids, ["price", "quality"])) == [(1, "A"), (2, "B")]

    @pytest.mark.parametrize(
        ("weights", "first"), [({"MS1": 50, "MS2": 50}, "A"), ({"MS1": 40, "MS2": 60}, "B")]
    )
    def test_the_question_with_the_most_weight_may_decide(self, weights: dict[str, int], first: str) -> None:
        bids = [
            Contender("A", Fraction(40), Fraction(30), scores={"MS1": 5, "MS2": 3}),
            Contender("B", Fraction(40), Fraction(30), scores={"MS1": 3, "MS2": 5}),
        ]
        places = rules.rank(bids, ["first_question"], weights)
        assert places[0].contender.reference == first
        assert places[0].parted_by == ("the higher score on the question with the most weight",)

    def test_what_is_left_to_a_drawing_of_lots_is_declared_a_tie(self) -> None:
        places = rules.rank(
            [bid("A", 40, 30, price=9), bid("B", 50, 20, price=9)], ["price", "lot", "quality"]
        )
        assert order(places) == [(1, "A"), (1, "B")]

    def test_no_rule_published_means_a_tie(self) -> None:
        places = rules.rank([bid("A", 40, 30), bid("B", 50, 20)], [])
        assert order(places) == [(1, "A"), (1, "B")]
        assert places[1].tied_with == ("A",)


class TestRefused:
    def test_an_unknown_rule(self) -> None:
        with pytest.raises(ValueError, match="“lots” is no tie-break rule"):
            rules.rank([], ["lots"])

    def test_the_weightiest_question_without_weights(self) -> None:
        with pytest.raises(ValueError, match="no tie-break rule"):
            rules.rank([bid("A", 40, 30)], ["first_question"])

    def test_a_price_that_is_not_there(self) -> None:
        with pytest.raises(ValueError, match="A has no price"):
            rules.rank([bid("A", 40, 30), bid("B", 40, 30, price=1)], ["price"])

    def test_a_score_that_is_not_there(self) -> None:
        with pytest.raises(ValueError, match="no score on MS9"):
            rules.rank([bid("A", 40, 30), bid("B", 40, 30)], ["question:MS9"])

    def test_nothing_is_asked_that_no_tie_needs(self) -> None:
        assert order(rules.rank([bid("A", 40, 30), bid("B", 41, 30)], ["price"])) == [(1, "B"), (2, "A")]


def test_no_bids_have_no_order() -> None:
    assert rules.rank([], PUBLISHED) == []


def test_quality_points_are_the_share_of_the_weight() -> None:
    assert rules.quality_points(Decimal(65), Decimal("60.00")) == 39
    assert rules.quality_points(Fraction(200, 3), 60) == 40


BIDS = st.lists(
    st.builds(
        bid,
        st.just("?"),
        st.integers(0, 3),
        st.integers(0, 3),
        price=st.integers(1, 3),
        ms1=st.integers(0, 2),
    ),
    max_size=8,
).map(
    lambda found: [
        Contender(f"B{number}", one.quality, one.price_points, one.price, one.scores)
        for number, one in enumerate(found)
    ]
)


@given(BIDS, st.permutations(PUBLISHED), st.randoms())
def test_the_order_does_not_depend_on_how_bids_came_in(bids: list, published: list, random) -> None:
    shuffled = list(bids)
    random.shuffle(shuffled)
    assert rules.rank(shuffled, published) == rules.rank(bids, published)


@given(BIDS, st.permutations(PUBLISHED))
def test_everybody_has_one_place_and_nobody_stands_above_a_better(bids: list, published: list) -> None:
    places = rules.rank(bids, published)
    assert sorted(place.contender.reference for place in places) == sorted(one.reference for one in bids)
    for place in places:
        mine, total = place.contender, place.contender.total
        better = [other for other in bids if other.total > total]
        assert place.place > len(better)
        equals = [other for other in bids if other is not mine and other.total == total]
        assert bool(equals) is bool(place.tied_with or place.parted_by)
        same = [
            one
            for one in equals
            if (one.quality, one.price, one.scores) == (mine.quality, mine.price, mine.scores)
        ]
        assert set(place.tied_with) == {one.reference for one in same}
        assert len([other for other in places if other.place == place.place]) == len(place.tied_with) + 1


KEYS = {
    "quality": lambda one: one.quality,
    "question:MS1": lambda one: one.scores["MS1"],
    "price": lambda one: -one.price,
}


@given(BIDS, st.lists(st.sampled_from(PUBLISHED), unique=True))
def test_the_order_is_that_of_total_and_then_each_published_rule_in_turn(bids: list, published: list) -> None:
    """Whatever is published: places count those whose total, then whose keys in their order, are higher."""

    def height(one: Contender) -> tuple:
        return (one.total, *(KEYS[rule](one) for rule in published))

    places = rules.rank(bids, published)
    heights = [height(place.contender) for place in places]
    assert heights == sorted(heights, reverse=True)
    for place in places:
        mine = height(place.contender)
        assert place.place == 1 + sum(height(other) > mine for other in bids)
        assert place.is_tied is (sum(height(other) == mine for other in bids) > 1)


@given(BIDS, st.permutations(PUBLISHED))
def test_of_two_bids_the_order_does_not_hang_on_a_third(bids: list, published: list) -> None:
    places = [place.contender.reference for place in rules.rank(bids, published)]
    for place in places:
        fewer = rules.rank([one for one in bids if one.reference != place], published)
        assert [one.contender.reference for one in fewer] == [name for name in places if name != place]
