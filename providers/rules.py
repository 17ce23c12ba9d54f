"""What must hold for entries and admissions: guards and arithmetic, no tables."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import SequenceMatcher
from typing import Any

from commissioning.records.rules import refusal_to_set_aside
from commissioning.web import words
from commissioning.web.text import day as in_words
from commissioning.workflow import Reason
from lots.watch import DOCUMENT_KINDS, RATINGS, DocumentKind, is_below

REMINDER_DAYS = (60, 30, 7)
"""How many days before a document's last day its provider is reminded, the earliest first."""

# Of what a page saves by itself, the last of each such stretch stays in the history.
AUTOSAVE_STRETCH = timedelta(minutes=10)
# Above this many words in both texts together they are compared line by line: word by word takes too long.
MOST_WORDS_COMPARED = 8_000
_ANY_WHOLE_HOUR = datetime(2020, 1, 1, tzinfo=UTC)
# How long before a deadline those with something missing are reminded (product 10).
REMINDERS = (timedelta(days=7), timedelta(hours=48), timedelta(hours=24))


def window_takes_entries(entry: Any, actor: Any, now: datetime) -> str | None:
    """Return why the window takes no submission or withdrawal now, or nothing (rulebook G1, R22-a)."""
    return entry.window_lot.window.refusal_to_submit(now)


SHARE_CODE_MISSING = (
    "The share code of the central digital platform is missing. Your organisation's administrator gives it "
    "with the organisation's details."
)


def share_code_is_there(entry: Any, actor: Any, now: datetime) -> str | None:
    """Return that the share code is missing where the law asks for one, or nothing (rulebook C20)."""
    return SHARE_CODE_MISSING if entry.lacks_share_code else None


def window_has_closed(entry: Any, actor: Any, now: datetime) -> str | None:
    """Return why an unsubmitted draft cannot be set aside yet, or nothing.

    A timely request may still be under way just after the deadline (settled 10).
    """
    return refusal_to_set_aside(entry.window_lot.window.deadline, now)


def is_to_be_sent(draft: Any, actor: Any, now: datetime) -> str | None:
    """Return why the portal may not send an entry or a bid by itself, or nothing (settled 11)."""
    if draft.instruction is None:
        return "Its provider has not asked for it to be sent at the close."
    return None


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


def is_same_stretch(earlier: datetime, later: datetime) -> bool:
    """Return whether two moments fall into the same ten minutes of the clock."""
    stretches = [(moment - _ANY_WHOLE_HOUR) // AUTOSAVE_STRETCH for moment in (earlier, later)]
    return stretches[0] == stretches[1]


@dataclass(frozen=True)
class Piece:
    """A stretch of two compared texts: `same`, `added` (the second's alone) or `removed` (the first's)."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Return how the second text differs from the first, word by word; very long ones line by line."""
    old, new = (re.findall(r"\S+\s*|^\s+", text) for text in (before, after))
    if len(old) + len(new) > MOST_WORDS_COMPARED:
        old, new = (text.splitlines(keepends=True) for text in (before, after))
    return list(_pieces(old, new))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    # A word is the same whatever space follows it.
    first, second = ([word.rstrip() for word in words] for words in (old, new))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(new[new_start:new_end]))
            continue
        if old_end > old_start:
            yield Piece("removed", "".join(old[old_start:old_end]))
        if new_end > new_start:
            yield Piece("added", "".join(new[new_start:new_end]))


def reminder_due(deadline: datetime, now: datetime, *, moved_at: datetime | None) -> timedelta | None:
    """Return how long before the deadline the newest reminder falls whose time has come, or nothing.

    A sweep that comes late has one reminder to send, the newest, never all that it missed. `moved_at` is
    when the deadline was last moved: what would have fallen before that is past, what falls after it is
    due again (product 10).
    """
    if now >= deadline:
        return None
    come = [before for before in REMINDERS if deadline - before <= now]
    return min((one for one in come if moved_at is None or deadline - one > moved_at), default=None)


def gaps(
    *,
    holding_documents: Collection[str],
    lowest_rating: str,
    documents: Iterable[Any],
    rating: Any,
    on: date,
) -> list[str]:
    """Return what holds new invitations on a London day under a lot's rule, a sentence each (rulebook G23).

    `documents` are all that a provider ever put on record, `rating` what `counting_rating` says. A document
    holds from the day after it ran out until one of its kind is in force: taking it out of the record is no
    way round. What was never recorded, and not being rated yet, holds nothing.
    """
    found = []
    recorded = list(documents)
    for code in holding_documents:
        of_kind = [one for one in recorded if one.kind == code]
        last = _ran_out_on(of_kind, on)
        if last and not any(one.taken_out_at is None and one.is_good_on(on) for one in of_kind):
            found.append(f"{DOCUMENT_KINDS[code].name} ran out on {in_words(last, weekday=False)}.")
    if lowest_rating and rating is not None and is_below(rating.rating, lowest_rating):
        since = in_words(rating.published_on, weekday=False)
        found.append(
            f"The CQC rating is {RATINGS[rating.rating]} since {since}; this lot asks for "
            f"{RATINGS[lowest_rating]} or better."
        )
    return found


