"""Saying that the bid goes in by itself, what its pages say of it, and whom to ask beside each deadline."""

from datetime import timedelta

import pytest
from django.urls import reverse

from calloffs import tasks
from calloffs.models import BidInstruction
from calloffs.services import bids, competitions, standing
from commissioning.records.models import Message
from lots.models import Agreement
from tests import factories as people
from tests.calloffs import factories as f
from tests.pages import get

pytestmark = pytest.mark.django_db

SETTLED = f.DEADLINE + timedelta(minutes=3)
CONTACT = "bids@council.example"


@pytest.fixture
def at(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return lambda moment: time_machine.move_to(moment, tick=False)


@pytest.fixture
def ground(at):
    return f.ground()


@pytest.fixture
def competition(ground):
    return f.published(ground)


@pytest.fixture
def ana(ground):
    return ground.writers[0]


@pytest.fixture
def bid(competition, ana):
    return f.filled(competition, ana)


def url(name, bid, *more):
    return reverse(name, args=[bid.competition.reference, *more])


def test_where_submitting_asks_for_the_password_giving_it_does_and_taking_it_back_does_not(bid, ana):
    Agreement.objects.update(signature="proved_again")
    client, page = people.client_for(ana), url("bid-at-close", bid)
    people.prove(client, ago=timedelta(minutes=11))
    assert "in the last 10 minutes" in client.get(page).content.decode()
    assert "Confirm that it is you" in client.post(page, {"now": "no"}).content.decode()
    assert not BidInstruction.objects.exists()
    client.post(page, {"now": "no", "prove_password": people.PASSWORD})
    assert BidInstruction.objects.exists()
    people.prove(client, ago=timedelta(minutes=11))
    assert client.post(page, {"now": "yes"}).status_code == 302


def test_it_is_given_and_taken_back_with_who_and_when(bid, ana):
    client = people.client_for(ana)
    page = get(ana, url("bid-at-close", bid))
    assert "would go in by itself at the close" in page
    assert "with its prices" in page
    for _ in range(2):
        assert client.post(url("bid-at-close", bid), {"now": "no"}).url == url("bid", bid)
    page = get(ana, url("bid", bid))
    assert f"{ana.name} asked on" in page
    assert "would go in by itself at the close" in page
    assert "would go in by itself at the close" in get(ana, url("bid-invitation", bid))
    client.post(url("bid-at-close", bid), {"now": "yes"})
    assert BidInstruction.objects.get().cleared_by == ana
    page = get(ana, url("bid", bid))
    assert "Nothing goes in unless you submit it." in page
    assert "would not go in: complete, but not submitted" in page


def test_what_is_said_of_the_instruction_holds_for_the_bid_as_it_stands(bid, ana):
    client = people.client_for(ana)

    def said():
        client.post(url("bid-at-close", bid), {"now": "no"})
        shown = client.get(url("bid", bid)).content.decode()
        client.post(url("bid-at-close", bid), {"now": "yes"})
        client.get(url("bid", bid))
        return shown

    assert "your bid now goes in by itself" in said()
    bids.submit(bid=bid, actor=ana, now=f.NOW)
    shown = said()
    assert "goes in as you submitted it" in shown
    assert "now goes in by itself" not in shown
    bids.withdraw(bid=bid, actor=ana, now=f.NOW)
    shown = said()
    assert "was withdrawn, so it does not go in by itself" in shown
    assert "now goes in by itself" not in shown


def test_a_withdrawn_bid_is_told_from_one_that_goes_in_by_itself(bid, ana):
    standing.instruct(bid=bid, actor=ana, now=f.NOW)
    bids.submit(bid=bid, actor=ana, now=f.NOW)
    assert "A bid that you withdraw is not" in get(ana, url("bid-withdraw", bid))
    bids.withdraw(bid=bid, actor=ana, now=f.NOW)
    for page in ("bid", "bid-at-close"):
        assert "would not go in: it was withdrawn" in get(ana, url(page, bid))


def test_between_the_deadline_and_the_fixing_the_pages_do_not_say_that_it_was_not_sent(bid, ana, at):
    standing.instruct(bid=bid, actor=ana, now=f.NOW)
    at(f.DEADLINE + timedelta(minutes=1))
    page = get(ana, url("bid", bid))
    assert "goes in by itself" in page
    for wrong in ("did not go in", "Not submitted"):
        assert wrong not in page
        assert wrong not in get(ana, reverse("invitations"))


def test_after_the_close_page_and_receipt_show_both_times(bid, ana, at):
    standing.instruct(bid=bid, actor=ana, now=f.NOW)
    tasks.sweep(now=SETTLED)
    at(f.AFTER)
    page = get(ana, url("bid", bid))
    assert "went in by itself at the close. Last saved" in page
    receipt = get(ana, url("bid-receipt", bid, 1))
    assert "fixed by the portal on" in receipt
    assert "asked on" in receipt
    assert people.client_for(ana).post(url("bid-at-close", bid), {"now": "yes"}).status_code == 422
    assert BidInstruction.objects.get().cleared_at is None


def test_whom_to_ask_stands_beside_each_deadline_for_bids(ground, competition, bid, ana):
    competition.support_contact, competition.support_hours = CONTACT, "Monday to Friday, 10 to 4"
    competition.save()
    names = ("bid", "bid-invitation", "bid-intention", "bid-ask", "bid-prices", "bid-standards")
    pages = [url(name, bid) for name in (*names, "bid-submit", "bid-at-close")]
    for page in (*pages, url("bid-question", bid, "MS1")):
        shown = get(ana, page)
        assert f"{CONTACT}, Monday to Friday, 10 to 4" in shown, page
    other = ground.writers[1]
    assert CONTACT in get(other, url("bid-start", bid))
    for name in ("competition", "competition-extend", "calloff"):
        assert CONTACT in get(ground.lead, url(name, bid)), name


def test_the_form_offers_the_authoritys_own_contact_and_the_invitation_gives_it(ground):
    calloff, asked = f.approved(ground), f.scheme(ground)
    page = get(ground.lead, reverse("calloff-publish", args=[calloff.reference]))
    assert f'value="{ground.agreement.support_contact}"' in page
    made = competitions.publish(
        calloff=calloff,
        scheme=asked,
        questions_close_at=f.QUESTIONS_CLOSE,
        deadline=f.DEADLINE,
        expected_award_on=None,
        support_contact=f" {CONTACT} ",
        support_hours="",
        actor=ground.lead,
        now=f.NOW,
    )
    assert made.support == CONTACT
    assert f"Help before then: {CONTACT}" in Message.objects.filter(kind="invitation_to_bid").first().body
    following = f.approved(ground)
    page = get(ground.lead, reverse("calloff-publish", args=[following.reference]))
    assert f'value="{CONTACT}"' in page


def test_another_authoritys_contact_is_not_offered(ground):
    assert f.published(ground).support == ground.agreement.support
    other = f.approved(ground)
    other.authority = people.authority()
    other.save()
    assert competitions.queries.support_of(other) == ("", "")
