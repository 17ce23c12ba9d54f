"""Panels: set up by the lead, appointed by role, started only after the opening."""

from datetime import date, timedelta

import pytest

from commissioning.people.models import RoleGrant
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records.models import Message
from commissioning.workflow import Refused
from evaluation.models import Exercise, Panellist
from evaluation.services import panels
from tests import factories as people
from tests.evaluation import factories as f

pytestmark = pytest.mark.django_db


def test_a_lots_panel_is_set_up_once_against_its_own_scheme_and_round():
    found = f.case("opened", bidders=0)
    offered = found.window.lots.get()
    made = panels.set_up_for_lot(window_lot=offered, actor=found.lead, now=f.NOW, scores_due_on=f.DUE)
    assert (made.scheme, made.round, made.authority) == (offered.scheme, offered.round, found.authority)
    assert made.window_link.window_lot == offered
    assert made.state == "appointing"
    with pytest.raises(Refused, match="is being set up already"):
        panels.set_up_for_lot(window_lot=offered, actor=found.lead, now=f.NOW)


def test_a_panel_may_be_set_up_while_the_window_is_open_but_not_for_a_draft_or_a_cancelled_one():
    made, lead, _ = f.window()
    offered = made.lots.get()
    for state in ("draft", "cancelled", "decided"):
        made.state = state
        made.save()
        with pytest.raises(Refused, match="no panel can be set up"):
            panels.set_up_for_lot(window_lot=offered, actor=lead, now=f.NOW)
    made.state = "open"
    made.save()
    assert panels.set_up_for_lot(window_lot=offered, actor=lead, now=f.providers.NOW).pk


def test_several_panels_are_set_up_all_or_none():
    found = f.case("opened", bidders=0, lots=2)
    offered = list(found.window.lots.all())
    panels.set_up_for_lot(window_lot=offered[1], actor=found.lead, now=f.NOW)
    with pytest.raises(Refused):
        panels.set_up_for_lots(window_lots=offered, actor=found.lead, now=f.NOW)
    assert Exercise.objects.count() == 1


@pytest.mark.parametrize(
    ("terms", "field", "sentence"),
    [
        ({"minimum_panel": 0}, "minimum_panel", "from 1 to 12 evaluators"),
        ({"minimum_panel": 13}, "minimum_panel", "from 1 to 12 evaluators"),
        ({"quorum": 0}, "quorum", "at least 1 and at most the smallest panel"),
        ({"minimum_panel": 2, "quorum": 3}, "quorum", "at least 1 and at most the smallest panel"),
        ({"scores_due_on": date(2027, 1, 20)}, "scores_due_on", "a day that has not passed"),
    ],
)
def test_terms_that_cannot_be_are_refused_by_their_field(terms, field, sentence):
    found = f.case("opened", bidders=0)
    with pytest.raises(Refused, match=sentence) as refusal:
        panels.set_up_for_lot(window_lot=found.window.lots.get(), actor=found.lead, now=f.NOW, **terms)
    assert refusal.value.reasons[0].field == field
    assert not Exercise.objects.exists()


def test_only_a_lead_of_the_authority_that_runs_it_sets_up_appoints_and_starts():
    found = f.case("appointing")
    stranger = people.person(people.authority(), Role.LEAD)
    for actor in (stranger, found.evaluators[0], found.moderator):
        with pytest.raises(Denied):
            panels.appoint(
                exercise=found.exercise, user=found.second, part="evaluator", actor=actor, now=f.NOW
            )
        with pytest.raises(Denied):
            panels.start(exercise=found.exercise, actor=actor, now=f.NOW)
        with pytest.raises(Denied):
            panels.set_up_for_lot(window_lot=found.window.lots.get(), actor=actor, now=f.NOW)


