"""Reading sealed content: the provider its own at any time, others after the recorded opening alone."""

import hashlib
import hmac
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.padding import PKCS7
from django.db import models
from django.views.decorators.debug import sensitive_variables

from commissioning.audit.models import AccessEntry
from commissioning.audit.services import note_access
from commissioning.people.actors import Actor
from commissioning.people.roles import PROVIDER_ROLES, SYSTEM
from commissioning.policies import Denied
from commissioning.records import scanning, store
from commissioning.records.models import Round, SealedBlob, Wrap
from commissioning.records.scanning import Scan
from commissioning.records.store import Damaged

from . import damage, scans
from .blobs import PADDING_BITS, SALT_BYTES, context, provider_data_keys, wrap_info, wrap_of
from .keys import unwrap_data_key
from .rounds import is_open_for, private_key
from .stream import decrypted

MET = (
    "This cannot be shown: what rests of it is not what was submitted. It has been noted, and the "
    "procurement lead and the administrators are told by e-mail in a few minutes. They restore it from a "
    "backup; then it can be read here again. Go on with the others meanwhile."
)


class StillSealed(Denied):
    """What was asked for has not been opened, or not to this reader; the attempt is in the access log."""

    is_noted = True


@dataclass(frozen=True)
class Fingerprint:
    """A piece of content as a receipt names it: the salt and the SHA-256 over salt and content, in hex."""

    salt: str
    sha256: str


def read_as_provider(*, blob: SealedBlob, actor: Actor, now: datetime, what: str = "its own work") -> bytes:
    """Return the content to a person of the organisation that wrote it.

    Anyone else, the portal itself among them, is refused with StillSealed, and the attempt is logged.
    Raises Damaged or SealingKeyWrong.
    """
    return read_all_as_provider(blobs=[blob], actor=actor, now=now, what=what)[blob.pk]


@sensitive_variables()
def read_all_as_provider(
    *, blobs: Collection[SealedBlob], actor: Actor, now: datetime, what: str = "its own work"
) -> dict[int, bytes]:
    """Return the contents of many blobs by their keys in the table, with one query. As `read_as_provider`."""
    _insist_on_owner(blobs, actor=actor, now=now, what=what)
    keys = provider_data_keys(blobs)
    return {blob.pk: b"".join(_checked(blob, keys[blob.pk])) for blob in blobs}


@sensitive_variables()
def stream_as_provider(
    *, blob: SealedBlob, actor: Actor, now: datetime, what: str = "its own work"
) -> Iterator[bytes]:
    """Return the content in chunks, all checked before the first is given. Raises as `read_as_provider`.

    What could not be scanned for viruses is given to its own people all the same; what has one is HeldBack.
    """
    _insist_on_owner([blob], actor=actor, now=now, what=what)
    if blob.path and (state := scans.state_of(blob)).is_infected:
        _hold_back(state.text, subject=blob, blob=blob, actor=actor, now=now, what=what)
    return _checked(blob, provider_data_keys([blob])[blob.pk])


def read_opened(
    *,
    blob: SealedBlob,
    round: Round,
    reader: Actor,
    now: datetime,
    what: str,
    subject: models.Model | None = None,
    address: str | None = None,
) -> bytes:
    """Return content of an opened round, and log the reading; panel and conflicts are the caller's to check.

    `what` says in words what is read, `subject` whose it is (the round where it is not given). Before the
    opening of the blob's compartment it raises StillSealed, and the attempt is logged (R22-b, R22-g).
    Raises Damaged or SealingKeyWrong.
    """
    return read_all_opened(
        blobs=[blob], round=round, reader=reader, now=now, what=what, subject=subject, address=address
    )[blob.pk]


@sensitive_variables()
def read_all_opened(
    *,
    blobs: Collection[SealedBlob],
    round: Round,
    reader: Actor,
    now: datetime,
    what: str,
    subject: models.Model | None = None,
    address: str | None = None,
) -> dict[int, bytes]:
    """Return the contents of many blobs by their keys in the table, logged as one reading.

    Three queries, however many blobs: for one subject and one page. As `read_opened`; one blob that is not
    open refuses them all.
    """
    keys = _opened_keys(blobs, round, reader, now, what, subject, address)
    note_access(
        AccessEntry.Outcome.READ, subject or round, actor=reader, at=now, what=what, address=address, veil=""
    )
    return {blob.pk: b"".join(_checked_opened(blob, keys[blob.pk], round, now)) for blob in blobs}


