from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calloffs import rules
from commissioning.records.rules import opening_not_before

DEADLINE = datetime(2026, 11, 20, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def competition(state: str = "open") -> SimpleNamespace:
    return SimpleNamespace(state=state, deadline=DEADLINE)


class TestDeadlineOfBids:
    @pytest.mark.parametrize("state", ["open", "closed"])
    def test_is_judged_to_the_microsecond_whatever_the_scheduler_did(self, state: str) -> None:
        assert rules.refusal_to_submit(competition(state), DEADLINE) is None
        refusal = rules.refusal_to_submit(competition(state), DEADLINE + MICROSECOND)
        assert refusal is not None
        assert "12:00:00.000001" in refusal
        assert "12:00:00.000000" in refusal

    @pytest.mark.parametrize("state", ["unsealed", "decided", "abandoned"])
    def test_other_states_take_nothing(self, state: str) -> None:
        assert rules.refusal_to_submit(competition(state), DEADLINE)

    def test_whoever_only_looks_has_sent_nothing(self) -> None:
        late = DEADLINE + MICROSECOND
        assert rules.refusal_to_submit(competition(), DEADLINE, is_sent=False) is None
        refusal = rules.refusal_to_submit(competition(), late, is_sent=False)
        assert refusal == "Bids closed on Friday 20 November 2026, 12:00 noon London time."

    def test_what_ended_it_is_its_deadline_or_its_being_abandoned(self) -> None:
        late, abandoned = DEADLINE + MICROSECOND, competition("abandoned")
        assert rules.was_closed_by_deadline(competition(), late)
        assert not rules.was_closed_by_deadline(competition(), DEADLINE)
        assert not rules.was_closed_by_deadline(abandoned, late)
        for since, never in ((DEADLINE, True), (late, False)):
            abandoned.state_since = since
            assert rules.never_reached_deadline(abandoned) is never

    def test_bids_stay_sealed_and_drafts_stand_until_requests_have_ended(self) -> None:
        closed = competition("closed")
        end = opening_not_before(DEADLINE)
        bid = SimpleNamespace(competition=closed)
        assert rules.bids_may_be_opened(closed, None, end - MICROSECOND)
        assert rules.requests_have_ended(bid, None, end - MICROSECOND)
        assert rules.bids_may_be_opened(closed, None, end) is None
        assert rules.requests_have_ended(bid, None, end) is None


PENNIES = st.integers(1, 10**12)


class TestShares:
    @given(st.lists(PENNIES, min_size=1, max_size=6))
    def test_that_are_the_value_to_the_penny_stand_however_they_are_cut(self, pennies: list[int]) -> None:
        amounts = [Decimal(penny) / 100 for penny in pennies]
        assert rules.shares_add_up(Decimal(sum(pennies)) / 100, amounts) is None

    @given(st.lists(PENNIES, min_size=1, max_size=6), st.integers(-(10**6), 10**6).filter(bool))
    def test_a_penny_too_many_or_too_few_is_refused(self, pennies: list[int], off: int) -> None:
        amounts = [Decimal(penny) / 100 for penny in pennies]
        assert rules.shares_add_up(Decimal(sum(pennies) + off) / 100, amounts)

    @given(st.lists(PENNIES, max_size=5), st.integers(-(10**6), 0))
    def test_a_share_of_nothing_is_refused_whatever_the_sum(self, pennies: list[int], nothing: int) -> None:
        amounts = [Decimal(penny) / 100 for penny in [*pennies, nothing]]
        assert rules.shares_add_up(sum(amounts, Decimal(0)), amounts)


BEGUN = date(2021, 5, 3)


class TestKeyDecisions:
    def decision(self, **given_: object) -> SimpleNamespace:
        decided = date(2027, 1, 5)
        return SimpleNamespace(
            **{
                "decided_on": decided,
                "is_key_decision": True,
                "notice_published_on": decided - timedelta(days=29),
                "call_in_ended_on": date(2027, 1, 12),
                **given_,
            }
        )

    @given(st.integers(-5, 60))
    def test_stand_from_28_clear_days_of_notice(self, days: int) -> None:
        decided = date(2027, 1, 5)
        governance = self.decision(notice_published_on=decided - timedelta(days=days))
        now = datetime(2027, 1, 13, 0, 0, tzinfo=UTC)
        assert bool(rules.governance_problems(governance, now, since=BEGUN)) is (days <= 28)

    def test_count_the_london_day(self) -> None:
        summer = self.decision(decided_on=date(2027, 7, 1), is_key_decision=False)
        # 23:30 UTC on 30 June is 1 July in London.
        assert not rules.governance_problems(summer, datetime(2027, 6, 30, 23, 30, tzinfo=UTC), since=BEGUN)
        assert rules.governance_problems(summer, datetime(2027, 6, 30, 22, 30, tzinfo=UTC), since=BEGUN)

    def test_are_no_older_than_the_agreement(self) -> None:
        now = datetime(2027, 1, 13, 0, 0, tzinfo=UTC)
        for decided, stands in ((BEGUN, True), (BEGUN - timedelta(days=1), False)):
            old = self.decision(decided_on=decided, is_key_decision=False)
            assert bool(rules.governance_problems(old, now, since=BEGUN)) is not stands


class TestPricesAndTheApprovedValue:
    @pytest.mark.parametrize(("value", "said"), [(1000, 0), (1001, 1), (5000, 1), (5001, 2)])
    def test_a_value_above_what_was_published_is_said(self, value: int, said: int) -> None:
        calloff = SimpleNamespace(
            value=Decimal(value),
            lot=SimpleNamespace(number=1, term_value=Decimal(1000)),
            agreement=SimpleNamespace(reference="EIP-PDPS", published_maximum=Decimal(5000)),
        )
        assert len(rules.value_warnings(calloff)) == said

    @pytest.mark.parametrize(
        ("price", "above"), [("249999.99", False), ("250000", False), ("250000.01", True)]
    )
    def test_a_price_may_reach_the_value_but_not_pass_it(self, price: str, above: bool) -> None:
        assert bool(rules.price_above_value(Decimal(price), Decimal(250_000))) is above

    def test_ceilings_are_counted_only_where_every_line_has_one(self) -> None:
        line = lambda ceiling: SimpleNamespace(ceiling=ceiling, quantity=Decimal(100))  # noqa: E731
        assert rules.ceilings_above_value([line(Decimal(10))], Decimal(1000)) is None
        assert rules.ceilings_above_value([line(Decimal("10.01"))], Decimal(1000)) is not None
        assert rules.ceilings_above_value([line(Decimal(99)), line(None)], Decimal(1000)) is None
        assert rules.ceilings_above_value([], Decimal(1)) is None
