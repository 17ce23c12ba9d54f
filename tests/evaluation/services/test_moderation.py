"""The consensus meeting: whole scores with reasons, nothing averaged, exact totals (rulebook G4 to G7)."""

from decimal import Decimal

import pytest
from django.db import connection

from commissioning.policies import Denied
from commissioning.records.models import Message
from commissioning.workflow import Refused
from evaluation import queries
from evaluation.models import AgreedScore, Assessment, Exercise, Score
from evaluation.services import moderation, panels
from tests.evaluation import factories as f

pytestmark = pytest.mark.django_db


def fields(refusal):
    return {reason.field for reason in refusal.value.reasons}


class TestAgreeing:
    def test_keeps_score_reasons_discussion_and_who_was_there(self, recorded):
        found = f.case("moderating")
        agreed = f.agree(
            found,
            found.assessment(),
            why_not_higher="No named partner.",
            why_not_lower="Figures for two years.",
            discussion="Ana missed the partners; Ben pointed to page 2.",
            dissent="Cy would have given 3.",
        )
        assert agreed.present.count() == 3
        after = recorded("exercise.moderate")[0]["after"]
        assert after["score"] == 4
        assert after["why_not_higher"] == "No named partner."
        assert after["dissent"] == "Cy would have given 3."
        assert len(after["present"]) == 3

    @pytest.mark.parametrize("score", [-1, 6, 3.5, None, True, Decimal("3.67")])
    def test_takes_whole_numbers_of_the_scale_alone(self, score):
        found = f.case("moderating")
        with pytest.raises(Refused, match="whole number from 0 to 5") as refusal:
            f.agree(found, found.assessment(), score=score, discussion="Long.")
        assert "score" in fields(refusal)
        assert not AgreedScore.objects.exists()

    def test_needs_a_reason_of_some_length(self):
        found = f.case("moderating")
        for reason in ("", "  Good.  "):
            with pytest.raises(Refused, match="Give the panel's reason") as refusal:
                f.agree(found, found.assessment(), reason=reason)
            assert fields(refusal) == {"reason"}

    def test_needs_the_quorum_of_this_panels_evaluators(self):
        found, other = f.case("moderating"), f.case("moderating")
        strangers = [other.seat(user) for user in other.scorers]
        for present in (
            [],
            [found.seat(found.lay)],
            [found.seat(found.lay), found.seat(found.moderator)],
            strangers,
        ):
            with pytest.raises(Refused, match="The quorum to agree a score is 2") as refusal:
                f.agree(found, found.assessment(), present=present)
            assert fields(refusal) == {"present"}

    def test_does_not_count_who_has_stood_down(self):
        found = f.case("moderating")
        seats = [found.seat(user) for user in found.scorers[:2]]
        panels.stand_down(panellist=seats[0], reason="Ill.", actor=found.lead, now=f.LATER)
        with pytest.raises(Refused, match="1 ticked as present"):
            f.agree(found, found.assessment(), present=seats)

    def test_wants_the_discussion_where_evaluators_lay_wide_apart(self):
        found = f.case("moderating")
        Score.objects.filter(
            panellist__user=found.lay, assessment=found.assessment(), question__code="MS1"
        ).update(score=1)
        with pytest.raises(Refused, match="more than one point apart") as refusal:
            f.agree(found, found.assessment(), score=3)
        assert fields(refusal) == {"discussion"}
        assert f.agree(found, found.assessment(), score=3, discussion="They read page 2 together.").pk

    def test_wants_the_discussion_for_a_score_that_nobody_gave(self):
        found = f.case("moderating")
        with pytest.raises(Refused, match="lies outside what the evaluators gave"):
            f.agree(found, found.assessment(), score=5)
        assert f.agree(found, found.assessment(), score=5, discussion="All had missed the annex.").score == 5

    def test_is_for_the_moderator_of_this_panel_in_its_time(self):
        found = f.case("moderating")
        for actor in (found.lead, found.lay):
            with pytest.raises(Denied):
                f.agree(found, found.assessment(), actor=actor)
        evaluator = found.evaluators[0]
        f.people.member(evaluator, found.authority, "moderator")
        with pytest.raises(Denied, match="for the moderator of this panel"):
            f.agree(found, found.assessment(), actor=f.User.objects.get(pk=evaluator.pk))
        early = f.case("handed_in")
        with pytest.raises(Refused, match="“Being scored”, so no score can be agreed now"):
            f.agree(early, early.assessment())
        late = f.case("closed")
        with pytest.raises(Denied, match="its panel reads nothing now"):
            f.agree(late, late.assessment())

    def test_a_failed_bidders_answers_are_left_alone(self):
        found = f.case("moderating")
        assessment = found.assessment(1)
        f.standards.decide_standard(
            assessment=assessment,
            standard=assessment.exercise.standards()[0],
            is_met=False,
            reason="Lapsed.",
            actor=found.lead,
            now=f.LATER,
        )
        with pytest.raises(Refused, match="failed a minimum standard"):
            f.agree(found, assessment)

    def test_agreeing_again_keeps_in_the_record_what_was_agreed(self, recorded):
        found = f.case("moderating")
        f.agree(found, found.assessment(), score=4)
        f.agree(found, found.assessment(), score=3, discussion="Looked again.", present=[
            found.seat(user) for user in found.evaluators
        ])  # fmt: skip
        assert AgreedScore.objects.get().score == 3
        second = recorded("exercise.moderate")[1]
        assert (second["before"]["score"], second["after"]["score"]) == (4, 3)
        assert (len(second["before"]["present"]), len(second["after"]["present"])) == (3, 2)


