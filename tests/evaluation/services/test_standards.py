"""Minimum standards: gates before scores (rulebook D7)."""

from datetime import date

import pytest

from commissioning.audit.models import AccessEntry
from commissioning.policies import Denied
from commissioning.records.models import Message
from commissioning.workflow import Refused
from evaluation import queries
from evaluation.models import Exercise, StandardDecision
from evaluation.services import scoring, standards
from providers.queries.items import Declared
from tests.evaluation import factories as f

pytestmark = pytest.mark.django_db


def decide(found, reason="", *, is_met=True, place=0, actor=None, standard=0):
    assessment = found.assessment(place)
    standards.decide_standard(
        assessment=assessment,
        standard=assessment.exercise.standards()[standard],
        is_met=is_met,
        reason=reason,
        actor=actor or found.lead,
        now=f.NOW,
    )


def test_those_of_the_common_part_are_decided_with_those_of_the_lot():
    found = f.case("scoring")
    assert [row.code for row in found.fresh().standards()] == ["EXCL", "INS", "SAFE"]
    assert found.fresh().standards_to_decide() == 6


def test_only_the_lead_decides():
    found = f.case("declared")
    for actor in (found.lay, found.moderator):
        with pytest.raises(Denied):
            decide(found, actor=actor)


def test_one_that_is_not_met_needs_its_reason_one_that_is_met_says_as_declared():
    found = f.case("scoring")
    with pytest.raises(Refused, match="Say why “Grounds for exclusion” is not met") as refusal:
        decide(found, is_met=False)
    kept = found.fresh().standards()[0]
    assert refusal.value.reasons[0].field == f"reason_{kept.pk}"
    decide(found)
    assert StandardDecision.objects.get().reason == standards.AS_DECLARED


FRAUD = Declared(is_met=False, text="We repaid it.", happened_on=date(2024, 5, 3))
UNINSURED = Declared(is_met=False, text="The certificate comes in May.")


class TestNotAsDeclared:
    """Rulebook B20, C19: what a bidder did to put a ground right is considered, and that is on the record."""

    def test_a_ground_that_applies_is_never_met_without_words(self):
        found = f.case("scoring", says=(("EXCL", FRAUD),))
        with pytest.raises(Refused, match="declares that “Grounds for exclusion” applies to it") as refusal:
            decide(found, place=1)
        kept = found.fresh().standards()[0]
        assert refusal.value.reasons[0].field == f"reason_{kept.pk}"
        with pytest.raises(Refused, match="applies to it"):
            decide(found, standards.AS_DECLARED, place=1)
        assert not StandardDecision.objects.exists()
        decide(found, "It repaid all and changed its treasurer.", place=1)
        assert StandardDecision.objects.get().reason == "It repaid all and changed its treasurer."
        decide(found, place=0)

    def test_neither_is_a_standard_that_it_says_it_does_not_meet(self):
        found = f.case("scoring", says=(("INS", UNINSURED),))
        with pytest.raises(Refused, match="declares that it does not meet “Insurance”"):
            decide(found, place=1, standard=1)
        decide(found, place=1)

    def test_the_declaration_is_read_only_where_the_decision_rests_on_it(self):
        found = f.case("scoring")
        before = AccessEntry.objects.count()
        decide(found, "The certificate was seen.")
        assert AccessEntry.objects.count() == before
        with pytest.raises(Denied):
            decide(found, actor=found.lay)
        assert AccessEntry.objects.count() == before


def test_all_of_a_bidders_are_decided_or_none():
    found = f.case("scoring")
    assessment = found.assessment()
    first, second, _ = assessment.exercise.standards()
    with pytest.raises(Refused):
        standards.decide_standards(
            assessment=assessment,
            decisions=[(first, True, ""), (second, False, "")],
            actor=found.lead,
            now=f.NOW,
        )
    assert not StandardDecision.objects.exists()


def test_one_of_another_scheme_is_refused():
    found, other = f.case("scoring"), f.case("scoring")
    with pytest.raises(Refused, match="not part of the scheme"):
        standards.decide_standard(
            assessment=found.assessment(),
            standard=other.fresh().standards()[0],
            is_met=True,
            reason="",
            actor=found.lead,
            now=f.NOW,
        )


def test_a_changed_decision_keeps_what_was_decided_before(recorded):
    found = f.case("scoring")
    decide(found)
    decide(found)
    decide(found, "The certificate has lapsed.", is_met=False)
    first, second = recorded("exercise.gate")
    assert "before" not in first
    assert second["before"] == {"is_met": True, "reason": standards.AS_DECLARED}
    assert second["after"] == {"is_met": False, "reason": "The certificate has lapsed."}


def test_a_failed_bidder_is_not_scored_and_the_others_are():
    found = f.case("declared")
    decide(found, "No insurance.", is_met=False, place=1)
    assert list(queries.judged(found.fresh())) == [found.assessment(0)]
    with pytest.raises(Refused, match="failed a minimum standard"):
        scoring.save_score(
            assessment=found.assessment(1),
            question=found.question(),
            score=3,
            reason="Good.",
            actor=found.lay,
            now=f.NOW,
        )


def test_failing_in_one_lot_fails_no_other():
    found = f.case("scoring", lots=2)
    decide(found, "No insurance.", is_met=False, place=1)
    assert queries.judged(found.fresh(0)).count() == 1
    assert queries.judged(found.fresh(1)).count() == 2


class TestLetInAgain:
    def failed_then_handed_in(self):
        found = f.case("declared")
        decide(found, "No insurance.", is_met=False, place=1)
        f.decide_standards_of(found, found.assessment(0))
        for standard in (1, 2):
            decide(found, place=1, standard=standard)
        for user in found.scorers:
            f.score_for(found, user)
        scoring.hand_in(exercise=found.fresh(), actor=found.lay, now=f.NOW)
        return found

    def test_whoever_handed_in_without_scoring_gets_the_scores_back_and_is_told(self, recorded):
        found = self.failed_then_handed_in()
        decide(found, "Found after all.", place=1)
        assert found.seat(found.lay).handed_in_at is None
        told = Message.objects.get(kind="panel_scores_returned")
        assert told.recipient == found.lay
        assert "Bidder B" in told.body
        assert recorded("exercise.hand_back")[0]["to"] == found.lay.name
        assert queries.scores_missing(found.fresh(), found.seat(found.lay)) == 4

    def test_once_the_moderation_has_begun_it_is_refused(self):
        found = self.failed_then_handed_in()
        for user in found.evaluators:
            scoring.hand_in(exercise=found.fresh(), actor=user, now=f.NOW)
        f.begin(found)
        with pytest.raises(Refused, match="did not score this bidder, and the moderation has begun"):
            decide(found, "Found after all.", place=1)

    def test_what_was_failed_and_let_in_while_everybody_has_scores_needs_nothing_more(self):
        found = f.case("moderating")
        decide(found, "No insurance.", is_met=False, place=1)
        decide(found, "Found after all.", place=1)
        assert queries.judged(found.fresh()).count() == 2
        assert not Message.objects.filter(kind="panel_scores_returned").exists()


def test_they_are_fixed_with_the_close():
    found = f.case("scoring")
    Exercise.objects.update(state="closed")
    with pytest.raises(Refused, match="its standards are fixed"):
        decide(found)
