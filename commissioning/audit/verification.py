"""Checking the record: that every link of every chain holds, from the last signed head or from the start."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from . import triggers
from .hashing import START, access_facts, canonical, event_facts, link
from .models import AccessBatch, AccessEntry, Chain, Event, SignedHead
from .services import ACCESS_LOG

CHUNK = 2000
# Says whether a signed head's signature holds; entered by the caller, since keys are kept above this app.
Check = Callable[[SignedHead], bool]


@dataclass(frozen=True)
class Report:
    """What a check found: how much there is, how much was looked at, and the first thing broken."""

    events: int
    checked: int
    accesses: int
    problem: str | None


class _Broken(Exception):  # noqa: N818 - what the record is
    pass


def signed_text(head: SignedHead) -> bytes:
    """Return the bytes that a signed head's signature covers."""
    return canonical(
        {"chain": head.chain, "length": head.length, "head": head.head, "signed_at": head.signed_at}
    ).encode()


def verify(*, full: bool = False, check: Check | None = None) -> Report:
    """Check the record from each chain's last signed head, or with `full` from its first event.

    Promises that with no problem named each event is the one that was written, none is missing between two
    others or before a signed head, no signed head was altered (where `check` is given), the access log's
    closed batches are whole, and the triggers stand. What was cut off an unsigned end and hidden in the
    chain's own row cannot be seen: that is why heads are signed and sent away each day (settled 19).
    """
    checked = 0
    problem = None
    try:
        _check_triggers()
        _check_orphans()
        for chain in Chain.objects.exclude(name=ACCESS_LOG).order_by("name"):
            checked += _check_chain(chain, full=full, check=check)
        _check_batches(full=full, check=check)
    except _Broken as found:
        problem = str(found)
    return Report(Event.objects.count(), checked, AccessEntry.objects.count(), problem)


def holds(*, chain: str, digest: str) -> bool:
    """Return whether a chain has had this digest as its end: an event's, or an access batch's.

    It says nothing of what stands before it: `verify` does.
    """
    if chain == ACCESS_LOG:
        return AccessBatch.objects.filter(hash=digest).exists()
    return Event.objects.filter(chain__name=chain, hash=digest).exists()


def _check_triggers() -> None:
    if missing := triggers.missing():
        raise _Broken(
            f"The database no longer guards the record: {', '.join(missing)} is missing or altered. "
            "Run “manage.py migrate” to put it back, and find out who took it away."
        )


def _check_orphans() -> None:
    # What was signed is read first: a chain begun and signed meanwhile is no orphan.
    signed = set(SignedHead.objects.values_list("chain", flat=True).distinct())
    known = set(Chain.objects.values_list("name", flat=True))
    for name in sorted(signed - known):
        raise _Broken(f"The chain “{name}” was signed and is gone.")


def _check_chain(chain: Chain, *, full: bool, check: Check | None) -> int:
    signed = list(SignedHead.objects.filter(chain=chain.name).order_by("length"))
    _check_signatures(signed, full=full, check=check)
    # Units go on being written meanwhile: the chain is walked to where it ended at this moment.
    chain.refresh_from_db()
    start, previous = 0, START
    if signed and not full:
        start, previous = signed[-1].length, signed[-1].head
        _check_signed_event(chain, signed[-1])
    heads = {head.length: head for head in signed}
    number = start
    for event in _events(chain, start):
        number += 1
        previous = _check_link(chain, event, number, previous)
        if number in heads and heads[number].head != previous:
            raise _Broken(f"{chain.name} {number}: the event is not the one that was signed.")
    if heads and number < max(heads):
        raise _Broken(f"{chain.name}: event {number + 1} is missing; {max(heads)} were signed.")
    if (chain.length, chain.head) != (number, previous):
        raise _Broken(
            f"{chain.name}: the chain should end with event {chain.length}, and ends with {number}."
        )
    longest = chain.events.aggregate(longest=Max("number"))["longest"] or 0
    chain.refresh_from_db()
    if longest > chain.length:
        raise _Broken(f"{chain.name} {longest}: the event was added past the end of the chain.")
    return number - start


def _check_signatures(signed: list[SignedHead], *, full: bool, check: Check | None) -> None:
    if check is None:
        return
    for head in signed if full else signed[-1:]:
        if not check(head):
            raise _Broken(
                f"{head.chain} {head.length}: the signature of {head.signed_at:%d %B %Y} does not hold."
            )


def _check_signed_event(chain: Chain, signed: SignedHead) -> None:
    before = chain.events.filter(number__lte=signed.length)
    if before.count() != signed.length:
        raise _Broken(f"{chain.name}: of the {signed.length} events that were signed, some are missing.")
    event = before.get(number=signed.length)
    _check_link(chain, event, signed.length, event.previous)
    if event.hash != signed.head:
        raise _Broken(f"{chain.name} {signed.length}: the event is not the one that was signed.")


def _check_link(chain: Chain, event: Event, number: int, previous: str) -> str:
    if event.number != number:
        raise _Broken(f"{chain.name} {number}: the event is missing.")
    if event.previous != previous or event.hash != link(previous, event_facts(event, chain.name)):
        raise _Broken(f"{chain.name} {number}: “{event.action}” is not what was written.")
    return event.hash


def _events(chain: Chain, after: int) -> Iterator[Event]:
    events = chain.events.filter(number__lte=chain.length).order_by("number")
    while chunk := list(events.filter(number__gt=after)[:CHUNK]):
        yield from chunk
        after = chunk[-1].number


def _check_batches(*, full: bool, check: Check | None) -> None:
    signed = list(SignedHead.objects.filter(chain=ACCESS_LOG).order_by("length"))
    _check_signatures(signed, full=full, check=check)
    batches = list(AccessBatch.objects.order_by("id"))
    by_last = {batch.last: batch for batch in batches}
    for head in signed:
        if head.length not in by_last or by_last[head.length].hash != head.head:
            raise _Broken(f"{ACCESS_LOG} {head.length}: the batch is not the one that was signed.")
    start = signed[-1].length if signed and not full else 0
    previous, after = START, 0
    for batch in batches:
        if batch.previous != previous:
            raise _Broken(f"{ACCESS_LOG} {batch.last}: the batch does not follow the one before it.")
        if batch.last > start:
            _check_batch(batch, after)
        previous, after = batch.hash, batch.last


def _check_batch(batch: AccessBatch, after: int) -> None:
    entries: Any = AccessEntry.objects.filter(pk__gt=after, pk__lte=batch.last).order_by("pk")
    digest, count = batch.previous, 0
    for entry in entries.iterator():
        digest, count = link(digest, access_facts(entry)), count + 1
    if (digest, count) != (batch.hash, batch.count):
        raise _Broken(f"{ACCESS_LOG}: entries {batch.first} to {batch.last} are not what was written.")
