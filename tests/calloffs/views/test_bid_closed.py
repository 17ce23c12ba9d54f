"""What a bidder reads after the close: what is in, what of its draft is not, and what became of each."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from calloffs import tasks
from calloffs.services import bids, endings, standing
from commissioning.people.models import Organisation
from tests import factories as people
from tests.calloffs import factories as f
from tests.pages import get, post

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
SETTLED = f.DEADLINE + timedelta(minutes=3)


@pytest.fixture
def at(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return lambda moment: time_machine.move_to(moment, tick=False)


@pytest.fixture
def ground(at):
    return f.ground()


@pytest.fixture
def ana(ground):
    return ground.writers[0]


@pytest.fixture
def bid(ground, ana):
    return f.filled(f.published(ground), ana)


def url(name, bid, *more):
    return reverse(name, args=[bid.competition.reference, *more])


def test_check_and_submit_says_what_is_in_and_what_of_the_draft_never_was(bid, ana, at):
    bids.submit(bid=bid, actor=ana, now=f.NOW)
    bids.save(bid=bid, values={"HOUR": "19.00"}, actor=ana, now=f.NOW + SECOND)
    at(f.AFTER)
    page = get(ana, url("bid-submit", bid))
    assert "Your bid: what went in" in page
    assert "Your bid went in as you submitted it, without your changes since then. Received" in page
    assert "This is number 1, the only one received. It is what went in" in page
    assert "One hour of support" in page[page.index("What did not go in") : page.index("What happens next")]
    assert url("bid-sent", bid, 1) in page
    assert "Your prices stay sealed" in page
    for offer in ("<form", ">Change<", "submit again", "£19.00"):
        assert offer not in page, offer
    assert "<form" not in post(ana, url("bid-submit", bid), 422)


def test_check_and_submit_says_that_nothing_was_submitted_and_when_bids_closed(bid, ana, at):
    at(f.AFTER)
    page = get(ana, url("bid-submit", bid))
    assert "Your bid did not go in. It was not submitted in time. What you wrote does not count" in page
    assert "Bids closed on" in page
    assert "Your place in the pool is not affected." in page
    assert "<form" not in page


def test_check_and_submit_of_what_was_abandoned_says_that_it_is_not_opened(ground, bid, ana):
    bids.submit(bid=bid, actor=ana, now=f.NOW)
    endings.abandon(calloff=bid.competition.calloff, reason="No money", actor=ground.lead, now=f.NOW)
    page = get(ana, url("bid-submit", bid))
    assert "This mini-competition was abandoned." in page
    assert "Your bid: what became of it" in page
    assert "Your bid had been submitted. Received" in page
    assert "What you sent is not opened." in page
    assert url("bid-sent", bid, 1) in page
    assert "<form" not in page
    receipt = get(ana, url("bid-receipt", bid, 1))
    assert "What you sent is not opened." in receipt
    assert "A panel evaluates it" not in receipt


PAGES = ["submit", "withdraw", "at-close", "prices", "question"]


@pytest.mark.parametrize("name", ["", "invitation", "start", "intention", "ask", *PAGES])
@pytest.mark.parametrize("moment", [f.NOW, f.AFTER])
def test_no_page_of_what_was_abandoned_counts_down_or_blames_the_bidder(ground, bid, ana, at, name, moment):
    more = ["MS1"] if name == "question" else []
    bids.submit(bid=bid, actor=ana, now=f.NOW)
    endings.abandon(calloff=bid.competition.calloff, reason="No money", actor=ground.lead, now=f.NOW)
    at(moment)
    address = url(f"bid-{name}" if name else "bid", bid, *more)
    if name == "start":
        assert people.client_for(ana).get(address).headers["Location"] == url("bid", bid)
        return
    page = get(ana, address)
    for wrong in ("cannot be done yet", "not submitted in time", "When bids closed", "portal-when"):
        assert wrong not in page, wrong
    assert not re.search(r"\bin \d+ (days|hours)", page)
    if name in {"", "invitation"}:
        assert "When this ended" in page
        assert "had been submitted" in page
        assert "Received " in page
    assert "went in" not in page
    if name in PAGES:
        assert "This cannot be done" in page


def test_what_was_withdrawn_before_it_was_abandoned_says_by_whom(ground, bid, ana):
    bids.submit(bid=bid, actor=ana, now=f.NOW)
    bids.withdraw(bid=bid, actor=ana, now=f.NOW + SECOND)
    endings.abandon(calloff=bid.competition.calloff, reason="No money", actor=ground.lead, now=f.NOW + SECOND)
    assert "your bid had been withdrawn" in get(ana, url("bid-invitation", bid))
    page = get(ana, url("bid-submit", bid))
    assert "Your bid had been withdrawn." in page
    assert f"by {ana.name}, so it does not count" in page


def test_details_that_changed_after_the_bid_went_in_are_read_by_a_link(bid, ana, at):
    bids.submit(bid=bid, actor=ana, now=f.NOW)
    Organisation.objects.filter(pk=bid.organisation_id).update(address="2 New Road")
    at(f.AFTER)
    page = get(ana, url("bid-submit", bid))
    not_in = page[page.index("What did not go in") : page.index("What happens next")]
    assert f'href="/organisations/{bid.organisation.reference}/"' in not_in


def test_the_page_of_the_instruction_says_what_came_of_it(bid, ana, at):
    standing.instruct(bid=bid, actor=ana, now=f.NOW)
    tasks.sweep(now=SETTLED)
    at(f.AFTER)
    assert url("bid-at-close", bid) in get(ana, url("bid", bid))
    page = get(ana, url("bid-at-close", bid))
    assert "What happened at the close" in page
    assert f"{ana.name} asked on" in page
    assert "That stood at the close." in page
    assert "went in by itself at the close. Last saved" in page
    for wrong in ("<form", "would", "closed now", "until the deadline"):
        assert wrong not in page, wrong


def test_the_page_of_an_instruction_that_was_taken_back_says_by_whom(bid, ana, at):
    standing.instruct(bid=bid, actor=ana, now=f.NOW)
    ben = people.person(bid.organisation, "provider_editor", name="Ben Editor")
    standing.clear(bid=bid, actor=ben, now=f.NOW + SECOND)
    tasks.sweep(now=SETTLED)
    at(f.AFTER)
    page = get(ana, url("bid-at-close", bid))
    assert "Ben Editor took that back on" in page
    assert "did not go in. It was not submitted in time." in page


@pytest.mark.parametrize("page", ["bid-sent", "bid-receipt"])
def test_what_was_replaced_or_withdrawn_says_so(bid, ana, page):
    bids.submit(bid=bid, actor=ana, now=f.NOW)
    bids.save(bid=bid, values={"HOUR": "19.00"}, actor=ana, now=f.NOW + SECOND)
    bids.submit(bid=bid, actor=ana, now=f.NOW + SECOND)
    shown = get(ana, url(page, bid, 1))
    assert "This is number 1 of the 2 received. It does not count:" in shown
    assert f'href="{url(page, bid, 2)}">number 2</a>, received' in shown
    bids.withdraw(bid=bid, actor=ana, now=f.NOW + 2 * SECOND)
    shown = get(ana, url(page, bid, 2))
    assert f"by {ana.name}, so it does not count. Nothing was submitted after that." in shown
    assert "Nothing stands now" in get(ana, url(page, bid, 1))


@pytest.mark.parametrize("page", ["/invitations/", "/home/"])
def test_no_list_counts_down_to_the_close_of_what_was_abandoned(ground, bid, ana, page):
    assert re.search(r"in \d+ days", get(ana, page))
    endings.abandon(calloff=bid.competition.calloff, reason="No money", actor=ground.lead, now=f.NOW)
    shown = get(ana, page)
    assert "Ended without an award" in shown
    assert not re.search(r"in \d+ days", shown)


def test_the_deadline_of_what_was_stopped_before_it_never_was(ground, bid, ana, at):
    bids.submit(bid=bid, actor=ana, now=f.NOW)
    endings.abandon(calloff=bid.competition.calloff, reason="No money", actor=ground.lead, now=f.NOW)
    for moment in (f.NOW, f.AFTER):
        at(moment)
        assert "The deadline was to be" in get(ana, url("bid-receipt", bid, 1))


@pytest.mark.parametrize("name", ["bid-intention", "bid-ask"])
def test_whoever_only_looks_after_the_close_has_sent_nothing(bid, ana, at, name):
    at(f.AFTER)
    page = get(ana, url(name, bid))
    assert "Bids closed on" in page
    assert "This was received" not in page
    assert "This cannot be done<" in page
    assert "This was received on" in post(ana, url(name, bid), 422, intention="will_bid", question="Late?")
