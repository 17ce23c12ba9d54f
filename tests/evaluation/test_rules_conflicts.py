import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation import rules
from evaluation.rules import Interest

BIDDERS = {1: "Cam Sight", 2: "P3 Charity", 3: "Stroke Association"}
CLEAR = st.sampled_from([Interest.NONE, Interest.MAY_JUDGE])


def declared(*interests: Interest) -> dict[int, Interest]:
    return dict(zip(BIDDERS, interests, strict=False))


@pytest.mark.parametrize(
    ("has_conflict", "decision", "stands"),
    [
        (None, "", Interest.UNDECLARED),
        (False, "", Interest.NONE),
        (True, "", Interest.OPEN),
        (True, "may_judge", Interest.MAY_JUDGE),
        (True, "stands_down", Interest.STANDS_DOWN),
    ],
)
def test_how_a_declaration_stands(has_conflict: bool | None, decision: str, stands: Interest) -> None:
    assert rules.interest(has_conflict=has_conflict, decision=decision) is stands


def test_a_decision_nobody_can_take_is_refused() -> None:
    with pytest.raises(ValueError):
        rules.interest(has_conflict=True, decision="perhaps")


class TestReading:
    @given(st.tuples(CLEAR, CLEAR, CLEAR))
    def test_is_open_to_whoever_has_declared_and_been_cleared(self, interests: tuple) -> None:
        assert rules.refusal_to_read(BIDDERS, declared(*interests)) is None

    def test_waits_for_each_declaration_by_name(self) -> None:
        refusal = rules.refusal_to_read(BIDDERS, declared(Interest.NONE))
        assert refusal is not None
        assert "P3 Charity, Stroke Association" in refusal
        assert "Cam Sight" not in refusal

    def test_of_every_bid_waits_for_one_open_interest(self) -> None:
        refusal = rules.refusal_to_read(BIDDERS, declared(Interest.NONE, Interest.OPEN, Interest.NONE))
        assert refusal is not None
        assert "P3 Charity" in refusal
        assert "every submission here stays closed" in refusal

    def test_has_ended_for_who_stood_down(self) -> None:
        refusal = rules.refusal_to_read(BIDDERS, declared(Interest.STANDS_DOWN, Interest.NONE, Interest.NONE))
        assert refusal is not None
        assert "stood down" in refusal

    @given(st.dictionaries(st.sampled_from(sorted(BIDDERS)), st.sampled_from(list(Interest))))
    def test_needs_every_bidder_cleared(self, interests: dict) -> None:
        cleared = all(interests.get(key) in {Interest.NONE, Interest.MAY_JUDGE} for key in BIDDERS)
        assert (rules.refusal_to_read(BIDDERS, interests) is None) is cleared

    def test_a_bidder_of_another_lot_does_not_matter(self) -> None:
        assert rules.refusal_to_read({1: "Cam Sight"}, declared(Interest.NONE, Interest.OPEN)) is None


def test_nobody_decides_about_their_own_interest() -> None:
    assert rules.refusal_to_decide(declared_by=7, decided_by=7)
    assert rules.refusal_to_decide(declared_by=7, decided_by=8) is None
