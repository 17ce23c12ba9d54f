"""A bid that goes in by itself at the close: once, complete, as it was last saved in time (settled 11)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from calloffs import tasks
from calloffs.models import Invitation
from calloffs.services import bids, clarifications, competitions, endings, standing
from commissioning.audit.models import AccessEntry, Event
from commissioning.policies import Denied
from commissioning.records import receipts
from commissioning.records.models import Message
from commissioning.workflow import Refused
from providers.models import Package
from providers.queries import evaluation
from providers.services import packages
from tests import factories as people
from tests.calloffs import factories as f
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db

MICROSECOND = timedelta(microseconds=1)
SETTLED = f.DEADLINE + timedelta(minutes=3)


@pytest.fixture
def ground():
    return f.ground(pool=2)


@pytest.fixture
def competition(ground):
    return f.published(ground)


@pytest.fixture
def ana(ground):
    return ground.writers[0]


@pytest.fixture
def bid(competition, ana):
    made = f.filled(competition, ana)
    standing.instruct(bid=made, actor=ana, now=f.NOW)
    return made


def state(bid):
    bid.refresh_from_db()
    return bid.state


def test_who_gave_it_and_who_took_it_back_is_kept_and_veiled(bid, ana):
    ben = people.person(bid.organisation, "provider_editor")
    given = standing.instruct(bid=bid, actor=ben, now=f.NOW)
    assert given.given_by == ana
    standing.clear(bid=bid, actor=ben, now=f.NOW + timedelta(hours=1))
    given.refresh_from_db()
    assert (given.cleared_by, given.cleared_at) == (ben, f.NOW + timedelta(hours=1))
    with pytest.raises(Refused, match="no instruction"):
        standing.clear(bid=bid, actor=ben, now=f.NOW)
    noted = Event.objects.filter(action__in=("bid.instruct", "bid.clear_instruction"))
    assert [(row.action, row.veil) for row in noted.order_by("pk")] == [
        ("bid.instruct", bid.audit_veil),
        ("bid.clear_instruction", bid.audit_veil),
    ]


def test_nobody_else_gives_it_and_nobody_after_the_deadline(ground, bid, ana):
    for stranger in (ground.writers[1], ground.lead):
        with pytest.raises(Denied):
            standing.instruct(bid=bid, actor=stranger, now=f.NOW)
    standing.instruct(bid=bid, actor=ana, now=f.DEADLINE)
    for verb in (standing.instruct, standing.clear):
        with pytest.raises(Refused, match="after the deadline"):
            verb(bid=bid, actor=ana, now=f.DEADLINE + MICROSECOND)


def test_goes_in_once_however_often_the_sweep_runs(bid, ana):
    bids.save(bid=bid, values={"HOUR": Decimal("19.00")}, actor=ana, now=f.DEADLINE)
    for now in (f.DEADLINE, SETTLED - MICROSECOND):
        tasks.sweep(now=now)
        assert state(bid) == "draft"
    for _ in range(3):
        tasks.sweep(now=SETTLED)
    assert state(bid) == "submitted"
    package = Package.objects.get()
    assert (package.received_at, package.fixed_at, package.submitted_by) == (f.DEADLINE, SETTLED, ana)
    told = Message.objects.get(kind="bid_sent_at_close")
    assert (told.recipient, told.veil) == (ana, bid.audit_veil)
    assert Event.objects.filter(action="bid.send_at_close").count() == 1
    receipt = packages.read_receipt(package=package, actor=ana, now=f.AFTER)
    moments = receipts.standing_moments(receipt.data)
    assert moments == {"given_at": f.NOW, "saved_at": f.DEADLINE, "fixed_at": SETTLED}
    assert len(receipt.data["lines"]) == 1 + 8  # the details of the organisation first
    receipts.verify_receipt(receipt.data)


def test_without_its_price_it_is_not_complete_and_its_people_are_told_what_was_missing(ground, competition):
    writer = ground.writers[1]
    bid = f.started(competition, writer)
    values = {
        item.code: providers.answer(item)
        for item in bids.submissions.items.of_scheme(bid.submission.scheme)
        if item.kind != "price"
    }
    bids.save(bid=bid, values=values, actor=writer, now=f.NOW)
    standing.instruct(bid=bid, actor=writer, now=f.NOW)
    tasks.sweep(now=SETTLED)
    assert state(bid) == "lapsed"
    assert not Package.objects.exists()
    body = Message.objects.get(kind="bid_lapsed").body
    assert "You had asked for your bid to be sent" in body
    assert "* One hour of support" in body


def test_without_the_instruction_a_complete_draft_is_set_aside_as_ever(bid, ana):
    standing.clear(bid=bid, actor=ana, now=f.NOW)
    tasks.sweep(now=SETTLED)
    assert state(bid) == "lapsed"
    assert "had asked" not in Message.objects.get(kind="bid_lapsed").body


def test_the_hand_comes_first(bid, ana):
    by_hand = bids.submit(bid=bid, actor=ana, now=f.NOW)
    bids.save(bid=bid, values={"MS1": "Half a sent"}, actor=ana, now=f.NOW)
    tasks.sweep(now=SETTLED)
    assert Package.objects.get() == by_hand
    assert (state(bid), by_hand.fixed_at) == ("submitted", None)


def test_what_was_withdrawn_or_ended_is_not_sent(ground, bid, competition, ana):
    bids.submit(bid=bid, actor=ana, now=f.NOW)
    bids.withdraw(bid=bid, actor=ana, now=f.NOW)
    other = f.filled(competition, ground.writers[1])
    standing.instruct(bid=other, actor=ground.writers[1], now=f.NOW)
    endings.abandon(calloff=competition.calloff, reason="No money.", actor=ground.lead, now=f.NOW)
    tasks.sweep(now=SETTLED)
    assert (state(bid), state(other)) == ("withdrawn", "ended")
    assert not Message.objects.filter(kind="bid_sent_at_close").exists()


def test_an_opening_without_any_sweep_includes_it_with_its_prices_still_sealed(ground, competition, bid):
    found = competitions.unseal(competition=competition, actor=ground.lead, now=f.AFTER)
    assert (found.bids, found.damaged) == (1, 0)
    assert state(bid) == "opened"
    competition.round.refresh_from_db()
    assert competition.round.prices_opened_at is None
    read = evaluation.read_for_evaluation(bid.submission, reader=ground.lead, now=f.AFTER)
    assert read.item("MS1").text == "Marmalade MS1 quokka"


def test_if_it_cannot_be_settled_nothing_is_opened_without_it(ground, competition, bid, monkeypatch):
    def broken(**given):
        raise OSError("disk")

    monkeypatch.setattr(packages, "fix_at_close", broken)
    with pytest.raises(OSError, match="disk"):
        competitions.unseal(competition=competition, actor=ground.lead, now=f.AFTER)
    tasks.sweep(now=f.AFTER)
    assert state(bid) == "draft"
    monkeypatch.undo()
    competitions.unseal(competition=competition, actor=ground.lead, now=f.AFTER)
    assert state(bid) == "opened"


def test_only_the_portal_settles_and_reads_nothing(ground, bid, ana):
    for who in (ana, ground.lead):
        with pytest.raises(Denied):
            standing.settle(bid=bid, actor=who, now=SETTLED)
    tasks.sweep(now=SETTLED)
    taken = AccessEntry.objects.get(what="fingerprints for its receipt")
    assert (taken.subject, taken.veil) == (bid.reference, bid.audit_veil)


def test_it_says_that_the_provider_bids_whatever_was_said_before(competition, bid, ana):
    clarifications.respond(
        invitation=f.invitation(competition, ana), intention="will_not", reason="Busy.", actor=ana, now=f.NOW
    )
    tasks.sweep(now=SETTLED)
    said = Invitation.objects.get(organisation=bid.organisation)
    assert (said.intention, said.intention_reason) == ("will_bid", "")


def test_it_goes_by_the_deadline_as_it_was_moved(ground, competition, bid):
    later = f.DEADLINE + timedelta(days=1)
    competitions.extend(competition=competition, deadline=later, reason="Snow.", actor=ground.lead, now=f.NOW)
    tasks.sweep(now=SETTLED)
    assert state(bid) == "draft"
    tasks.sweep(now=later + timedelta(minutes=3))
    assert state(bid) == "submitted"
