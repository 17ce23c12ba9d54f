"""What must hold for agreements, lots, schemes and windows: guards and arithmetic, no tables."""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from commissioning.records.rules import refusal_to_open
from commissioning.web.text import london
from commissioning.workflow import Reason

from .ended import end_in_words, refusal_of_cancelled, what_became
from .extensions import extension_refusals, refusal_to_extend
from .reopening import (
    WEEKDAYS,
    WEEKS,
    Planned,
    Reopening,
    next_openings,
    reopening_refusals,
    weekday_of_month,
)
from .schemes import (
    FILE_MEGABYTES,
    FILE_NAME_LENGTH,
    FILES_MEGABYTES,
    HUNDRED,
    PRICE_FORMULAS,
    TIE_BREAKS,
    line_refusals,
    price_is_complete,
    question_refusals,
    questions_are_complete,
    scale_is_complete,
    scheme_refusals,
    scored,
    total_weight,
)
from .windows import (
    agreement_takes_windows,
    all_lots_are_in_it,
    coming_date_refusals,
    dates_still_stand,
    deadline_doubts,
    extension_of_deadline_refusals,
    is_not_open_yet,
    lots_are_free,
    moved_expectation,
    short_opening_doubts,
    state_by_the_clock,
    support_is_named,
    support_refusals,
    window_is_complete,
    window_refusals,
)

__all__ = [
    "CPV_CODE",
    "FILES_MEGABYTES",
    "FILE_MEGABYTES",
    "FILE_NAME_LENGTH",
    "HUNDRED",
    "PRICE_FORMULAS",
    "REFERENCE",
    "TIE_BREAKS",
    "WEEKDAYS",
    "WEEKS",
    "Planned",
    "Reopening",
    "agreement_refusals",
    "agreement_takes_windows",
    "all_lots_are_in_it",
    "authorities_are_seated",
    "board_can_decide",
    "coming_date_refusals",
    "dates_still_stand",
    "deadline_doubts",
    "deadline_has_passed",
    "due_step",
    "entries_may_be_opened",
    "extension_of_deadline_refusals",
    "extension_refusals",
    "has_lots",
    "is_a_rolling_entry",
    "is_in_time",
    "is_not_open_yet",
    "is_open_for_submissions",
    "lead_is_named",
    "line_refusals",
    "lot_refusals",
    "lots_are_free",
    "may_be_stopped",
    "months_on",
    "moved_expectation",
    "next_due",
    "next_openings",
    "no_window_runs_with_it",
    "nothing_is_being_judged",
    "opening_time_has_come",
    "price_is_complete",
    "question_refusals",
    "questions_are_complete",
    "refusal_of_rolling_entry",
    "refusal_to_extend",
    "refusal_to_submit",
    "reopening_refusals",
    "scale_is_complete",
    "scheme_refusals",
    "scored",
    "short_opening_doubts",
    "state_by_the_clock",
    "support_is_named",
    "support_refusals",
    "total_weight",
    "weekday_of_month",
    "what_became",
    "window_is_complete",
    "window_refusals",
    "years_on",
]

CPV_CODE = re.compile(r"[0-9]{8}(-[0-9])?")
REFERENCE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


def years_on(start: date, years: int) -> date:
    """Return the last day of a term of whole years: 3 May 2021 and five years make 2 May 2026."""
    try:
        return start.replace(year=start.year + years) - timedelta(days=1)
    except ValueError:  # from 29 February
        return date(start.year + years, 2, 28)


