"""A contract as its own page shows it: its parties, its signatures, whose move it is."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from calloffs.models import Contract
from calloffs.workflow import CONTRACT
from commissioning import policies
from commissioning.people.actors import Actor
from commissioning.people.models import User

from .calloffs import contracts

PAGES = {"sign_provider": "contract-sign", "sign_authority": "contract-sign-authority"}
STAGES = (("issued", "Provider signs"), ("provider_signed", "Authority signs"), ("signed", "In force"))


def full(user: User) -> QuerySet[Contract]:
    """Return the contracts this person may see, with what a contract's own page shows."""
    return contracts(user).select_related(
        "issued_by",
        "provider_signed_by",
        "authority_signed_by",
        "award__competition__scheme",
        "award__bid__organisation",
    )


def stages(contract: Contract) -> list[dict[str, str]]:
    """Return the line of a contract's stages; one that was withdrawn has none."""
    states = [state for state, _ in STAGES]
    if contract.state not in states:
        return []
    here = states.index(contract.state)
    places = [
        "done" if n < here or contract.state == "signed" else "now" if n == here else "next"
        for n in range(len(STAGES))
    ]
    return [{"label": label, "place": place} for (_, label), place in zip(STAGES, places, strict=True)]


def signatures(contract: Contract) -> list[dict[str, Any]]:
    """Return both parties with who signed for each, and when."""
    return [
        {
            "party": contract.organisation.name,
            "by": contract.provider_signed_by,
            "at": contract.provider_signed_at,
        },
        {
            "party": contract.calloff.authority.name,
            "by": contract.authority_signed_by,
            "at": contract.authority_signed_at,
        },
    ]


def actions(contract: Contract, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Return the signature that is due from here, to those of the party whose turn it is."""
    return [
        {
            "label": choice.label,
            "allowed": choice.allowed,
            "reason": choice.reason,
            "step": choice.step,
            "url": reverse(PAGES[choice.step], args=[contract.reference]),
        }
        for choice in CONTRACT.choices(contract, actor, now)
        if choice.step in PAGES
        and contract.state in CONTRACT.step(choice.step).sources
        and _is_party(contract, choice.step, actor)
    ]


def reads_the_record(contract: Contract, actor: Actor) -> bool:
    """Return whether the person may read the award from which the contract was made."""
    return policies.may(actor, "award.read", contract).allowed


def _is_party(contract: Contract, step: str, actor: Actor) -> bool:
    return bool(actor.roles_in(contract.owned_by if step == "sign_provider" else contract.run_by))
