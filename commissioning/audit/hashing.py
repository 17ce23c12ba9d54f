"""Canonical bytes and digests of the record: pure functions, the same on every database."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

START = "0" * 64


def plain(value: Any) -> Any:
    """Return the value in types JSON can hold exactly: money as text, instants in UTC with microseconds."""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        raise TypeError("A float has no place in the record; use Decimal or a whole number.")
    return str(value)


def instant(value: datetime) -> str:
    """Return an aware time as UTC text with six decimals, such as `2021-01-20T12:00:00.000000Z`."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(value: Any) -> str:
    """Return JSON with sorted keys and no spare space, so that equal data has equal bytes."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def link(previous: str, facts: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, that chains these facts to the digest before them."""
    return hashlib.sha256(f"{previous}\n{canonical(facts)}".encode()).hexdigest()


def event_facts(event: Any, chain: str) -> dict[str, Any]:
    """Return everything an event's digest covers."""
    return {
        "chain": chain,
        "number": event.number,
        "at": event.at,
        "recorded_at": event.recorded_at,
        "actor": event.actor_id,
        "actor_name": event.actor_name,
        "action": event.action,
        "subject_type": event.subject_type,
        "subject": event.subject,
        "veil": event.veil,
        "payload": event.payload,
    }


def access_facts(entry: Any) -> dict[str, Any]:
    """Return everything an access batch's digest covers of one entry."""
    facts = {
        "id": entry.pk,
        "at": entry.at,
        "user": entry.user_id,
        "actor_name": entry.actor_name,
        "outcome": entry.outcome,
        "subject_type": entry.subject_type,
        "subject": entry.subject,
        "what": entry.what,
        "reason": entry.reason,
        "address": entry.address or "",
        "veil": entry.veil,
    }
    # Entries from before the chain was noted keep the digest they were given.
    return {**facts, "chain": entry.chain} if entry.chain else facts
