"""The judging pages serve a mini-competition's exercise as they serve a window's, and lead back to it."""

import pytest
from django.urls import reverse

from calloffs.services import competitions
from commissioning.workflow import Refused
from evaluation.services import moderation, scoring, standards
from tests import factories as people
from tests.calloffs import factories as f
from tests.calloffs.judging import panel

pytestmark = pytest.mark.django_db
WINDOW_WORDS = ("window", "this lot", "Admitted", "Not admitted", "letters and release")


@pytest.fixture
def ground(time_machine):
    time_machine.move_to(f.JUDGED, tick=False)
    return f.ground()


@pytest.fixture
def opened(ground):
    return f.opened(ground)


def main(response):
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def url(name, exercise, *more):
    return reverse(name, args=[exercise.reference, *more])


def see(user, name, exercise, *more):
    return main(people.client_for(user).get(url(name, exercise, *more)))


def post(user, name, exercise, *more, **typed):
    answer = people.client_for(user).post(url(name, exercise, *more), typed)
    assert answer.status_code == 302, answer.content.decode()
    return answer


def test_sealed_the_lead_appoints_and_learns_nothing_of_bids(ground, time_machine):
    time_machine.move_to(f.NOW, tick=False)
    competition = f.published(ground)
    exercise = competition.exercise
    before = see(ground.lead, "exercise", exercise)
    f.submitted(competition, ground.writers[0])
    assert see(ground.lead, "exercise", exercise) == before
    assert competition.get_absolute_url() in before
    person = people.person(ground.partner, "evaluator")
    post(ground.lead, "exercise-appoint", exercise, **{f"part_{person.reference}": "evaluator"})
    for name in ("exercise", "exercise-start", "exercise-terms", "exercise-appoint"):
        page = see(ground.lead, name, exercise)
        assert not any(one.name in page for one in ground.providers)


def test_a_panel_judges_the_bids_by_its_pages(ground, opened):
    exercise = opened.exercise
    one, other = (row for row in ground.providers[:2])
    made = panel(ground, exercise)
    everybody = [*made.evaluators, made.moderator]
    for user in everybody:
        assert one.name in see(user, "exercise-declare", exercise)
        post(user, "exercise-declare", exercise, conflict="no", undertaking="on")
    page = see(ground.lead, "exercise-standards", exercise)
    assert "is not ranked" in page
    asked = exercise.standards()
    for bidder in (one, other):
        assert "The bidder:" in see(ground.lead, "exercise-standard", exercise, bidder.reference)
        typed = {f"met_{row.pk}": "yes" for row in asked} | {f"reason_{row.pk}": "Seen." for row in asked}
        post(ground.lead, "exercise-standard", exercise, bidder.reference, **typed)
    evaluator, lay = made.evaluators[0], made.evaluators[2]
    for user in (evaluator, lay):
        assert one.name in see(user, "exercise-scores", exercise)
        assert 'name="score"' in see(user, "exercise-score", exercise, one.reference, "MS1")
        post(user, "exercise-score", exercise, one.reference, "MS1", score="3", reason="Clear.")
    assert see(ground.lead, "exercise", exercise).count("1 of 8") == 2


def moderated(ground, competition):
    """Bring the panel to its moderation, with one answer on which the scores lie two apart."""
    exercise = competition.exercise
    made = panel(ground, exercise)
    for user in [*made.evaluators, made.moderator]:
        post(user, "exercise-declare", exercise, conflict="no", undertaking="on")
    rows = list(exercise.assessments.select_related("organisation"))
    asked = exercise.scored_questions()
    for row in rows:
        decisions = [(one, True, "Seen.") for one in exercise.standards()]
        standards.decide_standards(assessment=row, decisions=decisions, actor=ground.lead, now=f.JUDGED)
        for question in asked:
            for place, user in enumerate(made.evaluators):
                is_split = row is rows[0] and question is asked[0]
                scoring.save_score(
                    assessment=row,
                    question=question,
                    score=2 + place if is_split else 3,
                    reason="As the answer shows.",
                    actor=user,
                    now=f.JUDGED,
                )
    for user in made.evaluators:
        post(user, "exercise-hand-in", exercise)
    post(made.moderator, "exercise-begin-moderation", exercise)
    return made, rows, asked


def test_the_moderator_agrees_closes_and_the_lead_goes_on_to_the_award(ground, opened):
    made, rows, asked = moderated(ground, opened)
    exercise = opened.exercise
    grid = see(made.moderator, "exercise-workbench", exercise)
    assert grid.count("Wide apart") == 1
    split = (rows[0].organisation.reference, asked[0].code)
    assert "Wide apart" in see(made.moderator, "exercise-agree", exercise, *split)
    exercise.refresh_from_db()
    present = list(exercise.panel.all())
    for row in rows:
        for question in asked:
            moderation.agree(
                assessment=row,
                question=question,
                score=3,
                reason="The panel found it convincing.",
                present=present,
                discussion="Talked through.",
                actor=made.moderator,
                now=f.JUDGED,
            )
    post(made.moderator, "exercise-close-moderation", exercise)
    award = reverse("award", args=[opened.reference])
    page = see(ground.lead, "exercise", exercise)
    assert award in page
    assert opened.get_absolute_url() in page
    results = see(ground.lead, "exercise-results", exercise)
    assert "Quality totals" in results
    assert award in results
    assert "What if" not in results
    assert results.count("Ranked") == 2
    for shown in (page, results):
        assert not any(word in shown for word in WINDOW_WORDS)
    assert "window-" not in results


def test_a_bid_that_failed_a_standard_is_not_ranked(ground, opened):
    made = panel(ground, opened.exercise)
    row = opened.exercise.assessments.get(organisation=ground.providers[0])
    assert made.moderator
    decisions = [(one, False, "Not insured.") for one in opened.exercise.standards()]
    standards.decide_standards(assessment=row, decisions=decisions, actor=ground.lead, now=f.JUDGED)
    type(opened.exercise).objects.filter(pk=opened.exercise.pk).update(state="closed")
    opened.exercise.assessments.exclude(pk=row.pk).delete()
    results = see(ground.lead, "exercise-results", opened.exercise)
    assert "Not ranked" in results
    assert "A minimum standard was not met" in results


def test_the_prices_stay_from_the_panel(ground, opened):
    made, *_ = moderated(ground, opened)
    client = people.client_for(made.evaluators[0])
    page = client.get(reverse("competition", args=[opened.reference])).content.decode()
    assert "BID-" not in page
    assert client.get(reverse("award", args=[opened.reference])).status_code == 403
    assert not opened.round.prices_are_open
    with pytest.raises(Refused):
        competitions.unseal_prices(competition=opened, actor=ground.lead, now=f.JUDGED)
