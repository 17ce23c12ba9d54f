"""Receipts that prove themselves: what was received, when, and what it held (settled 12, 17).

A receipt is canonical JSON signed by the portal. Each line is a SHA-256 over a random salt and the exact
bytes, so that a receipt shown to others tells nothing of a price or a yes; with the salt, which is on the
provider's receipt and sealed in the database, its owner can prove what was sent. `docs/sealing.md` says
how anyone checks one without the portal.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.views.decorators.debug import sensitive_variables

from commissioning.audit.hashing import canonical, instant
from commissioning.clock.words import spoken_time
from commissioning.people.actors import Actor
from commissioning.people.models import Organisation

from . import pdf, sealing
from .models import SealedBlob
from .rules import opening_not_before
from .sealing import signing

TYPE = "submission receipt"
VERSION = 1
PURPOSE = "receipt"
MAXIMUM_BYTES = 1_000_000
SALT_BYTES = 32


class NotGenuine(Exception):  # noqa: N818 - what the page says of it
    """A receipt proves nothing; the reason is a sentence fit to show."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Receipt:
    """A signed receipt, as its owner keeps it."""

    data: Mapping[str, Any]

    @property
    def text(self) -> str:
        """Return the file the provider downloads: the same data, laid out to be read."""
        return json.dumps(self.data, indent=2, ensure_ascii=False) + "\n"

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the canonical receipt; it rests in clear, the receipt itself does not."""
        return hashlib.sha256(canonical(self.data).encode()).hexdigest()


@dataclass(frozen=True)
class Line:
    """One answer or file as a genuine receipt names it."""

    kind: str
    label: str
    sha256: str
    salt: str
    words: int | None = None
    name: str = ""
    size: int | None = None

    @property
    def title(self) -> str:
        """Return what it is called: a file with its name beside the question it was put to."""
        return f"{self.label}: {self.name}" if self.name else self.label

    def holds(self, content: bytes) -> bool:
        """Return whether these are the bytes that were received under this line."""
        return hashlib.sha256(bytes.fromhex(self.salt) + content).hexdigest() == self.sha256


@dataclass(frozen=True)
class Verified:
    """What a genuine receipt proves.

    Where a standing instruction sent it, `saved_at` is when the last of it was saved and `fixed_at` when the
    portal fixed it (settled 11); else both are None.
    """

    reference: str
    about: str
    agreement: str
    organisation: str
    received_at: datetime
    received_in_london: str
    deadline: datetime | None
    is_training: bool
    lines: tuple[Line, ...]
    key_id: str
    number: int | None = None
    saved_at: datetime | None = None
    fixed_at: datetime | None = None

    def lines_that_hold(self, content: bytes) -> list[Line]:
        """Return the lines under which exactly these bytes were received."""
        return [line for line in self.lines if line.holds(content)]


@sensitive_variables()
def answer_line(*, label: str, content: bytes | str, words: int | None = None) -> dict[str, Any]:
    """Return a receipt's line for one answer, with a fresh salt; text counts as its UTF-8 bytes."""
    exact = content.encode() if isinstance(content, str) else content
    salt = os.urandom(SALT_BYTES)
    line: dict[str, Any] = {
        "kind": "answer",
        "label": label,
        "salt": salt.hex(),
        "sha256": hashlib.sha256(salt + exact).hexdigest(),
    }
    return line if words is None else {**line, "words": words}


