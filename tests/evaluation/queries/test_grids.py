"""The order of answers, what stands beside one, and what comes next."""

import pytest

from commissioning.people.models import Organisation
from evaluation import queries
from evaluation.models import Assessment, Score, StandardDecision
from evaluation.services import scoring
from tests.evaluation import factories as f

pytestmark = pytest.mark.django_db

CODES = ("MS1", "MS2", "MS3", "SV")


def save(found, place, code, *, user=None, score=3, reason="Fits."):
    scoring.save_score(
        assessment=found.assessment(place),
        question=found.question(code),
        score=score,
        reason=reason,
        actor=user or found.lay,
        now=f.NOW,
    )


def fail(found, place):
    """Decide that the bidder at this place fails a minimum standard."""
    f.standards.decide_standard(
        assessment=found.assessment(place),
        standard=found.fresh().standards()[0],
        is_met=False,
        reason="Grounds found.",
        actor=found.lead,
        now=f.NOW,
    )


def at(found, row):
    """Return an assessment and a question as place and code."""
    if row is None:
        return None
    places = list(found.fresh().assessments.order_by("organisation__name").values_list("pk", flat=True))
    return places.index(row[0].pk), row[1].code


class TestNeighbours:
    def beside(self, found, place, code):
        return queries.neighbours(found.fresh(), found.assessment(place), found.question(code))

    def test_in_the_middle_all_four_are_there(self):
        found = f.case("declared", bidders=3)
        beside = self.beside(found, 1, "MS2")
        assert (beside.place, beside.bidders) == (2, 3)
        assert beside.previous_bidder == found.assessment(0)
        assert beside.next_bidder == found.assessment(2)
        assert (beside.previous_question, beside.next_question) == (
            found.question("MS1"),
            found.question("MS3"),
        )

    def test_at_the_corners_there_is_nothing_beyond(self):
        found = f.case("declared", bidders=3)
        first, last = self.beside(found, 0, "MS1"), self.beside(found, 2, "SV")
        assert (first.place, first.previous_bidder, first.previous_question) == (1, None, None)
        assert (last.place, last.next_bidder, last.next_question) == (3, None, None)

    def test_one_that_failed_a_standard_stands_beside_none(self):
        found = f.case("declared", bidders=3)
        fail(found, 1)
        beside = self.beside(found, 0, "MS1")
        assert (beside.next_bidder, beside.bidders) == (found.assessment(2), 2)
        assert self.beside(found, 2, "MS1").previous_bidder == found.assessment(0)

    def test_two_bidders_of_one_name_are_two(self):
        found = f.case("declared", bidders=3)
        # As a council and a charity of one name would stand there.
        Organisation.objects.filter(pk=found.assessment(1).organisation_id).update(
            name=found.assessment(0).organisation.name
        )
        rows = list(queries.judged(found.fresh()))
        passed: list[Assessment] = []
        row: Assessment | None = rows[0]
        while row is not None:
            passed.append(row)
            assert len(passed) <= 3
            row = queries.neighbours(found.fresh(), row, found.question()).next_bidder
        assert passed == rows


