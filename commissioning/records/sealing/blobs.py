"""Sealing content: one data key a piece, wrapped to the provider and to each round it is for."""

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.padding import PKCS7
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from commissioning.audit.services import unit
from commissioning.people.models import Organisation
from commissioning.records import store
from commissioning.records.models import DraftKey, Round, SealedBlob, Wrap
from commissioning.records.scanning import Scan
from commissioning.workflow import Refused

from . import scans
from .keys import new_pair, unwrap_data_key, unwrap_private, wrap_data_key
from .rounds import is_open_for, public_key
from .stream import CHUNK, encrypted, new_data_key

SALT_BYTES = 32
# Content in a row is padded to a multiple of 255 bytes, so that its length does not tell a price.
PADDING_BITS = 2040


def draft_key_for(*, organisation: Organisation, now: datetime) -> DraftKey:
    """Return the provider's own key, made at its first use. Raises SealingKeyWrong without a sealing key."""
    found = DraftKey.objects.filter(organisation=organisation).first()
    if found:
        return found
    pair = new_pair(owner=draft_owner(organisation))
    with unit():
        return DraftKey.objects.get_or_create(
            organisation=organisation,
            defaults={
                "public": pair.public,
                "private": pair.private,
                "sealing_key_id": pair.sealing_key_id,
                "created_at": now,
            },
        )[0]


@sensitive_variables()
def seal(
    *, content: bytes, organisation: Organisation, rounds: Iterable[Round], compartment: str, now: datetime
) -> SealedBlob:
    """Seal content into a row, readable by the provider now and through these rounds after their opening.

    What is in the compartment `private` takes no round. Raises Refused for a round that is open already.
    """
    rounds = list(rounds)
    _insist_on_closed(rounds, compartment)
    salt = os.urandom(SALT_BYTES)
    padder = PKCS7(PADDING_BITS).padder()
    padded = padder.update(content) + padder.finalize()
    key = new_data_key()
    blob = SealedBlob(owner=organisation, compartment=compartment, size=len(padded), created_at=now)
    blob.ciphertext = b"".join(encrypted([salt, padded], key=key, context=context(blob)))
    blob.digest = hashlib.sha256(salt + content).hexdigest()
    blob.sealed_sha256 = hashlib.sha256(blob.ciphertext).hexdigest()
    return _saved(blob, key, rounds, now)


@sensitive_variables()
def seal_file(
    *,
    file: BinaryIO | Any,
    organisation: Organisation,
    rounds: Iterable[Round],
    compartment: str,
    now: datetime,
    scan: Scan | None = None,
) -> SealedBlob:
    """Seal a file into the store, chunk by chunk; it is on the disk when this returns (settled 16).

    `file` is read from its beginning; the content never rests in clear. Called before the caller's unit,
    it holds no lock while the disk works. `scan` is what the virus scanner said of it just before; without
    it the file counts as not scanned. Raises as `seal`, and OSError when the disk refuses.
    """
    rounds = list(rounds)
    _insist_on_closed(rounds, compartment)
    key, counted = new_data_key(), _Counted(file)
    blob = SealedBlob(owner=organisation, compartment=compartment, created_at=now, path="pending")
    sealed = store.Hashed(encrypted(counted, key=key, context=context(blob)))
    blob.path = store.save(sealed)
    blob.size, blob.digest, blob.sealed_sha256 = counted.size, counted.digest(), sealed.digest()
    try:
        with unit():
            saved = _saved(blob, key, rounds, now)
            scans.keep_first(blob=saved, scan=scan, now=now)
    except BaseException:
        store.remove(blob.path)
        raise
    return saved


@sensitive_variables()
def add_round(*, blob: SealedBlob, round: Round) -> None:
    """Make the blob readable through one more round after its opening, by way of the provider's key.

    For the common part when another lot is entered later; doing it again changes nothing. Raises Refused
    for a round that is open already, SealingKeyWrong or Damaged where the provider's key is not to be had.
    """
    _insist_on_closed([round], blob.compartment)
    if blob.wraps.filter(round=round).exists():
        return
    key = provider_data_keys([blob])[blob.pk]
    with unit():
        Wrap.objects.get_or_create(
            blob=blob, round=round, defaults={"wrapped": _wrapped_to(round, blob, key)}
        )


