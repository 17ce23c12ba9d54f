"""A mini-competition as its authority sees and runs it: what is shown when, and what an act writes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from calloffs.models import Clarification, Competition, CompetitionChange
from calloffs.services import bids, calloffs, clarifications, competitions, endings
from commissioning.audit.models import AccessEntry, Event
from commissioning.board.services import papers
from commissioning.records.models import Message
from providers.models import Admission
from tests import factories as people
from tests.calloffs import factories as f

pytestmark = pytest.mark.django_db
SEALED = "Until they are opened nobody sees who"


@pytest.fixture
def ground(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return f.ground()


def text(response):
    return response.content.decode()


def url(name, thing, *more):
    return reverse(name, args=[thing.reference, *more])


def see(user, name, thing, *more):
    return people.client_for(user).get(url(name, thing, *more))


def when(prefix, day, month, year, clock=""):
    boxes = {f"{prefix}_day": day, f"{prefix}_month": month, f"{prefix}_year": year}
    return boxes | ({f"{prefix}_time": clock} if clock else {})


def publication(of, **given):
    return {
        "scheme": of.reference,
        **when("questions_close_at", "25", "1", "2027", "17:00"),
        **when("deadline", "1", "2", "2027", "12:00"),
        **when("expected_award_on", "8", "3", "2027"),
        "support_contact": "bids@council.example",
        **given,
    }


class TestPublishing:
    def test_the_page_names_exactly_who_is_invited_and_the_act_invites_them(self, ground):
        calloff, asked = f.approved(ground), f.scheme(ground)
        held = f.member_of(ground, name="Held Back Care", state="suspended")
        f.member_of(ground, name="Elsewhere Care", lot=ground.inactive_lot)
        page = text(see(ground.lead, "calloff-publish", calloff))
        for one in ground.providers[:3]:
            assert one.name in page
        assert "Held Back Care" not in page
        assert "Elsewhere Care" not in page
        assert "Publish and invite 3 providers" in page
        assert not Competition.objects.exists()

        client = people.client_for(ground.lead)
        answer = client.post(url("calloff-publish", calloff), publication(asked))
        competition = Competition.objects.get()
        assert answer.headers["Location"] == url("competition", calloff)
        assert competition.deadline == f.DEADLINE
        assert competition.expected_award_on.isoformat() == "2027-03-08"
        invited = {row.organisation for row in competition.invitations.all()}
        assert invited == set(ground.providers[:3])
        assert held not in [message.recipient for message in Message.objects.filter(kind="invitation_to_bid")]

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            (when("deadline", "31", "2", "2027", "12:00"), "must be a real date"),
            (when("deadline", "20", "1", "2027", "12:00"), "must come after the last moment for questions"),
            (when("questions_close_at", "4", "1", "2027", "12:00"), "must be in the future"),
            ({"scheme": ""}, "Select the scheme"),
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field_and_kept(self, ground, given, sentence):
        calloff, asked = f.approved(ground), f.scheme(ground)
        client = people.client_for(ground.lead)
        answer = client.post(url("calloff-publish", calloff), publication(asked, **given))
        assert answer.status_code == 422
        assert sentence in text(answer)
        assert 'value="2027"' in text(answer)
        assert not Competition.objects.exists()

    def test_without_a_scheme_the_page_leads_to_where_one_is_written(self, ground):
        calloff = f.approved(ground)
        page = text(see(ground.lead, "calloff-publish", calloff))
        assert reverse("scheme-new", args=[ground.agreement.reference]) in page
        assert '<button type="submit" class="govuk-button"' not in page

    def test_an_open_condition_leads_to_where_it_is_met(self, ground):
        paper = f.tabled(ground)
        f.act(paper, ground.chair, vote="")
        condition = papers.set_condition(
            paper=paper,
            text="Agree who holds the list.",
            cures="",
            owner=ground.authority,
            due_on=f.DEADLINE.date(),
            actor=ground.chair,
            now=f.NOW,
        )
        for one in (ground.chair, ground.member):
            f.act(paper, one)
        calloff = calloffs.close_vote(paper=paper, note="", actor=ground.chair, now=f.NOW)
        asked = f.scheme(ground)
        page = text(see(ground.lead, "calloff-publish", calloff))
        assert "Agree who holds the list." in page
        assert url("condition-met", paper, condition.pk) in page
        client = people.client_for(ground.lead)
        assert client.post(url("calloff-publish", calloff), publication(asked)).status_code == 422

    def test_an_empty_pool_is_said_and_nothing_is_published(self, ground):
        calloff, asked = f.approved(ground), f.scheme(ground)
        Admission.objects.update(state="removed")
        page = text(see(ground.lead, "calloff-publish", calloff))
        assert "no member in its pool who could be invited" in page
        client = people.client_for(ground.lead)
        assert client.post(url("calloff-publish", calloff), publication(asked)).status_code == 422
        assert not Competition.objects.exists()

    def test_the_formula_that_hangs_on_other_bids_is_marked(self, ground):
        calloff = f.approved(ground)
        f.scheme(ground, title="Relative")
        page = text(see(ground.lead, "calloff-publish", calloff))
        assert "points depend on the other bids" in page

    def test_only_the_lead_of_its_authority_publishes(self, ground):
        calloff = f.approved(ground)
        f.scheme(ground)
        refused = see(ground.commissioner, "calloff-publish", calloff)
        assert refused.status_code == 403
        assert "publish the mini-competition" in text(refused)
        assert see(ground.writers[0], "calloff-publish", calloff).status_code == 404


class TestThePage:
    def test_before_the_opening_it_tells_nobody_who_bids_or_means_to(self, ground, time_machine):
        competition = f.published(ground)
        f.submitted(competition, ground.writers[0])
        refusing = f.invitation(competition, ground.writers[1])
        clarifications.respond(
            invitation=refusing,
            intention="will_not",
            reason="We have no staff there.",
            actor=ground.writers[1],
            now=f.NOW,
        )
        pages = {text(see(who, "competition", competition)) for who in (ground.lead, ground.commissioner)}
        time_machine.move_to(f.AFTER)
        competitions.close(competition=competition, actor=bids.SWEEP, now=f.AFTER)
        pages |= {text(see(who, "competition", competition)) for who in (ground.lead, ground.commissioner)}
        for page in pages:
            assert SEALED in page
            assert "BID-" not in page
            assert "We have no staff there." not in page
            assert 'id="bids"' not in page
            assert "Will bid" not in page
            assert "Will not bid" not in page

    def test_bids_or_none_the_page_before_the_opening_is_the_same(self, ground):
        competition = f.published(ground)
        client = people.client_for(ground.lead)

        def main():
            page = text(client.get(competition.get_absolute_url()))
            return page.partition("<main")[2].partition("</main>")[0]

        before = main()
        f.submitted(competition, ground.writers[0])
        f.started(competition, ground.writers[1])
        assert main() == before

    def test_after_the_opening_the_lead_reads_who_bid_and_why_others_did_not(self, ground, time_machine):
        competition = f.published(ground)
        clarifications.respond(
            invitation=f.invitation(competition, ground.writers[1]),
            intention="will_not",
            reason="We have no staff there.",
            actor=ground.writers[1],
            now=f.NOW,
        )
        bid = f.submitted(competition, ground.writers[0])
        f.started(competition, ground.writers[2])
        time_machine.move_to(f.AFTER)
        competitions.unseal(competition=competition, actor=ground.lead, now=f.AFTER)
        page = text(see(ground.lead, "competition", competition))
        assert bid.reference in page
        assert "1 of 3 invited providers bid" in page
        assert "We have no staff there." in page
        evaluator = people.person(ground.partner, "evaluator")
        assert bid.reference not in text(see(evaluator, "competition", competition))

    def test_a_competition_abandoned_while_sealed_tells_no_bidder(self, ground):
        competition = f.published(ground)
        bid = f.submitted(competition, ground.writers[0])
        endings.abandon(
            calloff=competition.calloff, reason="Funding fell away.", actor=ground.lead, now=f.NOW
        )
        page = text(see(ground.lead, "competition", competition))
        assert "Funding fell away." in page
        assert bid.reference not in page
        assert "Invited, without a bid" not in page

    def test_a_stranger_and_a_provider_find_nothing(self, ground):
        competition = f.published(ground)
        assert see(ground.writers[0], "competition", competition).status_code == 404
        assert see(people.person(people.authority(), "lead"), "competition", competition).status_code == 404
        assert see(ground.partner_commissioner, "competition", competition).status_code == 200

    def test_it_costs_the_same_with_three_of_all_as_with_one(self, time_machine):
        costs = []
        for number in (1, 3):
            time_machine.move_to(f.NOW, tick=False)
            ground = f.ground(pool=number)
            competition = f.published(ground)
            for writer in ground.writers:
                f.submitted(competition, writer)
                for _ in range(number):
                    f.question(f.invitation(competition, writer), writer)
            time_machine.move_to(f.AFTER)
            competitions.unseal(competition=competition, actor=ground.lead, now=f.AFTER)
            client = people.client_for(ground.lead)
            client.get(competition.get_absolute_url())
            with CaptureQueriesContext(connection) as caught:
                assert client.get(competition.get_absolute_url()).status_code == 200
            costs.append(len(caught))
        assert costs[0] == costs[1]


class TestQuestions:
    @pytest.fixture
    def asked(self, ground):
        competition = f.published(ground)
        writer = ground.writers[0]
        return f.question(f.invitation(competition, writer), writer, "May we at Hill House share a van?")

    def test_the_original_stands_beside_what_all_will_read_and_names_nobody(self, ground, asked):
        page = text(see(ground.commissioner, "competition-answer", asked.competition, asked.pk))
        assert page.count("May we at Hill House share a van?") == 2
        assert ground.providers[0].name not in page
        listed = text(see(ground.commissioner, "competition", asked.competition))
        assert url("competition-answer", asked.competition, asked.pk) in listed
        assert "Hill House" not in listed

    def test_the_answer_goes_to_all_as_it_was_edited(self, ground, asked):
        client = people.client_for(ground.commissioner)
        typed = {"published_question": "May a van be shared?", "answer": "Yes."}
        answer = client.post(url("competition-answer", asked.competition, asked.pk), typed)
        assert answer.headers["Location"] == asked.competition.get_absolute_url()
        asked.refresh_from_db()
        assert (asked.published_question, asked.answer) == ("May a van be shared?", "Yes.")
        told = Message.objects.filter(kind="question_answered")
        assert {message.organisation for message in told} == set(ground.providers)
        assert not any("Hill House" in message.body for message in told)
        page = text(see(ground.lead, "competition", asked.competition))
        assert "May a van be shared?" in page
        assert "Hill House" not in page

    def test_a_name_is_refused_beside_its_field_and_all_is_kept(self, ground, asked):
        client = people.client_for(ground.lead)
        typed = {"published_question": "A van?", "answer": f"Ask {ground.providers[1].name} about it."}
        answer = client.post(url("competition-answer", asked.competition, asked.pk), typed)
        assert answer.status_code == 422
        assert "Take out what names a provider" in text(answer)
        assert f"Ask {ground.providers[1].name} about it." in text(answer)
        assert Clarification.objects.get().answered_at is None
        assert not Message.objects.filter(kind="question_answered").exists()

    def test_an_answered_question_and_a_passed_deadline_take_no_answer(self, ground, asked, time_machine):
        time_machine.move_to(f.AFTER)
        page = text(see(ground.lead, "competition-answer", asked.competition, asked.pk))
        assert "and now they cannot" in page
        assert 'name="answer"' not in page

    def test_nobody_else_reads_the_original(self, ground, asked):
        refused = see(ground.director, "competition-answer", asked.competition, asked.pk)
        assert refused.status_code == 403
        assert "Hill House" not in text(refused)
        other = f.published(ground)
        assert see(ground.lead, "competition-answer", other, asked.pk).status_code == 404
        assert see(ground.writers[0], "competition-answer", asked.competition, asked.pk).status_code == 404


class TestExtending:
    def extend(self, ground, competition, **given):
        typed = {**when("deadline", "8", "2", "2027", "12:00"), "reason": "A holiday was forgotten.", **given}
        return people.client_for(ground.lead).post(url("competition-extend", competition), typed)

    def test_everybody_invited_is_told_and_the_page_keeps_it(self, ground):
        competition = f.published(ground)
        answer = self.extend(ground, competition)
        assert answer.headers["Location"] == competition.get_absolute_url()
        competition.refresh_from_db()
        assert competition.deadline == f.DEADLINE + timedelta(days=7)
        told = Message.objects.filter(kind="competition_extended")
        assert {message.organisation for message in told} == set(ground.providers)
        assert "A holiday was forgotten." in text(see(ground.lead, "competition", competition))

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"reason": ""}, "Enter why the deadline is moved"),
            (when("deadline", "30", "1", "2027", "12:00"), "must be later than"),
            (when("deadline", "2", "6", "2027", "12:00"), "before the contract starts"),
        ],
    )
    def test_what_cannot_be_is_refused_and_kept(self, ground, given, sentence):
        competition = f.published(ground)
        answer = self.extend(ground, competition, **given)
        assert answer.status_code == 422
        assert sentence in text(answer)
        assert not CompetitionChange.objects.exists()

    def test_a_passed_deadline_is_not_moved(self, ground, time_machine):
        competition = f.published(ground)
        time_machine.move_to(f.AFTER)
        page = text(see(ground.lead, "competition-extend", competition))
        assert "One that has passed is not moved." in page
        assert "This cannot be done<" in page
        assert self.extend(ground, competition).status_code == 422
        assert "Move the deadline" not in text(see(ground.lead, "competition", competition))

    def test_only_the_lead_moves_it(self, ground):
        competition = f.published(ground)
        assert see(ground.commissioner, "competition-extend", competition).status_code == 403
        assert "Move the deadline" not in text(see(ground.commissioner, "competition", competition))


class TestOpening:
    def test_before_the_time_the_page_says_from_when_and_opens_nothing(self, ground, time_machine):
        competition = f.published(ground)
        bid = f.submitted(competition, ground.writers[0])
        for at in (f.NOW, f.DEADLINE + timedelta(seconds=1)):
            time_machine.move_to(at)
            page = text(see(ground.lead, "competition-unseal", competition))
            assert "sealed until" in page
            assert "Open the bids now" not in page
            client = people.client_for(ground.lead)
            assert client.post(url("competition-unseal", competition), {"sure": "on"}).status_code == 422
        bid.refresh_from_db()
        assert bid.state == "submitted"
        assert not Event.objects.filter(action="round.open").exists()

    def test_it_is_confirmed_and_recorded_even_if_no_sweep_closed_it(self, ground, time_machine):
        competition = f.published(ground)
        f.submitted(competition, ground.writers[0])
        time_machine.move_to(f.AFTER)
        client = people.client_for(ground.lead)
        unsure = client.post(url("competition-unseal", competition), {})
        assert unsure.status_code == 422
        assert "Tick" in text(unsure)
        answer = client.post(url("competition-unseal", competition), {"sure": "on"}, follow=True)
        assert "1 bid is open. The prices stay sealed." in text(answer)
        competition.refresh_from_db()
        assert competition.state == "unsealed"
        assert Event.objects.get(action="round.open").actor == ground.lead
        again = client.post(url("competition-unseal", competition), {"sure": "on"})
        assert again.status_code == 422

    def test_a_damaged_piece_is_told(self, ground, time_machine):
        competition = f.published(ground)
        bid = f.submitted(competition, ground.writers[0])
        blob = bid.submission.versions.get(item="MS1").blob
        type(blob).objects.filter(pk=blob.pk).update(ciphertext=b"x" * 40)
        time_machine.move_to(f.AFTER)
        client = people.client_for(ground.lead)
        answer = client.post(url("competition-unseal", competition), {"sure": "on"}, follow=True)
        assert "1 sealed piece did not match" in text(answer)
        competition.refresh_from_db()
        files = client.get(reverse("exercise-files", args=[competition.exercise.reference]))
        assert f"{bid.organisation.name}, " in text(files)
        assert "the answer to MS1, found at the opening" in text(files)

    def test_a_commissioner_may_not_and_the_attempt_is_noted(self, ground, time_machine):
        competition = f.closed(ground)
        time_machine.move_to(f.AFTER)
        refused = people.client_for(ground.commissioner).post(
            url("competition-unseal", competition), {"sure": "on"}
        )
        assert refused.status_code == 403
        competition.refresh_from_db()
        assert competition.state == "closed"
        assert AccessEntry.objects.filter(user=ground.commissioner, outcome="refused").exists()

    def test_the_prices_wait_for_the_panel_and_then_open(self, ground, time_machine):
        competition = f.opened(ground)
        time_machine.move_to(f.JUDGED)
        page = text(see(ground.lead, "competition-prices", competition))
        assert "once the panel has closed its moderation" in page
        assert "Open the prices now" not in page
        f.judge(ground, competition.exercise, {one.pk: 3 for one in ground.providers})
        client = people.client_for(ground.lead)
        answer = client.post(url("competition-prices", competition), {"sure": "on"})
        assert answer.headers["Location"] == url("award", competition)
        competition.round.refresh_from_db()
        assert competition.round.prices_are_open
        assert client.post(url("competition-prices", competition), {"sure": "on"}).status_code == 422
        assert see(ground.commissioner, "competition-prices", competition).status_code == 403

    def test_the_lead_finds_the_panel_from_here(self, ground):
        competition = f.published(ground)
        page = text(see(ground.lead, "competition", competition))
        assert competition.exercise.get_absolute_url() in page
        assert competition.exercise.get_absolute_url() not in text(
            see(ground.commissioner, "competition", competition)
        )
