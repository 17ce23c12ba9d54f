"""The portal's sealing key, and the key pairs that rest wrapped under it.

A data key is wrapped to a public key by HPKE (RFC 9180); a private key is wrapped by AES-256-GCM under a
key that HKDF draws from `PORTAL_SEALING_KEY`. All of it is the library's; nothing here is a primitive.
"""

import hashlib
import logging
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from commissioning.people.signing_in import SecondFactor
from commissioning.records.models import DraftKey, Round, SigningKey
from commissioning.records.store import Damaged
from commissioning.workflow import Refused

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
NONCE_BYTES = 12
UNREADABLE_NOW = (
    "The portal cannot read or seal anything just now: a setting of it is wrong. Nothing of yours is lost: "
    "what you were told is saved or submitted still is. Tell the contact named beside the deadline, who "
    "passes it on to those who run the portal; once it is mended, try again."
)

log = logging.getLogger("portal.sealing")


class SealingKeyWrong(Refused):
    """The configured sealing key is not the one a private key was wrapped under; nothing was changed.

    Its reasons are for whoever writes or reads here; as a string it says which key is needed, for the log,
    the commands and administrators.
    """

    def __init__(self, technical: str) -> None:
        super().__init__(UNREADABLE_NOW)
        self.technical = technical

    def __str__(self) -> str:
        return self.technical


@dataclass(frozen=True)
class KeyPair:
    """A fresh key pair as it rests: the public key raw, the private key wrapped."""

    public: bytes
    private: bytes
    sealing_key_id: str


@sensitive_variables()
def drawn_from(secret: bytes) -> tuple[bytes, str]:
    """Return the key that a sealing key wraps private keys with, and its public name.

    Raises SealingKeyWrong for one that is too short.
    """
    if len(secret) < 32:
        raise _noted("The portal has no sealing key: PORTAL_SEALING_KEY is not set, or too short.")
    drawn = HKDF(SHA256(), 48, salt=None, info=b"portal sealing key 1").derive(secret)
    return drawn[:32], drawn[32:40].hex()


@sensitive_variables()
def wrap_private(private: bytes, *, owner: str, secret: bytes | None = None) -> tuple[bytes, str]:
    """Return a private key wrapped for rest, and the name of the sealing key; `owner` says whose it is.

    `secret` is another sealing key than the configured one, for its rotation.
    """
    key, key_id = drawn_from(_configured(secret))
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, private, owner.encode()), key_id


@sensitive_variables()
def unwrap_private(wrapped: bytes, *, owner: str, sealing_key_id: str, secret: bytes | None = None) -> bytes:
    """Return a private key. Raises SealingKeyWrong with both keys' names, or Damaged."""
    key, key_id = drawn_from(_configured(secret))
    if key_id != sealing_key_id:
        raise _noted(_wrong(needed=sealing_key_id, given=key_id))
    try:
        return AESGCM(key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], owner.encode())
    except (InvalidTag, ValueError):
        raise Damaged(
            f"The key of {owner} has been changed where it rests: restore it from a backup."
        ) from None


@sensitive_variables()
def new_pair(*, owner: str) -> KeyPair:
    """Return a fresh X25519 pair for a round's compartment or a provider."""
    private = X25519PrivateKey.generate()
    wrapped, key_id = wrap_private(private.private_bytes_raw(), owner=owner)
    return KeyPair(private.public_key().public_bytes_raw(), wrapped, key_id)


@sensitive_variables()
def wrap_data_key(data_key: bytes, *, public: bytes, info: bytes) -> bytes:
    """Return a data key encrypted to a public key; `info` binds it to its use."""
    return SUITE.encrypt(data_key, X25519PublicKey.from_public_bytes(public), info)


@sensitive_variables()
def unwrap_data_key(wrapped: bytes, *, private: bytes, info: bytes) -> bytes:
    """Return a data key. Raises Damaged where the wrap, or what it was bound to, was changed."""
    try:
        return SUITE.decrypt(wrapped, X25519PrivateKey.from_private_bytes(private), info)
    except (InvalidTag, ValueError):
        raise Damaged("The key of this content has been changed where it rests.") from None


def _configured(secret: bytes | None) -> bytes:
    return bytes(settings.PORTAL_SEALING_KEY) if secret is None else secret


def sealing_key_problem() -> str | None:
    """Return a sentence when the configured key cannot unwrap what is kept, else None; for `doctor`."""
    try:
        _, given = drawn_from(_configured(None))
    except SealingKeyWrong as problem:
        return str(problem)
    for model in (Round, DraftKey, SigningKey, SecondFactor):
        needed = model._default_manager.exclude(sealing_key_id=given).values_list("sealing_key_id", flat=True)
        other = needed.first()
        if other:
            return _wrong(needed=other, given=given)
    return None


def key_name(public: bytes) -> str:
    """Return a short public name of a key: 16 hex digits of its SHA-256."""
    return hashlib.sha256(bytes(public)).hexdigest()[:16]


def _noted(technical: str) -> SealingKeyWrong:
    # Pages show the other sentence, so that this one would be nowhere.
    log.error(technical)
    return SealingKeyWrong(technical)


def _wrong(*, needed: str, given: str) -> str:
    return (
        f"This was sealed under the sealing key {needed}, and the portal runs with {given}: "
        "set PORTAL_SEALING_KEY to the key it was sealed with. Nothing was changed."
    )