def discard(*, blob: SealedBlob) -> None:
    """Remove a superseded draft with its keys and file; what was ever submitted is never discarded.

    Raises ProtectedError while anything refers to it.
    """
    path = blob.path
    with unit():
        blob.wraps.all().delete()
        blob.delete()
        if path:
            transaction.on_commit(lambda: store.remove(path))


def context(blob: SealedBlob) -> bytes:
    """Return what a blob's chunks are bound to: its owner, compartment and kind."""
    kind = "file" if blob.path else "content"
    return f"portal sealed 1|{blob.owner.reference}|{blob.compartment}|{kind}".encode()


def wrap_info(blob: SealedBlob, recipient: str) -> bytes:
    """Return what a wrapped data key is bound to: the blob's own binding and the recipient."""
    return context(blob) + f"|{recipient}".encode()


@sensitive_variables()
def provider_data_keys(blobs: Collection[SealedBlob]) -> dict[int, bytes]:
    """Return data keys by blob, by way of the providers' keys; callers have asked who is reading.

    One query, however many blobs. Raises Damaged where a key is gone or was changed.
    """
    found = Wrap.objects.filter(blob__in=blobs, round=None).defer("blob__ciphertext")
    wraps = {wrap.blob_id: wrap for wrap in found.select_related("blob__owner__draft_key")}
    privates: dict[int, bytes] = {}
    keys = {}
    for blob in blobs:
        wrap = wrap_of(blob, wraps)
        draft, owner = blob.owner.draft_key, draft_owner(blob.owner)
        if blob.owner_id not in privates:
            privates[blob.owner_id] = unwrap_private(
                bytes(draft.private), owner=owner, sealing_key_id=draft.sealing_key_id
            )
        keys[blob.pk] = unwrap_data_key(
            bytes(wrap.wrapped), private=privates[blob.owner_id], info=wrap_info(blob, owner)
        )
    return keys


def wrap_of(blob: SealedBlob, wraps: Mapping[int, Wrap]) -> Wrap:
    """Return the blob's wrap among those found, and give the blob the owner that came with it."""
    wrap = wraps.get(blob.pk)
    if wrap is None:
        raise store.Damaged("The key of this content is gone: restore it from a backup.")
    blob.owner = wrap.blob.owner
    return wrap


def _saved(blob: SealedBlob, key: bytes, rounds: list[Round], now: datetime) -> SealedBlob:
    draft = draft_key_for(organisation=blob.owner, now=now)
    owner = draft_owner(blob.owner)
    to_provider = wrap_data_key(key, public=bytes(draft.public), info=wrap_info(blob, owner))
    with unit():
        blob.save(force_insert=True)
        Wrap.objects.bulk_create(
            [
                Wrap(blob=blob, wrapped=to_provider),
                *(Wrap(blob=blob, round=round, wrapped=_wrapped_to(round, blob, key)) for round in rounds),
            ]
        )
    return blob


def _wrapped_to(round: Round, blob: SealedBlob, key: bytes) -> bytes:
    info = wrap_info(blob, round.reference)
    return wrap_data_key(key, public=public_key(round, blob.compartment), info=info)


def draft_owner(organisation: Organisation) -> str:
    """Return what a provider's private key is bound to."""
    return f"provider {organisation.reference}"


def _insist_on_closed(rounds: list[Round], compartment: str) -> None:
    if compartment == SealedBlob.Compartment.PRIVATE and rounds:
        raise ValueError("What is the provider's alone is sealed to no round.")
    if any(is_open_for(round, compartment) for round in rounds):
        raise Refused("This has been opened already: nothing more can be sealed into it.")


class _Counted:
    """A file's salt and bytes, read once, counted and hashed on the way."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._salt = os.urandom(SALT_BYTES)
        self._hash = hashlib.sha256(self._salt)
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        yield self._salt
        self._file.seek(0)
        while chunk := self._file.read(CHUNK):
            self.size += len(chunk)
            self._hash.update(chunk)
            yield chunk

    def digest(self) -> str:
        return self._hash.hexdigest()
