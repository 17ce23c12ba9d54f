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
