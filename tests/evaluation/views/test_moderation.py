"""The moderator's pages: the start, the grid, one score agreed at a time, the close."""

import re
from decimal import Decimal

import pytest

from commissioning.audit.models import Event
from commissioning.people.roles import Role
from commissioning.records.models import Message
from evaluation.models import AgreedScore, StandardDecision
from evaluation.services import interests
from tests import factories as people
from tests.evaluation import factories as f
from tests.evaluation.pages import denied, done, main, read, refused, send

# The first bidder's total; names and references may hold the same two digits.
TOTAL = re.compile(r"\b72(%|\.0| (per cent|points|of))")
pytestmark = pytest.mark.django_db

REASON = "The answer names its partners, as level 4 asks."


def minutes(found, **given):
    """Return what a moderator types for one score."""
    here = [user.reference for user in found.scorers]
    return {"present": here, "score": "4", "reason": REASON, **given}


def agree_url(found, place=0, code="MS1"):
    return found.answer_url("moderation", place, code)


@pytest.fixture
def wide(later):
    """A case in moderation whose first bidder was given 2, 3 and 5 for the first question."""
    found = f.case("declared", names=("Cam Sight", "P3 Charity"))
    f.decide_standards(found)
    for user, score in zip(found.scorers, (2, 3, 5), strict=True):
        f.score_for(found, user)
        f.scoring.save_score(
            assessment=found.assessment(),
            question=found.question(),
            score=score,
            reason=f"{user.name} would give {score}.",
            actor=user,
            now=f.NOW,
        )
    f.hand_in_all(found)
    later()
    f.begin(found)
    return found


class TestBeginning:
    def test_starts_when_all_have_handed_in_and_tells_the_evaluators(self, later):
        found = f.case("handed_in")
        later()
        client, url = f.client(found.moderator), found.url("begin-moderation/")
        assert f'href="{url}"' in read(client, found.url())
        done(send(client, url), client, found.url("moderation/"), "The moderation has started.")
        assert found.fresh().state == "moderating"
        told = Message.objects.filter(kind="panel_moderation_begun")
        assert {row.recipient for row in told} == set(found.scorers)

    def test_who_has_not_handed_in_stands_there_by_name(self, later):
        found = f.case("scored")
        f.scoring.hand_in(exercise=found.fresh(), actor=found.lay, now=f.NOW)
        later()
        client, url = f.client(found.moderator), found.url("begin-moderation/")
        page = main(read(client, url))
        one, two = found.evaluators
        assert f"Scores are still to be handed in by: {one.name}, {two.name}." in page
        assert ">Start the moderation</button>" not in page
        refused(client.post(url), "Scores are still to be handed in by")
        assert found.fresh().state == "scoring"

    def test_an_undecided_conflict_of_the_moderator_stands_there_too(self):
        found = f.case("handed_in")
        interests.declare_later(
            exercise=found.fresh(),
            organisation=found.assessment().organisation,
            nature="They asked me to join their board.",
            actor=found.moderator,
            now=f.NOW,
        )
        client, url = f.client(found.moderator), found.url("begin-moderation/")
        page = main(read(client, url))
        assert f"You have declared an interest in {found.assessment().organisation.name}." in page
        assert ">Start the moderation</button>" not in page
        assert client.post(url).status_code == 403
        assert found.fresh().state == "scoring"

    def test_an_evaluator_does_not_start_it(self):
        found = f.case("handed_in")
        url = found.url("begin-moderation/")
        denied(f.client(found.lay).post(url), "Your role does not allow you to start the moderation.")
        assert found.fresh().state == "scoring"


