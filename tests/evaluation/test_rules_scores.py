import itertools
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation import rules

QUARTERS = dict.fromkeys(("MS1", "MS2", "MS3", "SV1"), Decimal(25))
EIP = {"MS1": Decimal(30), "MS2": Decimal(30), "MS3": Decimal(30), "SV1": Decimal(10)}
THRESHOLDS = st.decimals(0, 100, places=2)


def scored(*scores: int) -> dict[str, int]:
    return dict(zip(EIP, scores, strict=True))


@st.composite
def marked(draw: st.DrawFn, maximum: int | None = None) -> tuple[dict[str, int], dict[str, Decimal], int]:
    """Whole scores, weights of two decimals that total 100, and the highest score."""
    top = maximum or draw(st.integers(1, 12))
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), max_size=6)))
    edges = [0, *cuts, 10_000]
    weights = {
        f"Q{place}": Decimal(end - start) / 100
        for place, (start, end) in enumerate(itertools.pairwise(edges))
    }
    scores = {question: draw(st.integers(0, top)) for question in weights}
    return scores, weights, top


class TestWeightedTotal:
    @pytest.mark.parametrize(
        ("scores", "weights", "total"),
        [
            (scored(3, 3, 3, 4), QUARTERS, "65"),  # rulebook G4, where floats say 64.99999999999999
            (
                scored(4, 5, 0, 5),
                {"MS1": Decimal("27.5"), "MS2": Decimal("27.5"), "MS3": 30, "SV1": 15},
                "64.5",
            ),
            (scored(3, 3, 4, 3), EIP, "66"),
            (scored(5, 5, 5, 5), EIP, "100"),
            (scored(0, 0, 0, 0), EIP, "0"),
            (scored(3, 3, 3, 5), EIP, "64"),
            ({"A": 1}, {"A": 100}, "20"),
            ({"A": 1, "B": 2}, {"A": Decimal("0.01"), "B": Decimal("99.99")}, "39.998"),
        ],
    )
    def test_rulebook_vectors(self, scores: dict, weights: dict, total: str) -> None:
        found = rules.weighted_total(scores, weights, 5)
        assert found == Decimal(total)
        assert isinstance(found, Decimal)

    def test_cuts_off_what_no_decimal_holds(self) -> None:
        assert rules.weighted_total({"A": 2}, {"A": 100}, 3) == Decimal("66." + "6" * 30)

    def test_does_not_depend_on_the_context_of_decimals(self) -> None:
        with localcontext() as context:
            context.prec = 2
            total = rules.weighted_total({"A": 1, "B": 2}, {"A": Decimal("0.01"), "B": Decimal("99.99")}, 5)
        assert total == Decimal("39.998")

    @given(marked(maximum=5))
    def test_is_exact_on_the_usual_scale(self, case: tuple) -> None:
        assert Fraction(rules.weighted_total(*case)) == rules.exact_total(*case)

    @given(marked())
    def test_never_exceeds_the_exact_total_and_comes_close_to_it(self, case: tuple) -> None:
        gap = rules.exact_total(*case) - Fraction(rules.weighted_total(*case))
        assert 0 <= gap < Fraction(1, 10**30)

    @given(marked())
    def test_lies_between_nothing_and_everything(self, case: tuple) -> None:
        scores, weights, top = case
        assert 0 <= rules.weighted_total(*case) <= 100
        assert rules.weighted_total(dict.fromkeys(scores, top), weights, top) == 100
        assert rules.weighted_total(dict.fromkeys(scores, 0), weights, top) == 0

    @given(marked(), st.data())
    def test_never_falls_when_a_score_rises(self, case: tuple, data: st.DataObject) -> None:
        scores, weights, top = case
        question = data.draw(st.sampled_from(sorted(scores)))
        higher = {**scores, question: min(top, scores[question] + 1)}
        assert rules.exact_total(higher, weights, top) >= rules.exact_total(*case)

    @given(marked())
    def test_does_not_depend_on_the_order_of_questions(self, case: tuple) -> None:
        scores, weights, top = case
        turned = dict(reversed(scores.items())), dict(reversed(weights.items())), top
        assert rules.exact_total(*turned) == rules.exact_total(*case)


