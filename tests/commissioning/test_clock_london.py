from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning import clock

DAYS = st.dates(date(2019, 1, 1), date(2035, 12, 31))
INSTANTS = st.datetimes(datetime(2019, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


class TestLondonDate:
    def test_late_evening_utc_in_summer_is_the_next_day(self) -> None:
        assert clock.london_date(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 2)

    def test_late_evening_utc_in_winter_is_the_same_day(self) -> None:
        assert clock.london_date(datetime(2026, 12, 1, 23, 30, tzinfo=UTC)) == date(2026, 12, 1)

    def test_a_time_of_another_zone_is_understood(self) -> None:
        zone = timezone(timedelta(hours=9))
        assert clock.london_date(datetime(2026, 12, 2, 8, 59, tzinfo=zone)) == date(2026, 12, 1)

    def test_a_time_without_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="has no time zone"):
            clock.london_date(datetime(2026, 7, 1, 23, 30))  # noqa: DTZ001


class TestAtLondon:
    def test_noon_is_eleven_utc_in_summer_and_noon_in_winter(self) -> None:
        assert clock.at_london(date(2026, 7, 1), time(12)) == datetime(2026, 7, 1, 11, tzinfo=UTC)
        assert clock.at_london(date(2026, 12, 1), time(12)) == datetime(2026, 12, 1, 12, tzinfo=UTC)

    def test_a_skipped_time_counts_on_from_the_last_good_hour(self) -> None:
        instant = clock.at_london(date(2027, 3, 28), time(1, 30))
        assert instant == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
        assert clock.london_time(instant).time() == time(2, 30)

    @pytest.mark.parametrize("fold", [0, 1])
    def test_a_time_that_comes_twice_is_the_first(self, fold: int) -> None:
        instant = clock.at_london(date(2027, 10, 31), time(1, 30, fold=fold))
        assert instant == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)

    def test_a_time_with_a_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="without a time zone"):
            clock.at_london(date(2026, 7, 1), time(12, tzinfo=UTC))

    @given(DAYS, st.times())
    def test_the_clock_shows_the_time_asked_for_unless_it_is_in_doubt(self, day: date, at: time) -> None:
        instant = clock.at_london(day, at)
        assert instant.tzinfo is UTC
        shows = clock.london_time(instant).replace(tzinfo=None)
        assert shows == datetime.combine(day, at.replace(fold=0)) or clock.wall_clock_doubt(day, at)


class TestWallClockDoubt:
    def test_a_skipped_time_is_named(self) -> None:
        doubt = clock.wall_clock_doubt(date(2027, 3, 28), time(1, 0))
        assert doubt is not None
        assert "no 01:00 on 28 March 2027" in doubt

    def test_a_repeated_time_is_named(self) -> None:
        doubt = clock.wall_clock_doubt(date(2027, 10, 31), time(1, 59, 59))
        assert doubt is not None
        assert "01:59 on 31 October 2027 twice" in doubt

    @pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31), date(2027, 6, 1)])
    @pytest.mark.parametrize("at", [time(0, 59, 59), time(2), time(12)])
    def test_any_other_time_is_fine(self, day: date, at: time) -> None:
        assert clock.wall_clock_doubt(day, at) is None


class TestEndsOfDays:
    def test_a_summer_day_ends_before_utc_midnight(self) -> None:
        end = clock.end_of_london_day(date(2026, 7, 1))
        assert end == datetime(2026, 7, 1, 22, 59, 59, 999999, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("day", "hours"), [((2027, 3, 28), 23), ((2027, 10, 31), 25), ((2027, 6, 1), 24)]
    )
    def test_a_day_is_as_long_as_its_clock_changes_make_it(self, day: tuple, hours: int) -> None:
        start, end = clock.start_of_london_day(date(*day)), clock.end_of_london_day(date(*day))
        assert end - start == timedelta(hours=hours) - timedelta(microseconds=1)

    @given(INSTANTS)
    def test_every_instant_lies_in_its_own_day(self, instant: datetime) -> None:
        day = clock.london_date(instant)
        assert clock.start_of_london_day(day) <= instant <= clock.end_of_london_day(day)
