from datetime import date, timedelta

import holidays as library
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning import clock
from commissioning.clock import Calendar, Division, Holidays, HolidaysUnknownError
from commissioning.clock.queries import holidays_in_force
from commissioning.people.bank_holidays import shipped
from commissioning.people.models import BankHoliday

YEARS = range(2019, 2036)
SUBDIVISIONS = {"england-and-wales": ("ENG", "WLS"), "scotland": ("SCT",), "northern-ireland": ("NIR",)}
CALENDARS = st.sampled_from(list(Calendar))
# Far enough from the last year on record for twenty working days to follow.
DAYS = st.dates(date(2019, 1, 1), date(2035, 11, 1))


class TestShippedHolidays:
    @pytest.mark.parametrize("division", list(Division))
    def test_agree_with_the_library_day_by_day(self, division: Division) -> None:
        ours = {day for where, day, _ in shipped() if where == division}
        for subdivision in SUBDIVISIONS[division]:
            theirs = library.country_holidays("GB", subdiv=subdivision, years=YEARS)
            assert ours == {day for day in theirs if day.weekday() < 5}

    @pytest.mark.parametrize(
        ("day", "divisions"),
        [
            ("2019-12-02", {"scotland"}),  # St Andrew's Day, moved from a Saturday
            ("2020-05-08", set(Division)),  # the early May holiday, moved for VE Day
            ("2020-07-13", {"northern-ireland"}),  # 12 July fell on a Sunday
            ("2021-03-17", {"northern-ireland"}),
            ("2021-04-05", {"england-and-wales", "northern-ireland"}),  # Easter Monday
            ("2022-01-04", {"scotland"}),  # 2 January fell on a Sunday
            ("2022-06-02", set(Division)),
            ("2022-06-03", set(Division)),
            ("2022-09-19", set(Division)),
            ("2023-05-08", set(Division)),
            ("2026-06-15", {"scotland"}),
            ("2026-08-03", {"scotland"}),
            ("2026-08-31", {"england-and-wales", "northern-ireland"}),
            ("2026-11-30", {"scotland"}),
            ("2027-12-28", set(Division)),
            ("2022-05-30", set()),  # the late May holiday had moved to June
            ("2020-05-04", set()),
        ],
    )
    def test_hold_the_special_days(self, day: str, divisions: set[str]) -> None:
        assert {where for where, on, _ in shipped() if on == date.fromisoformat(day)} == divisions

    def test_give_no_name_twice_in_a_year(self) -> None:
        named = [(where, day.year, name.removesuffix(" (substitute day)")) for where, day, name in shipped()]
        assert len(named) == len(set(named))

    @pytest.mark.django_db
    def test_fill_the_table_on_migration(self) -> None:
        rows = set(BankHoliday.objects.values_list("division", "date", "name"))
        assert rows == set(shipped())


class TestHolidaysInForce:
    @pytest.fixture(autouse=True)
    def table(self, db: None) -> None:
        """Use the database."""

    def test_are_the_editable_table(self) -> None:
        extra = date(2027, 6, 18)
        BankHoliday.objects.create(division="england-and-wales", date=extra, name="A royal wedding")
        assert clock.is_working_day(extra, "england-and-wales")
        assert not clock.is_working_day(extra, "england-and-wales", holidays_in_force())
        assert clock.is_working_day(extra, "scotland", holidays_in_force())

    def test_cost_one_query(self, django_assert_num_queries) -> None:
        with django_assert_num_queries(1):
            table = holidays_in_force()
        with django_assert_num_queries(0):
            clock.add_working_days(date(2026, 1, 1), 20, "united-kingdom", table)

    def test_are_the_shipped_ones_where_nobody_filled_the_table(self) -> None:
        BankHoliday.objects.all().delete()
        assert holidays_in_force() is clock.shipped_holidays()

    def test_refuse_a_year_that_was_taken_out(self) -> None:
        BankHoliday.objects.filter(division="scotland", date__year=2026).delete()
        table = holidays_in_force()
        assert clock.is_working_day(date(2026, 7, 1), "england-and-wales", table)
        with pytest.raises(HolidaysUnknownError, match="Scotland in 2026"):
            clock.is_working_day(date(2026, 7, 1), "united-kingdom", table)