class TestNextToScore:
    def following(self, found, after=None, user=None):
        if after is not None:
            after = (found.assessment(after[0]), found.question(after[1]))
        seat = found.seat(user or found.lay)
        return at(found, queries.next_to_score(found.fresh(), seat, after=after))

    def test_the_first_answer_is_the_first_question_of_the_first_bidder(self):
        found = f.case("declared", bidders=2)
        assert self.following(found) == (0, "MS1")
        save(found, 0, "MS1")
        assert self.following(found) == (1, "MS1")
        save(found, 1, "MS1")
        assert self.following(found) == (0, "MS2")

    def test_from_each_answer_the_next_one_of_its_question_then_the_next_question(self):
        found = f.case("declared", bidders=2)
        order = [(place, code) for code in CODES for place in (0, 1)]
        for here, then in zip(order, [*order[1:], order[0]], strict=True):
            assert self.following(found, here) == then

    def test_the_last_one_left_is_led_to_from_anywhere_and_then_there_is_none(self):
        found = f.case("declared", bidders=2)
        order = [(place, code) for code in CODES for place in (0, 1)]
        for place, code in order:
            if (place, code) != (0, "MS2"):
                save(found, place, code)
        for here in order:
            assert self.following(found, here) == (0, "MS2")
        save(found, 0, "MS2")
        assert {self.following(found, here) for here in [*order, None]} == {None}

    def test_what_others_scored_does_not_count(self):
        found = f.case("declared", bidders=2)
        f.score_for(found, found.evaluators[0])
        assert self.following(found) == (0, "MS1")
        assert self.following(found, user=found.evaluators[0]) is None

    def test_a_draft_is_still_to_score(self):
        found = f.case("declared", bidders=2)
        save(found, 0, "MS1", score=None)
        save(found, 1, "MS1", reason="")
        assert self.following(found) == (0, "MS1")
        assert self.following(found, (0, "MS1")) == (1, "MS1")

    def test_one_that_failed_a_standard_is_left_out(self):
        found = f.case("declared", bidders=2)
        fail(found, 0)
        assert self.following(found) == (1, "MS1")
        fail(found, 1)
        assert self.following(found) is None

    def test_progress_counts_what_is_complete_and_still_judged(self):
        found = f.case("declared", bidders=2)
        save(found, 0, "MS1")
        save(found, 1, "MS1")
        save(found, 1, "MS2", score=None)
        seat = found.seat(found.lay)
        assert queries.own_progress(found.fresh(), seat) == (2, 8)
        assert queries.scores_missing(found.fresh(), seat) == 6
        fail(found, 0)
        assert queries.own_progress(found.fresh(), seat) == (1, 4)
        rows = {row["seat"]: (row["saved"], row["wanted"]) for row in queries.progress(found.fresh())}
        assert rows[seat] == (1, 4)
        assert rows[found.seat(found.moderator)] == (0, 0)


class TestNextToAgree:
    def following(self, found, after=None):
        if after is not None:
            after = (found.assessment(after[0]), found.question(after[1]))
        return at(found, queries.next_to_agree(found.fresh(), after=after))

    def test_one_bidders_questions_then_the_next_bidders(self):
        found = f.case("moderating", bidders=2)
        order = [(place, code) for place in (0, 1) for code in CODES]
        assert self.following(found) == order[0]
        for here, then in zip(order, [*order[1:], None], strict=True):
            f.agree(found, found.assessment(here[0]), here[1], discussion="Talked through.")
            assert self.following(found, here) == then
            assert self.following(found) == then

    def test_what_was_passed_over_comes_after_the_bidders_other_questions(self):
        found = f.case("moderating", bidders=2)
        f.agree(found, found.assessment(0), "MS2", discussion="Talked through.")
        assert self.following(found, (0, "MS2")) == (0, "MS3")
        f.agree(found, found.assessment(0), "MS3", discussion="Talked through.")
        f.agree(found, found.assessment(0), "SV", discussion="Talked through.")
        assert self.following(found, (0, "SV")) == (0, "MS1")
        assert self.following(found) == (0, "MS1")

    def test_after_the_last_bidder_comes_the_first_that_lacks_one(self):
        found = f.case("moderating", bidders=3)
        for place in (0, 2):
            for code in CODES:
                f.agree(found, found.assessment(place), code, discussion="Talked through.")
        assert self.following(found, (2, "SV")) == (1, "MS1")
        assert [row.pk for row in queries.to_agree(found.fresh())] == [found.assessment(1).pk]

    def test_a_bidder_that_failed_needs_no_agreement(self):
        found = f.case("moderating", bidders=2)
        standard = found.fresh().standards()[0]
        StandardDecision.objects.filter(assessment=found.assessment(0), standard=standard).update(
            is_met=False
        )
        assert self.following(found) == (1, "MS1")
        assert found.assessment(0) not in queries.judged(found.fresh())