class TestRefusedScores:
    @pytest.mark.parametrize(
        ("scores", "weights", "maximum", "says"),
        [
            ({"A": 3}, {"A": Decimal("99.99")}, 5, "total 99.99; they must total exactly 100"),
            ({"A": 3}, {"A": Decimal("100.01")}, 5, "total 100.01"),
            (
                {"A": 3, "B": 3, "C": 3},
                dict.fromkeys("ABC", Fraction(100, 3) + Fraction(1, 10**40)),
                5,
                "exactly",
            ),
            ({}, {}, 5, "total 0"),
            ({"A": 3}, {"A": 50, "B": 50}, 5, "missing for: B"),
            ({"A": 3, "B": 3}, {"A": 100}, 5, "no such question: B"),
            ({"A": 3, "B": 3}, {"A": 110, "B": -10}, 5, "B is -10; it cannot be under 0"),
            ({"A": 6}, {"A": 100}, 5, "A: Give a whole number from 0 to 5"),
            ({"A": -1}, {"A": 100}, 5, "from 0 to 5"),
            ({"A": 2.5}, {"A": 100}, 5, "from 0 to 5"),
            ({"A": Decimal("2.5")}, {"A": 100}, 5, "from 0 to 5"),
            ({"A": True}, {"A": 100}, 5, "from 0 to 5"),
            ({"A": None}, {"A": 100}, 5, "from 0 to 5"),
            ({"A": "3"}, {"A": 100}, 5, "from 0 to 5"),
            ({"A": 3}, {"A": 100.0}, 5, "exact number"),
            ({"A": 3}, {"A": "100"}, 5, "exact number"),
            ({"A": 3}, {"A": Decimal("NaN")}, 5, "must be a number"),
            ({"A": 3}, {"A": Decimal("Infinity")}, 5, "must be a number"),
            ({"A": 0}, {"A": 100}, 0, "highest score"),
            ({"A": 0}, {"A": 100}, Decimal(5), "highest score"),
        ],
    )
    def test_say_why(self, scores: dict, weights: dict, maximum: int, says: str) -> None:
        with pytest.raises(ValueError, match=says):
            rules.weighted_total(scores, weights, maximum)

    def test_thirds_may_total_exactly_100(self) -> None:
        thirds = dict.fromkeys("ABC", Fraction(100, 3))
        assert rules.weighted_total(dict.fromkeys("ABC", 5), thirds, 5) == 100


class TestMeetsThreshold:
    @pytest.mark.parametrize(
        ("total", "meets"),
        [
            ("65", True),
            ("65.00", True),
            ("65.000000001", True),
            ("64.99", False),
            ("64.5", False),
            ("100", True),
        ],
    )
    def test_on_the_unrounded_total(self, total: str, meets: bool) -> None:
        assert rules.meets_threshold(Decimal(total), Decimal(65)) is meets

    def test_a_float_cannot_fail_what_passes(self) -> None:
        assert sum(score / 5 * 0.25 for score in (3, 3, 3, 4)) < 0.65
        assert rules.meets_threshold(rules.weighted_total(scored(3, 3, 3, 4), QUARTERS, 5), 65)

    @pytest.mark.parametrize("total", [65.0, "65", None, Decimal("NaN")])
    def test_refuses_what_is_not_exact(self, total: object) -> None:
        with pytest.raises(ValueError):
            rules.meets_threshold(total, 65)

    @pytest.mark.parametrize("threshold", [-1, Decimal("100.01"), 65.0])
    def test_refuses_an_impossible_threshold(self, threshold: Decimal) -> None:
        with pytest.raises(ValueError, match="threshold"):
            rules.meets_threshold(Decimal(65), threshold)

    @given(marked(), THRESHOLDS)
    def test_the_decimal_total_decides_as_the_exact_one(self, case: tuple, threshold: Decimal) -> None:
        exact = rules.meets_threshold(rules.exact_total(*case), threshold)
        assert rules.meets_threshold(rules.weighted_total(*case), threshold) is exact

    @given(marked(maximum=5), THRESHOLDS)
    def test_so_does_the_kept_total(self, case: tuple, threshold: Decimal) -> None:
        exact = rules.meets_threshold(rules.exact_total(*case), threshold)
        assert rules.meets_threshold(rules.kept_total(rules.exact_total(*case)), threshold) is exact

    @given(marked(), st.fractions(Fraction(1, 10**9), 1))
    def test_a_total_passes_its_own_line_and_none_above_it(self, case: tuple, more: Fraction) -> None:
        total = rules.exact_total(*case)
        assert rules.meets_threshold(total, total)
        if total + more <= 100:
            assert not rules.meets_threshold(total, total + more)

    @given(st.integers(1, 29))
    def test_sixty_five_passes_and_any_number_of_nines_under_it_does_not(self, nines: int) -> None:
        assert rules.meets_threshold(Decimal("65." + "0" * nines), 65)
        assert not rules.meets_threshold(Decimal("64." + "9" * nines), 65)


