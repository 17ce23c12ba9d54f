from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.records.rules import opening_not_before
from lots import rules

DEADLINE = datetime(2021, 1, 20, 12, tzinfo=UTC)
OPENS = DEADLINE - timedelta(days=50)
MICROSECOND = timedelta(microseconds=1)


def window(state: str = "open") -> Any:
    return SimpleNamespace(
        state=state, state_since=OPENS, opens_at=OPENS, deadline=DEADLINE, is_rolling=False
    )


class TestDeadline:
    @pytest.mark.parametrize(
        ("late_by", "in_time"), [(-MICROSECOND, True), (timedelta(0), True), (MICROSECOND, False)]
    )
    def test_is_judged_to_the_microsecond(self, late_by: timedelta, in_time: bool) -> None:
        assert rules.is_in_time(DEADLINE + late_by, DEADLINE) is in_time
        assert rules.is_open_for_submissions(window(), DEADLINE + late_by) is in_time

    @given(st.timedeltas(timedelta(days=-3000), timedelta(days=3000)))
    def test_does_not_depend_on_the_zone_it_is_written_in(self, away: timedelta) -> None:
        from commissioning.clock import LONDON

        at = DEADLINE + away
        assert rules.is_in_time(at, DEADLINE) is rules.is_in_time(at.astimezone(LONDON), DEADLINE)

    def test_a_dead_scheduler_refuses_nobody(self) -> None:
        assert rules.is_open_for_submissions(window("scheduled"), OPENS)
        assert not rules.is_open_for_submissions(window("scheduled"), OPENS - MICROSECOND)

    def test_a_quick_scheduler_refuses_nobody(self) -> None:
        assert rules.refusal_to_submit(window("closed"), DEADLINE) is None
        assert rules.refusal_to_submit(window("closed"), DEADLINE + MICROSECOND) is not None

    @pytest.mark.parametrize("state", ["draft", "unsealed", "decided", "cancelled"])
    def test_other_states_take_nothing(self, state: str) -> None:
        assert rules.refusal_to_submit(window(state), DEADLINE)

    def test_a_late_refusal_names_both_times(self) -> None:
        refusal = rules.refusal_to_submit(window(), DEADLINE + MICROSECOND)
        assert refusal is not None
        assert "12:00:00.000001" in refusal
        assert "12:00:00.000000" in refusal

    def test_sealed_content_waits_for_requests_under_way(self) -> None:
        first = opening_not_before(DEADLINE)
        assert first - DEADLINE >= timedelta(seconds=60)
        assert rules.entries_may_be_opened(window("closed"), None, first) is None
        assert rules.entries_may_be_opened(window("closed"), None, first - MICROSECOND)
