import pytest

from commissioning.records.templatetags import letters


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("65", "65"),
        ("64.99", "64.99"),
        ("64.995", "64.995"),
        ("64.99999", "64.9999…"),
        ("0.6500", "0.65"),
        ("60.00000000", "60"),
        ("0", "0"),
        ("29.184983", "29.1849…"),
        (None, ""),
    ],
)
def test_points_are_cut_and_never_rounded(given, shown):
    assert letters.points(given) == shown


def test_a_total_just_under_the_line_never_prints_as_the_line():
    assert letters.percent("64.999999999") == "64.9999…%"


@pytest.mark.parametrize(
    ("given", "shown"), [("309750.00", "£309,750"), ("54.50", "£54.50"), ("0.10", "£0.10"), (None, "")]
)
def test_money_shows_pence_where_there_are_any(given, shown):
    assert letters.money(given) == shown


def test_prices_always_show_pence():
    assert letters.pounds_and_pence("1250") == "£1,250.00"


@pytest.mark.parametrize(("given", "shown"), [("3000", "3,000"), ("12.50", "12.5"), ("36.00", "36")])
def test_quantities_mark_thousands(given, shown):
    assert letters.amount(given) == shown


def test_a_part_of_the_whole_is_exact():
    assert letters.part_of("86", "70") == "60.2"


def test_days_are_put_into_whole_weeks():
    days = [{"day": f"2021-03-{number}"} for number in range(23, 32)]
    weeks = letters.weeks(days)
    assert [len(week) for week in weeks] == [7, 7]
    assert weeks[0][0] is None
    assert weeks[0][1] == {"day": "2021-03-23"}
    assert weeks[1][2] == {"day": "2021-03-31"}
    assert weeks[1][3] is None
    assert letters.weeks([]) == []


@pytest.mark.parametrize(
    ("names", "shown"), [(["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")]
)
def test_names_are_joined_as_one_says_them(names, shown):
    assert letters.joined(names) == shown


def test_halves_stand_side_by_side():
    assert letters.halves([1, 2, 3]) == ([1, 2], [3])
    assert letters.halves([]) == ([], [])