def months_on(start: date, months: int) -> date:
    """Return the same day some months later, or the month's last day where there is no such day."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def lead_is_named(agreement: Any, actor: Any, now: datetime) -> Reason | None:
    """Return why the agreement has no lead authority yet, or nothing."""
    leads = sum(place.is_lead for place in agreement.current_authorities())
    return None if leads == 1 else Reason("Name exactly one lead authority.", field="authorities")


def has_lots(agreement: Any, actor: Any, now: datetime) -> Reason | None:
    """Return a reason while the agreement has no lot, or nothing."""
    return None if agreement.lots.all() else Reason("Add at least one lot.", field="lots")


def authorities_are_seated(agreement: Any, actor: Any, now: datetime) -> Reason | None:
    """Return which authorities lack a seat on the board, or nothing (rulebook A43)."""
    seated = {seat.organisation_id for seat in agreement.board.current_seats() if seat.kind != "deputy"}
    missing = [
        place.organisation.short_name
        for place in agreement.current_authorities()
        if place.organisation_id not in seated
    ]
    if not missing:
        return None
    return Reason(
        f"Give each authority a seat on the joint project board. Without one: {', '.join(missing)}.",
        field="board",
    )


def board_can_decide(agreement: Any, actor: Any, now: datetime) -> Reason | None:
    """Return why the board could never decide, or nothing: it needs a chair and a quorum it can reach."""
    board = agreement.board
    if not any(seat.kind == "chair" for seat in board.current_seats()):
        return Reason("Seat a chair of the joint project board.", field="board")
    authorities = len(agreement.current_authorities())
    if not 1 <= board.quorum <= authorities:
        most = f"from 1 to {authorities}" if authorities > 1 else "of 1"
        many = f"are {authorities} authorities" if authorities != 1 else "is 1 authority"
        return Reason(
            f"The board's quorum is {board.quorum}, and there {many}: set a quorum {most}.", field="quorum"
        )
    return None


def agreement_refusals(
    *, initial_years: int, extension_years: int, published_maximum: Decimal, reopening: Reopening | None
) -> list[Reason]:
    """Return what is impossible in an agreement's term and money."""
    problems = []
    if not 1 <= initial_years <= 20:
        problems.append(Reason("The initial term must be 1 to 20 whole years.", field="initial_years"))
    if not 0 <= extension_years <= 20:
        problems.append(Reason("The option to extend must be 0 to 20 whole years.", field="extension_years"))
    if published_maximum <= 0:
        problems.append(Reason("The published maximum must be more than £0.", field="published_maximum"))
    return problems + (reopening_refusals(reopening) if reopening else [])


def nothing_is_being_judged(agreement: Any, actor: Any, now: datetime) -> Reason | None:
    """Return which window must be decided before the agreement is abandoned, or nothing.

    What was opened and read is judged to its end: those who were read are told how.
    """
    judged = [window.title for window in agreement.windows.all() if window.state == "unsealed"]
    if not judged:
        return None
    return Reason(
        f"“{judged[0]}” is being evaluated. Release its outcomes first, so that everybody whose entry was "
        "read is told how it was judged.",
        field="windows",
    )


def no_window_runs_with_it(lot: Any, actor: Any, now: datetime) -> str | None:
    """Return which announced window still offers the lot, or nothing: who applies there is not cut off."""
    for row in lot.windows.all():
        window = row.window
        # SECURITY: a rolling entry that is not submitted is nobody's business, so it stops nothing.
        if window.is_known and window.state in {"scheduled", "open", "closed", "unsealed"}:
            state = state_by_the_clock(window, now)
            first = "Cancel that window before it opens, or remove" if state == "scheduled" else "Remove"
            return (
                f"This lot is in “{window.title}”, which is “{window.MACHINE.label(state)}”. {first} the lot "
                "once its outcomes are released."
            )
    return None


def lot_refusals(
    *, number: int, annual_value: Decimal, term_value: Decimal, cpv_codes: Iterable[str]
) -> list[Reason]:
    """Return what is impossible in a lot's number, values and CPV codes."""
    problems = []
    if number < 1:
        problems.append(Reason("The lot's number must be 1 or more.", field="number"))
    if annual_value < 0 or term_value < 0:
        problems.append(Reason("A value must be £0 or more.", field="annual_value"))
    elif term_value < annual_value:
        problems.append(
            Reason("The value over the whole term cannot be less than that of one year.", field="term_value")
        )
    codes = list(cpv_codes)
    wrong = [code for code in codes if not CPV_CODE.fullmatch(code)]
    if wrong:
        problems.append(
            Reason(
                f"“{wrong[0]}” is no CPV code: write eight digits, with the check digit after a hyphen if "
                "you have it, like 85000000 or 85000000-9.",
                field="cpv_codes",
            )
        )
    elif len({code[:8] for code in codes}) != len(codes):
        problems.append(Reason("A CPV code is given twice; keep it once.", field="cpv_codes"))
    return problems


