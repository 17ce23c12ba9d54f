"""What became of what was written and asked for a window that was cancelled."""

from datetime import UTC, datetime, timedelta
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
