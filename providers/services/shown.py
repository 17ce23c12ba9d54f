"""Submitting what was shown: whoever presses the button has seen what goes in, or sees it first."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from commissioning.clock.words import spoken_since
from commissioning.people.models import User
from commissioning.workflow import Reason, Refused
from providers.models import Package, Submission
from providers.queries import fates, items, shown
from providers.queries.shown import Differences, Shown

UNMATCHED = (
    "This page cannot be matched with what stands now, so nothing was submitted. Look through it again "
    "below, and press the button once more."
)


class NotAsShown(Refused):
    """What stands now is not what the page showed, so nothing was submitted; the reasons say what changed."""


def insist(
    *,
    parts: Sequence[Submission],
    reference: str,
    details: Mapping[str, Any],
    seen: Shown | None,
    now: datetime,
) -> None:
    """Return if the locked drafts are as they were shown, or where nothing was. Raises NotAsShown.

    `reference` is the entry's or bid's. A mark that was spoilt, or is another's, says nothing of any moment,
    so neither does its refusal. What a colleague submitted or withdrew meanwhile counts too: who presses the
    button would otherwise undo it unseen.
    """
    if seen is None:
        return
    if not shown.is_of(seen, reference):
        raise NotAsShown(UNMATCHED)
    found = shown.differences(parts, details, seen)
    if found:
        told = "Nothing was submitted. Read below what goes in now, and submit it then."
        sent = [_sent(found.sent, reference, now)] if found.sent else []
        raise NotAsShown([*sent, *_reasons(parts, found, now), Reason(told)])


def _sent(package: Package, reference: str, now: datetime) -> Reason:
    if package.withdrawn_at is None:
        did, at = f"{_who(package.submitted_by)} submitted", package.received_at
    else:
        did, at = f"{fates.withdrawn_by(package, reference) or 'Somebody'} withdrew", package.withdrawn_at
    return Reason(f"{did} this at {spoken_since(at, now, 'seconds')}, after this page was shown to you.")


def _reasons(parts: Sequence[Submission], found: Differences, now: datetime) -> Iterator[Reason]:
    titles = {(part.pk, item.code): item.title for part in parts for item in items.of_scheme(part.scheme)}
    for row in found.versions:
        title, when = titles[row.submission_id, row.item], spoken_since(row.saved_at, now, "seconds")
        yield Reason(f"{_who(row.saved_by)} saved “{title}” at {when}, after this page was shown to you.")
    for file in found.files:
        title, when = titles[file.submission_id, file.item], spoken_since(file.added_at, now, "seconds")
        yield Reason(f"{_who(file.added_by)} changed the files of “{title}” at {when}.")
    if found.gone and not found.files:
        yield Reason("A file that this page showed to you has been taken out since.")
    if found.details:
        yield Reason(f"Your organisation’s details have been changed since: {', '.join(found.details)}.")


def _who(user: User | None) -> str:
    return user.name if user else "Somebody"
