"""The list of exercises, and an exercise's own page: where it stands and what it wants of this reader."""

import re

import pytest

from commissioning.people.roles import Role
from evaluation.services import panels
from tests import factories as people
from tests.evaluation import factories as f
from tests.evaluation.pages import main, read

pytestmark = pytest.mark.django_db


class TestList:
    def test_holds_what_this_person_runs_or_judges_and_nothing_else(self):
        found, other = f.case("scoring"), f.case("appointing")
        for user in (found.lead, found.lay, found.moderator):
            page = main(read(f.client(user), "/exercises/"))
            assert found.exercise.title in page
            assert found.exercise.reference in page
            assert "Being scored" in page
            assert "Friday 5 February 2027" in page
            assert other.exercise.reference not in page

    def test_says_what_will_appear_and_when(self):
        nobody = people.person(people.authority(), Role.EVALUATOR)
        page = read(f.client(nobody), "/exercises/")
        assert "When a procurement lead appoints you, it appears here." in page

    def test_whoever_was_taken_off_sees_it_no_more(self):
        found = f.case("scoring")
        panels.stand_down(panellist=found.seat(found.lay), reason="Ill.", actor=found.lead, now=f.NOW)
        assert found.exercise.reference not in read(f.client(found.lay), "/exercises/")
        assert f.client(found.lay).get(found.url()).status_code == 404


def own_part(found, user):
    """Return what the page says under "What you do here"."""
    page = main(read(f.client(user), found.url()))
    return page.partition('id="yours"')[2].partition("</section>")[0]


class TestYourPart:
    def test_before_the_opening(self):
        found = f.case("sealed")
        offered = list(found.window.lots.select_related("lot", "scheme", "round", "window"))
        found.exercises = panels.set_up_for_lots(window_lots=offered, actor=found.lead, now=f.NOW)
        panels.appoint_all(exercises=found.exercises, places=found.panel, actor=found.lead, now=f.NOW)
        part = own_part(found, found.lay)
        assert "You are on this panel as lay evaluator." in part
        assert "The submissions are sealed." in part
        assert "href=" not in part

    def test_to_declare_then_to_score_then_to_hand_in(self):
        found = f.case("scoring")
        user = found.evaluators[0]
        part = own_part(found, user)
        assert found.url("declare/") in part
        assert found.url("scores/") not in part
        f.declare_all(found)
        part = own_part(found, user)
        assert "Start scoring" in part
        assert found.url("scores/next/") in part
        assert found.url("declare/later/") in part
        f.score_for(found, user)
        part = own_part(found, user)
        assert "6 still wait" in part
        assert found.url("hand-in/") not in part
        f.decide_standards(found)
        part = own_part(found, user)
        assert found.url("hand-in/") in part
        assert "8 of 8" in part
        f.scoring.hand_in(exercise=found.fresh(), actor=user, now=f.NOW)
        assert "You handed in your scores on Thursday 21 January 2027" in own_part(found, user)

    def test_of_the_moderator(self, later):
        found = f.case("scored")
        part = own_part(found, found.moderator)
        assert "You start the moderation when all have handed in." in part
        f.hand_in_all(found)
        later()
        page = main(read(f.client(found.moderator), found.url()))
        assert f'href="{found.url("begin-moderation/")}"' in page
        f.begin(found)
        part = own_part(found, found.moderator)
        assert f'href="{found.url("moderation/")}"' in part
        page = main(read(f.client(found.moderator), found.url()))
        assert "8 agreed scores are still missing." in page
        assert f'href="{found.url("close-moderation/")}"' not in page
        assert "led by the moderator" in own_part(found, found.lay)

    def test_once_closed_it_is_done(self, later):
        found = f.case("closed")
        later()
        for user, _ in found.panel:
            part = own_part(found, user)
            assert "Your work on this panel is done. Thank you." in part
            assert "href=" not in part

    def test_with_an_undecided_conflict_there_is_the_reason_and_nothing_to_do(self):
        found = f.case("scoring")
        f.declare(found, found.lay, conflict=0)
        part = own_part(found, found.lay)
        assert "You have declared an interest" in part
        assert "href=" not in part


class TestRunning:
    def test_the_lead_sees_how_far_each_is_and_the_way_on(self):
        found = f.case("scoring")
        f.declare(found, found.lay, conflict=0)
        client = f.client(found.lead)
        page = main(read(client, found.url()))
        assert "Declared 21 January 2027" in page
        assert page.count("To be declared") == 3
        assert page.count("0 of 8") == 3
        assert "I worked for them." in page
        assert "To be decided" in page
        for tail in ("appoint/", "terms/", "standards/", f"panel/{found.lay.reference}/stand-down/"):
            assert f'href="{found.url(tail)}"' in page, tail
        assert "6 decisions for 2 bidders still to be made." in page

    def test_the_lead_gets_no_step_of_the_moderators(self):
        found = f.case("handed_in")
        page = main(read(f.client(found.lead), found.url()))
        assert "Start the moderation" not in page
        assert "begin-moderation" not in page
        assert "Open the moderation" not in page

    def test_an_auditor_looks_and_changes_nothing(self):
        found = f.case("scoring")
        f.declare(found, found.lay, conflict=0)
        auditor = people.person(found.authority, Role.AUDITOR)
        page = main(read(f.client(auditor), found.url()))
        assert "I worked for them." in page
        leads = set(re.findall(rf'href="{found.url()}([^"]*)"', page))
        assert leads <= {"", "files/"}, "an auditor reads, and nothing there acts"

    def test_a_panellist_sees_neither_the_others_nor_their_conflicts(self):
        found = f.case("scoring")
        f.declare(found, found.lay, conflict=0)
        page = main(read(f.client(found.evaluators[0]), found.url()))
        assert found.lay.name not in page
        assert "I worked for them." not in page
        assert found.assessment().organisation.name not in page

    @pytest.mark.parametrize(
        ("upto", "now"),
        [
            ("appointing", "Panel"),
            ("scoring", "Scores"),
            ("moderating", "Moderation"),
            ("closed", "Check and letters"),
        ],
    )
    def test_the_stage_it_is_at_is_marked(self, upto, now):
        found = f.case(upto)
        response = f.client(found.lead).get(found.url())
        places = {row["label"]: row["place"] for row in response.context["stages"]}
        assert [label for label, place in places.items() if place == "now"] == [now]
        later = list(places)[list(places).index(now) + 1 :]
        assert {places[label] for label in later} == {"next"}


def test_an_auditor_is_led_to_the_window_and_the_lead_to_its_outcomes():
    found = f.case("closed")
    auditor = people.person(found.authority, Role.AUDITOR)
    outcomes = f"/windows/{found.window.reference}/outcomes/"
    assert outcomes in read(f.client(found.lead), found.url())
    shown = read(f.client(auditor), found.url())
    assert outcomes not in shown
    assert f'"/windows/{found.window.reference}/"' in shown
