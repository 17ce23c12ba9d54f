"""What each role is asked to do at each stage of judging, and what each waits for."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.people.roles import Role
from evaluation import queries
from evaluation.services import interests, panels
from tests import factories as people
from tests.evaluation import factories as f

pytestmark = pytest.mark.django_db


def fresh(user):
    return type(user).objects.get(pk=user.pk)


def tasks(user, now=f.NOW):
    """Return what is asked of a person, without the titles of what it is about."""
    return [task.what.partition(":")[0] for task in queries.lists(fresh(user), now)[0]]


def waits(user, now=f.NOW):
    return [(wait.what.partition(":")[0], wait.whose) for wait in queries.lists(fresh(user), now)[1]]


def everybody(found, now=f.NOW):
    people = {"lead": found.lead, "evaluator": found.evaluators[0], "lay": found.lay}
    return {name: tasks(user, now) for name, user in {**people, "moderator": found.moderator}.items()}


class TestStages:
    def test_while_the_window_is_sealed_the_lead_sets_up_panels_and_appoints(self):
        found = f.case("sealed")
        assert tasks(found.lead) == ["Set up the panels"]
        (task,) = queries.lists(fresh(found.lead), f.NOW)[0]
        assert task.url == f"/windows/{found.window.reference}/outcomes/"
        offered = list(found.window.lots.select_related("lot", "scheme", "round", "window"))
        found.exercises = panels.set_up_for_lots(
            window_lots=offered, actor=found.lead, now=f.NOW, minimum_panel=3, quorum=2
        )
        assert tasks(found.lead) == ["Appoint the panel"]
        panels.appoint_all(exercises=found.exercises, places=found.panel, actor=found.lead, now=f.NOW)
        # Complete, and nothing to start before the opening.
        assert everybody(found) == {"lead": [], "evaluator": [], "lay": [], "moderator": []}

    def test_after_the_opening_the_lead_starts(self):
        found = f.case("appointing")
        assert everybody(found) == {
            "lead": ["Start the scoring"],
            "evaluator": [],
            "lay": [],
            "moderator": [],
        }

    def test_then_the_panel_declares_and_the_lead_decides_standards(self):
        found = f.case("scoring")
        assert everybody(found) == {
            "lead": ["Decide the minimum standards"],
            "evaluator": ["Declare your interests"],
            "lay": ["Declare your interests"],
            "moderator": ["Declare your interests"],
        }
        late = ", ".join(sorted(user.name for user in found.scorers))
        assert waits(found.lead) == [("Scores to be handed in", late)]

    def test_a_conflict_is_the_leads_to_decide_and_its_own_panellist_waits(self):
        found = f.case("scoring")
        f.declare(found, found.lay, conflict=0)
        assert "Decide about a conflict of interest" in tasks(found.lead)
        assert tasks(found.lay) == []
        assert waits(found.lay) == [
            ("A decision about the conflict you declared", "The procurement lead's move")
        ]

    def test_then_each_scores_for_as_long_as_is_left(self):
        found = f.case("declared")
        (task,) = queries.lists(fresh(found.lay), f.NOW)[0]
        assert (task.what, task.minutes, task.due) == (f"Score: {found.exercise.title}", 80, f.DUE)
        assert (task.reference, task.url) == (found.exercise.reference, found.url())
        assert tasks(found.moderator) == []
        late = ", ".join(sorted(user.name for user in found.scorers))
        assert waits(found.moderator) == [("Scores to be handed in", late)]

    def test_then_hands_in_and_waits_for_the_others(self):
        found = f.case("scored")
        assert everybody(found) == {
            "lead": [],
            "evaluator": ["Hand in your scores"],
            "lay": ["Hand in your scores"],
            "moderator": [],
        }
        f.scoring.hand_in(exercise=found.fresh(), actor=found.lay, now=f.NOW)
        assert tasks(found.lay) == []
        late = ", ".join(sorted(user.name for user in found.evaluators))
        assert waits(found.lay) == [("Scores to be handed in", late)]
        assert waits(found.evaluators[0]) == []

    def test_then_the_moderator_starts_and_the_others_wait_for_it(self):
        found = f.case("handed_in")
        assert everybody(found) == {
            "lead": [],
            "evaluator": [],
            "lay": [],
            "moderator": ["Start the moderation"],
        }
        for user in (found.lead, found.lay):
            assert waits(user) == [("The start of the moderation", found.moderator.name)]
        assert waits(found.moderator) == []

    def test_then_moderates(self):
        found = f.case("moderating")
        assert everybody(found) == {"lead": [], "evaluator": [], "lay": [], "moderator": ["Moderate"]}
        for user in (found.lead, found.lay):
            assert waits(user) == [("The consensus meeting", found.moderator.name)]
        assert waits(found.moderator) == []

    def test_then_the_lead_checks_and_drafts(self):
        found = f.case("closed")
        assert everybody(found, f.LATER) == {
            "lead": ["Check and draft the letters"],
            "evaluator": [],
            "lay": [],
            "moderator": [],
        }
        assert tasks(found.second, f.LATER) == ["Check and draft the letters"]

    def test_then_a_second_person_releases_and_who_drafted_waits(self):
        found = f.case("drafted")
        assert tasks(found.lead, f.LATER) == []
        assert waits(found.lead, f.LATER) == [("The release of the outcomes", "A second person's move")]
        (task,) = queries.lists(fresh(found.second), f.LATER)[0]
        assert (task.what, task.due) == (f"Release the outcomes: {found.window.title}", f.SENT_ON)
        assert waits(found.second, f.LATER) == []

    def test_letters_whose_day_has_passed_are_drafted_again(self):
        found = f.case("drafted")
        after = f.SENDING + f.timedelta(days=1)
        assert tasks(found.lead, after) == ["Draft the letters again"]
        assert tasks(found.second, after) == ["Draft the letters again"]

    def test_then_nothing_is_left(self):
        found = f.case("released")
        for user in (found.lead, found.second, found.lay, found.moderator):
            assert (tasks(user, f.SENDING), waits(user, f.SENDING)) == ([], [])


class TestWhoCannot:
    def test_a_lead_who_judged_is_not_asked_to_release_and_waits(self):
        found = f.case("drafted")
        people.member(found.evaluators[0], found.authority, Role.LEAD)
        assert tasks(found.evaluators[0], f.LATER) == []
        assert waits(found.evaluators[0], f.LATER) == [
            ("The release of the outcomes", "A second person's move")
        ]

    def test_the_moderator_is_not_asked_to_start_with_too_small_a_panel_and_the_lead_fills_it(self):
        found = f.case("handed_in")
        panels.stand_down(panellist=found.seat(found.lay), reason="Ill.", actor=found.lead, now=f.NOW)
        assert tasks(found.moderator) == []
        assert tasks(found.lead) == ["Appoint the panel"]
        assert (tasks(found.lay), waits(found.lay)) == ([], [])

    def test_without_a_moderator_the_meeting_waits_for_the_lead(self):
        found = f.case("moderating")
        panels.stand_down(panellist=found.seat(found.moderator), reason="Ill.", actor=found.lead, now=f.NOW)
        assert tasks(found.lead) == ["Appoint a moderator"]
        assert waits(found.lay) == [("The consensus meeting", "The procurement lead's move")]

    def test_an_undecided_conflict_of_the_moderator_keeps_the_start_from_the_list(self):
        found = f.case("handed_in")
        interests.declare_later(
            exercise=found.fresh(),
            organisation=found.assessment().organisation,
            nature="A friend.",
            actor=found.moderator,
            now=f.NOW,
        )
        assert tasks(found.moderator) == []
        assert tasks(found.lead) == ["Decide about a conflict of interest"]

    def test_strangers_auditors_and_bidders_are_asked_for_nothing(self):
        found = f.case("declared")
        bidder = people.person(found.assessment().organisation, Role.PROVIDER_ADMIN)
        others = [
            people.person(people.authority(), Role.LEAD),
            people.person(found.authority, Role.COMMISSIONER, Role.EVALUATOR),
            people.person(found.authority, Role.AUDITOR),
            bidder,
        ]
        assert [tasks(user) for user in others] == [[]] * 4
        assert waits(others[0]) == []
        assert waits(bidder) == []

    def test_what_failed_a_standard_needs_no_scores(self):
        found = f.case("declared")
        f.standards.decide_standard(
            assessment=found.assessment(),
            standard=found.fresh().standards()[0],
            is_met=False,
            reason="Grounds.",
            actor=found.lead,
            now=f.NOW,
        )
        (task,) = queries.lists(fresh(found.lay), f.NOW)[0]
        assert task.minutes == 40


def test_the_list_costs_the_same_for_one_lot_as_for_three():
    def cost(upto, lots, who):
        found = f.case(upto, lots=lots)
        user = fresh(getattr(found, who))
        user.held_roles()
        with CaptureQueriesContext(connection) as caught:
            assert any(queries.lists(user, f.NOW))
        return len(caught)

    for upto, who in (("declared", "lay"), ("scoring", "lead"), ("drafted", "second")):
        assert cost(upto, 1, who) == cost(upto, 3, who), f"{who} at {upto}"
