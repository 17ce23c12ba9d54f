"""The verbs on a contract: issue, sign for the provider, sign for the authority (product 50)."""

from datetime import datetime

from calloffs import rules
from calloffs.letters import ContractMade, ContractReady
from calloffs.models import Award, Contract
from calloffs.queries import ranking as ranks
from calloffs.workflow import AWARD, CALLOFF, CONTRACT
from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.records.services import letters
from commissioning.workflow import Refused, lock
from providers.services import notices

from . import award_letters


def issue(*, award: Award, actor: User, now: datetime) -> Contract:
    """Issue the contract in its frozen terms once the standstill has ended; the provider is told to sign.

    Refused during standstill or a legal hold (rulebook B14, B16, G15).
    """
    with unit():
        contract = Contract(
            calloff=award.calloff,
            award=award,
            organisation=award.bid.organisation,
            value=award.price,
            starts_on=award.calloff.starts_on,
            ends_on=award.calloff.ends_on,
            option_months=award.calloff.option_months,
            issued_at=now,
            issued_by=actor,
            state="issued",
            state_since=now,
        )
        policies.require(actor, "contract.issue", contract)
        lock(award)
        if Contract.objects.filter(award=award).exists():
            raise Refused("The contract has been issued already.")
        if refusal := rules.contract_may_be_made(award, actor, now):
            raise Refused(refusal)
        priced = award.competition.scheme.price_weight
        offers = ranks.prices(award.competition, reader=actor, now=now) if priced else {}
        contract.save()
        contract.letter = letters.draft(
            facts=award_letters.contract_facts(
                contract, signatory=actor, prices=offers.get(award.bid.reference)
            ),
            organisation=contract.organisation,
            about=contract.reference,
            chain=contract.audit_chain,
            actor=actor,
            now=now,
        )
        contract.save(update_fields=["letter"])
        letters.release(
            letter=contract.letter,
            title=contract.letter.subject_line,
            authority=contract.calloff.authority,
            actor=actor,
            now=now,
            tell=False,
        )
        record("contract.issue", contract, actor=actor, at=now, value=contract.value)
        notices.tell_organisation(
            contract.organisation,
            ContractReady(contract.calloff.authority.name, contract.calloff.title, contract.reference),
            key=f"contract-issued:{contract.reference}",
            about=contract.reference,
            chain=contract.audit_chain,
            now=now,
        )
    return contract


def sign_for_provider(*, contract: Contract, actor: User, now: datetime) -> None:
    """Sign for the provider, as one of its administrators."""
    with unit():
        changes = {"provider_signed_at": now, "provider_signed_by": actor}
        lock(contract)
        _insist_rendered(contract)
        CONTRACT.move(contract, "sign_provider", actor=actor, now=now, changes=changes)


def sign_for_authority(*, contract: Contract, actor: User, now: datetime) -> None:
    """Sign for the authority as a director: the contract is made, and the call-off is done."""
    with unit():
        changes = {"authority_signed_at": now, "authority_signed_by": actor}
        CONTRACT.move(contract, "sign_authority", actor=actor, now=now, changes=changes)
        AWARD.move(contract.award, "make", actor=actor, now=now)
        CALLOFF.move(contract.calloff, "contract", actor=actor, now=now, contract=contract.reference)
        notices.tell_organisation(
            contract.organisation,
            _made(contract),
            key=f"contract-signed:{contract.reference}",
            about=contract.reference,
            chain=contract.audit_chain,
            now=now,
        )


def _made(contract: Contract) -> ContractMade:
    calloff = contract.calloff
    return ContractMade(
        calloff.authority.name, calloff.title, contract.reference, contract.starts_on, contract.ends_on
    )


def _insist_rendered(contract: Contract) -> None:
    if contract.letter is None or contract.letter.rendered_at is None:
        raise Refused("The contract's PDF is still being prepared; try again in a minute.")
