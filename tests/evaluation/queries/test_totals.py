"""Exact results after the close: 65 passes, what is under it by the smallest part does not."""

from decimal import Decimal

import pytest

from commissioning.workflow import Refused
from evaluation import queries, rules
from evaluation.models import AgreedScore, Assessment, Exercise
from lots.models import Question, Scheme
from tests.evaluation import factories as f

pytestmark = pytest.mark.django_db

# Of 30, 30, 30 and 10, the usual weights; 64 is the nearest under 65 they allow.
SIXTY_FOUR = {"MS1": 3, "MS2": 3, "MS3": 3, "SV": 5}
SEVENTY = {"MS1": 4, "MS2": 3, "MS3": 3, "SV": 5}


def closed(**wanted):
    """Return a closed case whose bidders, by name, got these scores."""
    found = f.case("scoring", bidders=len(wanted), names=tuple(wanted))
    found.wanted = wanted
    for stage in ("declared", "scored", "handed_in", "moderating", "agreed", "closed"):
        f.STEPS[stage](found)
    found.exercise.refresh_from_db()
    return found


def weigh(found, scores, weights, threshold=Decimal("65.00")):
    """Give the first bidder these scores under these weights, as nothing in the portal can."""
    f.rewrite(Scheme.objects.filter(pk=found.exercise.scheme_id), threshold=threshold)
    for code, weight in weights.items():
        f.rewrite(Question.objects.filter(scheme=found.exercise.scheme, code=code), weight=weight)
    for code, score in scores.items():
        AgreedScore.objects.filter(assessment=found.assessment(), question__code=code).update(score=score)
    return queries.results(found.fresh())[0]


QUARTERS = dict.fromkeys(("MS1", "MS2", "MS3", "SV"), Decimal(25))


class TestResults:
    def test_sixty_five_exactly_passes_where_binary_floats_would_fail_it(self):
        found = f.case("closed", bidders=1)
        result = weigh(found, {"MS1": 3, "MS2": 3, "MS3": 3, "SV": 4}, QUARTERS)
        assert (result.total, result.outcome) == (Decimal(65), "admitted")

    @pytest.mark.parametrize(
        ("weights", "total"),
        [
            ({"MS1": "25.01", "MS2": "25", "MS3": "25", "SV": "24.99"}, "64.998"),
            ({"MS1": "30.05", "MS2": "22.45", "MS3": "22.55", "SV": "24.95"}, "64.990"),
        ],
    )
    def test_a_little_less_does_not(self, weights, total):
        found = f.case("closed", bidders=1)
        exact = {code: Decimal(weight) for code, weight in weights.items()}
        result = weigh(found, {"MS1": 3, "MS2": 3, "MS3": 3, "SV": 4}, exact)
        assert (result.total, result.outcome) == (Decimal(total), "below_threshold")

    def test_a_threshold_between_two_totals_is_compared_unrounded(self):
        found = f.case("closed", bidders=1)
        scores = {"MS1": 3, "MS2": 3, "MS3": 3, "SV": 4}
        assert weigh(found, scores, QUARTERS, Decimal("65.01")).outcome == "below_threshold"

    def test_a_floor_fails_what_the_total_would_pass(self):
        found = f.case("closed", bidders=1)
        f.rewrite(Question.objects.filter(scheme=found.exercise.scheme, code="SV"), floor=4)
        (result,) = queries.results(found.fresh())
        assert (result.total, result.outcome, result.below_floor) == (Decimal(72), "below_floor", ("SV",))

    def test_of_chosen_assessments_in_their_order(self):
        found = f.case("closed", bidders=3)
        rows = [found.assessment(2), found.assessment(0)]
        assert [result.assessment for result in queries.results(found.fresh(), rows)] == rows
        assert len(queries.results(found.fresh())) == 3

    @pytest.mark.parametrize(
        ("state", "shown"),
        [("scoring", False), ("moderating", False), ("closed", True), ("released", True), ("ended", False)],
    )
    def test_are_shown_once_the_moderation_is_closed_and_so_is_the_line(self, state, shown):
        exercise = Exercise(state=state, scheme=Scheme(threshold=Decimal(65)))
        assert queries.threshold_shown(exercise) == (Decimal(65) if shown else None)
        if shown:
            queries.insist_on_closed(exercise)
        else:
            with pytest.raises(Refused, match="Totals are shown once the moderation is closed"):
                queries.insist_on_closed(exercise)


