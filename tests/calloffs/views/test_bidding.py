"""An invited provider reads what is wanted, says whether it bids, asks, and starts its bid."""

from datetime import timedelta

import pytest
from django.urls import reverse

from calloffs.models import Bid, Clarification, Invitation
from calloffs.services import bids, clarifications, competitions, endings
from commissioning.audit.models import AccessEntry
from tests import factories as people
from tests.calloffs import factories as f
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def at(time_machine):
    """Set the portal's time; bids are taken unless a test says otherwise."""
    time_machine.move_to(f.NOW, tick=False)
    return lambda moment: time_machine.move_to(moment, tick=False)


@pytest.fixture
def ground(at):
    return f.ground()


@pytest.fixture
def competition(ground):
    return f.published(ground, title="Stroke support", need="People need help at home. Often. Soon.")


@pytest.fixture
def ana(ground):
    return ground.writers[0]


@pytest.fixture
def client(ana):
    return people.client_for(ana)


def url(name, competition, *more):
    return reverse(name, args=[competition.reference, *more])


def text(response):
    return response.content.decode()


class TestInvitations:
    def test_open_ones_stand_first_each_with_the_own_bid(self, ground, competition, client, ana, at):
        over = f.published(ground, title="Aids at home")
        f.submitted(over, ana)
        competitions.close(competition=over, actor=bids.SWEEP, now=f.DEADLINE + MICROSECOND)
        bid = f.started(competition, ana)
        page = text(client.get(reverse("invitations")))
        assert page.index("Stroke support") < page.index("Aids at home")
        assert bid.reference in page
        assert "Bid started, not submitted" in page
        assert "Submitted (received, sealed)" in page
        assert "in 3 weeks" in page or "days" in page

    def test_are_nobody_elses(self, ground, competition):
        outsider = providers.bid_writer()
        for stranger in (outsider, ground.lead, ground.commissioner):
            page = text(people.client_for(stranger).get(reverse("invitations")))
            assert "Stroke support" not in page
            assert "appears here" in page


class TestInvitation:
    def test_shows_what_is_wanted_how_it_is_judged_and_until_when(self, competition, client, ground):
        page = text(client.get(url("bid-invitation", competition)))
        for shown in (
            "People need help at home.",
            "£300,000",
            ground.authority.name,
            ground.partner.name,
            "1 June 2027",
            "12 months",
            "Method statement 1",
            "£30.00",
            "The lowest price divided by the bid",
            "The higher quality total",
            "Questions close",
            "Bids close",
            "London time",
            "Start your bid",
        ):
            assert shown in page, shown

    def test_gives_the_specification_to_the_invited_alone(self, competition, client):
        given = client.get(url("bid-specification", competition))
        assert given.headers["Content-Disposition"].startswith("attachment")
        assert b"walrus" in b"".join(given.streaming_content)
        outsider = people.client_for(providers.bid_writer())
        assert outsider.get(url("bid-specification", competition)).status_code == 404

    def test_an_attempt_of_somebody_who_was_not_invited_is_noted(self, competition):
        outsider = providers.bid_writer()
        assert people.client_for(outsider).get(url("bid-invitation", competition)).status_code == 404
        noted = AccessEntry.objects.get()
        assert (noted.outcome, noted.user) == ("refused", outsider)
        assert competition.reference in noted.subject

    def test_shows_a_moved_deadline_with_its_reason(self, ground, competition, client):
        competitions.extend(
            competition=competition,
            deadline=f.DEADLINE + timedelta(days=2),
            reason="The price lines were unclear.",
            actor=ground.lead,
            now=f.NOW,
        )
        assert "The price lines were unclear." in text(client.get(url("bid-invitation", competition)))

    def test_says_when_bids_have_closed(self, competition, ana, at):
        at(f.AFTER)
        page = text(people.client_for(ana).get(url("bid-invitation", competition)))
        assert "A bid can no longer be submitted" in page
        assert "You did not bid." in page
        assert "Start your bid" not in page

    def test_says_why_it_was_abandoned(self, ground, competition, client):
        endings.abandon(calloff=competition.calloff, reason="No money left.", actor=ground.lead, now=f.NOW)
        assert "No money left." in text(client.get(url("bid-invitation", competition)))


class TestIntention:
    def test_is_saved_and_may_be_changed(self, competition, client, ana):
        page = url("bid-intention", competition)
        answer = client.post(page, {"intention": "will_not", "reason": "No staff."})
        assert answer.headers["Location"] == url("bid-invitation", competition)
        assert f.invitation(competition, ana).intention_reason == "No staff."
        assert "No staff." in text(client.get(page))
        client.post(page, {"intention": "will_bid"})
        assert f.invitation(competition, ana).intention == Invitation.Intention.WILL_BID

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [({"intention": "will_not"}, "Say why you will not bid"), ({}, "Select whether you will bid")],
    )
    def test_a_refusal_without_a_reason_saves_nothing(self, competition, client, ana, given, sentence):
        response = client.post(url("bid-intention", competition), given)
        assert response.status_code == 422
        assert sentence in text(response)
        assert f.invitation(competition, ana).responded_at is None

    def test_ends_with_the_deadline(self, competition, ana, at):
        at(f.DEADLINE + MICROSECOND)
        client = people.client_for(ana)
        page = text(client.get(url("bid-intention", competition)))
        assert "Bids closed on" in page
        assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
        response = client.post(url("bid-intention", competition), {"intention": "will_bid"})
        assert response.status_code == 422
        assert "after the deadline" in text(response)
        assert f.invitation(competition, ana).intention == Invitation.Intention.UNDECIDED


