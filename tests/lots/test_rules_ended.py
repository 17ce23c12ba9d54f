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
