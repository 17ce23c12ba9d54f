"""The contract: not before the standstill ends, signed by both, withdrawn by nobody but the lead."""

from datetime import UTC, datetime, timedelta

import pytest

from calloffs.models import CallOff, Contract
from calloffs.services import awards, contracts
from commissioning.clock import standstill_last_day
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records.models import Letter, Message
from commissioning.workflow import Refused
from providers.models import Admission
from tests.calloffs import factories as f
from tests.factories import person
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db
FIRST = datetime(2027, 3, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def ground():
    return f.ground(pool=2)


class TestIssuing:
    def test_waits_for_the_end_of_the_standstill_to_the_microsecond(self, ground):
        award = f.released(ground)
        with pytest.raises(Refused, match="lasts to the end of Thursday 11 March 2027"):
            contracts.issue(award=award, actor=ground.lead, now=FIRST - MICROSECOND)
        contract = contracts.issue(award=award, actor=ground.lead, now=FIRST)
        assert contract.state == "issued"
        assert contract.letter.facts["value"] == "4000.00"
        told = Message.objects.get(kind="contract_issued")
        assert told.recipient == ground.writers[0]
        with pytest.raises(Refused, match="issued already"):
            contracts.issue(award=award, actor=ground.lead, now=FIRST)

    def test_waits_for_the_letters_and_is_the_leads(self, ground):
        award = f.signed(ground)
        with pytest.raises(Refused, match="once the award letters"):
            contracts.issue(award=award, actor=ground.lead, now=f.MADE)
        for actor in (ground.commissioner, ground.director, ground.writers[0]):
            with pytest.raises(Denied):
                contracts.issue(award=award, actor=actor, now=f.MADE)

    def test_is_stopped_by_a_hold_and_by_a_suspension(self, ground):
        award = f.released(ground)
        awards.place_hold(award=award, reason="A claim.", actor=ground.lead, now=f.SENT)
        with pytest.raises(Refused, match="A claim"):
            contracts.issue(award=award, actor=ground.lead, now=f.MADE)
        awards.lift_hold(award=award, reason="Over.", actor=ground.lead, now=f.SENT)
        Admission.objects.filter(organisation=ground.providers[0]).update(state="suspended")
        with pytest.raises(Refused, match="it gets no award"):
            contracts.issue(award=award, actor=ground.lead, now=f.MADE)


class TestSigning:
    def test_is_the_providers_first_and_the_directors_last(self, ground):
        contract = f.issued(ground)
        with pytest.raises(Refused, match="Waiting for the provider"):
            contracts.sign_for_authority(contract=contract, actor=ground.director, now=f.MADE)
        contracts.sign_for_provider(contract=contract, actor=ground.writers[0], now=f.MADE)
        contracts.sign_for_authority(contract=contract, actor=ground.director, now=f.MADE)
        contract.refresh_from_db()
        assert contract.provider_signed_by == ground.writers[0]
        assert contract.authority_signed_by == ground.director
        assert CallOff.objects.get().state == "contracted"
        assert contract.award.state == "made"
        assert Message.objects.filter(kind="contract_signed").count() == 1

    def test_is_for_the_providers_administrators_and_the_own_directors(self, ground):
        contract = f.issued(ground)
        editor = person(providers.provider_of(ground.writers[0]), Role.PROVIDER_EDITOR)
        for actor in (editor, ground.writers[1], ground.lead, ground.director):
            with pytest.raises(Denied):
                contracts.sign_for_provider(contract=contract, actor=actor, now=f.MADE)
        contracts.sign_for_provider(contract=contract, actor=ground.writers[0], now=f.MADE)
        for actor in (ground.lead, person(ground.partner, Role.DIRECTOR), ground.writers[0]):
            with pytest.raises(Denied):
                contracts.sign_for_authority(contract=contract, actor=actor, now=f.MADE)

    def test_waits_for_the_pdf(self, ground):
        contract = f.issued(ground)
        Letter.objects.filter(pk=contract.letter_id).update(rendered_at=None)
        with pytest.raises(Refused, match="still being prepared"):
            contracts.sign_for_provider(contract=contract, actor=ground.writers[0], now=f.MADE)

    def test_a_hold_stops_either_signature(self, ground):
        contract = f.issued(ground)
        awards.place_hold(award=contract.award, reason="A claim.", actor=ground.lead, now=f.MADE)
        with pytest.raises(Refused, match="A legal hold stops it") as refused:
            contracts.sign_for_provider(contract=contract, actor=ground.writers[0], now=f.MADE)
        assert "A claim." not in str(refused.value)
        awards.lift_hold(award=contract.award, reason="Over.", actor=ground.lead, now=f.MADE)
        contracts.sign_for_provider(contract=contract, actor=ground.writers[0], now=f.MADE)
        awards.place_hold(award=contract.award, reason="Again.", actor=ground.lead, now=f.MADE)
        with pytest.raises(Refused, match="A legal hold stops it"):
            contracts.sign_for_authority(contract=contract, actor=ground.director, now=f.MADE)
        assert CallOff.objects.get().state == "standstill"


def test_the_register_is_seen_by_the_partners_and_by_the_provider_alone(ground):
    contract = f.issued(ground)
    sees = [ground.lead, ground.partner_commissioner, ground.writers[0]]
    assert all(Contract.objects.visible_to(one).get() == contract for one in sees)
    blind = [ground.writers[1], person(f.lots.authority(), Role.LEAD), person(is_staff=True)]
    assert not any(Contract.objects.visible_to(one).exists() for one in blind)


def test_rulebook_g15_holds_for_the_letters_of_2021():
    sent = datetime(2021, 3, 23, 10, tzinfo=UTC)
    assert str(standstill_last_day("PCR", sent)) == "2021-04-06"