class TestQuestions:
    def test_are_asked_and_wait_for_their_answer_among_the_own(self, competition, client, ground):
        answer = client.post(url("bid-ask", competition), {"question": "May it be run from two places?"})
        assert answer.headers["Location"] == url("bid-invitation", competition)
        asked = Clarification.objects.get()
        assert asked.question in text(client.get(url("bid-invitation", competition)))
        rival = people.client_for(ground.writers[1])
        assert asked.question not in text(rival.get(url("bid-invitation", competition)))

    def test_are_read_by_all_as_published_without_who_asked(self, competition, client, ground, ana):
        asked = clarifications.ask(
            invitation=f.invitation(competition, ana), question="My own way of words?", actor=ana, now=f.NOW
        )
        clarifications.answer(
            clarification=asked,
            published_question="May it be run from two places?",
            text="Yes, from two.",
            actor=ground.commissioner,
            now=f.NOW,
        )
        rival = text(people.client_for(ground.writers[1]).get(url("bid-invitation", competition)))
        assert "May it be run from two places?" in rival
        assert "Yes, from two." in rival
        assert "My own way of words?" not in rival
        assert ground.providers[0].name not in rival
        assert "My own way of words?" not in text(client.get(url("bid-invitation", competition)))

    @pytest.mark.parametrize("empty", [True, False])
    def test_that_say_nothing_or_name_the_asker_are_refused_and_kept(
        self, competition, client, ground, empty
    ):
        typed = "" if empty else f"May {ground.providers[0].name} use two places?"
        response = client.post(url("bid-ask", competition), {"question": typed})
        assert response.status_code == 422
        assert typed in text(response)
        assert ("Enter your question" if empty else "Take out your organisation") in text(response)
        assert not Clarification.objects.exists()

    def test_close_at_their_own_time(self, competition, ana, at):
        at(f.QUESTIONS_CLOSE + MICROSECOND)
        client = people.client_for(ana)
        assert "Questions closed on" in text(client.get(url("bid-invitation", competition)))
        assert "Questions closed on" in text(client.get(url("bid-ask", competition)))
        assert client.post(url("bid-ask", competition), {"question": "Now?"}).status_code == 422
        assert not Clarification.objects.exists()


class TestStarting:
    def test_leads_to_the_task_list_and_whoever_has_a_bid_is_led_to_it(self, competition, client, ana):
        start = url("bid-start", competition)
        assert client.get(url("bid", competition)).headers["Location"] == start
        assert "makes one bid" in text(client.get(start))
        assert not Bid.objects.exists()
        assert client.post(start).headers["Location"] == url("bid", competition)
        assert client.get(start).headers["Location"] == url("bid", competition)
        assert Bid.objects.get().started_by == ana
        page = text(client.get(url("bid", competition)))
        assert "If bids closed now" in page
        assert "would not go in: 4 answers, 2 declarations and 2 prices missing" in page

    def test_is_refused_after_the_deadline(self, competition, ana, at):
        at(f.DEADLINE + MICROSECOND)
        assert people.client_for(ana).post(url("bid-start", competition)).status_code == 422
        assert not Bid.objects.exists()


class TestWritingForTwo:
    @pytest.fixture
    def second(self, ground, competition, ana):
        other = ground.providers[1]
        people.member(ana, other, "provider_editor")
        return other

    @pytest.fixture
    def both(self, ana, second):
        return [one.organisation for one in ana.memberships.select_related("organisation")]

    @pytest.fixture
    def third(self, ground):
        return providers.provider_of(ground.writers[2])

    def test_is_asked_for_which_and_led_to_the_same_page(self, competition, client, both, third):
        page = text(client.get(url("bid-ask", competition)))
        assert "For which organisation?" in page
        for one in both:
            assert url("bid-ask", competition, one.reference) in page
        assert client.get(url("bid-ask", competition, third.reference)).status_code == 404

    def test_writes_for_the_one_in_the_address(self, competition, client, second):
        start = url("bid-start", competition, second.reference)
        assert client.post(start).headers["Location"] == url("bid", competition, second.reference)
        assert Bid.objects.get().organisation == second
        task_list = text(client.get(url("bid", competition, second.reference)))
        question = url("bid-question", competition, second.reference, "MS1")
        assert question in task_list
        client.post(question, {"text": "For the second.", "version": 0, "then": "stay"})
        assert "For the second." in text(client.get(question))

    def test_a_post_that_does_not_say_for_which_does_nothing(self, competition, client, second):
        assert client.post(url("bid-start", competition)).status_code == 409
        assert not Bid.objects.exists()

    def test_the_list_links_each(self, competition, client, both):
        page = text(client.get(reverse("invitations")))
        for one in both:
            assert url("bid-invitation", competition, one.reference) in page
