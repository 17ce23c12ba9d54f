from datetime import UTC, date, datetime

import pytest

from commissioning.clock.words import spoken_clock, spoken_day, spoken_time


def test_a_day_is_told_with_its_weekday_unless_room_is_short():
    assert spoken_day(date(2027, 1, 20)) == "Wednesday 20 January 2027"
    assert spoken_day(date(2027, 1, 20), weekday=False) == "20 January 2027"


@pytest.mark.parametrize(
    ("hour", "minute", "told"),
    [(12, 0, "12:00 noon"), (12, 1, "12:01"), (0, 0, "00:00 (the start of the day)"), (23, 59, "23:59")],
)
def test_noon_and_midnight_are_told_by_name(hour, minute, told):
    assert spoken_clock(datetime(2027, 1, 20, hour, minute, tzinfo=UTC)) == told


def test_where_precision_matters_no_name_hides_it():
    noon = datetime(2027, 1, 20, 12, tzinfo=UTC)
    assert spoken_clock(noon, "seconds") == "12:00:00"
    assert spoken_time(noon, "microseconds") == "Wednesday 20 January 2027, 12:00:00.000000 London time"


def test_the_day_is_londons_not_that_of_utc():
    late = datetime(2027, 7, 1, 23, 30, tzinfo=UTC)
    assert spoken_time(late) == "Friday 2 July 2027, 00:30 London time"


def test_a_time_without_its_zone_is_not_told():
    with pytest.raises(ValueError, match="zone"):
        spoken_time(datetime(2027, 1, 20, 12))  # noqa: DTZ001 - the mistake under test
