"""Each evaluator alone: nothing is shown to anybody before it is handed in (rulebook D9)."""

import json

import pytest

from commissioning.audit.models import Event
from commissioning.people.models import RoleGrant
from commissioning.policies import Denied
from commissioning.records.models import Message
from commissioning.workflow import Refused
from evaluation import queries
from evaluation.models import Exercise, Score
from evaluation.services import panels, scoring
from tests.evaluation import factories as f

pytestmark = pytest.mark.django_db


def save(found, user=None, *, score=3, reason="Clear, with figures.", place=0, code="MS1", now=f.NOW):
    return scoring.save_score(
        assessment=found.assessment(place),
        question=found.question(code),
        score=score,
        reason=reason,
        actor=user or found.lay,
        now=now,
    )


class TestSaving:
    def test_a_draft_may_lack_either(self):
        found = f.case("declared")
        save(found, score=None)
        save(found, score=4, reason="", code="MS2")
        assert queries.own_progress(found.fresh(), found.seat(found.lay)) == (0, 8)
        save(found)
        assert queries.own_progress(found.fresh(), found.seat(found.lay)) == (1, 8)

    @pytest.mark.parametrize("score", [-1, 6, 3.5, True])
    def test_what_is_not_on_the_scale_is_refused(self, score):
        found = f.case("declared")
        with pytest.raises(Refused, match="whole number from 0 to 5") as refusal:
            save(found, score=score)
        assert refusal.value.reasons[0].field == "score"

    def test_what_was_saved_before_is_kept(self):
        found = f.case("declared")
        save(found, score=2, reason="Thin.")
        save(found, score=2, reason="Thin.")
        kept = save(found, score=4, reason="On a second reading it is full.", now=f.LATER)
        assert (kept.score, kept.saved_at) == (4, f.LATER)
        assert kept.earlier == [{"score": 2, "reason": "Thin.", "saved_at": f.NOW.isoformat()}]

    def test_nothing_of_a_score_is_in_the_record_before_the_moderation(self):
        found = f.case("declared")
        f.decide_standards(found)
        for place in (0, 1):
            for code in ("MS1", "MS2", "MS3", "SV"):
                save(found, score=5, reason="Xylophone reasons.", place=place, code=code)
        scoring.hand_in(exercise=found.fresh(), actor=found.lay, now=f.NOW)
        assert not Event.objects.filter(payload__contains="Xylophone").exists()
        saved = json.loads(Event.objects.filter(action="exercise.score").first().payload)
        assert set(saved) == {"bidder", "question"}
        for user in found.evaluators:
            f.score_for(found, user)
            scoring.hand_in(exercise=found.fresh(), actor=user, now=f.NOW)
        f.begin(found)
        assert Event.objects.filter(payload__contains="Xylophone").count() == 1

    def test_is_for_whoever_sits_there_and_has_declared(self):
        found = f.case("scoring")
        with pytest.raises(Denied, match="Declare first"):
            save(found)
        f.declare_all(found)
        for stranger in (found.lead, found.moderator, f.people.person(found.authority, "evaluator")):
            with pytest.raises(Denied):
                save(found, stranger)
        assert not Score.objects.exists()

    def test_the_moderator_does_not_score_even_with_the_role(self):
        found = f.case("declared")
        f.people.member(found.moderator, found.authority, "evaluator")
        with pytest.raises(Refused, match="The moderator does not score"):
            save(found, f.User.objects.get(pk=found.moderator.pk))

    def test_a_withdrawn_role_ends_it_at_once(self):
        found = f.case("declared")
        save(found)
        RoleGrant.objects.filter(membership__user=found.lay).update(withdrawn_at=f.NOW)
        with pytest.raises(Denied):
            save(found, f.User.objects.get(pk=found.lay.pk))

    def test_a_question_of_another_scheme_is_refused(self):
        found, other = f.case("declared"), f.case("declared")
        with pytest.raises(Refused, match="not scored in this exercise"):
            scoring.save_score(
                assessment=found.assessment(),
                question=other.question(),
                score=3,
                reason="Good.",
                actor=found.lay,
                now=f.NOW,
            )

    def test_ends_with_the_hand_in_and_with_the_scoring(self):
        found = f.case("scored")
        scoring.hand_in(exercise=found.fresh(), actor=found.lay, now=f.NOW)
        with pytest.raises(Refused, match="You have handed in your scores, so they can no longer"):
            save(found)
        Exercise.objects.update(state="moderating")
        with pytest.raises(Refused, match="“Being moderated”, so scores can no longer be changed"):
            save(found, found.evaluators[0])
        Exercise.objects.update(state="closed")
        with pytest.raises(Denied, match="its panel reads nothing now"):
            save(found, found.evaluators[0])