class TestAppointing:
    def appoint(self, found, user, part="evaluator", **given):
        return panels.appoint(
            exercise=found.fresh(), user=user, part=part, actor=found.lead, now=f.NOW, **given
        )

    def test_needs_the_role_in_an_authority_of_the_agreement(self):
        found = f.case("appointing")
        elsewhere = people.person(people.authority(), Role.EVALUATOR)
        with pytest.raises(Refused, match="does not hold the role of evaluator in this agreement"):
            self.appoint(found, elsewhere)
        with pytest.raises(Refused, match="does not hold the role of moderator"):
            self.appoint(found, people.person(found.authority, Role.EVALUATOR), "moderator")

    def test_a_sensitive_role_that_is_not_confirmed_does_not_count(self):
        found = f.case("appointing")
        panels.stand_down(panellist=found.seat(found.moderator), reason="Ill.", actor=found.lead, now=f.NOW)
        waiting = people.person(found.authority, Role.MODERATOR)
        RoleGrant.objects.filter(membership__user=waiting).update(confirmed_at=None, confirmed_by=None)
        with pytest.raises(Refused) as refused:
            self.appoint(found, waiting, "moderator")
        given = f"{waiting.name} has been given the role of moderator at {found.authority.short_name}"
        assert str(refused.value).startswith(f"{given}, but it does not count until a second")
        assert "and there is none yet" in str(refused.value)

        grants = RoleGrant.objects.filter(membership__user=waiting)
        administrators = [
            people.person(found.authority, Role.AUTHORITY_ADMIN, name=name)
            for name in ("Zoe", "Abe", "Giver")
        ]
        grants.update(given_by=administrators[-1])
        with pytest.raises(Refused, match="until a second person confirms it: Abe or Zoe can"):
            self.appoint(found, waiting, "moderator")
        grants.update(withdrawn_at=f.NOW, withdrawn_by=administrators[0])
        with pytest.raises(Refused, match="does not hold the role of moderator"):
            self.appoint(found, waiting, "moderator")

    def test_gives_a_person_one_place_and_a_panel_one_moderator(self):
        found = f.case("appointing")
        with pytest.raises(Refused, match="is on this panel already"):
            self.appoint(found, found.evaluators[0])
        with pytest.raises(Refused, match="has a moderator already"):
            self.appoint(found, people.person(found.authority, Role.MODERATOR), "moderator")

    def test_stops_at_the_largest_panel(self):
        found = f.case("appointing")
        for _ in range(9):
            self.appoint(found, people.person(found.authority, Role.EVALUATOR))
        with pytest.raises(Refused, match="at most 12 evaluators and a moderator"):
            self.appoint(found, people.person(found.authority, Role.EVALUATOR))

    def test_tells_the_person_before_the_start_to_wait_and_after_it_to_declare(self):
        found = f.case("appointing")
        first = people.person(found.authority, Role.EVALUATOR)
        self.appoint(found, first)
        message = Message.objects.get(recipient=first)
        assert message.kind == "panel_appointed"
        assert "You need do nothing yet" in message.body
        f.start(found)
        second = people.person(found.authority, Role.EVALUATOR)
        self.appoint(found, second)
        message = Message.objects.get(recipient=second)
        assert message.kind == "panel_declare"
        assert "Friday 5 February 2027" in message.body

    def test_of_evaluators_ends_with_the_scoring_and_of_the_moderator_with_the_moderation(self):
        found = f.case("moderating")
        with pytest.raises(Refused, match="“Being moderated”, so its panel is fixed"):
            self.appoint(found, people.person(found.authority, Role.EVALUATOR))
        panels.stand_down(panellist=found.seat(found.moderator), reason="Ill.", actor=found.lead, now=f.NOW)
        stand_in = people.person(found.authority, Role.MODERATOR)
        assert self.appoint(found, stand_in, "moderator").pk
        f.Panellist.objects.filter(user=stand_in).update(stood_down_at=f.NOW)
        Exercise.objects.update(state="closed")
        with pytest.raises(Refused, match="its panel is fixed"):
            self.appoint(found, people.person(found.authority, Role.MODERATOR), "moderator")

    def test_of_the_same_people_to_several_panels_skips_who_sits_there(self):
        found = f.case("appointing", lots=2)
        new = people.person(found.authority, Role.EVALUATOR)
        places = [(new, "evaluator"), (found.lay, "lay_evaluator")]
        done = panels.appoint_all(exercises=found.exercises, places=places, actor=found.lead, now=f.NOW)
        assert done == 2
        assert new.panel_places.count() == 2


