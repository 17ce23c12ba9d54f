from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.web import text

NOON = datetime(2027, 1, 20, 12, 0, tzinfo=UTC)
NOW = datetime(2027, 1, 14, 9, 0, tzinfo=UTC)


def test_a_moment_is_told_with_weekday_time_and_zone():
    assert text.london(NOON) == "Wednesday 20 January 2027, 12:00 noon London time"
    assert text.london(NOON.replace(hour=14, minute=5)) == "Wednesday 20 January 2027, 14:05 London time"


def test_a_summer_evening_in_utc_is_the_next_day_in_london():
    late = datetime(2027, 7, 1, 23, 30, 5, 12, tzinfo=UTC)
    assert text.london(late) == "Friday 2 July 2027, 00:30 London time"
    assert text.london(late, "seconds") == "Friday 2 July 2027, 00:30:05 London time"
    assert text.london(late, "microseconds") == "Friday 2 July 2027, 00:30:05.000012 London time"
    assert text.day(late) == "Friday 2 July 2027"


def test_midnight_says_of_which_end_of_the_day():
    shown = text.london(datetime(2027, 1, 20, tzinfo=UTC))
    assert shown == "Wednesday 20 January 2027, 00:00 (the start of the day) London time"


def test_a_time_without_its_zone_is_not_shown():
    with pytest.raises(ValueError, match="zone"):
        text.london(datetime(2027, 1, 20))  # noqa: DTZ001 - the mistake under test


def test_what_is_not_given_is_said_to_be_so():
    assert text.london(None) == text.day(None) == text.month(None) == text.money(None) == "not given"
    assert text.in_days(None, NOW) == ""


@pytest.mark.parametrize(
    ("away", "told"),
    [
        (timedelta(days=6), "in 6 days"),
        (timedelta(days=1), "tomorrow"),
        (timedelta(hours=3, minutes=59), "in 3 hours"),
        (timedelta(minutes=61), "in 1 hour"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(seconds=59), "in less than a minute"),
        (timedelta(seconds=-59), "less than a minute ago"),
        (timedelta(hours=-2), "2 hours ago"),
        (timedelta(days=-1), "yesterday"),
        (timedelta(days=-1200), "1,200 days ago"),
    ],
)
def test_how_far_off_a_moment_is(away, told):
    assert text.in_days(NOW + away, NOW) == told


def test_how_far_off_a_day_is_counts_days_of_london():
    before_midnight_in_utc = datetime(2027, 7, 1, 23, 30, tzinfo=UTC)
    assert text.in_days(date(2027, 7, 2), before_midnight_in_utc) == "today"
    assert text.in_days(date(2027, 7, 3), before_midnight_in_utc) == "tomorrow"


@pytest.mark.parametrize(
    ("value", "style", "shown"),
    [
        (Decimal(21329161), "", "£21,329,161"),
        (Decimal("1234.5"), "", "£1,234.50"),
        (Decimal(18), "pence", "£18.00"),
        (Decimal("-3.10"), "", "-£3.10"),
        (0, "", "£0"),
    ],
)
def test_money(value, style, shown):
    assert text.money(value, style) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("64.995"), "64.995%"),
        (Decimal("65.0000"), "65%"),
        (Decimal("64.99999"), "64.9999…%"),
        (Fraction(200, 3), "66.6666…%"),
        (100, "100%"),
        (Decimal(0), "0%"),
    ],
)
def test_a_percentage_is_cut_and_marked_never_rounded(value, shown):
    assert text.percent(value) == shown


@given(st.fractions(0, 100))
def test_no_percentage_below_a_threshold_is_shown_as_reaching_it(total):
    shown = Decimal(text.percent(total).rstrip("%…"))
    assert shown <= total < shown + Decimal("0.0001")


def test_a_percentage_of_a_float_is_a_mistake():
    with pytest.raises(TypeError):
        text.percent(64.995)
