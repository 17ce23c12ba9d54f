"""Signing what the portal vouches for: Ed25519 keys, one in use for the live clock and one for training."""

from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from commissioning.audit.services import record, unit
from commissioning.people.actors import Actor, System
from commissioning.records.models import SigningKey

from .keys import key_name, unwrap_private, wrap_private

SYSTEM = System("signing keys")


@dataclass(frozen=True)
class Signature:
    """A signature in hex, and the name of the key that made it."""

    key_id: str
    value: str


@dataclass(frozen=True)
class PublicKey:
    """A key as published: what checks a signature, and for which clock it stands."""

    key_id: str
    use: str
    public: str
    created_at: datetime
    retired_at: datetime | None


def use_now() -> str:
    """Return which clock signatures stand for: in a demonstration always the training one (settled 12).

    A demonstration's dates may have been moved or loaded, so nothing it signs is ever taken for live.
    """
    return SigningKey.Use.TRAINING if settings.PORTAL_DEMO else SigningKey.Use.LIVE


@sensitive_variables()
def sign(*, data: bytes, purpose: str, use: str, now: datetime) -> Signature:
    """Sign the bytes for one purpose, such as "receipt"; a signature for one never stands for another.

    The key is made at its first use. Raises SealingKeyWrong where the key cannot be had.
    """
    key = key_in_use(use=use, now=now)
    private = unwrap_private(
        bytes(key.private), owner=signing_owner(key.key_id), sealing_key_id=key.sealing_key_id
    )
    signed = Ed25519PrivateKey.from_private_bytes(private).sign(signed_bytes(data, purpose))
    return Signature(key.key_id, signed.hex())


def key_in_use(*, use: str, now: datetime) -> SigningKey:
    """Return the key that signs for this clock now, made and recorded where there is none yet."""
    found = SigningKey.objects.filter(use=use, retired_at=None).first()
    return found or _new_key(use, now)


def retire(*, use: str, actor: Actor, now: datetime) -> tuple[str, str]:
    """Retire the key that signs for this clock and make another; return both names, the old one "" if none.

    What the retired key signed is still proved by it; it signs nothing more. Raises SealingKeyWrong where
    the new key could not be kept.
    """
    with unit():
        held = SigningKey.objects.select_for_update().filter(use=use, retired_at=None).first()
        if held is not None:
            held.retired_at = now
            held.save(update_fields=["retired_at"])
            record("signing_key.retire", held, actor=actor, at=now, key=held.key_id, use=use)
        fresh = _new_key(use, now)
    return (held.key_id if held else ""), fresh.key_id


def stands(*, data: bytes, purpose: str, public: PublicKey, signature: str) -> bool:
    """Return whether the signature, in hex, was made over these bytes, for this purpose, by this key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public.public))
        key.verify(bytes.fromhex(signature), signed_bytes(data, purpose))
    except (InvalidSignature, ValueError):
        return False
    return True


def public_keys() -> list[PublicKey]:
    """Return every key that ever signed, oldest first: an old receipt is checked by an old key."""
    return [
        PublicKey(key.key_id, key.use, bytes(key.public).hex(), key.created_at, key.retired_at)
        for key in SigningKey.objects.order_by("pk")
    ]


def signed_bytes(data: bytes, purpose: str) -> bytes:
    """Return the bytes a signature is over: the purpose on a line of its own, then the data."""
    return f"portal {purpose} 1\n".encode() + data


@sensitive_variables()
def _new_key(use: str, now: datetime) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key_id = key_name(public)
    wrapped, sealing_key_id = wrap_private(private.private_bytes_raw(), owner=signing_owner(key_id))
    with unit():
        # Two makers at once: the second takes the first one's key.
        key, made = SigningKey.objects.get_or_create(
            use=use,
            retired_at=None,
            defaults={
                "key_id": key_id,
                "public": public,
                "private": wrapped,
                "sealing_key_id": sealing_key_id,
                "created_at": now,
            },
        )
        if made:
            record("signing_key.make", key, actor=SYSTEM, at=now, key=key_id, use=use)
    return key


def signing_owner(key_id: str) -> str:
    """Return what a signing key's private half is bound to."""
    return f"signing key {key_id}"