def opening_time_has_come(window: Any, actor: Any, now: datetime) -> str | None:
    """Return why the window cannot open yet, or nothing."""
    return None if now >= window.opens_at else "The opening time has not come yet."


def deadline_has_passed(window: Any, actor: Any, now: datetime) -> str | None:
    """Return why the window cannot close yet, or nothing."""
    return None if now > window.deadline else "The deadline has not passed yet."


def is_in_time(received_at: datetime, deadline: datetime) -> bool:
    """Return whether something received at this instant is in time.

    At the deadline it is, a microsecond later it is not. Both are aware times, the first of them the
    server's own stamp (settled 10, rulebook G1).
    """
    return received_at <= deadline


def is_open_for_submissions(window: Any, now: datetime) -> bool:
    """Return whether an entry received now is in time; at the deadline's own microsecond it is (rulebook G1).

    Asked of the dates, not of the state, so that a dead scheduler can neither accept a late entry nor
    refuse a timely one. A window that was closed while a timely request was under way still takes it; a
    rolling entry is closed by its one submission, so it takes nothing after.
    """
    takes = {"open"} if window.is_rolling else {"scheduled", "open", "closed"}
    return window.state in takes and window.opens_at <= now and is_in_time(now, window.deadline)


def refusal_to_submit(window: Any, now: datetime) -> str | None:
    """Return why nothing can be submitted or withdrawn now, both times named; or nothing (rulebook G1)."""
    if is_open_for_submissions(window, now):
        return None
    if cancelled := refusal_of_cancelled(window):
        return cancelled
    if now < window.opens_at:
        return f"This window opens on {london(window.opens_at)}."
    if window.is_rolling and window.received_at:
        return (
            f"This was submitted on {london(window.received_at, 'seconds')}. A rolling entry goes in once: "
            "it can no longer be changed or withdrawn."
        )
    if is_in_time(now, window.deadline):
        return "This window takes no entries."
    return (
        f"This was received on {london(now, 'microseconds')}, after the deadline of "
        f"{london(window.deadline, 'microseconds')}. Nothing can be submitted, changed or withdrawn."
    )


def due_step(window: Any, now: datetime) -> str | None:
    """Return the step that time alone asks for: open, close or nothing (rulebook G11)."""
    if window.state == "scheduled" and now >= window.opens_at:
        return "open"
    if window.state == "open" and now > window.deadline:
        return "close"
    return None


def next_due(window: Any) -> datetime | None:
    """Return when time will next ask for a step: the opening, or the first moment after the deadline."""
    if window.state == "scheduled":
        return window.opens_at
    if window.state == "open":
        # At the deadline's own microsecond an entry is still in time (rulebook G1).
        return window.deadline + timedelta(microseconds=1)
    return None


def entries_may_be_opened(window: Any, actor: Any, now: datetime) -> str | None:
    """Return why the entries stay sealed, or nothing (settled 10, rulebook R22-b)."""
    return refusal_to_open("The entries stay", window.deadline, now)


def is_a_rolling_entry(window: Any, actor: Any, now: datetime) -> str | None:
    """Return why a submission does not close this window, or nothing (settled 4)."""
    return None if window.is_rolling else "This window closes at its deadline."


def refusal_of_rolling_entry(lot: Any, open_windows: Iterable[Any], now: datetime) -> str | None:
    """Return why no rolling entry to the lot can be begun now, or nothing; `open_windows` offer it now."""
    agreement = lot.agreement
    if over := end_in_words(agreement, now):
        return f"{over}, so nothing can be applied for under it."
    if agreement.state != "published" or lot.state == "removed" or lot.rolling_scheme_id is None:
        return "This lot takes no entries outside its windows."
    for window in open_windows:
        return f"“{window.title}” is open for this lot until {london(window.deadline)}. Apply in that window."
    return None


def may_be_stopped(window: Any, actor: Any, now: datetime) -> str | None:
    """Return why the window goes on, or nothing: it ends unopened only with what it belongs to."""
    if window.agreement.state == "abandoned":
        return None
    if window.is_rolling and all(row.lot.state == "removed" for row in window.lots.all()):
        return None
    return "A window that has opened is stopped only where its agreement is abandoned."
