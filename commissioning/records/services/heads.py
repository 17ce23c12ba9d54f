"""Signing the heads of the record's chains each day, and sending them to the auditors (settled 19).

What is signed and sent away cannot be rewritten unseen: `verify_audit` compares the record with it.
"""

from datetime import datetime

from commissioning.audit.models import AccessBatch, Chain, SignedHead
from commissioning.audit.services import ACCESS_LOG, unit
from commissioning.audit.verification import signed_text
from commissioning.clock import london_date
from commissioning.people.models import RoleGrant, User
from commissioning.people.roles import Role
from commissioning.records.sealing import signing
from commissioning.records.services import outbox

PURPOSE = "audit head"


def sign_daily(*, now: datetime) -> list[SignedHead]:
    """Sign every chain that has grown since its last signed head, once a London day, and tell the auditors.

    Running it again the same day does nothing. Raises SealingKeyWrong where the signing key cannot be had.
    """
    last = SignedHead.objects.order_by("-pk").first()
    if last is not None and london_date(last.signed_at) >= london_date(now):
        return []
    with unit():
        signed = [_sign(chain, length, head, now) for chain, length, head in _grown()]
        if signed:
            _tell(signed, now)
    return signed


def check(head: SignedHead) -> bool:
    """Return whether a head's signature was made over it by a key of the portal (for `verification`)."""
    keys = {key.key_id: key for key in signing.public_keys()}
    key = keys.get(head.key_id)
    return key is not None and signing.stands(
        data=signed_text(head), purpose=PURPOSE, public=key, signature=head.signature
    )


def auditors() -> list[User]:
    """Return everyone who is an auditor today."""
    grants = RoleGrant.objects.in_force().filter(role=Role.AUDITOR)
    return list(User.objects.filter(is_active=True, pk__in=grants.values("membership__user")))


def _grown() -> list[tuple[str, int, str]]:
    heads = [
        (chain.name, chain.length, chain.head)
        for chain in Chain.objects.exclude(name=ACCESS_LOG).order_by("name")
        if chain.length
    ]
    if batch := AccessBatch.objects.order_by("-pk").first():
        heads.append((ACCESS_LOG, batch.last, batch.hash))
    signed = set(SignedHead.objects.values_list("chain", "length"))
    return [head for head in heads if head[:2] not in signed]


def _sign(chain: str, length: int, head: str, now: datetime) -> SignedHead:
    row = SignedHead(chain=chain, length=length, head=head, signed_at=now)
    made = signing.sign(data=signed_text(row), purpose=PURPOSE, use=signing.use_now(), now=now)
    row.key_id, row.signature = made.key_id, made.value
    row.save(force_insert=True)
    return row


def _tell(signed: list[SignedHead], now: datetime) -> None:
    for auditor in auditors():
        outbox.queue(
            kind="record_heads",
            to=auditor,
            key=f"record-heads:{london_date(now)}:{auditor.reference}",
            facts={
                "day": london_date(now),
                # SECURITY: without its length, which beside the events shown counts those that are hidden.
                "heads": [f"{head.chain}: {head.head}" for head in signed],
            },
            now=now,
        )
