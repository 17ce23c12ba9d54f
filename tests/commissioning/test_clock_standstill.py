from datetime import UTC, date, datetime, time, timedelta

import holidays as library
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning import clock, regimes
from commissioning.clock import Algorithm, Holidays, HolidaysUnknownError
from commissioning.people.bank_holidays import shipped

ENGLAND = set(library.country_holidays("GB", subdiv="ENG", years=range(2019, 2037)))
KINGDOM = ENGLAND.union(
    *(library.country_holidays("GB", subdiv=part, years=range(2019, 2037)) for part in ("SCT", "NIR", "WLS"))
)
SENDINGS = st.datetimes(datetime(2019, 1, 1), datetime(2035, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
EACH = st.sampled_from(list(Algorithm))


def sent(year: int, month: int, day: int, at: time = time(12)) -> datetime:
    return clock.at_london(date(year, month, day), at)


def expected(algorithm: str, day: date) -> date:
    """Count again, in another way: list the working days of the next weeks and pick by place."""
    off = ENGLAND if algorithm == "PCR" else KINGDOM
    ahead = [day + timedelta(days=after) for after in range(60)]
    working = [one for one in ahead if one.weekday() < 5 and one not in off]
    if algorithm == "PCR":
        return next(one for one in working if (one - day).days >= 10)
    if algorithm == "PA23":
        return working[7]
    return [one for one in working if (one - day).days >= 2][7]


@pytest.mark.parametrize(
    ("algorithm", "sending", "last"),
    [
        ("PCR", (2026, 11, 23), date(2026, 12, 3)),
        ("PA23", (2026, 11, 23), date(2026, 12, 3)),
        ("PSR", (2026, 11, 23), date(2026, 12, 7)),
        ("PCR", (2021, 3, 23), date(2021, 4, 6)),
        ("PCR", (2026, 3, 27), date(2026, 4, 7)),
        ("PA23", (2026, 3, 27), date(2026, 4, 9)),
        ("PSR", (2024, 9, 3), date(2024, 9, 16)),
        # published on a Saturday, so the Monday is day 1; Scotland's holiday of 15 June is not counted
        ("PA23", (2026, 6, 6), date(2026, 6, 18)),
        # over Christmas and both New Year holidays of Scotland
        ("PCR", (2026, 12, 15), date(2026, 12, 29)),
        ("PCR", (2026, 12, 18), date(2026, 12, 29)),
        ("PA23", (2026, 12, 18), date(2026, 12, 31)),
        ("PSR", (2026, 12, 18), date(2027, 1, 5)),
        # proclaimed once: 8 May 2023, 19 September 2022
        ("PCR", (2023, 4, 28), date(2023, 5, 9)),
        ("PA23", (2022, 9, 12), date(2022, 9, 22)),
    ],
)
def test_rulebook_vectors(algorithm: str, sending: tuple[int, int, int], last: date) -> None:
    assert clock.standstill_last_day(algorithm, sent(*sending)) == last


def test_an_english_count_alone_would_end_pa23_a_day_early() -> None:
    rows = [(part, day, name) for part, day, name in shipped() if name != "St Andrew's Day"]
    assert clock.standstill_last_day("PA23", sent(2026, 11, 23), Holidays.from_rows(rows)) == date(
        2026, 12, 2
    )
    assert clock.standstill_last_day("PSR", sent(2026, 11, 23), Holidays.from_rows(rows)) == date(2026, 12, 4)


def test_pcr_goes_by_england_and_wales_alone() -> None:
    assert clock.standstill_last_day("PCR", sent(2026, 11, 20)) == date(2026, 11, 30)  # St Andrew's Day


class TestDayOfSending:
    def test_is_the_london_date(self) -> None:
        assert clock.standstill_last_day("PCR", datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 13)
        assert clock.standstill_last_day("PCR", datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 13)
        assert clock.standstill_last_day("PCR", datetime(2026, 7, 2, 22, 59, tzinfo=UTC)) == date(2026, 7, 13)
        assert clock.standstill_last_day("PCR", datetime(2026, 7, 3, 23, 0, tzinfo=UTC)) == date(2026, 7, 14)

    def test_needs_a_zone(self) -> None:
        with pytest.raises(ValueError, match="no time zone"):
            clock.standstill_last_day("PCR", datetime(2026, 7, 1, 12))  # noqa: DTZ001


@pytest.mark.parametrize("algorithm", ["", "pcr", "PCR_LTR", "WTO"])
def test_an_unknown_algorithm_is_answered_with_the_known_ones(algorithm: str) -> None:
    with pytest.raises(ValueError, match="PCR, PA23, PSR"):
        clock.standstill_last_day(algorithm, sent(2026, 11, 23))


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_year_without_holidays_on_record_is_refused(algorithm: Algorithm) -> None:
    with pytest.raises(HolidaysUnknownError):
        clock.standstill_last_day(algorithm, sent(2035, 12, 24))


class TestInstants:
    def test_contract_may_follow_from_midnight_after_the_last_day(self) -> None:
        last = clock.standstill_last_day("PCR", sent(2021, 3, 23))
        assert clock.contract_from(last) == datetime(2021, 4, 6, 23, 0, tzinfo=UTC)  # 7 April, 00:00 London
        assert clock.standstill_ends_at(last) == datetime(2021, 4, 6, 22, 59, 59, 999999, tzinfo=UTC)

    @given(EACH, SENDINGS)
    def test_nothing_lies_between_the_end_and_the_contract(self, algorithm: str, at: datetime) -> None:
        last = clock.standstill_last_day(algorithm, at)
        assert clock.contract_from(last) - clock.standstill_ends_at(last) == timedelta(microseconds=1)
        assert clock.london_time(clock.contract_from(last)).time() == time(0)


class TestCalendar:
    @given(EACH, SENDINGS)
    def test_agrees_with_another_way_of_counting(self, algorithm: Algorithm, at: datetime) -> None:
        assert clock.standstill_last_day(algorithm, at) == expected(algorithm, clock.london_date(at))

    @given(EACH, SENDINGS)
    def test_is_every_day_from_the_sending_to_the_end_once(self, algorithm: Algorithm, at: datetime) -> None:
        rows = clock.standstill_calendar(algorithm, at)
        first = clock.london_date(at)
        assert [row.day for row in rows] == [first + timedelta(days=after) for after in range(len(rows))]
        assert [row.is_last for row in rows] == [False] * (len(rows) - 1) + [True]
        numbers = [row.number for row in rows if row.counted]
        assert numbers == list(range(1, (10 if algorithm is Algorithm.PCR else 8) + 1))
        assert all(row.reason.endswith(".") for row in rows)

    @given(EACH, SENDINGS)
    def test_ends_on_a_working_day(self, algorithm: Algorithm, at: datetime) -> None:
        assert clock.is_working_day(clock.standstill_last_day(algorithm, at), algorithm.calendar)

    @given(EACH, SENDINGS, st.timedeltas(timedelta(0), timedelta(days=20)))
    def test_a_later_sending_never_ends_sooner(self, algorithm: str, at: datetime, later: timedelta) -> None:
        first = clock.standstill_last_day(algorithm, at)
        again = min(at + later, datetime(2035, 12, 1, tzinfo=UTC))
        assert clock.standstill_last_day(algorithm, max(at, again)) >= first

    @given(SENDINGS)
    def test_psr_lasts_at_least_as_long_as_pa23(self, at: datetime) -> None:
        assert clock.standstill_last_day("PSR", at) >= clock.standstill_last_day("PA23", at)

    def test_says_why_a_day_counts_or_not(self) -> None:
        rows = {row.day: row for row in clock.standstill_calendar("PCR", sent(2021, 3, 23))}
        assert rows[date(2021, 3, 23)].reason == "The last of the letters is sent. Not counted."
        assert rows[date(2021, 3, 27)].number == 4  # a Saturday counts like any other day
        assert "no working day (Good Friday" in rows[date(2021, 4, 2)].reason
        assert rows[date(2021, 4, 5)].reason.startswith("No working day: Easter Monday")
        assert rows[date(2021, 4, 6)].is_last


def test_every_regime_names_an_algorithm_and_its_calendar() -> None:
    assert {str(one): str(one.calendar) for one in Algorithm} == dict(regimes.CALENDAR_OF)
