"""Content in chunks: the STREAM construction over AES-256-GCM, as in age and Tink.

Each piece of content has a data key of its own, used once. A chunk's nonce is its number and a flag that
marks the last one, so that a chunk left out, moved, doubled or cut off at the end is noticed. See
`docs/decisions/sealing.md`.
"""

from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from commissioning.records.store import Damaged

CHUNK = 64 * 1024
TAG = 16
COUNTER_BYTES = 11


def new_data_key() -> bytes:
    """Return a fresh key for one piece of content; a key is never used for two."""
    return AESGCM.generate_key(256)


def encrypted(clear: Iterable[bytes], *, key: bytes, context: bytes) -> Iterator[bytes]:
    """Yield sealed chunks of what is given; `context` is bound to each of them."""
    cipher = AESGCM(key)
    for number, (chunk, last) in enumerate(_marked(clear, CHUNK)):
        yield cipher.encrypt(_nonce(number, last=last), chunk, context)


def decrypted(sealed: Iterable[bytes], *, key: bytes, context: bytes) -> Iterator[bytes]:
    """Yield the clear chunks, each authenticated before it is given. Raises Damaged where one fails."""
    cipher = AESGCM(key)
    for number, (chunk, last) in enumerate(_marked(sealed, CHUNK + TAG)):
        try:
            yield cipher.decrypt(_nonce(number, last=last), chunk, context)
        except (InvalidTag, ValueError):
            raise Damaged("What was sealed has been changed or cut short where it rests.") from None


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(COUNTER_BYTES, "big") + (b"\x01" if last else b"\x00")


def _marked(pieces: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield the bytes in such chunks, each with whether it is the last; of nothing, one empty chunk."""
    held = bytearray()
    for piece in pieces:
        held += piece
        # One byte more than a chunk must be at hand to know that this chunk is not the last.
        while len(held) > size:
            yield bytes(held[:size]), False
            del held[:size]
    yield bytes(held), True
