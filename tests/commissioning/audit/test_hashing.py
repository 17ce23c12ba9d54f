from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.audit.hashing import START, canonical, instant, link, plain

exact = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(exact)
def test_equal_data_has_equal_bytes_whatever_the_order_of_its_keys(value):
    turned = dict(reversed(value.items())) if isinstance(value, dict) else value
    assert canonical(value) == canonical(turned)


def test_money_dates_and_times_are_kept_as_text():
    assert canonical({"sum": Decimal("566098.00"), "on": date(2021, 1, 20)}) == (
        '{"on":"2021-01-20","sum":"566098.00"}'
    )


def test_an_instant_is_the_same_text_in_every_zone():
    summer = datetime(2027, 7, 1, 13, 0, 0, 1, tzinfo=timezone(timedelta(hours=1)))
    assert instant(summer) == instant(summer.astimezone(UTC)) == "2027-07-01T12:00:00.000001Z"


def test_a_set_is_written_in_order_and_a_number_keeps_its_type():
    assert plain({"b", "a"}) == ["a", "b"]
    assert canonical({"n": 1}) != canonical({"n": "1"})


@pytest.mark.parametrize("value", [0.1, {"score": 2.5}, [1, 2.0]])
def test_a_float_has_no_place_in_the_record(value):
    with pytest.raises(TypeError, match="float"):
        canonical(value)


def test_each_digest_rests_on_the_one_before():
    first = link(START, {"a": 1})
    assert len(first) == 64
    assert link(first, {"a": 1}) != first
    assert link(START, {"a": 2}) != first
