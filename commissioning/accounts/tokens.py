"""Secret links: a subject, a time and a keyed digest over both and over what they rest on, without a table.

A token stops working when its time is over, or as soon as the state it rests on has changed: a password was
set, an invitation accepted. It is made when its message is sent and kept nowhere (settled 26). The address
of a calendar lasts until it is ended: of it a table keeps a hash (`fresh`, `at_rest`).
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

SEPARATOR = "."


def make(purpose: str, subject: str, state: str, *, at: datetime) -> str:
    """Return a token for this purpose and subject (a public reference), good while `state` stays the same.

    `at` is real time (settled 12): the training clock neither ages nor renews a link.
    """
    stamp = int_to_base36(int(at.timestamp()))
    return SEPARATOR.join((subject, stamp, _digest(purpose, subject, stamp, state)))


def read(
    purpose: str, token: str, *, state_of: Callable[[str], str | None], lasts: timedelta, at: datetime
) -> str | None:
    """Return the token's subject if the token is whole, in time and its state still holds; else None.

    `state_of` gives the present state of a subject, or None for one that is not there.
    """
    subject, _, rest = token.partition(SEPARATOR)
    stamp, _, digest = rest.partition(SEPARATOR)
    state = state_of(subject)
    expected = _digest(purpose, subject, stamp, state if state is not None else "")
    if not constant_time_compare(digest, expected) or state is None:
        return None
    made = base36_to_int(stamp)
    return subject if made <= at.timestamp() <= made + lasts.total_seconds() else None


def _digest(purpose: str, subject: str, stamp: str, state: str) -> str:
    text = "\n".join((purpose, subject, stamp, state))
    return salted_hmac("commissioning.accounts.tokens", text, algorithm="sha256").hexdigest()


def fresh() -> str:
    """Return a new secret of 256 random bits, fit to stand in an address."""
    return secrets.token_urlsafe(32)


def at_rest(token: str) -> str:
    """Return what is kept of such a secret: its SHA-256, which nobody can turn back or guess."""
    return hashlib.sha256(token.encode()).hexdigest()