class TestStandingDown:
    def test_needs_a_reason_is_recorded_and_told_without_it(self, recorded):
        found = f.case("appointing")
        seat = found.seat(found.lay)
        with pytest.raises(Refused, match="Say why this person leaves"):
            panels.stand_down(panellist=seat, reason="  ", actor=found.lead, now=f.NOW)
        panels.stand_down(panellist=seat, reason="A private matter.", actor=found.lead, now=f.NOW)
        assert recorded("exercise.stand_down")[0]["reason"] == "A private matter."
        told = Message.objects.get(kind="panel_stood_down")
        assert told.recipient == found.lay
        assert "private" not in told.body
        with pytest.raises(Refused, match="has left the panel already"):
            panels.stand_down(panellist=seat, reason="Again.", actor=found.lead, now=f.NOW)

    @pytest.mark.parametrize("upto", ["closed", "released"])
    def test_is_over_once_the_panel_has_judged(self, upto):
        found = f.case(upto)
        with pytest.raises(Refused, match="its panel stays on record as it judged"):
            panels.stand_down(panellist=found.seat(found.lay), reason="Gone.", actor=found.lead, now=f.LATER)
        assert found.seat(found.lay).stood_down_at is None

    def test_leaves_the_scores_on_record_and_uses_them_no_more(self):
        found = f.case("handed_in")
        panels.stand_down(panellist=found.seat(found.lay), reason="Ill.", actor=found.lead, now=f.NOW)
        panels.appoint(
            exercise=found.fresh(),
            user=people.person(found.authority, Role.EVALUATOR),
            part="evaluator",
            actor=found.lead,
            now=f.NOW,
        )
        from evaluation import queries
        from evaluation.models import Score

        assert Score.objects.filter(panellist__user=found.lay).count() == 8
        assert not queries.handed_in(found.fresh()).filter(panellist__user=found.lay).exists()