class TestJudge:
    @given(marked(), THRESHOLDS, st.data())
    def test_admits_just_what_meets_each_line(
        self, case: tuple, threshold: Decimal, data: st.DataObject
    ) -> None:
        scores, _, top = case
        floors = {code: data.draw(st.none() | st.integers(0, top)) for code in scores}
        failed = data.draw(st.lists(st.sampled_from(["Insurance", "Safeguarding"]), unique=True))
        found = rules.judge(*case, threshold=threshold, floors=floors, standards_failed=failed)
        under = {code for code, floor in floors.items() if floor is not None and scores[code] < floor}
        short = rules.exact_total(*case) < Fraction(threshold)
        assert (set(found.below_floors), found.below_threshold) == (under, short)
        assert found.is_admitted is (not failed and not under and not short)
        grounds = {
            "standard_failed": failed,
            "below_floor": under,
            "below_threshold": short,
            "admitted": True,
        }
        assert found.outcome == next(name for name, holds in grounds.items() if holds)

    def test_admits_at_65(self) -> None:
        found = rules.judge(scored(3, 3, 3, 4), QUARTERS, 5, threshold=65, floors={})
        assert found.is_admitted
        assert found.total == 65
        assert not found.below_threshold

    def test_fails_below_it(self) -> None:
        found = rules.judge(scored(3, 3, 3, 5), EIP, 5, threshold=65, floors={})
        assert (found.outcome, found.below_threshold) == ("below_threshold", True)

    def test_a_floor_is_no_average(self) -> None:
        """90 % and more overall, but 2 out of 5 where the published minimum is 3 (rulebook G6)."""
        scores = {"A": 5, "B": 2}
        found = rules.judge(scores, {"A": 90, "B": 10}, 5, threshold=65, floors={"A": None, "B": 3})
        assert found.total == 94
        assert (found.outcome, found.below_floors, found.below_threshold) == ("below_floor", ("B",), False)

    def test_without_a_threshold_none_is_missed(self) -> None:
        assert rules.judge(scored(0, 0, 0, 0), EIP, 5, threshold=None, floors={}).is_admitted

    def test_a_score_at_its_floor_is_enough(self) -> None:
        assert rules.judge({"A": 3}, {"A": 100}, 5, threshold=60, floors={"A": 3}).is_admitted

    def test_every_ground_is_kept_and_the_first_decides(self) -> None:
        found = rules.judge(
            scored(1, 1, 1, 1), EIP, 5, threshold=65, floors={"SV1": 2}, standards_failed=["INS"]
        )
        assert found.outcome == "standard_failed"
        assert (found.standards_failed, found.below_floors, found.below_threshold) == (
            ("INS",),
            ("SV1",),
            True,
        )

    def test_what_failed_a_standard_needs_no_scores(self) -> None:
        found = rules.judge({}, EIP, 5, threshold=65, floors={"SV1": 2}, standards_failed=["INS"])
        assert (found.outcome, found.total, found.is_admitted) == ("standard_failed", None, False)

    def test_what_failed_none_does(self) -> None:
        with pytest.raises(ValueError, match="missing"):
            rules.judge({}, EIP, 5, threshold=65, floors={})


class TestWhatIf:
    def test_shows_who_crosses_by_one_point(self) -> None:
        moves = rules.what_if(scored(3, 3, 3, 5), EIP, 5, 65)
        crossing = {(move.question, move.change): move.total for move in moves if move.crosses}
        assert crossing == {("MS1", 1): 70, ("MS2", 1): 70, ("MS3", 1): 70}

    def test_leaves_out_what_the_scale_has_not(self) -> None:
        moves = rules.what_if(scored(0, 5, 3, 3), EIP, 5, 65)
        assert {(move.question, move.change) for move in moves} == {
            ("MS1", 1),
            ("MS2", -1),
            ("MS3", 1),
            ("MS3", -1),
            ("SV1", 1),
            ("SV1", -1),
        }

    @given(marked(), THRESHOLDS)
    def test_each_move_is_what_its_score_would_give(self, case: tuple, threshold: Decimal) -> None:
        scores, weights, top = case
        before = rules.meets_threshold(rules.exact_total(*case), threshold)
        for move in rules.what_if(scores, weights, top, threshold):
            after = {**scores, move.question: scores[move.question] + move.change}
            assert move.total == rules.exact_total(after, weights, top)
            assert move.crosses is (rules.meets_threshold(move.total, threshold) is not before)


@pytest.mark.parametrize("score", [0, 3, 5])
def test_a_whole_score_of_the_scale_will_do(score: int) -> None:
    assert rules.score_problem(score, 5) is None


@pytest.mark.parametrize("score", [None, 6, -1, 3.5, Decimal("3.5"), True, "3"])
def test_any_other_score_is_refused(score: object) -> None:
    assert rules.score_problem(score, 5) == "Give a whole number from 0 to 5."


@pytest.mark.parametrize(("scores", "wide"), [([], False), ([3], False), ([3, 4], False), ([2, 4, 3], True)])
def test_a_gap_of_more_than_one_point_is_marked(scores: list[int], wide: bool) -> None:
    assert rules.has_wide_gap(scores) is wide


@given(st.integers(0, 5), st.lists(st.integers(0, 5), max_size=6))
def test_what_must_be_discussed_is_a_wide_gap_or_a_score_that_nobody_stood_near(
    score: int, given_scores: list[int]
) -> None:
    why = rules.must_be_discussed(score, given_scores)
    wide = bool(given_scores) and max(given_scores) - min(given_scores) > 1
    outside = bool(given_scores) and (score < min(given_scores) or score > max(given_scores))
    assert (why is not None) is (wide or outside)
