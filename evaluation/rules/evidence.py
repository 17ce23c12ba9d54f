"""Asking for missing documents on equal terms, and taking them in time: pure rules (rulebook D18)."""

from datetime import datetime

from commissioning.records.rules import last_settled_deadline, opening_not_before
from commissioning.web.text import london
from lots.rules import is_in_time

JUDGED = "The judging is over, so nothing more is needed."


def refusals_to_ask(*, state: str, asked_at: datetime | None, undecided: int, missing: int) -> list[str]:
    """Return what keeps the lead from asking, a sentence each.

    `undecided` counts standards neither decided nor marked as missing something: only once every bidder was
    looked at is everyone in the same position asked. Each exercise has one such act.
    """
    if asked_at is not None:
        return [f"The bidders were asked {london(asked_at)}. Nobody is given a second chance."]
    found = []
    if state != "scoring":
        found.append("Documents can be asked for only while the scores are being given.")
    if undecided:
        noun = "minimum standard is" if undecided == 1 else "minimum standards are"
        found.append(
            f"{undecided} {noun} neither decided nor marked. Look at every bidder first, so that all in the "
            "same position are asked."
        )
    if not missing:
        found.append("No document is marked as missing.")
    return found


def refusal_to_note(*, state: str, asked_at: datetime | None) -> str | None:
    """Return why a document cannot be marked as missing now, or nothing."""
    if asked_at is not None:
        return f"The bidders were asked {london(asked_at)}, once for all. Decide whether the standard is met."
    if state != "scoring":
        return "Documents can be asked for only while the scores are being given. Decide the standard."
    return None


def refusal_to_supply(*, received_at: datetime, due_at: datetime, state: str) -> str | None:
    """Return that something came too late, with both times, or after the outcomes, or nothing (rulebook G1).

    What was decided of the standard is no reason: it would tell the bidder its result before the letters.
    """
    if state in ("released", "ended"):
        return JUDGED
    if is_in_time(received_at, due_at):
        return None
    return (
        f"This was to be here {london(due_at)}, and was received {london(received_at, 'microseconds')}. "
        "The time was the same for everybody."
    )


def refusal_to_begin(*, now: datetime, due_at: datetime, state: str) -> str | None:
    """Return why nothing can be sent any more, for somebody who has sent nothing yet, or nothing."""
    if state in ("released", "ended"):
        return JUDGED
    if is_in_time(now, due_at):
        return None
    return f"The time to send this ended {london(due_at)}. It was the same for everybody."


def refusal_to_fail(title: str, *, due_at: datetime | None, now: datetime) -> str | None:
    """Return why a standard cannot be decided as not met yet, or nothing: the bidder's time still runs.

    What was received in time may still be under way a moment later, and is waited for (settled 10).
    """
    if due_at is None or due_at <= last_settled_deadline(now):
        return None
    if is_in_time(now, due_at):
        return f"The bidder has until {london(due_at)} to send what is missing from “{title}”."
    return (
        f"What was sent in time for “{title}” may still be under way. Decide it as not met from "
        f"{london(opening_not_before(due_at), 'seconds')}."
    )
