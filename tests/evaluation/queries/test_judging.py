"""How far each lot of a window is, and who gets which outcome and letter."""

from decimal import Decimal

import pytest

from evaluation import queries
from evaluation.models import Exercise
from evaluation.services import panels
from tests.evaluation import factories as f

pytestmark = pytest.mark.django_db


def table(found, batch=None):
    rows = queries.outcome_rows(list(queries.outcomes(found.window)), batch)
    return [
        (row["lot"].number, row["organisation"].name, row["total"], row["admitted"], row["outcome"])
        for row in rows
    ]


def test_before_the_opening_a_lot_tells_no_number():
    found = f.case("sealed", lots=2)
    rows = queries.lots_of(found.window)
    assert [(row.submissions, row.exercise, row.needs_panel) for row in rows] == [(None, None, True)] * 2
    assert not any(row.is_settled for row in rows)


def test_each_lot_counts_its_own():
    found = f.case("declared", lots=2)
    f.score_all(found, 1)
    f.hand_in_all(found, 1)
    f.begin(found, 1)
    f.agree(found, found.assessment(number=1))
    one, two = queries.lots_of(found.window)
    assert (one.submissions, one.evaluators, one.handed_in, one.agreed) == (2, 3, 0, 0)
    assert (two.submissions, two.evaluators, two.handed_in, two.agreed) == (2, 3, 3, 1)
    panels.stand_down(panellist=found.seat(found.lay), reason="Ill.", actor=found.lead, now=f.NOW)
    assert queries.lots_of(found.window)[0].evaluators == 2


@pytest.mark.parametrize(
    ("state", "settled"),
    [
        ("appointing", False),
        ("scoring", False),
        ("moderating", False),
        ("closed", True),
        ("released", True),
        ("ended", True),
    ],
)
def test_a_lot_is_settled_when_nothing_of_it_keeps_the_letters(state, settled):
    found = f.case("scoring")
    Exercise.objects.filter(pk=found.exercise.pk).update(state=state)
    (row,) = queries.lots_of(found.window)
    assert row.is_settled is settled
    assert not row.needs_panel


def test_outcomes_are_those_of_closed_lots_by_lot_and_bidder():
    found = f.case("agreed", lots=2, names=("Cam Sight", "P3 Charity"))
    assert table(found) == []
    f.close(found, 1)
    second = [
        (2, "Cam Sight", Decimal(72), True, "Reached the threshold"),
        (2, "P3 Charity", Decimal(62), False, "Below the threshold"),
    ]
    assert table(found) == second
    f.close(found, 0)
    assert table(found) == [(1, *row[1:]) for row in second] + second
    assert queries.outcome_counts(found.window) == {"entries": 4, "admitted": 2, "providers": 2}


def test_outcomes_of_another_window_are_not_among_them():
    found, other = f.case("closed"), f.case("closed")
    assert {row.exercise for row in queries.outcomes(found.window)} == {found.exercise}
    assert queries.exercises_of(other.window) == [other.exercise]


def test_each_row_has_its_letter_and_a_letter_taken_back_is_none():
    found = f.case("closed", lots=2)
    release = f.draft(found)
    assert queries.standing_release(found.window) == release
    rows = queries.outcome_rows(list(queries.outcomes(found.window)), release.batch)
    for row in rows:
        letter = row["letter"]
        assert letter.organisation == row["organisation"]
        assert letter.kind == ("admission" if row["admitted"] else "refusal")
        assert letter.about in {
            entry.reference for entry in found.entries if entry.window_lot.lot == row["lot"]
        }
    f.release.withdraw(release=release, reason="A wrong name.", actor=found.lead, now=f.LATER)
    assert queries.standing_release(found.window) is None
    rows = queries.outcome_rows(list(queries.outcomes(found.window)), release.batch)
    assert [row["letter"] for row in rows] == [None] * 4


def test_only_a_lot_that_admits_some_and_turns_down_others_must_compare_them():
    found = f.case("closed", lots=2)
    assert queries.turning_down(found.window) == found.exercises
    found.exercises[0].assessments.update(outcome="admitted")
    assert queries.turning_down(found.window) == [found.exercises[1]]
    found.exercises[1].assessments.update(outcome="below_threshold")
    assert queries.turning_down(found.window) == []
