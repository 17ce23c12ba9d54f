"""The ranking of real bids: exact, with the published tie-break, and what is out of it."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calloffs.queries import ranking as ranks
from commissioning.records import sealing
from commissioning.workflow import Refused
from tests.calloffs import factories as f

PENCE = st.decimals("0.01", "999999.99", places=2)
QUANTITIES = st.decimals("0.01", "9999.99", places=2)


@given(st.lists(st.tuples(PENCE, QUANTITIES), min_size=1, max_size=8))
def test_the_schedules_total_is_rounded_once_and_never_by_the_line(rows):
    lines = [SimpleNamespace(code=str(n), quantity=quantity) for n, (_, quantity) in enumerate(rows)]
    given_prices = {str(n): price for n, (price, _) in enumerate(rows)}
    exact = sum(price * quantity for price, quantity in rows)
    total = ranks.schedule_total(lines, given_prices)
    assert abs(total - exact) <= Decimal("0.005")
    assert total == total.quantize(Decimal("0.01"))


def test_half_a_penny_goes_up():
    line = SimpleNamespace(code="A", quantity=Decimal("0.50"))
    assert ranks.schedule_total([line], {"A": Decimal("0.01")}) == Decimal("0.01")


@pytest.mark.django_db
class TestRanking:
    def places(self, ground, competition):
        rows = ranks.ranking(competition, reader=ground.lead, now=f.JUDGED)
        order = {one.pk: n for n, one in enumerate(ground.providers)}
        return [(order[row.bid.organisation_id], row.place) for row in rows]

    def test_a_third_bid_can_turn_the_order_of_two_round(self):
        """Rulebook D13: 48 + 40 beats 60 + 27.59; beside a bid at £6, 60 + 8.28 beats 48 + 12."""
        scheme = {"quality_weight": Decimal("60.00"), "price_weight": Decimal("40.00")}
        ground = f.ground(pool=2)
        asked = f.scheme(ground, **scheme)
        two = f.judged(ground, asked=asked, scores=(4, 5), prices=("20.00", "29.00"))
        assert self.places(ground, two) == [(0, 1), (1, 2)]
        ground = f.ground(pool=3)
        asked = f.scheme(ground, **scheme)
        three = f.judged(ground, asked=asked, scores=(4, 5, 1), prices=("20.00", "29.00", "6.00"))
        assert self.places(ground, three) == [(1, 1), (0, 2), (2, 3)]

    def test_equal_totals_are_parted_as_published_and_said_so(self):
        ground = f.ground(pool=2)
        # 70 + 16 and 56 + 30: the same, and the higher quality goes first.
        competition = f.judged(ground, scores=(4, 5), prices=("16.00", "30.00"))
        first, second = ranks.ranking(competition, reader=ground.lead, now=f.JUDGED)
        assert first.total == second.total == 86
        assert (first.bid.organisation, first.place) == (ground.providers[1], 1)
        assert first.parted_by == ("the higher quality total",)

    def test_what_no_rule_parts_shares_a_place(self):
        ground = f.ground(pool=2)
        competition = f.judged(ground, scores=(4, 4), prices=("20.00", "20.00"))
        rows = ranks.ranking(competition, reader=ground.lead, now=f.JUDGED)
        assert [row.place for row in rows] == [1, 1]
        assert all(row.tied_with for row in rows)

    def test_a_bid_below_the_threshold_is_out_and_its_price_counts_for_nobody(self):
        ground = f.ground(pool=2)
        scheme = f.scheme(ground, threshold=Decimal("60.00"))
        competition = f.judged(ground, asked=scheme, scores=(3, 2), prices=("25.00", "5.00"))
        first, out = ranks.ranking(competition, reader=ground.lead, now=f.JUDGED)
        assert (first.place, first.price_points) == (1, 30)
        assert (out.place, out.out_because) == (None, "Below the threshold")
        frozen = ranks.frozen([first, out])
        assert frozen[1]["place"] is None
        assert Decimal(frozen[0]["total"]) == 42 + 30

    def test_is_unknown_before_the_moderation_is_closed_and_the_prices_open(self):
        ground = f.ground(pool=2)
        competition = f.opened(ground)
        with pytest.raises(Refused, match="closed its moderation"):
            ranks.ranking(competition, reader=ground.lead, now=f.JUDGED)
        with pytest.raises(sealing.StillSealed):
            ranks.prices(competition, reader=ground.lead, now=f.JUDGED)
        f.judge(ground, competition.exercise, {one.pk: 3 for one in ground.providers})
        competition = type(competition).objects.get()
        with pytest.raises(Refused, match="prices have been opened"):
            ranks.ranking(competition, reader=ground.lead, now=f.JUDGED)
