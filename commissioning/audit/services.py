"""The only writers of the record. Every write in the portal happens inside a `unit`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils.dateparse import parse_datetime

from commissioning.people.actors import Actor

from .hashing import START, access_facts, canonical, event_facts, link
from .models import AccessBatch, AccessEntry, Chain, Event, described

PORTAL = "portal"
ACCESS_LOG = "access log"
BATCH_SIZE = 1000


@dataclass
class _Unit:
    events: list[tuple[str, Event]] = field(default_factory=list)
    accesses: list[AccessEntry] = field(default_factory=list)


# The network address of the request at work here, for the access log; background work has none.
request_address: ContextVar[str | None] = ContextVar("request_address", default=None)
_current: ContextVar[_Unit | None] = ContextVar("audit_unit", default=None)


@contextmanager
def unit() -> Iterator[None]:
    """Run a verb all or nothing: one transaction whose last act appends its events to their chains.

    A unit inside another joins it as a savepoint. Access entries noted meanwhile are written after the
    outermost unit has ended, whether it was kept or rolled back (settled 19).
    """
    outer = _current.get()
    if outer is not None:
        kept = len(outer.events)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            del outer.events[kept:]
            raise
        return
    opened = _Unit()
    token = _current.set(opened)
    try:
        with transaction.atomic():
            try:
                yield
                _append(opened.events)
            finally:
                # What runs on commit stands outside: a verb called there opens a unit of its own.
                _current.reset(token)
    finally:
        if opened.accesses:
            AccessEntry.objects.bulk_create(opened.accesses)


def in_unit() -> bool:
    """Return whether a unit is open here."""
    return _current.get() is not None


def record(
    action: str,
    subject: models.Model | str,
    *,
    actor: Actor,
    at: datetime,
    before: Any = None,
    after: Any = None,
    chain: str | None = None,
    veil: str | None = None,
    **data: Any,
) -> None:
    """Note an event, written with the unit it belongs to; outside a unit a RuntimeError.

    The subject says which chain it belongs to (`audit_chain`) and which sealed round hides it
    (`audit_veil`), unless both are given here. Values must be exact: a float is a TypeError.
    """
    current = _current.get()
    if current is None:
        raise RuntimeError(f"“{action}” was recorded outside a unit: nothing is written without its event.")
    name, reference = described(subject)
    payload = {
        key: value for key, value in {"before": before, "after": after, **data}.items() if value is not None
    }
    current.events.append(
        (
            chain or str(getattr(subject, "audit_chain", PORTAL)),
            Event(
                at=at,
                actor_id=actor.pk,
                actor_name=actor.audit_name,
                action=action,
                subject_type=name,
                subject=reference,
                veil=getattr(subject, "audit_veil", "") if veil is None else veil,
                payload=canonical(payload),
            ),
        )
    )


def note_access(
    outcome: AccessEntry.Outcome,
    subject: models.Model | str,
    *,
    actor: Actor,
    at: datetime,
    what: str,
    reason: str = "",
    address: str | None = None,
    veil: str | None = None,
    chain: str | None = None,
) -> None:
    """Write to the access log in a transaction of its own; within a unit, as soon as that has ended.

    The address is that of the request at work unless given; the subject says whose record it belongs to
    (`audit_chain`) and which sealed round hides it (`audit_veil`), unless both are given here.
    """
    name, reference = described(subject)
    entry = AccessEntry(
        at=at,
        user_id=actor.pk,
        actor_name=actor.audit_name,
        outcome=outcome,
        subject_type=name,
        subject=reference,
        what=what[:120],
        reason=reason[:300],
        address=address or request_address.get(),
        veil=getattr(subject, "audit_veil", "") if veil is None else veil,
        chain=str(getattr(subject, "audit_chain", "")) if chain is None else chain,
    )
    current = _current.get()
    if current is None:
        entry.save(force_insert=True)
    else:
        current.accesses.append(entry)


def close_access_batches(*, now: datetime) -> int:
    """Chain the access entries written since the last batch; return how many were chained."""
    with unit():
        # The chain row is the lock that keeps two sweeps from closing the same entries.
        _locked_chain(ACCESS_LOG)
        _wait_for_writers()
        last = AccessBatch.objects.order_by("-id").first()
        entries = list(
            AccessEntry.objects.filter(pk__gt=last.last if last else 0).order_by("pk")[:BATCH_SIZE]
        )
        if not entries:
            return 0
        previous = digest = last.hash if last else START
        for entry in entries:
            digest = link(digest, access_facts(entry))
        AccessBatch.objects.create(
            first=entries[0].pk,
            last=entries[-1].pk,
            count=len(entries),
            closed_at=now,
            previous=previous,
            hash=digest,
        )
    return len(entries)


def _append(events: list[tuple[str, Event]]) -> None:
    if not events:
        return
    recorded_at = _database_time()
    # One order of locking for every unit, so that two units cannot wait for each other.
    for name in sorted({chain for chain, _ in events}):
        chain = _locked_chain(name)
        fresh = [event for owner, event in events if owner == name]
        for event in fresh:
            chain.length += 1
            event.chain, event.number = chain, chain.length
            event.recorded_at, event.previous = recorded_at, chain.head
            event.hash = chain.head = link(chain.head, event_facts(event, name))
        Event.objects.bulk_create(fresh)
        chain.save(update_fields=["length", "head"])


def _locked_chain(name: str) -> Chain:
    rows = Chain.objects.select_for_update()
    chain = rows.filter(name=name).first()
    if chain is None:
        Chain.objects.get_or_create(name=name)
        # Another unit may have made the row meanwhile: read it again, locked.
        chain = rows.get(name=name)
    return chain


def _wait_for_writers() -> None:
    # PostgreSQL gives numbers before it commits them: without this an entry with a smaller number could
    # appear after its batch was closed. SQLite has one writer at a time.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {AccessEntry._meta.db_table} IN SHARE MODE")


def _database_time() -> datetime:
    sql = {
        "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
        "postgresql": "SELECT clock_timestamp()",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        value = cursor.fetchone()[0]
    parsed = parse_datetime(value) if isinstance(value, str) else value
    if parsed is None:
        raise RuntimeError("The database did not tell its time.")
    return parsed
