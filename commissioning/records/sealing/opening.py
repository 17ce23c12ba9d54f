"""The recorded opening of a round: first what is not price, later the prices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from commissioning.audit.services import record, unit
from commissioning.people.actors import Actor
from commissioning.records import rules
from commissioning.records.models import OpeningProposal, Round, SealedBlob
from commissioning.records.store import Damaged
from commissioning.workflow import Refused, lock

from . import damage
from .reading import check
from .rounds import PRICE, QUALITY, prove_key


@dataclass(frozen=True)
class Opening:
    """What the check at an opening found: how many pieces were whole, and which were not."""

    whole: int
    damaged: list[SealedBlob]


def open_round(*, round: Round, actor: Actor, now: datetime, blobs: Iterable[SealedBlob] = ()) -> Opening:
    """Open what is not price, record it, and check the submitted pieces that are given (R22-e, R22-h).

    Who may is the caller's question. Raises Refused before the deadline, the request timeout and a margin
    have passed (settled 10), when it is open already, and for one person alone where the round takes two
    (settled 14); SealingKeyWrong if nothing could be read. A damaged piece stops nobody else's: it is named
    in the event and in what is returned.
    """
    with unit():
        lock(round)
        _refuse_unless_due(round, round.opened_at, now)
        _refuse_one_alone(round, QUALITY, actor)
        prove_key(round, QUALITY)
        round.opened_at = now
        round.opened_by_id = actor.pk
        round.save(update_fields=["opened_at", "opened_by"])
        found = _check(round, QUALITY, blobs)
        damage.note(found.damaged, round, now=now, at_opening=True)
        _record_opening("round.open", round, found, actor=actor, now=now)
    return found


def open_prices(*, round: Round, actor: Actor, now: datetime, blobs: Iterable[SealedBlob] = ()) -> Opening:
    """Open the prices, record it, and check the submitted pieces that are given.

    That quality is agreed first is the caller's rule (R22-d). Raises as `open_round`, and Refused before
    the round itself is open.
    """
    with unit():
        lock(round)
        if not round.is_open:
            raise Refused("The prices are opened after the rest: open the submissions first.")
        _refuse_unless_due(round, round.prices_opened_at, now)
        _refuse_one_alone(round, PRICE, actor)
        prove_key(round, PRICE)
        round.prices_opened_at = now
        round.prices_opened_by_id = actor.pk
        round.save(update_fields=["prices_opened_at", "prices_opened_by"])
        found = _check(round, PRICE, blobs)
        damage.note(found.damaged, round, now=now, at_opening=True)
        _record_opening("round.open_prices", round, found, actor=actor, now=now)
    return found


def _refuse_unless_due(round: Round, opened_at: datetime | None, now: datetime) -> None:
    reason = rules.opening_refusal(opened_at=opened_at, not_before=round.not_before, now=now)
    if reason:
        raise Refused(reason)


def _refuse_one_alone(round: Round, compartment: str, actor: Actor) -> None:
    # SECURITY: asked here as well as by the verb, so that no new door opens such a round with one person.
    if not round.opened_by_two:
        return
    confirmed = OpeningProposal.objects.filter(
        rounds=round, compartment=compartment, state="confirmed", ended_by=actor.pk
    )
    if actor.pk is None or not confirmed.exclude(proposed_by=actor.pk).exists():
        raise Refused("This is opened by two people: one proposes the opening, another confirms it.")


def _check(round: Round, compartment: str, blobs: Iterable[SealedBlob]) -> Opening:
    whole, damaged = 0, []
    for blob in blobs:
        if blob.compartment != compartment:
            continue
        try:
            check(blob, round)
            whole += 1
        except Damaged:
            damaged.append(blob)
    return Opening(whole, damaged)


def _record_opening(action: str, round: Round, found: Opening, *, actor: Actor, now: datetime) -> None:
    record(
        action,
        round,
        actor=actor,
        at=now,
        not_before=round.not_before,
        whole=found.whole,
        damaged=[blob.pk for blob in found.damaged],
    )
