from datetime import UTC, date, datetime

import pytest

from commissioning.web.worklist import Task, Wait, duration, to_do, to_wait_for

NOW = datetime(2027, 1, 11, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "1 minute"), (45, "45 minutes"), (60, "1 hour"), (61, "2 hours"), (180, "3 hours")],
)
def test_how_long_it_takes_is_told_in_words(minutes, words):
    assert duration(minutes) == words


def test_tasks_come_soonest_first_days_from_their_beginning_and_undated_last():
    tasks = [
        Task("undated", "A", None, 5, "/a/"),
        Task("on the day at noon", "B", datetime(2027, 1, 14, 12, tzinfo=UTC), 5, "/b/"),
        Task("by the day", "C", date(2027, 1, 14), 5, "/c/"),
        Task("much later", "D", date(2027, 3, 1), 5, "/d/"),
    ]
    rows = to_do(tasks, NOW)
    assert [row["reference"] for row in rows] == ["C", "B", "D", "A"]
    assert [row["soon"] for row in rows] == [True, False, False, False]


def test_what_is_waited_for_says_whose_move_it_is():
    rows = to_wait_for([Wait("scores", "X", "The panel"), Wait("vote", "Y", "The board", date(2027, 2, 1))])
    assert [(row["reference"], row["waits"]) for row in rows] == [("Y", "The board"), ("X", "The panel")]
