from datetime import date
from decimal import Decimal

from commissioning.pages.home import pictures


def test_parts_stand_one_behind_the_other_in_hundredths_of_the_whole():
    parts = pictures.stacked([(Decimal(25), "first"), (Decimal(0), "second"), (Decimal(50), "third")], 100)
    assert [(part.start, part.width, part.tone) for part in parts] == [
        ("0.00", "25.00", "first"),
        ("25.00", "50.00", "third"),
    ]


def test_what_is_there_at_all_can_be_seen_and_nothing_passes_the_end():
    parts = pictures.stacked([(1, "first"), (99_999, "second")], 100_000)
    assert parts[0].width == "0.80"
    assert float(parts[1].start) + float(parts[1].width) == 100


def test_a_bar_of_nothing_has_no_parts():
    assert pictures.stacked([(0, "first")], 0) == []


def test_a_span_lies_on_its_days_and_is_cut_at_the_ends_of_the_scale():
    year = (date(2027, 1, 1), date(2027, 12, 31))
    (whole,) = pictures.span(date(2020, 1, 1), date(2030, 1, 1), of=year, tone="first")
    assert (whole.start, whole.width) == ("0.00", "100.00")
    (half,) = pictures.span(date(2027, 7, 2), date(2027, 12, 31), of=year, tone="first")
    assert half.start == "50.00"
    (last_day,) = pictures.span(date(2027, 12, 31), date(2027, 12, 31), of=year, tone="first")
    assert last_day.start == "99.20"


def test_a_mark_outside_the_scale_is_not_drawn():
    year = (date(2027, 1, 1), date(2027, 12, 31))
    assert pictures.mark(date(2027, 7, 2), of=year) == "50.00"
    assert pictures.mark(date(2028, 1, 1), of=year) == ""