class TestStarting:
    def test_waits_for_the_opening(self):
        made, lead, _ = f.window()
        exercise = panels.set_up_for_lot(window_lot=made.lots.get(), actor=lead, now=f.providers.NOW)
        with pytest.raises(Refused, match="have not been opened yet"):
            panels.start(exercise=exercise, actor=lead, now=f.providers.NOW)

    def test_waits_for_a_panel_that_is_large_enough_and_a_moderator(self):
        found = f.case("appointing")
        panels.stand_down(panellist=found.seat(found.lay), reason="Ill.", actor=found.lead, now=f.NOW)
        with pytest.raises(Refused, match="Appoint at least 3 evaluators; there are 2"):
            f.start(found)
        panels.change_terms(
            exercise=found.fresh(), minimum_panel=2, quorum=2, scores_due_on=f.DUE, reason="A small lot.",
            actor=found.lead, now=f.NOW,
        )  # fmt: skip
        panels.stand_down(panellist=found.seat(found.moderator), reason="Ill.", actor=found.lead, now=f.NOW)
        with pytest.raises(Refused, match="Appoint a moderator"):
            panels.start(exercise=found.fresh(), actor=found.lead, now=f.NOW)

    def test_takes_in_exactly_what_stands_as_submitted(self):
        made, lead, _ = f.window()
        kept, withdrawn = f.providers.submitted(made), f.providers.submitted(made)
        f.providers.fill(f.providers.entry_of(f.providers.application(made)))
        f.providers.entries.withdraw(
            entry=withdrawn, actor=f.providers.writer_of(withdrawn.application), now=f.providers.NOW
        )
        found = self.judged(made, lead)
        assert panels.start(exercise=found, actor=lead, now=f.NOW) == 1
        assert found.assessments.get().submission == kept.submission

    def test_tells_everybody_on_the_panel_to_declare(self):
        found = f.case("scoring")
        told = Message.objects.filter(kind="panel_declare")
        assert {message.recipient for message in told} == {user for user, _ in found.panel}
        by_user = {message.recipient: message.body for message in told}
        assert "score them, alone" in by_user[found.lay]
        assert "lead the meeting" in by_user[found.moderator]

    def test_is_refused_where_nothing_was_submitted_and_the_exercise_ends(self, recorded):
        made, lead, _ = f.window()
        found = self.judged(made, lead)
        with pytest.raises(Refused, match="Nothing was submitted here"):
            panels.start(exercise=found, actor=lead, now=f.NOW)
        with pytest.raises(Refused, match="Give the reason"):
            panels.end(exercise=found, reason="", actor=lead, now=f.NOW)
        panels.end(exercise=found, reason="No provider applied.", actor=lead, now=f.NOW)
        assert found.state == "ended"
        assert recorded("exercise.end")[0]["reason"] == "No provider applied."

    def judged(self, made, lead):
        authority = made.agreement.lead
        f.openings.open_entries(window=made, actor=lead, now=f.OPENED)
        found = panels.set_up_for_lot(window_lot=made.lots.get(), actor=lead, now=f.NOW)
        for role in ("evaluator", "evaluator", "evaluator", "moderator"):
            panels.appoint(
                exercise=found, user=people.person(authority, role), part=role, actor=lead, now=f.NOW
            )
        return Exercise.objects.get(pk=found.pk)


def test_an_exercise_with_submissions_is_not_ended_nor_one_still_sealed():
    found = f.case("scoring")
    with pytest.raises(Refused, match="they must be judged"):
        panels.end(exercise=found.exercise, reason="Enough.", actor=found.lead, now=f.NOW)
    made, lead, _ = f.window()
    sealed = panels.set_up_for_lot(window_lot=made.lots.get(), actor=lead, now=f.providers.NOW)
    with pytest.raises(Refused, match="have not been opened yet"):
        panels.end(exercise=sealed, reason="Enough.", actor=lead, now=f.providers.NOW)


class TestChangingTerms:
    def change(self, found, **given):
        facts = {"minimum_panel": 3, "quorum": 2, "scores_due_on": f.DUE, "reason": "More time.", **given}
        panels.change_terms(exercise=found.fresh(), actor=found.lead, now=f.NOW, **facts)

    def test_keeps_old_and_new_with_the_reason(self, recorded):
        found = f.case("scoring")
        self.change(found, quorum=3)
        event = recorded("exercise.change")[0]
        assert (event["before"]["quorum"], event["after"]["quorum"]) == (2, 3)
        assert event["reason"] == "More time."
        assert not Message.objects.filter(kind="panel_date_moved").exists()

    def test_tells_of_another_day_those_who_have_not_handed_in_and_lets_them_be_reminded_again(self):
        found = f.case("scored")
        f.scoring.hand_in(exercise=found.fresh(), actor=found.lay, now=f.NOW)
        Panellist.objects.update(reminded_at=f.NOW)
        self.change(found, scores_due_on=f.DUE + timedelta(days=7))
        told = Message.objects.filter(kind="panel_date_moved")
        assert {message.recipient for message in told} == set(found.evaluators)
        assert "More time." in told[0].body
        assert not Panellist.objects.exclude(reminded_at=None).exists()

    def test_needs_a_reason_and_ends_with_the_moderation(self):
        found = f.case("scoring")
        with pytest.raises(Refused, match="Give the reason"):
            self.change(found, reason=" ")
        Exercise.objects.update(state="closed")
        with pytest.raises(Refused, match="this can no longer be changed"):
            self.change(found)
