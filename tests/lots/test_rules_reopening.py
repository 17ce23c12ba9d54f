"""When an agreement is planned to open again: exact days and London times, never past its end."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.clock import LONDON, at_london, london_date
from lots.rules import Reopening, next_openings, reopening_refusals, weekday_of_month

START = date(2026, 5, 3)
BEGUN = datetime(2026, 5, 3, tzinfo=UTC)
END = date(2031, 5, 2)


def rule(**given: Any) -> Reopening:
    usual: dict[str, Any] = {
        "every_months": 6,
        "week": 1,
        "weekday": 0,
        "at": time(9),
        "open_weeks": 6,
    }
    return Reopening(**{**usual, **given})


RULES = st.builds(
    Reopening,
    every_months=st.integers(1, 24),
    week=st.integers(1, 5),
    weekday=st.integers(0, 6),
    at=st.times().filter(lambda at: at.hour != 1),
    open_weeks=st.integers(1, 4),
)


@pytest.mark.parametrize(
    ("week", "weekday", "day"),
    [
        (1, 0, date(2027, 3, 1)),
        (1, 6, date(2027, 3, 7)),
        (4, 0, date(2027, 3, 22)),
        (5, 0, date(2027, 3, 29)),
        (5, 6, date(2027, 3, 28)),
    ],
)
def test_the_weekday_of_the_month(week: int, weekday: int, day: date) -> None:
    assert weekday_of_month(2027, 3, week, weekday) == day


def test_every_six_months_from_the_first_day_at_the_same_london_time_in_winter_and_summer() -> None:
    first, second = next_openings(rule(), last=START, ends_on=END, after=BEGUN)
    assert (first.opens_at, second.opens_at) == (
        datetime(2026, 11, 2, 9, tzinfo=UTC),
        datetime(2027, 5, 3, 8, tzinfo=UTC),
    )
    assert first.deadline == datetime(2026, 12, 14, 9, tzinfo=UTC)


def test_a_window_that_is_open_over_a_clock_change_closes_at_the_same_london_time() -> None:
    (planned,) = next_openings(
        rule(every_months=1), last=date(2027, 2, 1), ends_on=END, after=BEGUN, how_many=1
    )
    assert planned.opens_at == datetime(2027, 3, 1, 9, tzinfo=UTC)
    assert planned.deadline == datetime(2027, 4, 12, 8, tzinfo=UTC)


def test_what_has_passed_is_not_planned_and_the_next_moment_is() -> None:
    opening = at_london(date(2026, 11, 2), time(9))
    for after, expected in (
        (opening - timedelta(microseconds=1), date(2026, 11, 2)),
        (opening, date(2027, 5, 3)),
    ):
        planned = next_openings(rule(), last=START, ends_on=END, after=after)
        assert london_date(planned[0].opens_at) == expected


@pytest.mark.parametrize(
    ("ends_on", "how_many"),
    [(date(2026, 12, 13), 0), (date(2026, 12, 14), 1), (date(2027, 6, 14), 2), (END, 2)],
)
def test_nothing_is_planned_that_would_close_after_the_agreements_last_day(ends_on, how_many) -> None:
    assert len(next_openings(rule(), last=START, ends_on=ends_on, after=BEGUN)) == how_many


@given(RULES, st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.integers(0, 4000), st.integers(0, 4000))
def test_each_planned_opening_is_exact(made: Reopening, last: date, days: int, term: int) -> None:
    after = at_london(last + timedelta(days=days), time(12))
    ends_on = last + timedelta(days=days + term)
    planned = next_openings(made, last=last, ends_on=ends_on, after=after, how_many=4)
    for one in planned:
        opens, closes = (moment.astimezone(LONDON) for moment in (one.opens_at, one.deadline))
        assert opens.time() == closes.time() == made.at
        assert opens.weekday() == closes.weekday() == made.weekday
        assert weekday_of_month(opens.year, opens.month, made.week, made.weekday) == opens.date()
        assert (opens.year * 12 + opens.month - last.year * 12 - last.month) % made.every_months == 0
        assert closes.date() - opens.date() == timedelta(weeks=made.open_weeks)
        assert after < one.opens_at < one.deadline
        assert closes.date() <= ends_on
    moments = [one.opens_at for one in planned]
    assert moments == sorted(set(moments))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"every_months": 0}, "reopen_every_months"),
        ({"every_months": 61}, "reopen_every_months"),
        ({"week": 6}, "reopen_week"),
        ({"weekday": 7}, "reopen_weekday"),
        ({"at": time(1, 30)}, "reopen_at"),
        ({"open_weeks": 0}, "reopen_weeks"),
        ({"every_months": 1, "open_weeks": 4}, "reopen_weeks"),
    ],
)
def test_an_impossible_rule_is_refused_beside_its_field(given: dict[str, Any], field: str) -> None:
    assert [reason.field for reason in reopening_refusals(rule(**given))] == [field]


def test_a_rule_is_read_aloud() -> None:
    assert reopening_refusals(rule()) == []
    assert str(rule()) == (
        "every 6 months, on the first Monday of the month at 09:00 London time, for 6 weeks"
    )
    assert str(rule(every_months=1, week=5, weekday=4, open_weeks=1)).startswith(
        "every month, on the last Friday of the month"
    )