@sensitive_variables()
def stream_opened(
    *,
    blob: SealedBlob,
    round: Round,
    reader: Actor,
    now: datetime,
    what: str,
    subject: models.Model | None = None,
    address: str | None = None,
) -> Iterator[bytes]:
    """Return the content in chunks, all checked before the first is given; as `read_opened`.

    Raises HeldBack for a file that was not found clean, or not yet (settled 16). Both that and bytes that are
    not what was sealed are in the access log as refused.
    """
    keys = _opened_keys([blob], round, reader, now, what, subject, address)
    read = subject or round
    try:
        chunks = _checked_opened(blob, keys[blob.pk], round, now)
    except Damaged as refusal:
        reason = refusal.reasons[0].text
        note_access(
            AccessEntry.Outcome.REFUSED, read, actor=reader, at=now, what=what, reason=reason, address=address
        )
        raise
    note_access(AccessEntry.Outcome.READ, read, actor=reader, at=now, what=what, address=address, veil="")
    return chunks


@sensitive_variables()
def fingerprint(*, blob: SealedBlob, actor: Actor, now: datetime) -> Fingerprint:
    """Return salt and digest of a piece for the provider's own receipt, without reading the rest of it.

    Raises as `read_as_provider`.
    """
    _insist_on_owner([blob], actor=actor, now=now, what="its fingerprint")
    return _fingerprint(blob)


@sensitive_variables()
def fingerprints_at_close(
    *, blobs: Collection[SealedBlob], actor: Actor, now: datetime, subject: models.Model
) -> dict[int, Fingerprint]:
    """Return salts and digests for the receipt of what a standing instruction sends in (settled 11).

    SECURITY: it is all that the portal itself may take from a draft, and no content is given out with it;
    anyone but the portal is refused. The taking is in the access log, behind the round's veil. A piece that
    is damaged where it rests has its digest and an empty salt: the opening's own check names it.
    """
    for blob in blobs:
        if SYSTEM not in actor.roles_in([blob.owner_id]):
            reason = "Only the portal itself takes fingerprints at the close."
            _refuse(reason, subject=subject, blob=blob, actor=actor, now=now, what="fingerprints")
    note_access(AccessEntry.Outcome.READ, subject, actor=actor, at=now, what="fingerprints for its receipt")
    return {blob.pk: _fingerprint_or_digest(blob) for blob in blobs}


@sensitive_variables()
def scan_opened(*, blob: SealedBlob, round: Round) -> Scan | None:
    """Return what the scanner says of a file of an opened round; None where its bytes are not as sealed.

    It gives the bytes to nobody else, holds no lock and keeps nothing: `scans.keep` does. Raises StillSealed
    before the recorded opening.
    """
    # SECURITY: the row, as in `_opened_keys`: only what was opened is scanned, never a draft.
    round = Round.objects.get(pk=round.pk)
    wraps = _wraps([blob], round)
    if blob.pk not in wraps or not is_open_for(round, blob.compartment):
        raise StillSealed("This is sealed until its recorded opening.")
    try:
        return scanning.scan(_checked(blob, _round_keys([blob], round, wraps)[blob.pk]))
    except Damaged:
        return None


def check(blob: SealedBlob, round: Round) -> None:
    """Return if the blob of an opened round is what was sealed, digest and all; else raise Damaged."""
    for _ in _checked(blob, _round_keys([blob], round, _wraps([blob], round))[blob.pk]):
        pass


@sensitive_variables()
def _fingerprint(blob: SealedBlob) -> Fingerprint:
    first = next(_clear(blob, provider_data_keys([blob])[blob.pk]))
    return Fingerprint(salt=first[:SALT_BYTES].hex(), sha256=blob.digest)


def _fingerprint_or_digest(blob: SealedBlob) -> Fingerprint:
    try:
        return _fingerprint(blob)
    except Damaged:
        return Fingerprint(salt="", sha256=blob.digest)


def _insist_on_owner(blobs: Collection[SealedBlob], *, actor: Actor, now: datetime, what: str) -> None:
    for blob in blobs:
        # SECURITY: an administrator and the portal itself hold no provider's role and are refused.
        if not actor.roles_in([blob.owner_id]) & PROVIDER_ROLES:
            reason = "Only the organisation that wrote this can read it."
            _refuse(reason, subject=blob, blob=blob, actor=actor, now=now, what=what)