class TestGrid:
    def test_shows_what_was_given_and_marks_what_lies_wide_apart(self, wide):
        page = main(read(f.client(wide.moderator), wide.url("moderation/")))
        one, two, lay = (user.name for user in wide.scorers)
        assert f'aria-label="{one} 2, {two} 3, {lay} (lay) 5"' in page
        assert page.count("Wide apart</strong>") == 1
        assert page.count(">To agree<") == 8
        assert "0 of 8" in page
        assert "8 agreed scores are still missing." in page
        assert f'href="{agree_url(wide)}"' in page
        assert "Agree the next score" in page
        assert page.index("Cam Sight") < page.index("P3 Charity")

    def test_may_show_those_still_to_agree_or_wide_apart_alone(self, wide):
        for code in ("MS1", "MS2", "MS3", "SV"):
            f.agree(wide, wide.assessment(), code, discussion="Talked through.")
        client = f.client(wide.moderator)
        still = main(read(client, wide.url("moderation/?show=open")))
        assert "Cam Sight" not in still
        assert "P3 Charity" in still
        apart = main(read(client, wide.url("moderation/?show=wide")))
        assert "Cam Sight" in apart
        assert "P3 Charity" not in apart
        assert "Agreed 4" in apart
        everyone = main(read(client, wide.url("moderation/?show=nonsense")))
        assert "4 of 8" in everyone

    def test_is_closed_while_evaluators_still_score(self):
        found = f.case("handed_in")
        client = f.client(found.moderator)
        for url in (found.url("moderation/"), agree_url(found)):
            refusal = denied(client.get(url), "Start the moderation first")
            assert "finds that it fits" not in refusal
        assert "Start the moderation first" in denied(client.post(agree_url(found), {}), "each evaluator")

    def test_is_for_this_panels_moderator_alone(self, wide):
        people.member(wide.evaluators[0], wide.authority, Role.MODERATOR)
        both = type(wide.lay).objects.get(pk=wide.evaluators[0].pk)
        for url in (wide.url("moderation/"), agree_url(wide)):
            refusal = denied(f.client(both).get(url), "This is for the moderator of this panel.")
            assert "would give" not in refusal
        denied(
            f.client(both).post(agree_url(wide), minutes(wide)), "This is for the moderator of this panel."
        )
        denied(f.client(wide.lay).get(wide.url("moderation/")), "Your role does not allow you to moderate")
        assert not AgreedScore.objects.exists()


class TestAgreeing:
    def test_the_page_shows_each_score_with_its_reason_and_the_answer(self, wide):
        page = main(read(f.client(wide.moderator), agree_url(wide)))
        for user, score in zip(wide.scorers, (2, 3, 5), strict=True):
            assert f"{user.name} would give {score}." in page
        assert "(lay evaluator)" in page
        assert "Wide apart" in page
        assert "Marmalade MS1 quokka" in page
        assert "MS2 quokka" not in page
        assert "0 of 4" in page

    def test_nothing_is_filled_in_from_what_evaluators_gave(self, wide):
        page = main(read(f.client(wide.moderator), agree_url(wide, place=1)))
        assert " checked" not in page.partition("data-score-form")[2].partition("use-keys")[0]

    def test_saving_keeps_the_minutes_and_goes_on_to_the_next_question(self, wide):
        client = f.client(wide.moderator)
        typed = minutes(
            wide,
            discussion="The lay member had seen the service.",
            why_not_higher="No figures.",
            why_not_lower="Partners are named.",
            dissent="One would give 3.",
        )
        response = send(client, agree_url(wide), **typed)
        said = "Agreed: Cam Sight, Method statement 1, 4."
        page = done(response, client, agree_url(wide, code="MS2"), said)
        kept = AgreedScore.objects.get()
        assert (kept.score, kept.reason, kept.dissent) == (4, REASON, "One would give 3.")
        assert {seat.user for seat in kept.present.all()} == set(wide.scorers)
        boxes = main(page).partition('name="present"')[2].partition('name="discussion"')[0]
        assert boxes.count(" checked") == 3, "who was present a moment ago is ticked for the next"
        again = read(client, agree_url(wide))
        assert "The lay member had seen the service." in again

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"discussion": ""}, "The evaluators lay more than one point apart: say how"),
            ({"present": []}, "Select who is present"),
            ({"score": ""}, "Select the agreed score"),
            ({"score": "3.5"}, "Select the agreed score from the list"),
            ({"reason": ""}, "Enter the panel's reason"),
            ({"reason": "Fits."}, "Give the panel's reason for the agreed score"),
        ],
    )
    def test_what_is_missing_is_asked_for_and_what_was_typed_is_kept(self, wide, given, sentence):
        typed = minutes(wide, discussion="Talked through at length.", dissent="None of us.") | given
        page = refused(f.client(wide.moderator).post(agree_url(wide), typed), sentence)
        assert "None of us." in page
        assert "would give 5" in page
        assert not AgreedScore.objects.exists()

    def test_too_few_present_is_refused(self, wide):
        typed = minutes(wide, present=[wide.lay.reference], discussion="Short.")
        response = f.client(wide.moderator).post(agree_url(wide), typed)
        refused(response, "The quorum to agree a score is 2 of the panel's evaluators; 1 ticked as present.")
        assert not AgreedScore.objects.exists()

    def test_what_none_of_them_gave_needs_the_discussion(self, wide):
        url = agree_url(wide, place=1)
        response = f.client(wide.moderator).post(url, minutes(wide, score="5"))
        refused(response, "The agreed score lies outside what the evaluators gave")
        assert not AgreedScore.objects.exists()

    def test_a_bidder_that_failed_a_standard_meanwhile_is_no_longer_read(self, wide):
        StandardDecision.objects.filter(assessment=wide.assessment(), standard__code="INS").update(
            is_met=False
        )
        client = f.client(wide.moderator)
        denied(client.get(agree_url(wide)), "This bidder failed a minimum standard")
        denied(client.post(agree_url(wide), minutes(wide, discussion="x")), "failed a minimum standard")
        assert not AgreedScore.objects.exists()

    def test_an_agreed_score_may_change_until_the_close_and_both_are_on_record(self, wide):
        client, url = f.client(wide.moderator), agree_url(wide, place=1)
        send(client, url, **minutes(wide, score="3"))
        response = send(client, url, score="3", reason="On a second reading: it names no partner.", stay="1")
        done(response, client, wide.url("moderation/"), "Agreed: P3 Charity")
        kept = AgreedScore.objects.get()
        assert kept.reason.startswith("On a second reading")
        assert Event.objects.filter(action="exercise.moderate").count() == 2


