"""Rules of records: when sealed content may be opened and by how many; how much time an outage took."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from commissioning.clock.words import spoken_time

# Timely requests may commit late: they are waited for, and a little longer (settled 10).
OPENING_MARGIN = timedelta(seconds=60)
# How long a proposed opening waits for its second person (settled 14).
TO_CONFIRM_WITHIN = timedelta(hours=24)
MINUTE = timedelta(minutes=1)
# A slow worker may miss one minute's save, and did not keep anybody from saving.
SILENCE = timedelta(minutes=3)
Span = tuple[datetime, datetime]


def opening_not_before(deadline: datetime) -> datetime:
    """Return when what a deadline seals may first be opened: a timeout and a margin later (settled 10)."""
    first: datetime = deadline + settings.REQUEST_TIMEOUT + OPENING_MARGIN
    return first


def last_settled_deadline(now: datetime) -> datetime:
    """Return the latest deadline for which no timely request can still be under way (settled 10)."""
    settled: datetime = now - settings.REQUEST_TIMEOUT - OPENING_MARGIN
    return settled


def refusal_to_open(what_stays: str, deadline: datetime, now: datetime) -> str | None:
    """Return why it is too soon to open, or nothing; `what_stays` begins the sentence: "The bids stay"."""
    if now >= (due := opening_not_before(deadline)):
        return None
    return (
        f"{what_stays} sealed until {spoken_time(due)}: the deadline is {spoken_time(deadline)}, and what "
        "was sent in time is waited for."
    )


def refusal_to_set_aside(deadline: datetime, now: datetime) -> str | None:
    """Return why drafts cannot be set aside yet, or nothing: a timely request may still be under way."""
    if now >= opening_not_before(deadline):
        return None
    return "The deadline has not passed, or requests received before it may still be under way."


def opening_refusal(*, opened_at: datetime | None, not_before: datetime | None, now: datetime) -> str | None:
    """Return why a round cannot be opened now, or None (rulebook R22-e)."""
    if opened_at is not None:
        return f"This was opened already, on {spoken_time(opened_at)}."
    if not_before is None:
        return "This has no deadline yet, so it cannot be opened."
    return refusal_to_open("This stays", not_before, now)


def is_second_person(proposal: Any, actor: Any, now: datetime) -> str | None:
    """Return why this person cannot confirm the opening, or nothing: not who proposed it (settled 14)."""
    if proposal.proposed_by_id != actor.pk:
        return None
    return "You proposed this opening, so a second person must confirm it."


def is_within_a_day(proposal: Any, actor: Any, now: datetime) -> str | None:
    """Return that the proposal has run out, or nothing."""
    if now <= proposal.ends_at:
        return None
    return f"The proposal ran out on {spoken_time(proposal.ends_at)}: propose the opening again."


def has_run_out(proposal: Any, actor: Any, now: datetime) -> str | None:
    """Return that the proposal still waits for its second person, or nothing once it has run out."""
    return None if now > proposal.ends_at else "The proposal still waits for its second person."


def is_silent(last: datetime, now: datetime) -> bool:
    """Return whether the portal's own save of each minute was missing between these two for too long."""
    return now - last > SILENCE


def spans_of(minutes: Iterable[datetime]) -> list[Span]:
    """Return the times that these minutes make, each from its first minute to the end of its last."""
    spans: list[Span] = []
    for minute in sorted(set(minutes)):
        if spans and spans[-1][1] >= minute:
            spans[-1] = (spans[-1][0], minute + MINUTE)
        else:
            spans.append((minute, minute + MINUTE))
    return spans


def without(span: Span, others: Iterable[Span]) -> list[Span]:
    """Return what is left of a time when others are taken out of it."""
    left = [span]
    for first, last in others:
        left = [
            part
            for begin, end in left
            for part in ((begin, min(end, first)), (max(begin, last), end))
            if part[0] < part[1]
        ]
    return left


def lost_between(outages: Iterable[Span], first: datetime, last: datetime) -> timedelta:
    """Return how much of the time between two moments these outages took, rounded up to whole minutes."""
    taken = sum(
        (max(min(end, last) - max(begin, first), timedelta(0)) for begin, end in outages), timedelta(0)
    )
    return -(-taken // MINUTE) * MINUTE


def deadline_after(deadline: datetime, lost: timedelta) -> datetime:
    """Return the deadline with the lost time added, at a whole minute (rulebook D17)."""
    moved = deadline + lost
    return (
        moved if not (moved.second or moved.microsecond) else moved.replace(second=0, microsecond=0) + MINUTE
    )