class TestUnknownYears:
    @pytest.mark.parametrize("day", [date(2018, 12, 31), date(2036, 1, 1), date(2036, 6, 1)])
    @pytest.mark.parametrize("calendar", list(Calendar))
    def test_are_refused_on_any_day_of_the_week(self, day: date, calendar: Calendar) -> None:
        with pytest.raises(HolidaysUnknownError, match="not on record"):
            clock.is_working_day(day, calendar)

    def test_are_met_when_counting_runs_into_them(self) -> None:
        with pytest.raises(HolidaysUnknownError):
            clock.add_working_days(date(2035, 12, 20), 10, "england-and-wales")

    def test_do_not_become_known_by_one_day_proclaimed_ahead(self) -> None:
        rows = [*shipped(), ("england-and-wales", date(2036, 6, 2), "A jubilee")]
        with pytest.raises(HolidaysUnknownError):
            clock.is_working_day(date(2036, 7, 1), "england-and-wales", Holidays.from_rows(rows))

    def test_become_known_by_their_rows(self) -> None:
        rows = [
            ("scotland", date(2036, 1, 1), "New Year's Day"),
            ("scotland", date(2036, 12, 25), "Christmas Day"),
        ]
        table = Holidays.from_rows(rows)
        assert clock.is_working_day(date(2036, 7, 1), "scotland", table)
        with pytest.raises(HolidaysUnknownError):
            clock.is_working_day(date(2036, 7, 1), "england-and-wales", table)


def test_rows_of_an_unknown_division_are_refused() -> None:
    with pytest.raises(ValueError):
        Holidays.from_rows([("jersey", date(2026, 5, 9), "Liberation Day")])


@pytest.mark.parametrize("calendar", ["", "wales", "UK"])
def test_an_unknown_calendar_is_refused(calendar: str) -> None:
    with pytest.raises(ValueError):
        clock.is_working_day(date(2026, 5, 9), calendar)


@pytest.mark.parametrize(
    ("day", "calendar", "reason"),
    [
        ((2026, 11, 28), "united-kingdom", "Saturday"),
        ((2026, 11, 30), "united-kingdom", "St Andrew's Day, a bank holiday in Scotland"),
        ((2026, 11, 30), "england-and-wales", None),
        ((2026, 4, 3), "united-kingdom", "Good Friday, a bank holiday in the United Kingdom"),
        (
            (2026, 4, 6),
            "united-kingdom",
            "Easter Monday, a bank holiday in England and Wales and Northern Ireland",
        ),
        (
            (2023, 1, 2),
            "united-kingdom",
            (
                "New Year's Day (substitute day), a bank holiday in England and Wales and Northern Ireland; "
                "2 January, a bank holiday in Scotland"
            ),
        ),
    ],
)
def test_a_day_off_says_why(day: tuple[int, int, int], calendar: str, reason: str | None) -> None:
    assert clock.day_off(date(*day), calendar) == reason


class TestCounting:
    def test_ten_working_days_over_easter(self) -> None:
        assert clock.add_working_days(date(2026, 3, 30), 10, "england-and-wales") == date(2026, 4, 15)

    @pytest.mark.parametrize("number", [0, -1])
    def test_starts_at_one(self, number: int) -> None:
        with pytest.raises(ValueError, match="from 1 up"):
            clock.add_working_days(date(2026, 3, 30), number, "england-and-wales")

    def test_refuses_to_count_backwards(self) -> None:
        with pytest.raises(ValueError, match="comes before"):
            clock.working_days_between(date(2026, 3, 30), date(2026, 3, 29), "england-and-wales")

    def test_a_day_lies_no_working_day_from_itself(self) -> None:
        assert clock.working_days_between(date(2026, 3, 30), date(2026, 3, 30), "england-and-wales") == 0

    @given(DAYS, st.integers(1, 20), CALENDARS)
    def test_adding_and_counting_agree(self, day: date, number: int, calendar: Calendar) -> None:
        end = clock.add_working_days(day, number, calendar)
        assert clock.is_working_day(end, calendar)
        assert clock.working_days_between(day, end, calendar) == number
        assert clock.working_days_between(day, end - timedelta(days=1), calendar) == number - 1

    @given(DAYS, CALENDARS)
    def test_the_next_working_day_skips_only_days_off(self, day: date, calendar: Calendar) -> None:
        found = clock.next_working_day(day, calendar)
        assert clock.is_working_day(found, calendar)
        assert all(
            clock.day_off(day + timedelta(days=after), calendar) for after in range((found - day).days)
        )

    @given(DAYS)
    def test_a_working_day_of_the_kingdom_is_one_in_each_part(self, day: date) -> None:
        parts = [clock.is_working_day(day, division) for division in Division]
        assert clock.is_working_day(day, "united-kingdom") is all(parts)
