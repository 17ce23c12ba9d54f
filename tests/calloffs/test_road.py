"""The whole road by services alone: from a draft to a signed contract, with what each step leaves behind."""

import pytest

from calloffs.models import Governance
from calloffs.services import awards, contracts
from commissioning.audit.models import Event
from commissioning.audit.verification import verify
from commissioning.records.models import Letter, Message
from commissioning.records.services import letters
from tests.calloffs import factories as f

pytestmark = pytest.mark.django_db


def test_from_a_draft_to_a_signed_contract_with_real_letters():
    ground = f.ground()
    award = f.lettered(ground, rendered=False, by_services=True)
    for pk in letters.due():
        assert letters.render(pk)
    awards.release(award=award, actor=ground.releaser, now=f.SENT)
    contract = contracts.issue(award=award, actor=ground.lead, now=f.MADE)
    assert letters.render(contract.letter_id)
    contracts.sign_for_provider(contract=contract, actor=ground.writers[0], now=f.MADE)
    contracts.sign_for_authority(contract=contract, actor=ground.director, now=f.MADE)

    calloff = contract.calloff
    calloff.refresh_from_db()
    assert (calloff.state, contract.state) == ("contracted", "signed")
    assert contract.organisation == ground.providers[0]
    assert contract.value == 200 * 20
    assert sorted(calloff.competition.bids.values_list("state", flat=True)) == ["lost", "won"]
    assert Governance.objects.filter(calloff=calloff).count() == 2

    kinds = sorted(Letter.objects.values_list("kind", flat=True))
    assert kinds == ["award_record", "award_unsuccessful", "award_winner", "board_decision", "contract"]
    assert all(letters.read(letter).startswith(b"%PDF") for letter in Letter.objects.all())

    told = set(Message.objects.values_list("kind", flat=True))
    assert told >= {
        "paper_tabled",
        "paper_decided",
        "invitation_to_bid",
        "bid_received",
        "letters_released",
        "contract_issued",
        "contract_signed",
    }
    assert Event.objects.filter(action="calloff.contract").count() == 1
    assert verify(full=True).problem is None
