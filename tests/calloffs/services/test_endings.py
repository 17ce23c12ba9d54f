"""Abandoning before the deadline, ending without an award after it: everyone told, nothing left open."""

from datetime import timedelta

import pytest

from calloffs.models import Award, Bid, CallOff, Competition, Contract
from calloffs.services import bids, calloffs, contracts, endings
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records.models import LetterBatch, Message
from commissioning.workflow import Refused
from tests.calloffs import factories as f
from tests.factories import NOW, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground():
    return f.ground(pool=2)


def abandon(ground, calloff, actor=None, reason="The need went away.", now=NOW):
    endings.abandon(
        calloff=CallOff.objects.get(pk=calloff.pk), reason=reason, actor=actor or ground.lead, now=now
    )


def end(ground, actor=None, reason="No bid was good enough.", now=f.JUDGED):
    endings.end_without_award(
        calloff=CallOff.objects.get(), reason=reason, actor=actor or ground.lead, now=now
    )


class TestAbandoning:
    def test_a_draft_tells_nobody(self, ground):
        calloff = f.draft(ground)
        abandon(ground, calloff)
        calloff.refresh_from_db()
        assert (calloff.state, calloff.end_reason) == ("abandoned", "The need went away.")
        assert not Message.objects.exists()

    def test_an_open_one_ends_everything_and_tells_every_invited_provider(self, ground):
        competition = f.published(ground)
        bid = f.submitted(competition, ground.writers[0])
        f.started(competition, ground.writers[1])
        abandon(ground, competition.calloff)
        competition.refresh_from_db()
        assert (competition.state, competition.exercise.state) == ("abandoned", "ended")
        assert competition.next_due_at is None
        assert set(Bid.objects.values_list("state", flat=True)) == {"ended"}
        told = Message.objects.filter(kind="competition_abandoned")
        assert {row.recipient for row in told} == set(ground.writers)
        assert not competition.round.is_open
        with pytest.raises(Refused, match="abandoned"):
            bids.submit(bid=Bid.objects.get(pk=bid.pk), actor=ground.writers[0], now=NOW)

    def test_after_the_deadline_it_is_too_late_even_if_the_sweep_was(self, ground):
        competition = f.published(ground)
        late = f.DEADLINE + timedelta(microseconds=1)
        with pytest.raises(Refused, match="Bids have closed"):
            abandon(ground, competition.calloff, now=late)
        abandon(ground, competition.calloff, now=f.DEADLINE)

    def test_is_the_leads_with_a_reason_and_not_while_it_is_with_the_board(self, ground):
        paper = f.tabled(ground)
        calloff = f.calloff_of(paper)
        with pytest.raises(Refused, match="With the board"):
            abandon(ground, calloff)
        calloffs.take_back(calloff=calloff, reason="x", actor=ground.commissioner, now=NOW)
        with pytest.raises(Refused):
            abandon(ground, calloff, reason=" ")
        for actor in (ground.commissioner, person(ground.partner, Role.LEAD)):
            with pytest.raises(Denied):
                abandon(ground, calloff, actor=actor)


class TestNoAward:
    def told(self):
        return {row.recipient for row in Message.objects.filter(kind="no_award")}

    def test_of_sealed_bids_ends_them_unread(self, ground):
        competition = f.closed(ground)
        end(ground)
        competition.refresh_from_db()
        assert (competition.state, competition.round.is_open) == ("abandoned", False)
        assert set(Bid.objects.values_list("state", flat=True)) == {"ended"}
        assert self.told() == set(ground.writers)
        veils = Message.objects.filter(kind="no_award").values_list("veil", flat=True)
        assert set(veils) == {competition.round.reference}

    def test_of_a_recommendation_with_drafted_letters_takes_them_back(self, ground):
        award = f.lettered(ground)
        end(ground)
        award.refresh_from_db()
        assert (award.state, award.end_reason) == ("ended", "No bid was good enough.")
        assert LetterBatch.objects.get().withdrawn_at == f.JUDGED
        assert Competition.objects.get().exercise.state == "ended"
        assert self.told() == set(ground.writers)

    def test_in_standstill_ends_the_unsigned_contract_too(self, ground):
        contract = f.issued(ground)
        end(ground, now=f.MADE)
        contract.refresh_from_db()
        assert contract.state == "withdrawn"
        assert Award.objects.get().state == "ended"
        assert sorted(Bid.objects.values_list("state", flat=True)) == ["ended", "lost"]
        assert CallOff.objects.get().state == "no_award"
        with pytest.raises(Refused):
            contracts.sign_for_provider(contract=Contract.objects.get(), actor=ground.writers[0], now=f.MADE)

    def test_after_the_signature_it_is_too_late(self, ground):
        f.in_force(ground)
        with pytest.raises(Refused, match="Contract signed"):
            end(ground, now=f.MADE)

    def test_is_the_leads_with_a_reason_and_not_before_the_closing(self, ground):
        competition = f.published(ground)
        with pytest.raises(Refused, match="Open for bids"):
            end(ground)
        assert competition.state == "open"
        with pytest.raises(Refused):
            end(ground, reason=" ")
        with pytest.raises(Denied):
            end(ground, actor=ground.commissioner)
