"""The day of a recorded decision, by one rule for all of them."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from lots.rules.decisions import day_refusals

NOW = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)  # 1 July in London


def agreement(starts_on=date(2026, 5, 3), created_at=datetime(2026, 9, 1, 9, tzinfo=UTC)):
    return SimpleNamespace(starts_on=starts_on, created_at=created_at)


@pytest.mark.parametrize("taken", [date(2026, 5, 3), date(2027, 7, 1)])
def test_from_the_agreements_first_day_to_today_in_london(taken):
    assert day_refusals(agreement(), taken, NOW) == []


@pytest.mark.parametrize("taken", [date(1999, 1, 1), date(2026, 5, 2), date(2027, 7, 2)])
def test_neither_before_nor_to_come(taken):
    (refusal,) = day_refusals(agreement(), taken, NOW)
    assert refusal.field == "decided_on"


def test_what_begins_later_may_be_decided_on_from_the_day_it_was_set_up():
    coming = agreement(starts_on=date(2028, 1, 1))
    assert day_refusals(coming, date(2026, 9, 1), NOW) == []
    (refusal,) = day_refusals(coming, date(2026, 8, 31), NOW)
    assert "Tuesday 1 September 2026" in refusal.text