class TestCrossings:
    def test_each_single_point_that_changes_an_outcome_the_nearest_to_the_line_first(self):
        found = closed(Alder=SEVENTY, Birch=SIXTY_FOUR, Cedar=dict.fromkeys(f.PASS, 5))
        rows = queries.crossings(found.fresh(), at_most=50)
        named = [
            (row.result.assessment.organisation.name, row.move.question, row.move.change) for row in rows
        ]
        # Birch lies one under the line, Alder five over it; nothing moves Cedar.
        assert named == [
            ("Birch", "MS1", 1),
            ("Birch", "MS2", 1),
            ("Birch", "MS3", 1),
            ("Alder", "MS1", -1),
            ("Alder", "MS2", -1),
            ("Alder", "MS3", -1),
        ]
        assert [row.admits for row in rows] == [True] * 3 + [False] * 3
        assert [(row.now, row.move.score, row.move.total) for row in rows[:1]] == [(3, 4, 70)]

    def test_only_so_many_bidders_as_asked_for(self):
        found = closed(Alder=SEVENTY, Birch=SIXTY_FOUR)
        names = {
            row.result.assessment.organisation.name for row in queries.crossings(found.fresh(), at_most=1)
        }
        assert names == {"Birch"}

    def test_a_published_minimum_is_a_line_too(self):
        found = closed(Cedar={"MS1": 5, "MS2": 5, "MS3": 5, "SV": 3})
        assert queries.crossings(found.fresh(), at_most=50) == []
        f.rewrite(Question.objects.filter(scheme=found.exercise.scheme, code="SV"), floor=3)
        (row,) = queries.crossings(found.fresh(), at_most=50)
        assert (row.move.question, row.move.change, row.admits) == ("SV", -1, False)

    def test_without_a_threshold_there_is_nothing_to_cross(self):
        found = closed(Birch=SIXTY_FOUR)
        f.rewrite(Scheme.objects.filter(pk=found.exercise.scheme_id), threshold=None)
        assert queries.crossings(found.fresh(), at_most=50) == []

    def test_the_table_is_the_whole_what_if_of_those_it_holds(self):
        """What the database leaves out as too far from the line has no move that crosses it."""
        found = closed(
            Alder=SEVENTY, Birch=SIXTY_FOUR, Cedar=dict.fromkeys(f.PASS, 5), Dogwood=dict.fromkeys(f.PASS, 1)
        )
        weights = {row.code: row.weight for row in found.fresh().scored_questions()}
        wanted = set()
        for result in queries.results(found.fresh()):
            moves = rules.what_if(result.scores, weights, 5, Decimal(65))
            wanted |= {(result.assessment.pk, move.question, move.change) for move in moves if move.crosses}
        rows = queries.crossings(found.fresh(), at_most=50)
        assert {(row.result.assessment.pk, row.move.question, row.move.change) for row in rows} == wanted


class TestRanked:
    def test_the_highest_total_first_equal_ones_by_name_and_the_unscored_last(self):
        found = closed(Alder=SIXTY_FOUR, Birch=SEVENTY, Cedar=SIXTY_FOUR, Dogwood=SEVENTY)
        Assessment.objects.filter(organisation__name="Alder").update(total=None)
        names = [row.organisation.name for row in queries.ranked_by_total(found.fresh())]
        assert names == ["Birch", "Dogwood", "Cedar", "Alder"]
