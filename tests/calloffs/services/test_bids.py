"""Bidding: one bid a provider, sealed, receipted, judged at the microsecond (rulebook G1, R22-a)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from calloffs.models import Bid
from calloffs.services import bids, competitions
from commissioning.audit.models import AccessEntry, Event
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records.models import Message
from commissioning.workflow import Refused
from providers.models import AnswerVersion
from providers.services import submissions
from tests.calloffs import factories as f
from tests.commissioning.records.workers import at_once
from tests.factories import NOW, person
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def ground():
    return f.ground()


@pytest.fixture
def competition(ground):
    return f.published(ground)


@pytest.fixture
def writer(ground):
    return ground.writers[0]


class TestStarting:
    def test_gives_the_one_bid_however_often(self, ground, competition, writer):
        first = f.started(competition, writer)
        colleague = person(providers.provider_of(writer), Role.PROVIDER_EDITOR)
        assert f.started(competition, colleague) == first
        assert first.reference.startswith("BID-")

    def test_is_for_the_invited_while_bids_are_taken(self, ground, competition, writer):
        for stranger in (ground.writers[1], ground.lead):
            with pytest.raises(Denied):
                bids.start(invitation=f.invitation(competition, writer), actor=stranger, now=NOW)
        with pytest.raises(Refused, match="after the deadline"):
            f.started(competition, writer, now=f.DEADLINE + MICROSECOND)
        assert f.started(competition, writer, now=f.DEADLINE)


class TestWriting:
    def test_a_price_above_its_ceiling_is_refused_with_the_ceiling(self, competition, writer):
        bid = f.started(competition, writer)
        with pytest.raises(Refused, match=r"£30\.00 or less") as refused:
            bids.save(bid=bid, values={"HOUR": Decimal("30.01")}, actor=writer, now=NOW)
        assert refused.value.reasons[0].field == "HOUR"
        bids.save(bid=bid, values={"HOUR": Decimal("30.00")}, actor=writer, now=NOW)
        assert AnswerVersion.objects.get(item="HOUR").blob.compartment == "price"

    @pytest.mark.parametrize("price", ["0", "-1.00", "10.001"])
    def test_no_price_is_nothing_negative_or_of_half_pence(self, competition, writer, price):
        bid = f.started(competition, writer)
        with pytest.raises(Refused):
            bids.save(bid=bid, values={"SET": Decimal(price)}, actor=writer, now=NOW)

    def test_all_of_a_page_is_saved_or_none(self, competition, writer):
        bid = f.started(competition, writer)
        values = {"SET": Decimal("5.00"), "HOUR": Decimal("99.00")}
        with pytest.raises(Refused):
            bids.save(bid=bid, values=values, actor=writer, now=NOW)
        assert not AnswerVersion.objects.exists()

    def test_files_come_and_go(self, competition, writer, ground):
        bid = f.started(competition, writer)
        file = bids.add_file(bid=bid, item="MS1", upload=providers.pdf(), actor=writer, now=NOW)
        with pytest.raises(Denied):
            bids.remove_file(bid=bid, file=file, actor=ground.writers[1], now=NOW)
        other = f.started(competition, ground.writers[1])
        with pytest.raises(LookupError):
            bids.remove_file(bid=other, file=file, actor=ground.writers[1], now=NOW)
        bids.remove_file(bid=bid, file=file, actor=writer, now=NOW)
        file.refresh_from_db()
        assert file.removed_at == NOW

    def test_ends_with_the_deadline_and_is_nobody_elses(self, ground, competition, writer):
        bid = f.started(competition, writer)
        late = f.DEADLINE + MICROSECOND
        with pytest.raises(Refused, match="after the deadline"):
            bids.save(bid=bid, values={"MS1": "x"}, actor=writer, now=late)
        with pytest.raises(Refused, match="after the deadline"):
            bids.add_file(bid=bid, item="MS1", upload=providers.pdf(), actor=writer, now=late)
        for stranger in (ground.writers[1], ground.lead, ground.commissioner):
            with pytest.raises(Denied):
                bids.save(bid=bid, values={"MS1": "x"}, actor=stranger, now=NOW)


class TestSubmitting:
    def test_gives_a_receipt_and_tells_the_own_people_alone(self, competition, writer):
        bid = f.filled(competition, writer)
        package = bids.submit(bid=bid, actor=writer, now=NOW)
        receipt = submissions.read_receipt(package=package, actor=writer, now=NOW)
        assert receipt.data["reference"] == bid.reference
        assert len(receipt.data["lines"]) == 1 + 8  # the details of the organisation first
        told = Message.objects.get(kind="bid_received")
        assert (told.recipient, told.veil) == (writer, competition.round.reference)
        assert package.receipt_digest in told.body
        event = Event.objects.get(action="bid.submit")
        assert event.veil == competition.round.reference

    def test_at_the_deadlines_microsecond_it_is_in_and_one_later_it_is_out_and_logged(
        self, competition, writer
    ):
        bid = f.filled(competition, writer)
        late = f.DEADLINE + MICROSECOND
        with pytest.raises(Refused, match=r"12:00:00\.000001.*12:00:00\.000000"):
            bids.submit(bid=bid, actor=writer, now=late)
        noted = AccessEntry.objects.get(outcome="refused", subject=bid.reference)
        assert noted.what == "late attempt"
        bids.submit(bid=bid, actor=writer, now=f.DEADLINE)
        assert bid.state == "submitted"
        with pytest.raises(Refused, match="after the deadline"):
            bids.withdraw(bid=bid, actor=writer, now=late)

    def test_names_each_thing_that_is_missing(self, competition, writer):
        bid = f.started(competition, writer)
        with pytest.raises(Refused) as refused:
            bids.submit(bid=bid, actor=writer, now=NOW)
        assert len(refused.value.reasons) == 8
        assert Bid.objects.get().state == "draft"

    def test_submitting_again_replaces_and_withdrawing_leaves_the_draft(self, competition, writer):
        bid = f.submitted(competition, writer)
        bids.save(bid=bid, values={"HOUR": Decimal("19.00")}, actor=writer, now=NOW)
        second = bids.submit(bid=bid, actor=writer, now=NOW + MICROSECOND)
        bid.submission.refresh_from_db()
        assert (second.number, bid.submission.package) == (2, second)
        bids.withdraw(bid=bid, actor=writer, now=NOW)
        bid.submission.refresh_from_db()
        assert (bid.state, bid.submission.package) == ("withdrawn", None)
        assert Message.objects.filter(kind="bid_withdrawn").count() == 1
        bids.submit(bid=bid, actor=writer, now=NOW)
        assert bid.state == "submitted"

    def test_is_nobody_elses(self, ground, competition, writer):
        bid = f.filled(competition, writer)
        for stranger in (ground.writers[1], ground.lead, person(is_staff=True)):
            with pytest.raises(Denied):
                bids.submit(bid=bid, actor=stranger, now=NOW)

    def test_nothing_is_taken_once_opened(self, ground, competition, writer):
        bid = f.filled(competition, writer)
        competitions.close(competition=competition, actor=bids.SWEEP, now=f.AFTER)
        competitions.unseal(competition=competition, actor=ground.lead, now=f.AFTER)
        with pytest.raises(Refused):
            bids.submit(bid=Bid.objects.get(pk=bid.pk), actor=writer, now=f.DEADLINE)


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_who_submit_the_same_at_once_get_the_same_receipt():
    ground = f.ground(pool=1)
    competition = f.published(ground)
    bid = f.filled(competition, ground.writers[0])

    def submit():
        own = Bid.objects.get(pk=bid.pk)
        return bids.submit(bid=own, actor=ground.writers[0], now=NOW).number

    assert at_once(2, submit) == [1, 1]
    bid.submission.refresh_from_db()
    assert bid.submission.package.number == 1
    assert Message.objects.filter(kind="bid_received").count() == 1
    bids.save(bid=bid, values={"MS1": "Other words"}, actor=ground.writers[0], now=NOW)
    assert submit() == 2
    bids.withdraw(bid=Bid.objects.get(pk=bid.pk), actor=ground.writers[0], now=NOW)
    assert submit() == 3, "what was withdrawn is received anew"
