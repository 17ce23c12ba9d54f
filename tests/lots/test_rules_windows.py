"""What of a deadline is asked about, and where a window stands by its dates."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from lots import rules

SINCE = datetime(2027, 11, 1, 9, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def doubts(deadline: datetime, since: datetime = SINCE, calendar: str = "england-and-wales") -> str:
    return " ".join(rules.deadline_doubts(deadline, since=since, what="the opening", calendar=calendar))


@pytest.mark.parametrize(
    ("deadline", "sentences"),
    [
        (datetime(2027, 12, 1, 12, tzinfo=UTC), []),
        (datetime(2027, 12, 1, 8, tzinfo=UTC), []),
        (datetime(2027, 12, 1, 18, tzinfo=UTC), []),
        (datetime(2027, 12, 1, 7, 59, tzinfo=UTC), ["Wednesday 1 December 2027, 07:59", "08:00 to 18:00"]),
        (datetime(2027, 12, 1, 18, 1, tzinfo=UTC), ["outside 08:00 to 18:00"]),
        (datetime(2027, 12, 25, 0, tzinfo=UTC), ["Saturday 25 December 2027 is no working day", "outside"]),
        (
            datetime(2027, 12, 27, 12, tzinfo=UTC),
            ["Monday 27 December 2027", "Christmas Day", "bank holiday"],
        ),
        (datetime(2028, 11, 1, 9, tzinfo=UTC), []),
        (datetime(2028, 11, 2, 12, tzinfo=UTC), ["is more than a year after the opening, Monday 1 November"]),
        (datetime(2127, 12, 1, 12, tzinfo=UTC), ["more than a year"]),
        (datetime(2127, 12, 6, 12, tzinfo=UTC), ["Saturday 6 December 2127 is no working day"]),
    ],
)
def test_a_deadline_without_help_or_far_off_is_asked_about(deadline, sentences):
    found = doubts(deadline)
    assert bool(found) is bool(sentences)
    for sentence in sentences:
        assert sentence in found


def test_the_hours_are_londons_and_the_holidays_those_of_the_regime():
    assert doubts(datetime(2028, 6, 1, 17, 30, tzinfo=UTC))  # 18:30 in summer time
    second = datetime(2028, 1, 4, 12, tzinfo=UTC)  # kept in Scotland alone
    assert not doubts(second)
    assert "Scotland" in doubts(second, calendar="united-kingdom")


def test_the_day_of_decisions_moves_only_where_it_must():
    old, new = SINCE, SINCE + timedelta(days=7)
    assert rules.moved_expectation(None, old, new) is None
    assert rules.moved_expectation(date(2027, 11, 9), old, new) == date(2027, 11, 9)
    assert rules.moved_expectation(date(2027, 11, 8), old, new) == date(2027, 11, 15)


def test_a_window_stands_where_its_dates_say():
    opens_at, deadline = SINCE, SINCE + timedelta(days=7)

    def state(of: str, now: datetime) -> str:
        window = SimpleNamespace(state=of, opens_at=opens_at, deadline=deadline)
        return rules.state_by_the_clock(window, now)

    assert state("scheduled", opens_at - MICROSECOND) == "scheduled"
    assert state("scheduled", opens_at) == state("open", deadline) == "open"
    assert state("scheduled", deadline + MICROSECOND) == state("open", deadline + MICROSECOND) == "closed"
    assert state("cancelled", deadline) == "cancelled"
    assert state("draft", deadline) == "draft"


@pytest.mark.parametrize(
    ("open_for", "how_long"),
    [
        (timedelta(minutes=1), "only 1 minute"),
        (timedelta(hours=1), "only 1 hour"),
        (timedelta(hours=30), "only 1 day"),
        (timedelta(days=10, minutes=-1), "only 9 days"),
        (timedelta(days=10), None),
        (timedelta(days=60), None),
    ],
)
def test_a_window_that_is_open_for_less_than_ten_days_is_asked_about(open_for, how_long):
    asked = rules.short_opening_doubts(SINCE, SINCE + open_for)
    assert len(asked) == (how_long is not None)
    if how_long:
        assert f"open for {how_long}, from Monday 1 November 2027, 09:00" in asked[0]
        assert "Give 10 days or more." in asked[0]


def test_ten_days_are_counted_by_londons_clock_over_the_change_of_hour():
    opens_at = datetime(2027, 3, 22, 9, tzinfo=UTC)
    assert rules.short_opening_doubts(opens_at, datetime(2027, 4, 1, 8, tzinfo=UTC)) == []
    assert rules.short_opening_doubts(opens_at, datetime(2027, 4, 1, 7, 59, tzinfo=UTC))