def _ran_out_on(of_kind: list[Any], on: date) -> date | None:
    # The day of one that still stands is named before that of one taken out, which may hold a slip.
    over = [one for one in of_kind if one.expires_on and one.expires_on < on]
    return max(((one.taken_out_at is None, one.expires_on) for one in over), default=(False, None))[1]


def document_problems(*, kind: str, issued_on: date, expires_on: date | None, on: date) -> list[Reason]:
    """Return what cannot be in the dates of a document that is put on the profile on this London day.

    How long after its issue it can be good at the longest, `lots.watch` says by its kind.
    """
    if kind not in DOCUMENT_KINDS:
        return [Reason("Choose the kind of document.", field="kind")]
    problems = []
    if issued_on > on:
        problems.append(Reason("The day of issue cannot be after today.", field="issued_on"))
    if expires_on is None:
        if DOCUMENT_KINDS[kind].runs_out:
            problems.append(Reason("Enter the last day on which it is good.", field="expires_on"))
    elif not DOCUMENT_KINDS[kind].runs_out:
        sentence = f"A {DOCUMENT_KINDS[kind].in_a_sentence} has no last day. {DOCUMENT_KINDS[kind].mend}"
        problems.append(Reason(sentence, field="expires_on"))
    elif expires_on <= issued_on:
        problems.append(Reason("The last day must be after the day of issue.", field="expires_on"))
    elif expires_on < on:
        sentence = "This document has run out already: add the one that is in force."
        problems.append(Reason(sentence, field="expires_on"))
    elif issued_on <= on and (sentence := _too_long(DOCUMENT_KINDS[kind], issued_on, expires_on)):
        problems.append(Reason(sentence, field="expires_on"))
    return problems


def _too_long(kind: DocumentKind, issued_on: date, expires_on: date) -> str:
    latest = _years_after(issued_on, kind.longest_years)
    if expires_on <= latest:
        return ""
    return (
        f"The last day cannot be more than {kind.longest_years} years after the day of issue: it is "
        f"{in_words(latest, weekday=False)} at the latest. {kind.mend} If the day of issue is wrong, mend it."
    )


def counting_rating(ratings: Iterable[Any]) -> Any:
    """Return the rating that counts for holds, or None (rulebook G23, E15).

    `ratings` are in the order of their publication. The latest counts; but what a provider says of itself
    counts against what a lead recorded only where it is worse: a better one waits until a lead records it.
    """
    standing = said = None
    for one in ratings:
        if one.by_authority_id is not None:
            standing, said = one, None
        else:
            said = one
    if standing is None or said is None:
        return said or standing
    return said if is_below(said.rating, standing.rating) else standing


def counts_until(happened_on: date, look_back_years: int | None) -> date | None:
    """Return the last day on which an event counts as a ground for exclusion; None where it has no limit."""
    if look_back_years is None:
        return None
    return _years_after(happened_on, look_back_years)


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 2, 28)


def look_back_in_words(happened_on: date, look_back_years: int | None, on: date) -> str:
    """Return whether an event still counts as a ground for exclusion on a London day, and until when."""
    until = counts_until(happened_on, look_back_years)
    happened = f"It happened on {in_words(happened_on, weekday=False)}"
    if until is None:
        return f"{happened} and counts for as long as it lasts."
    ends = in_words(until, weekday=False)
    if on <= until:
        return f"{happened} and counts until {ends}."
    return f"{happened}; the {look_back_years} years in which it counts ended on {ends}. It no longer counts."


def debarment_problems(*, ground: str, excludes: bool | None, note: str) -> list[tuple[str, str]]:
    """Return what is wrong with what a look at the debarment list found, by field (rulebook C19).

    A mandatory ground excludes; a discretionary one is a decision. Both need their reason.
    """
    if not ground:
        return []
    found = []
    if ground == "mandatory" and excludes is False:
        text = "Listed on a mandatory ground it must be excluded: there is no choice."
        found.append(("excludes", text))
    if ground != "mandatory" and excludes is None:
        found.append(("excludes", "Decide whether it is excluded: a discretionary ground leaves it to you."))
    if not note:
        found.append(("note", "Say on which ground it is listed, and why you decide so."))
    return found


def expiry_reminder_due(*, expires_on: date, added_on: date, reminded: int | None, on: date) -> int | None:
    """Return of how many days before the end a reminder is due on this day, or None.

    Only the latest that is due counts, so that a late sweep writes once; none for a moment that had passed
    when the document was recorded, and none after its last day.
    """
    left = (expires_on - on).days
    due = [days for days in REMINDER_DAYS if left <= days and (expires_on - added_on).days >= days]
    if left < 0 or not due or (reminded is not None and reminded <= min(due)):
        return None
    return min(due)
