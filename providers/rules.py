"""What must hold for entries and admissions: guards and arithmetic, no tables."""

import unicodedata
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from commissioning.records.rules import refusal_to_set_aside
from commissioning.web import words
from commissioning.web.text import day as in_words
from lots.watch import DOCUMENT_KINDS, RATINGS, is_below

REMINDER_DAYS = (60, 30, 7)
"""How many days before a document's last day its provider is reminded, the earliest first."""


def window_takes_entries(entry: Any, actor: Any, now: datetime) -> str | None:
    """Return why the window takes no submission or withdrawal now, or nothing (rulebook G1, R22-a)."""
    return entry.window_lot.window.refusal_to_submit(now)


def window_has_closed(entry: Any, actor: Any, now: datetime) -> str | None:
    """Return why an unsubmitted draft cannot be set aside yet, or nothing.

    A timely request may still be under way just after the deadline (settled 10).
    """
    return refusal_to_set_aside(entry.window_lot.window.deadline, now)


def standstill_is_over(admission: Any, actor: Any, now: datetime) -> str | None:
    """Return why the admission cannot take effect yet, or nothing (settled 21)."""
    if admission.legal_hold_reason:
        return f"A legal hold stops it: {admission.legal_hold_reason}"
    return None if now >= admission.effective_at else "The standstill has not ended yet."


def normalised(text: str) -> str:
    """Return the text in the form in which it is kept, counted and hashed: Unicode's NFC."""
    return unicodedata.normalize("NFC", text)


def count_words(text: str) -> int:
    """Return the number of words by the published rule, as the page's script counts them (settled 7)."""
    return words.count(text)


def cut_at_limit(text: str, limit: int) -> tuple[str, str]:
    """Return the text up to the word limit, which evaluators see, and what lies beyond it (rulebook D8).

    Raises ValueError for a limit under 1.
    """
    if limit < 1:
        raise ValueError(f"A word limit must be at least 1, not {limit}.")
    return words.split_at(text, limit)


def gaps(
    *,
    holding_documents: Collection[str],
    lowest_rating: str,
    documents: Iterable[Any],
    rating: Any,
    on: date,
) -> list[str]:
    """Return what holds new invitations on a London day under a lot's rule, a sentence each (rulebook G23).

    `documents` are all that a provider has on record, `rating` the latest or None. A document holds once
    every one of its kind has run out; what was never recorded, and not being rated yet, holds nothing.
    """
    found = []
    recorded = list(documents)
    for code in holding_documents:
        of_kind = [one for one in recorded if one.kind == code]
        if of_kind and not any(one.is_good_on(on) for one in of_kind):
            last = max(one.expires_on or one.issued_on for one in of_kind)
            found.append(f"{DOCUMENT_KINDS[code].name} ran out on {in_words(last, weekday=False)}.")
    if lowest_rating and rating is not None and is_below(rating.rating, lowest_rating):
        since = in_words(rating.published_on, weekday=False)
        found.append(
            f"The CQC rating is {RATINGS[rating.rating]} since {since}; this lot asks for "
            f"{RATINGS[lowest_rating]} or better."
        )
    return found


def counts_until(happened_on: date, look_back_years: int | None) -> date | None:
    """Return the last day on which an event counts as a ground for exclusion; None where it has no limit."""
    if look_back_years is None:
        return None
    try:
        return happened_on.replace(year=happened_on.year + look_back_years)
    except ValueError:  # 29 February
        return date(happened_on.year + look_back_years, 2, 28)


def reminder_due(*, expires_on: date, added_on: date, reminded: int | None, on: date) -> int | None:
    """Return of how many days before the end a reminder is due on this day, or None.

    Only the latest that is due counts, so that a late sweep writes once; none for a moment that had passed
    when the document was recorded, and none after its last day.
    """
    left = (expires_on - on).days
    due = [days for days in REMINDER_DAYS if left <= days and (expires_on - added_on).days >= days]
    if left < 0 or not due or (reminded is not None and reminded <= min(due)):
        return None
    return min(due)