class TestHandingIn:
    def test_needs_every_score_with_its_reason(self):
        found = f.case("scored")
        save(found, reason="")
        with pytest.raises(Refused, match="1 score still lacks a number or a reason"):
            scoring.hand_in(exercise=found.fresh(), actor=found.lay, now=f.NOW)
        save(found, score=None)
        save(found, score=None, code="MS2")
        with pytest.raises(Refused, match="2 scores still lack"):
            scoring.hand_in(exercise=found.fresh(), actor=found.lay, now=f.NOW)

    def test_waits_for_the_minimum_standards(self):
        found = f.case("declared")
        f.score_for(found, found.lay)
        with pytest.raises(Refused, match="6 minimum standards wait for a decision by the procurement lead"):
            scoring.hand_in(exercise=found.fresh(), actor=found.lay, now=f.NOW)

    def test_is_done_once(self):
        found = f.case("handed_in")
        with pytest.raises(Refused, match="You have handed in"):
            scoring.hand_in(exercise=found.fresh(), actor=found.lay, now=f.LATER)

    def test_shows_scores_only_from_then_on(self):
        found = f.case("scored")
        assert not queries.handed_in(found.fresh()).exists()
        scoring.hand_in(exercise=found.fresh(), actor=found.lay, now=f.NOW)
        assert {row.panellist.user for row in queries.handed_in(found.fresh())} == {found.lay}

    def test_of_the_last_one_tells_the_moderator(self):
        found = f.case("scored")
        for user in found.scorers:
            assert not Message.objects.filter(kind="panel_all_handed_in").exists()
            scoring.hand_in(exercise=found.fresh(), actor=user, now=f.NOW)
        assert Message.objects.get(kind="panel_all_handed_in").recipient == found.moderator


class TestBeginningTheModeration:
    def test_waits_for_everybody_by_name(self):
        found = f.case("scored")
        scoring.hand_in(exercise=found.fresh(), actor=found.lay, now=f.NOW)
        names = ", ".join(user.name for user in found.evaluators)
        with pytest.raises(Refused, match=f"Scores are still to be handed in by: {names}"):
            f.begin(found)

    def test_waits_for_a_panel_that_still_is_large_enough(self):
        found = f.case("handed_in")
        panels.stand_down(panellist=found.seat(found.lay), reason="Ill.", actor=found.lead, now=f.NOW)
        with pytest.raises(Refused, match="Appoint at least 3 evaluators; there are 2"):
            f.begin(found)

    def test_is_for_the_moderator_of_this_panel_alone(self):
        found = f.case("handed_in")
        with pytest.raises(Denied):
            scoring.begin_moderation(exercise=found.fresh(), actor=found.lead, now=f.NOW)
        evaluator = found.evaluators[0]
        f.people.member(evaluator, found.authority, "moderator")
        with pytest.raises(Refused, match="for the moderator of this panel"):
            scoring.begin_moderation(
                exercise=found.fresh(), actor=f.User.objects.get(pk=evaluator.pk), now=f.NOW
            )

    def test_needs_the_moderators_own_declaration(self):
        found = f.case("handed_in")
        panels.stand_down(panellist=found.seat(found.moderator), reason="Ill.", actor=found.lead, now=f.NOW)
        stand_in = f.people.person(found.authority, "moderator")
        panels.appoint(exercise=found.fresh(), user=stand_in, part="moderator", actor=found.lead, now=f.NOW)
        with pytest.raises(Denied, match="Declare first"):
            scoring.begin_moderation(exercise=found.fresh(), actor=stand_in, now=f.NOW)
        f.declare(found, stand_in)
        scoring.begin_moderation(exercise=found.fresh(), actor=stand_in, now=f.NOW)

    def test_tells_the_evaluators_and_records_what_each_gave(self, recorded):
        found = f.case("moderating")
        told = Message.objects.filter(kind="panel_moderation_begun")
        assert {message.recipient for message in told} == set(found.scorers)
        given = recorded("exercise.begin_moderation")[0]["given"]
        assert set(given) == {str(user.pk) for user in found.scorers}
        assert len(given[str(found.lay.pk)]) == 8
