"""That an agreement is over, and what became of what was written and asked for a cancelled window."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from lots.rules import ended

OPENS = datetime(2027, 1, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("announced", "cancelled", "sentence"),
    [
        (False, OPENS - HOUR, "It had not been announced"),
        (True, OPENS - HOUR, "It had not opened: nobody had applied, and nobody can. Its questions"),
        (True, OPENS + HOUR, "What was written for it stays sealed"),
    ],
)
def test_is_told_by_how_far_it_had_come(announced, cancelled, sentence):
    window = SimpleNamespace(
        was_announced=announced, is_rolling=False, opens_at=OPENS, state_since=cancelled, state="cancelled"
    )
    assert sentence in ended.what_became(window)
    assert "was cancelled on Monday 4 January 2027" in (ended.refusal_of_cancelled(window) or "")


@pytest.mark.parametrize(
    ("state", "decided_on", "sentence"),
    [
        ("draft", None, ""),
        ("published", None, "The agreement ended on Sunday 3 January 2027"),
        ("abandoned", date(2026, 12, 1), "This agreement was abandoned on Tuesday 1 December 2026"),
        ("discarded", None, "This draft was discarded on Monday 4 January 2027"),
    ],
)
def test_an_agreement_is_over_once_its_term_is_or_it_was_given_up(state, decided_on, sentence):
    agreement = SimpleNamespace(
        state=state, ends_on=date(2027, 1, 3), abandonment_decided_on=decided_on, state_since=OPENS
    )
    assert ended.end_in_words(agreement, OPENS) == sentence
    agreement.ends_on = date(2027, 1, 4)
    assert ended.end_in_words(agreement, OPENS) == ("" if state == "published" else sentence)


@pytest.mark.parametrize(
    ("state", "received", "since", "closed", "is_in", "never"),
    [
        ("open", None, OPENS, True, False, False),
        ("closed", OPENS, OPENS, False, True, False),
        ("cancelled", OPENS, OPENS + HOUR, False, False, True),
        ("cancelled", None, OPENS + 3 * HOUR, False, False, False),
    ],
)
def test_what_closed_a_window_is_told_by_its_state_and_its_dates(
    state, received, since, closed, is_in, never
):
    window = SimpleNamespace(state=state, received_at=received, state_since=since, deadline=OPENS + 2 * HOUR)
    assert ended.was_closed_by_deadline(window, OPENS + 2 * HOUR) is False
    assert ended.was_closed_by_deadline(window, OPENS + 3 * HOUR) is closed
    assert ended.is_in_for_good(window) is is_in
    assert ended.never_reached_deadline(window) is never