class TestOrder:
    """One bidder's questions in their order, then the next bidder's."""

    def walk(self, found, client, start):
        passed, url = [], start
        while url != found.url("moderation/"):
            passed.append(tuple(url.rstrip("/").split("/")[-2:]))
            assert len(passed) <= 8, "it goes round in a circle"
            score = "3" if url.endswith("MS3/") else "4"
            response = send(client, url, **minutes(found, score=score, discussion="Talked through."))
            url = response.headers["Location"]
        return passed

    def order(self, found, codes=("MS1", "MS2", "MS3", "SV")):
        names = [found.assessment(place).organisation.reference for place in range(2)]
        return [(name, code) for name in names for code in codes]

    def test_save_and_next_passes_each_once_and_ends_at_the_grid(self, later):
        found = f.case("moderating")
        later()
        client = f.client(found.moderator)
        assert self.walk(found, client, agree_url(found)) == self.order(found)
        assert "Close the moderation" in read(client, found.url("moderation/"))

    def test_what_was_passed_over_comes_last_of_its_bidder(self, later):
        found = f.case("moderating")
        later()
        client = f.client(found.moderator)
        order = self.order(found)
        passed = self.walk(found, client, agree_url(found, code="MS2"))
        assert passed == [*order[1:4], order[0], *order[4:]]

    def test_from_the_last_bidder_it_goes_round_to_the_first(self, later):
        found = f.case("moderating")
        later()
        client = f.client(found.moderator)
        order = self.order(found)
        assert self.walk(found, client, agree_url(found, place=1)) == [*order[4:], *order[:4]]

    def test_what_is_agreed_is_skipped(self, later):
        found = f.case("moderating")
        later()
        f.agree(found, found.assessment(), "MS2")
        f.agree(found, found.assessment(1), "MS1", 3)
        client = f.client(found.moderator)
        order = self.order(found)
        assert self.walk(found, client, agree_url(found)) == [order[0], *order[2:4], *order[5:]]


class TestClosing:
    def test_fixes_every_total_exactly_and_tells_the_leads(self, later):
        found = f.case("agreed")
        later()
        client, url = f.client(found.moderator), found.url("close-moderation/")
        page = read(client, url)
        assert "After this no agreed score can be changed." in page
        assert not TOTAL.search(main(page))
        response = send(client, url)
        done(response, client, found.url(), "The moderation is closed.")
        totals = [
            (row.total, row.outcome) for row in found.fresh().assessments.order_by("organisation__name")
        ]
        assert totals == [(Decimal(72), "admitted"), (Decimal(62), "below_threshold")]
        told = Message.objects.filter(kind="panel_moderation_closed")
        assert {row.recipient for row in told} == {found.lead, found.second}
        assert not any(TOTAL.search(row.body) for row in told)

    def test_what_is_missing_stands_there(self, later):
        found = f.case("moderating")
        later()
        f.agree(found, found.assessment())
        client, url = f.client(found.moderator), found.url("close-moderation/")
        page = read(client, url)
        assert "7 agreed scores are still missing." in page
        assert ">Close the moderation</button>" not in page
        refused(client.post(url), "7 agreed scores are still missing.")
        assert found.fresh().state == "moderating"

    def test_an_undecided_conflict_of_the_moderator_stands_there_too(self, later):
        found = f.case("agreed")
        later()
        interests.declare_later(
            exercise=found.fresh(),
            organisation=found.assessment().organisation,
            nature="A cousin joined them.",
            actor=found.moderator,
            now=f.LATER,
        )
        client, url = f.client(found.moderator), found.url("close-moderation/")
        assert "You have declared an interest" in read(client, url)
        assert client.post(url).status_code == 403
        assert found.fresh().state == "moderating"

    def test_a_second_moderator_of_the_agreement_does_not_close_it(self, later):
        found = f.case("agreed")
        later()
        other = people.person(found.authority, Role.MODERATOR)
        assert f.client(other).get(found.url("close-moderation/")).status_code == 404
        denied(
            f.client(found.lead).post(found.url("close-moderation/")), "Your role does not allow you to close"
        )
        assert found.fresh().state == "moderating"