def test_nothing_is_ever_filled_from_the_mean():
    found = f.case("moderating")
    assert not AgreedScore.objects.exists()
    cells = [
        cell
        for _, row in queries.moderation_rows(found.fresh(), list(queries.judged(found.fresh())))
        for cell in row
    ]
    assert [cell.score for cell in cells] == [None] * 8


class TestClosing:
    def test_waits_for_every_agreed_score(self):
        found = f.case("agreed")
        AgreedScore.objects.filter(question__code="SV", assessment=found.assessment()).delete()
        with pytest.raises(Refused, match="1 agreed score is still missing"):
            f.close(found)

    def test_is_for_the_moderator_alone_and_tells_the_leads(self):
        found = f.case("agreed")
        with pytest.raises(Denied):
            moderation.close(exercise=found.fresh(), actor=found.lead, now=f.LATER)
        f.close(found)
        told = Message.objects.filter(kind="panel_moderation_closed")
        assert {message.recipient for message in told} == {found.lead, found.second}
        assert "%" not in told[0].body

    def test_fixes_exact_totals_and_outcomes(self, recorded):
        found = f.case("closed")
        first, second = found.assessment(0), found.assessment(1)
        assert (first.total, first.outcome) == (Decimal(72), "admitted")
        assert (second.total, second.outcome) == (Decimal(62), "below_threshold")
        outcomes = recorded("exercise.result")[0]["outcomes"]
        assert sorted(outcomes.values()) == [["62", "below_threshold"], ["72", "admitted"]]

    def test_no_total_is_there_before(self):
        found = f.case("agreed")
        assert not Assessment.objects.exclude(total=None).exists()
        with pytest.raises(Refused, match="a panel that sees the line scores to it"):
            queries.insist_on_closed(found.fresh())


def rewrite(statement, *values):
    """Change a published scheme, which nothing in the portal can."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def judged(weights, scores, *, floor=None):
    """Return the assessment of a bidder whose agreed scores are these, on a scheme with these weights."""
    found = f.case("moderating", bidders=1)
    scheme, codes = found.exercise.scheme, ("MS1", "MS2", "MS3", "SV")
    for code, weight in zip(codes, weights, strict=True):
        rewrite(
            "UPDATE lots_question SET weight = %s, floor = %s WHERE scheme_id = %s AND code = %s",
            *(str(weight), floor, scheme.pk, code),
        )
    for code, score in zip(codes, scores, strict=True):
        f.agree(found, found.assessment(), code, score, discussion="As the panel found.")
    f.close(found)
    return found.assessment()


class TestTheLine:
    def test_exactly_sixty_five_is_admitted(self):
        found = judged((25, 25, 25, 25), (3, 3, 3, 4))
        assert (found.total, found.outcome) == (Decimal(65), "admitted")

    def test_sixty_four_and_a_half_is_not_whatever_it_rounds_to(self):
        found = judged(("27.5", "27.5", "30", "15"), (4, 5, 0, 5))
        assert (found.total, found.outcome) == (Decimal("64.5"), "below_threshold")

    def test_a_hundredth_below_is_not(self):
        found = judged(("25.01", "24.99", "25", "25"), (3, 4, 3, 3))
        assert (found.total, found.outcome) == (Decimal("64.998"), "below_threshold")

    def test_ninety_fails_with_one_question_under_its_minimum(self):
        found = judged((30, 30, 30, 10), (5, 5, 5, 2), floor=3)
        assert (found.total, found.outcome) == (Decimal(94), "below_floor")


def test_a_bidder_that_failed_a_standard_has_no_total():
    found = f.case("moderating")
    assessment = found.assessment(1)
    f.standards.decide_standard(
        assessment=assessment,
        standard=assessment.exercise.standards()[0],
        is_met=False,
        reason="Lapsed.",
        actor=found.lead,
        now=f.LATER,
    )
    f.agree_all(found)
    f.close(found)
    assert (found.assessment(1).total, found.assessment(1).outcome) == (None, "standard_failed")
    assert found.assessment(0).outcome == "admitted"
    assert Exercise.objects.get().state == "closed"
