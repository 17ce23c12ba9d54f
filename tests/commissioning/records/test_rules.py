from datetime import UTC, datetime, timedelta

import pytest

from commissioning.records import rules

DEADLINE = datetime(2027, 1, 20, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def opens(settings):
    settings.REQUEST_TIMEOUT = timedelta(seconds=120)
    return DEADLINE + timedelta(seconds=180)


def test_what_a_deadline_seals_opens_a_timeout_and_a_margin_later(opens):
    assert rules.opening_not_before(DEADLINE) == opens
    assert rules.last_settled_deadline(opens) == DEADLINE


def test_an_opening_one_microsecond_too_soon_is_refused_with_both_times(opens):
    refusal = rules.refusal_to_open("The bids stay", DEADLINE, opens - MICROSECOND)
    assert refusal is not None
    assert refusal.startswith("The bids stay sealed until Wednesday 20 January 2027, 12:03 London time")
    assert "12:00 noon" in refusal
    assert rules.refusal_to_open("The bids stay", DEADLINE, opens) is None


def test_drafts_are_set_aside_no_sooner(opens):
    assert rules.refusal_to_set_aside(DEADLINE, opens - MICROSECOND)
    assert rules.refusal_to_set_aside(DEADLINE, opens) is None


def test_a_round_is_opened_once_and_never_without_a_deadline(opens):
    def refusal(**given):
        known = {"opened_at": None, "not_before": DEADLINE, "now": opens}
        return rules.opening_refusal(**(known | given))

    assert refusal() is None
    assert "sealed until" in refusal(now=opens - MICROSECOND)
    assert "no deadline" in refusal(not_before=None)
    assert "opened already" in refusal(opened_at=DEADLINE)


def minute(number):
    return DEADLINE + number * rules.MINUTE


@pytest.mark.parametrize(
    ("minutes", "spans"),
    [
        ([], []),
        ([3], [(3, 4)]),
        ([5, 3, 4, 3], [(3, 6)]),
        ([3, 5], [(3, 4), (5, 6)]),
    ],
)
def test_minutes_make_spans_and_neighbours_one(minutes, spans):
    assert rules.spans_of(minute(one) for one in minutes) == [(minute(a), minute(b)) for a, b in spans]


@pytest.mark.parametrize(
    ("others", "left"),
    [
        ([], [(2, 8)]),
        ([(0, 1)], [(2, 8)]),
        ([(0, 3)], [(3, 8)]),
        ([(4, 5), (7, 9)], [(2, 4), (5, 7)]),
        ([(1, 9)], []),
    ],
)
def test_what_others_have_is_taken_out_of_a_span(others, left):
    found = rules.without((minute(2), minute(8)), [(minute(a), minute(b)) for a, b in others])
    assert found == [(minute(a), minute(b)) for a, b in left]


def test_lost_time_is_what_lies_between_rounded_up_to_whole_minutes():
    outages = [(minute(-5), minute(2)), (minute(9), minute(12))]
    assert rules.lost_between(outages, minute(0), minute(10)) == 3 * rules.MINUTE
    assert rules.lost_between([(minute(1), minute(2) + MICROSECOND)], minute(0), minute(10)) == minute(
        2
    ) - minute(0)
    assert rules.lost_between([(minute(10), minute(11))], minute(0), minute(10)) == timedelta(0)
    assert rules.lost_between([], minute(0), minute(10)) == timedelta(0)


def test_the_new_deadline_is_at_a_whole_minute_and_never_too_early():
    assert rules.deadline_after(DEADLINE, minute(14) - minute(0)) == minute(14)
    assert rules.deadline_after(DEADLINE + MICROSECOND, minute(1) - minute(0)) == minute(2)


def test_one_missed_minute_is_no_silence():
    assert not rules.is_silent(DEADLINE, DEADLINE + rules.SILENCE)
    assert rules.is_silent(DEADLINE, DEADLINE + rules.SILENCE + MICROSECOND)
