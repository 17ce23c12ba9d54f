"""Which reminder is due before a deadline: the newest alone; of a moved deadline what lies ahead."""

from datetime import UTC, datetime, timedelta

import pytest

from providers.rules import REMINDERS, reminder_due

DEADLINE = datetime(2027, 1, 20, 12, 0, tzinfo=UTC)
WEEK, TWO_DAYS, DAY = REMINDERS
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("left", "due"),
    [
        (timedelta(days=8), None),
        (WEEK + INSTANT, None),
        (WEEK, WEEK),
        (TWO_DAYS + INSTANT, WEEK),
        (TWO_DAYS, TWO_DAYS),
        (DAY + INSTANT, TWO_DAYS),
        (DAY, DAY),
        (INSTANT, DAY),
        (timedelta(0), None),
        (-DAY, None),
    ],
)
def test_the_newest_whose_time_has_come_is_due_until_the_deadline(left, due):
    assert reminder_due(DEADLINE, DEADLINE - left, moved_at=None) == due


def test_after_a_move_only_what_lies_ahead_of_it_is_due():
    moved_at = DEADLINE - timedelta(days=3)
    assert reminder_due(DEADLINE, DEADLINE - timedelta(days=3) + INSTANT, moved_at=moved_at) is None
    assert reminder_due(DEADLINE, DEADLINE - TWO_DAYS, moved_at=moved_at) == TWO_DAYS
    assert reminder_due(DEADLINE, DEADLINE - DAY, moved_at=moved_at) == DAY
    assert reminder_due(DEADLINE, DEADLINE - INSTANT, moved_at=DEADLINE - timedelta(hours=2)) is None
