"""Rounds: what is sealed and opened together, with keys of its own for quality and for price."""

from datetime import datetime

from django.views.decorators.debug import sensitive_variables

from commissioning.audit.services import unit
from commissioning.records import rules
from commissioning.records.models import Round, SealedBlob
from commissioning.workflow import Refused, lock

from .keys import new_pair, unwrap_private

QUALITY = SealedBlob.Compartment.QUALITY
PRICE = SealedBlob.Compartment.PRICE


@sensitive_variables()
def create_round(
    *,
    title: str,
    not_before: datetime | None,
    now: datetime,
    audit_chain: str = "portal",
    by_two: bool = False,
) -> Round:
    """Make a round with fresh keys for quality and for price, and return it.

    `not_before` is the deadline, or None while there is none; `by_two` says that each opening takes two
    people (settled 14). The event of what the round is for is the caller's. Raises SealingKeyWrong where
    the portal has no sealing key.
    """
    round = Round(
        title=title, not_before=not_before, audit_chain=audit_chain, opened_by_two=by_two, created_at=now
    )
    round.reference = round._unused_reference()  # noqa: SLF001 - the keys are bound to it
    quality, price = (new_pair(owner=round_owner(round, part)) for part in (QUALITY, PRICE))
    round.quality_public, round.quality_private = quality.public, quality.private
    round.price_public, round.price_private = price.public, price.private
    round.sealing_key_id = quality.sealing_key_id
    with unit():
        round.save(force_insert=True)
    return round


def set_not_before(*, round: Round, not_before: datetime) -> None:
    """Move the deadline before which nothing is opened; who may, and the event, are the caller's.

    Raises Refused once the round is open.
    """
    with unit():
        lock(round)
        if round.is_open:
            raise Refused("This has been opened, so its deadline can no longer be moved.")
        round.not_before = not_before
        round.save(update_fields=["not_before"])


def opens_from(round: Round) -> datetime | None:
    """Return the first moment at which the round may be opened, or None while it has no deadline."""
    return None if round.not_before is None else rules.opening_not_before(round.not_before)


def is_open_for(round: Round, compartment: str) -> bool:
    """Return whether this compartment of the round was opened; what is the provider's alone never is."""
    return {QUALITY: round.is_open, PRICE: round.prices_are_open}.get(compartment, False)  # type: ignore[call-overload]


def public_key(round: Round, compartment: str) -> bytes:
    """Return the public key to which a compartment of this round is sealed."""
    return bytes(
        {QUALITY: round.quality_public, PRICE: round.price_public}[SealedBlob.Compartment(compartment)]
    )


def prove_key(round: Round, compartment: str) -> None:
    """Return if the compartment's key can be had. Raises SealingKeyWrong or Damaged where it cannot."""
    _private(round, compartment)


def private_key(round: Round, compartment: str) -> bytes:
    """Return the private key of an opened compartment; RuntimeError for one that is not open."""
    # SECURITY: every read of a round's content passes here; this line is the seal.
    if not is_open_for(round, compartment):
        raise RuntimeError(f"{round} is sealed: its {compartment} key is not given out.")
    return _private(round, compartment)


def _private(round: Round, compartment: str) -> bytes:
    wrapped = {QUALITY: round.quality_private, PRICE: round.price_private}[
        SealedBlob.Compartment(compartment)
    ]
    return unwrap_private(
        bytes(wrapped), owner=round_owner(round, compartment), sealing_key_id=round.sealing_key_id
    )


def round_owner(round: Round, compartment: str) -> str:
    """Return what a compartment's private key is bound to."""
    return f"{round.reference} {compartment}"
