"""Opening by two people, where the agreement says so: propose, confirm, withdraw (settled 14, R22-e).

Whatever is sealed is opened through here: a window's entries, a mini-competition's bids, and its prices.
It is policy, recorded; `docs/sealing.md` says what it is not.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.actors import System
from commissioning.people.models import Organisation, User
from commissioning.records import queries, rules
from commissioning.records.models import OpeningProposal, Round
from commissioning.records.services import outbox
from commissioning.records.workflow import OPENING
from commissioning.workflow import Refused

CLOCK = System("openings")


def propose(
    *,
    thing: Any,
    authority: Organisation,
    what: str,
    rounds: Collection[Round],
    compartment: str,
    actor: User,
    now: datetime,
) -> OpeningProposal:
    """Propose to open these rounds of a thing, and tell the authority's other procurement leads.

    The thing is a window or a mini-competition, `what` names what is opened in words. That it may be opened
    now is asked by the caller. A proposal that ran out makes way. Raises Denied, and Refused where one
    person is enough or a proposal waits already.
    """
    policies.require(actor, "opening.propose", thing)
    if not any(round.opened_by_two for round in rounds):
        raise Refused("This is opened by one person: no proposal is needed.")
    with unit():
        last = _waiting(thing.reference, compartment)
        if last is not None and rules.has_run_out(last, CLOCK, now) is None:
            OPENING.move(last, "lapse", actor=CLOCK, now=now)
        proposal = _new(
            authority=authority,
            about=thing.reference,
            what=what,
            compartment=compartment,
            audit_chain=thing.audit_chain,
            proposed_at=now,
            proposed_by=actor,
            ends_at=now + rules.TO_CONFIRM_WITHIN,
            state="proposed",
            state_since=now,
        )
        proposal.rounds.add(*rounds)
        after = {"state": "proposed", "what": what, "ends_at": proposal.ends_at}
        record("opening.propose", proposal, actor=actor, at=now, after=after, about=thing.reference)
        _tell("opening_proposed", proposal, queries.leads_of(authority), actor, now)
    return proposal


def confirm(*, thing: Any, rounds: Collection[Round], compartment: str, actor: User, now: datetime) -> None:
    """Confirm the proposal that waits, as the second person, where these rounds take two; else do nothing.

    The opening itself follows in the caller's unit. Raises Denied, and Refused without a proposal, for who
    proposed it, and after a day.
    """
    if not any(round.opened_by_two for round in rounds):
        return
    with unit():
        proposal = _waiting(thing.reference, compartment)
        if proposal is None:
            raise Refused(
                "This is opened by two people: one proposes the opening, another confirms it within 24 "
                "hours. Nobody has proposed it."
            )
        OPENING.move(proposal, "confirm", actor=actor, now=now, changes={"ended_by": actor})
        _tell("opening_confirmed", proposal, [proposal.proposed_by], actor, now)


def withdraw(*, proposal: OpeningProposal, actor: User, now: datetime) -> None:
    """Take back a proposal that waits, and tell the authority's other procurement leads.

    Raises Denied, Refused.
    """
    with unit():
        OPENING.move(proposal, "withdraw", actor=actor, now=now, changes={"ended_by": actor})
        _tell("opening_withdrawn", proposal, queries.leads_of(proposal.authority), actor, now)


def _waiting(about: str, compartment: str) -> OpeningProposal | None:
    found = OpeningProposal.objects.filter(about=about, compartment=compartment, state="proposed")
    return found.select_related("proposed_by", "authority").first()


def _new(**values: Any) -> OpeningProposal:
    try:
        with transaction.atomic():
            return OpeningProposal.objects.create(**values)
    except IntegrityError:
        raise Refused(
            "This opening has been proposed already: confirm that proposal, or withdraw it."
        ) from None


def _tell(kind: str, proposal: OpeningProposal, people: Collection[User], actor: User, now: datetime) -> None:
    for user in people:
        if user.pk == actor.pk:
            continue
        outbox.queue(
            kind=kind,
            to=user,
            key=f"{kind}:{proposal.reference}:{user.pk}",
            facts={
                "what": proposal.what,
                "reference": proposal.about,
                "agreement": proposal.audit_chain,
                "by": actor.name,
                "proposed_at": proposal.proposed_at,
                "ends_at": proposal.ends_at,
            },
            now=now,
            about=proposal.about,
            chain=proposal.audit_chain,
        )
