"""Rotating keys: every private key wrapped anew under another sealing key; another key to sign with.

Content is not touched: what changes is the wrapping of the private keys that open it. `docs/sealing.md`
says in which order an operator does it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.db import models
from django.views.decorators.debug import sensitive_variables

from commissioning.audit.services import record, unit
from commissioning.people.actors import Actor
from commissioning.people.signing_in import SecondFactor
from commissioning.records.models import DraftKey, Round, SealedBlob, SigningKey
from commissioning.records.store import Damaged

from .blobs import draft_owner
from .keys import SealingKeyWrong, drawn_from, unwrap_private, wrap_private
from .rounds import round_owner
from .signing import signing_owner

QUALITY, PRICE = SealedBlob.Compartment.QUALITY, SealedBlob.Compartment.PRICE


@dataclass(frozen=True)
class Rotation:
    """What a rotation did: under which names, how many rows of each table, how many were done before."""

    old: str
    new: str
    rewrapped: dict[str, int]
    already: int


@dataclass(frozen=True)
class _Held:
    """One secret as it rests: in which columns, whose it is, and how a public half is drawn from it."""

    private: str
    owner: str
    public: str = ""
    publish: Callable[[bytes], bytes] | None = None


class _Rehearsed(Exception):  # noqa: N818 - takes back what a rehearsal wrote
    """Ends a rehearsal's transaction."""


@sensitive_variables()
def rotate(*, old: bytes, new: bytes, actor: Actor, now: datetime, rehearse: bool = False) -> Rotation:
    """Wrap every private key that rests under the old sealing key under the new one, all or none.

    Each is unwrapped again under the new key and compared with its public half before anything is kept.
    What rests under the new key already is left: after a stop, or where the portal went on under the old
    key for a while, running it again does the rest. A rehearsal does all of it and takes it back. Raises
    SealingKeyWrong for keys that are too short or the same, and where a row rests under a third; Damaged
    where a private key is not whole.
    """
    (_, old_id), (_, new_id) = drawn_from(old), drawn_from(new)
    if old_id == new_id:
        raise SealingKeyWrong("The old and the new sealing key are the same: nothing was changed.")
    done: Counter[str] = Counter()
    already = 0
    with suppress(_Rehearsed), unit():
        for row, held in _rows():
            if row.sealing_key_id == new_id:
                already += 1
                continue
            if row.sealing_key_id != old_id:
                raise SealingKeyWrong(
                    f"The key of {held[0].owner} rests under the sealing key {row.sealing_key_id}, which is "
                    f"neither the old one ({old_id}) nor the new one ({new_id}). Nothing was changed."
                )
            _rewrap(row, held, old, new)
            done[str(row._meta.verbose_name_plural)] += 1
        if done:
            record(
                "sealing_key.rotate",
                "sealing key",
                actor=actor,
                at=now,
                before=old_id,
                after=new_id,
                rewrapped=dict(done),
            )
        if rehearse:
            raise _Rehearsed
    return Rotation(old_id, new_id, dict(done), already)


def _rows() -> Iterator[tuple[Any, list[_Held]]]:
    """Yield every row that holds private keys, locked, with what it holds."""
    for round in _locked(Round):
        yield (
            round,
            [
                _Held(f"{part}_private", round_owner(round, part), f"{part}_public", _x25519)
                for part in (QUALITY, PRICE)
            ],
        )
    for draft in _locked(DraftKey).select_related("organisation"):
        yield draft, [_Held("private", draft_owner(draft.organisation), "public", _x25519)]
    for key in _locked(SigningKey):
        yield key, [_Held("private", signing_owner(key.key_id), "public", _ed25519)]
    for factor in _locked(SecondFactor).select_related("user"):
        yield factor, [_Held("secret", factor.key_owner)]


def _locked(model: type[models.Model]) -> models.QuerySet[Any]:
    return model._default_manager.select_for_update(of=("self",)).order_by("pk")


@sensitive_variables()
def _rewrap(row: Any, held: list[_Held], old: bytes, new: bytes) -> None:
    changed = ["sealing_key_id"]
    old_id, new_id = row.sealing_key_id, row.sealing_key_id
    for one in held:
        wrapped = bytes(getattr(row, one.private))
        private = unwrap_private(wrapped, owner=one.owner, sealing_key_id=old_id, secret=old)
        fresh, new_id = wrap_private(private, owner=one.owner, secret=new)
        again = unwrap_private(fresh, owner=one.owner, sealing_key_id=new_id, secret=new)
        if again != private or (one.publish and one.publish(again) != bytes(getattr(row, one.public))):
            raise Damaged(f"The two halves of the key of {one.owner} do not fit: restore it from a backup.")
        setattr(row, one.private, fresh)
        changed.append(one.private)
    row.sealing_key_id = new_id
    row.save(update_fields=changed)


def _x25519(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _ed25519(private: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
