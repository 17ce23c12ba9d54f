"""An earlier panel's score and reason: unseen by the new panel unless the scheme says otherwise (G10)."""

from datetime import timedelta

import pytest

from evaluation.models import AgreedScore, Assessment, Exercise
from lots.models import Question, Scheme, Window, WindowLot
from tests.evaluation import factories as f
from tests.evaluation.pages import read

pytestmark = pytest.mark.django_db
SAID = "Last time this bidder’s answer scored"


def applied_before(earlier, made):
    """Let the first bidder of a case be the one that was judged in an earlier one, for the same lot."""
    lot = made.window.lots.get().lot
    WindowLot.objects.filter(window=earlier.window).update(lot=lot)
    Window.objects.filter(pk=earlier.window.pk).update(deadline=made.window.deadline - timedelta(hours=1))
    bidder = made.assessment().organisation
    Assessment.objects.filter(pk=earlier.assessment().pk).update(organisation=bidder)


@pytest.fixture
def found():
    """A case being scored, whose first bidder applied to the same lot before, was scored and was told."""
    earlier, made = f.case("released"), f.case("declared")
    applied_before(earlier, made)
    return made


def let_the_panel_see(found, sees=True):
    Scheme._base_manager.filter(pk=found.exercise.scheme.pk).update(panel_sees_last_score=sees)


def agreed():
    return AgreedScore.objects.get(question__code="MS1", assessment__exercise__state="released", score=4)


def test_unless_the_scheme_says_so_nobody_of_the_panel_sees_it(found):
    for user in found.scorers:
        assert SAID not in read(f.client(user), found.answer_url())


@pytest.mark.parametrize("lay", [False, True])
def test_where_it_says_so_the_panel_sees_score_and_reason_of_that_bidder_alone(found, lay):
    let_the_panel_see(found)
    client = f.client(found.lay if lay else found.evaluators[0])
    page = read(client, found.answer_url())
    assert f"{SAID} 4 of 5" in page
    assert agreed().reason in page
    assert SAID not in read(client, found.answer_url(place=1))


def test_nothing_that_was_not_told_by_letter_is_shown(found):
    let_the_panel_see(found)
    Exercise.objects.filter(state="released").update(state="closed")
    assert SAID not in read(f.client(found.evaluators[0]), found.answer_url())


def test_another_question_under_the_same_code_is_not_the_same(found):
    let_the_panel_see(found)
    Question._base_manager.filter(pk=agreed().question_id).update(title="Another question")
    assert SAID not in read(f.client(found.evaluators[0]), found.answer_url())


def test_whoever_may_not_read_the_answer_is_shown_nothing(found):
    let_the_panel_see(found)
    page = f.client(found.second).get(found.answer_url())
    assert page.status_code in {403, 404}
    assert SAID not in page.content.decode()


def test_the_moderator_sees_it_too(later):
    earlier, made = f.case("released"), f.case("moderating")
    applied_before(earlier, made)
    later()
    assert SAID not in read(f.client(made.moderator), made.answer_url("moderation"))
    let_the_panel_see(made)
    assert f"{SAID} 4 of 5" in read(f.client(made.moderator), made.answer_url("moderation"))