class TestNextToDecide:
    def following(self, found, after=None):
        row = queries.next_to_decide(found.fresh(), after=None if after is None else found.assessment(after))
        places = list(found.fresh().assessments.order_by("organisation__name"))
        return None if row is None else places.index(row)

    def test_by_name_and_from_the_first_again(self):
        found = f.case("scoring", bidders=3)
        assert self.following(found) == 0
        assert [self.following(found, place) for place in (0, 1, 2)] == [1, 2, 0]
        f.decide_standards_of(found, found.assessment(1))
        assert [self.following(found, place) for place in (0, 1, 2)] == [2, 2, 0]
        f.decide_standards_of(found, found.assessment(0))
        f.decide_standards_of(found, found.assessment(2))
        assert {self.following(found, place) for place in (0, 1, 2, None)} == {None}

    def test_a_bidder_half_decided_is_still_to_decide(self):
        found = f.case("scoring", bidders=2)
        f.standards.decide_standard(
            assessment=found.assessment(0),
            standard=found.fresh().standards()[0],
            is_met=True,
            reason="",
            actor=found.lead,
            now=f.NOW,
        )
        assert self.following(found) == 0
        row = queries.standards_rows(found.fresh(), [found.assessment(0)])[0]
        assert (row["decided"], row["wanted"], row["unmet"]) == (1, 3, [])


class TestTogether:
    def test_nobodys_scores_are_among_those_handed_in_before_the_hand_in(self):
        found = f.case("scored")
        assert not queries.handed_in(found.fresh()).exists()
        scoring.hand_in(exercise=found.fresh(), actor=found.lay, now=f.NOW)
        assert {row.panellist.user for row in queries.handed_in(found.fresh())} == {found.lay}
        assert Score.objects.count() == 24
        given = queries.given_scores(found.assessment(), found.question())
        assert [(row.panellist.user, row.score) for row in given] == [(found.lay, 4)]

    def test_the_scores_of_whoever_stood_down_are_not_used(self):
        found = f.case("handed_in")
        f.panels.stand_down(panellist=found.seat(found.lay), reason="Ill.", actor=found.lead, now=f.NOW)
        people = {row.panellist.user for row in queries.given_scores(found.assessment(), found.question())}
        assert people == set(found.evaluators)

    def test_a_cell_says_what_each_gave_and_whether_they_lie_wide_apart(self):
        found = f.case("declared")
        f.decide_standards(found)
        for user, score in zip(found.scorers, (1, 2, 3), strict=True):
            f.score_for(found, user)
            save(found, 0, "MS1", user=user, score=score)
        f.hand_in_all(found)
        f.begin(found)
        (row,) = queries.moderation_rows(found.fresh(), [found.assessment()])
        cell, other = row[1][0], row[1][1]
        one, two, lay = (user.name for user in found.scorers)
        assert cell.words == f"{one} 1, {two} 2, {lay} (lay) 3"
        assert cell.dots == [(0, 0), (1, 1), (2, 1), (3, 1), (4, 0), (5, 0)]
        assert cell.is_wide
        assert not cell.is_done
        assert (other.is_wide, other.dots[4]) == (False, (4, 3))
        assert [one.pk for one in queries.wide_apart(found.fresh())] == [found.assessment().pk]

    def test_how_far_the_panel_is_counts_what_it_agreed_of_what_it_must(self):
        found = f.case("moderating")
        assert queries.agreed_progress(found.fresh()) == (0, 8)
        f.agree(found, found.assessment())
        assert queries.agreed_progress(found.fresh()) == (1, 8)
        assert found.fresh().scores_to_agree() == 7

    def test_who_was_present_last_is_remembered_but_for_who_has_left(self):
        found = f.case("moderating")
        assert queries.last_present(found.fresh()) == []
        f.agree(found, found.assessment())
        assert {seat.user for seat in queries.last_present(found.fresh())} == set(found.scorers)
        f.panels.stand_down(panellist=found.seat(found.lay), reason="Ill.", actor=found.lead, now=f.LATER)
        assert {seat.user for seat in queries.last_present(found.fresh())} == set(found.evaluators)