@sensitive_variables()
def _opened_keys(
    blobs: Collection[SealedBlob],
    round: Round,
    reader: Actor,
    now: datetime,
    what: str,
    subject: models.Model | None,
    address: str | None,
) -> dict[int, bytes]:
    # SECURITY: the row, not the object at hand: what counts is whether the opening was recorded.
    round = Round.objects.get(pk=round.pk)
    wraps = _wraps(blobs, round)
    read = subject or round
    for blob in blobs:
        if blob.pk not in wraps or not is_open_for(round, blob.compartment):
            reason = "This is sealed until its recorded opening."
            _refuse(reason, subject=read, blob=blob, actor=reader, now=now, what=what, address=address)
    for blob in blobs:
        # SECURITY: the row, not what came with the blob: a sweep may have found a virus a moment ago.
        if blob.path and not (state := scans.state_of(scans.fresh(blob))).is_given_out:
            _hold_back(state.text, subject=read, blob=blob, actor=reader, now=now, what=what, address=address)
    return _round_keys(blobs, round, wraps)


def _wraps(blobs: Collection[SealedBlob], round: Round) -> dict[int, Wrap]:
    found = Wrap.objects.filter(blob__in=blobs, round=round).select_related("blob__owner")
    return {wrap.blob_id: wrap for wrap in found.defer("blob__ciphertext")}


@sensitive_variables()
def _round_keys(blobs: Collection[SealedBlob], round: Round, wraps: dict[int, Wrap]) -> dict[int, bytes]:
    privates = {part: private_key(round, part) for part in {blob.compartment for blob in blobs}}
    keys = {}
    for blob in blobs:
        wrapped = bytes(wrap_of(blob, wraps).wrapped)
        info = wrap_info(blob, round.reference)
        keys[blob.pk] = unwrap_data_key(wrapped, private=privates[blob.compartment], info=info)
    return keys


@sensitive_variables()
def _checked(blob: SealedBlob, key: bytes) -> Iterator[bytes]:
    """Return the content's chunks once the whole was found to be what its digest says (R22-h)."""
    if not blob.path:
        content = _unpadded(b"".join(_clear(blob, key)))
        _compare(blob, hashlib.sha256(content))
        return iter([content[SALT_BYTES:]])
    digest = hashlib.sha256()
    for chunk in _clear(blob, key):
        digest.update(chunk)
    _compare(blob, digest)
    return _without_salt(_clear(blob, key))


@sensitive_variables()
def _checked_opened(blob: SealedBlob, key: bytes, round: Round, now: datetime) -> Iterator[bytes]:
    """As `_checked`, for others than its provider: damage is kept, and whoever met it reads what follows."""
    try:
        return _checked(blob, key)
    except Damaged:
        damage.note([blob], round, now=now)
        raise Damaged(MET) from None


def _clear(blob: SealedBlob, key: bytes) -> Iterator[bytes]:
    return decrypted(_resting(blob), key=key, context=context(blob))


def _resting(blob: SealedBlob) -> Iterator[bytes]:
    if not blob.path:
        yield bytes(blob.ciphertext)
        return
    try:
        yield from store.chunks(blob.path)
    except FileNotFoundError:
        raise Damaged("The sealed file is missing from the store: restore it from a backup.") from None


def _unpadded(padded: bytes) -> bytes:
    unpadder = PKCS7(PADDING_BITS).unpadder()
    try:
        content = unpadder.update(padded[SALT_BYTES:]) + unpadder.finalize()
    except ValueError:
        raise Damaged("What was sealed has been changed where it rests.") from None
    return padded[:SALT_BYTES] + content


def _without_salt(chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield next(chunks)[SALT_BYTES:]
    yield from chunks


def _compare(blob: SealedBlob, digest: "hashlib._Hash") -> None:
    if not hmac.compare_digest(digest.hexdigest(), blob.digest):
        raise Damaged("What was sealed is not what its digest says: it was exchanged or changed.")


def _hold_back(reason: str, **about: Any) -> None:
    _note_refusal(reason, **about)
    raise scans.HeldBack(reason)


def _refuse(reason: str, **about: Any) -> None:
    _note_refusal(reason, **about)
    raise StillSealed(reason)


def _note_refusal(
    reason: str,
    *,
    subject: models.Model,
    blob: SealedBlob,
    actor: Actor,
    now: datetime,
    what: str,
    address: str | None = None,
) -> None:
    sealed = blob.wraps.filter(round__opened_at=None).exclude(round=None)
    veil = sealed.values_list("round__reference", flat=True).first() or ""
    of_rounds = blob.wraps.exclude(round=None).values_list("round__audit_chain", flat=True)
    note_access(
        AccessEntry.Outcome.REFUSED,
        subject,
        actor=actor,
        at=now,
        what=what,
        reason=reason,
        address=address,
        veil=veil,
        chain=of_rounds.first() or "",
    )