def file_line(*, label: str, name: str, blob: SealedBlob, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return a receipt's line for a sealed file, from the digest made when it was sealed.

    Raises StillSealed for anyone but its owner's people, Damaged or SealingKeyWrong.
    """
    found = sealing.fingerprint(blob=blob, actor=actor, now=now)
    return sealed_line(kind="file", label=label, fingerprint=found, name=name, size=blob.size)


def sealed_line(*, kind: str, label: str, fingerprint: sealing.Fingerprint, **more: Any) -> dict[str, Any]:
    """Return a receipt's line for a sealed piece by its fingerprint; `more` are words, or name and size."""
    return {
        "kind": kind,
        "label": label,
        **more,
        "salt": fingerprint.salt,
        "sha256": fingerprint.sha256,
    }


def make_receipt(
    *,
    reference: str,
    about: str,
    agreement: str,
    organisation: Organisation,
    received_at: datetime,
    lines: Iterable[Mapping[str, Any]],
    deadline: datetime | None = None,
    standing: Mapping[str, datetime] | None = None,
    number: int | None = None,
    name: str = "",
) -> Receipt:
    """Return a signed receipt; the organisation's `name`, or else the one it has now, stays on it.

    `reference` is the entry's or bid's, and `number` tells the receipts of one apart; `about` says in words
    what for, `received_at` is the server's. In a demonstration it says "training", inside the signature
    (settled 12). `standing` are the moments of a standing instruction: given, last saved and fixed (settled
    11). Raises SealingKeyWrong.
    """
    use = signing.use_now()
    key = signing.key_in_use(use=use, now=received_at)
    data = {
        "type": TYPE,
        "version": VERSION,
        "reference": reference,
        "about": about,
        "agreement": agreement,
        "organisation": name or organisation.name,
        "received_at": instant(received_at),
        "received_in_london": _wall_text(received_at),
        "deadline": instant(deadline) if deadline else None,
        "clock": str(use),
        "lines": [dict(line) for line in lines],
        "key": key.key_id,
    }
    if number is not None:
        data["number"] = number
    if standing:
        data["standing"] = {name: instant(moment) for name, moment in standing.items()}
    signed = signing.sign(data=canonical(data).encode(), purpose=PURPOSE, use=use, now=received_at)
    return Receipt({**data, "signature": signed.value})


def keep(*, receipt: Receipt, organisation: Organisation, now: datetime) -> SealedBlob:
    """Seal a receipt to its provider alone, and return where it rests; its digest may rest in clear."""
    return sealing.seal(
        content=canonical(receipt.data).encode(),
        organisation=organisation,
        rounds=[],
        compartment=SealedBlob.Compartment.PRIVATE,
        now=now,
    )


def read(*, blob: SealedBlob, actor: Actor, now: datetime) -> Receipt:
    """Return a kept receipt to a person of its provider. Raises as `sealing.read_as_provider`."""
    content = sealing.read_as_provider(blob=blob, actor=actor, now=now, what="its receipt")
    return Receipt(json.loads(content))


def as_pdf(receipt: Receipt) -> bytes:
    """Return the receipt as a PDF to read and file; the proof is the JSON file, as the page says."""
    return pdf.to_pdf(as_page(receipt))


def as_page(receipt: Receipt) -> str:
    """Return the HTML of the receipt's PDF."""
    data = receipt.data
    deadline = datetime.fromisoformat(data["deadline"]) if data["deadline"] else None
    moments = {name: _wall_text(moment) for name, moment in standing_moments(data).items()}
    return render_to_string(
        "records/receipt.html",
        {
            "standing": moments,
            "data": {**data, "lines": [{**line, "parts": _parts(line["sha256"])} for line in data["lines"]]},
            "deadline": _wall_text(deadline) if deadline else "",
            "digest": _parts(receipt.digest),
            "fingerprint": receipt.digest,
            "verify_url": f"{settings.PORTAL_URL}/verify/",
        },
    )


def standing_moments(data: Mapping[str, Any]) -> dict[str, datetime]:
    """Return when a standing instruction was given, what it sent last saved, and fixed; or nothing."""
    return {name: datetime.fromisoformat(value) for name, value in data.get("standing", {}).items()}


def verify_receipt(data: bytes | str | Mapping[str, Any]) -> Verified:
    """Return what a receipt proves, or raise NotGenuine with the reason.

    It rests on the signature and the published keys alone: the provider may have been renamed since.
    """
    held = _parsed(data)
    unsigned = {name: value for name, value in held.items() if name != "signature"}
    key = _key_of(held)
    signature = held.get("signature")
    try:
        exact = canonical(unsigned).encode()
    except (TypeError, ValueError):
        raise NotGenuine("It has been changed: it holds values that no receipt has.") from None
    if not isinstance(signature, str) or not signing.stands(
        data=exact, purpose=PURPOSE, public=key, signature=signature
    ):
        raise NotGenuine(
            "The signature does not match: something in it was changed after the portal signed it, or it was "
            "not signed by this portal."
        )
    if held.get("clock") != key.use:
        raise NotGenuine("It names another clock than the key it was signed with.")
    found = _verified(held)
    if _is_after_retirement(found, key):
        raise NotGenuine(
            "It is dated after the key that signed it was retired, so the portal cannot have made it."
        )
    return found


def _is_after_retirement(found: Verified, key: signing.PublicKey) -> bool:
    # On a training portal the clock is moved back and forth; a request under way then may still be signed.
    if key.retired_at is None or key.use != signing.SigningKey.Use.LIVE:
        return False
    return found.received_at > opening_not_before(key.retired_at)


def _parts(digest: str) -> list[str]:
    """Return a digest in eights, which break across lines and are read out without a slip."""
    return [digest[start : start + 8] for start in range(0, len(digest), 8)]


def _wall_text(moment: datetime) -> str:
    return spoken_time(moment, "microseconds")


def _parsed(data: bytes | str | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(data, Mapping):
        return data
    if len(data) > MAXIMUM_BYTES:
        raise NotGenuine("It is far larger than any receipt.")
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        held = json.loads(text, object_pairs_hook=_each_name_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise NotGenuine("It is not the text of a receipt: give the whole JSON file, as it was.") from None
    if not isinstance(held, dict) or held.get("type") != TYPE:
        raise NotGenuine("It is not a receipt of this portal.")
    if held.get("version") != VERSION:
        raise NotGenuine("It is of a version that this portal does not know.")
    return held


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) != len(pairs):
        raise ValueError("a name is given twice")
    return held


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no value of a receipt")


def _key_of(held: Mapping[str, Any]) -> signing.PublicKey:
    for key in signing.public_keys():
        if key.key_id == held.get("key"):
            return key
    raise NotGenuine("It names a key that this portal never had: it was signed elsewhere, or not at all.")


def _verified(held: Mapping[str, Any]) -> Verified:
    moments = standing_moments(held)
    return Verified(
        reference=held["reference"],
        about=held["about"],
        agreement=held["agreement"],
        organisation=held["organisation"],
        received_at=datetime.fromisoformat(held["received_at"]),
        received_in_london=held["received_in_london"],
        deadline=datetime.fromisoformat(held["deadline"]) if held["deadline"] else None,
        is_training=held["clock"] != signing.SigningKey.Use.LIVE,
        lines=tuple(Line(**line) for line in held["lines"]),
        key_id=held["key"],
        number=held.get("number"),
        saved_at=moments.get("saved_at"),
        fixed_at=moments.get("fixed_at"),
    )
