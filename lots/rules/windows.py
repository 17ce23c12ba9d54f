"""What must hold for a window's dates and lots, and what of a deadline is unusual: no tables."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from commissioning import regimes
from commissioning.clock import Holidays, HolidaysUnknownError, day_off, london_date, london_time
from commissioning.web.text import day, london
from commissioning.workflow import Reason

from .ended import refusal_to_move_deadline, refusal_to_schedule
from .questions import cut_off_problem

# When somebody can be expected to be there for whoever is stuck.
FROM, UNTIL = time(8), time(18)
A_YEAR = timedelta(days=366)
SATURDAY = 5
# A dynamic purchasing system under Regulation 34 gives 10 days to tender (rulebook B3). No regime here names
# a least time to apply: it must be reasonable and proportionate (B7, C10), so less is asked about.
LEAST_DAYS_OPEN = 10


def window_refusals(*, agreement: Any, opens_at: datetime, deadline: datetime) -> list[Reason]:
    """Return what is impossible in a window's dates, whenever it is asked."""
    problems = []
    if deadline <= opens_at:
        problems.append(
            Reason(f"The deadline must be after the opening, {london(opens_at)}.", field="deadline")
        )
    if london_date(deadline) > agreement.ends_on:
        problems.append(
            Reason(
                f"The agreement ends on {day(agreement.ends_on)}; the deadline must not be later.",
                field="deadline",
            )
        )
    return problems


def coming_date_refusals(window: Any, now: datetime) -> list[Reason]:
    """Return which dates of a window that is not announced cannot come any more, or in no such order.

    An opening earlier today is taken: such a window opens with its announcement.
    """
    problems = []
    if london_date(window.opens_at) < london_date(now):
        problems.append(
            Reason(
                f"The opening must be today or later, and {london(window.opens_at)} is over. To open at "
                "once, give today's date.",
                field="opens_at",
            )
        )
    if window.deadline <= now:
        problems.append(
            Reason(
                f"The deadline, {london(window.deadline)}, has already passed; choose a later one.",
                field="deadline",
            )
        )
    cut_off = window.questions_close_at
    if cut_off is not None and (problem := cut_off_problem(cut_off, window.deadline, now)):
        problems.append(problem)
    expected = window.expected_decision_on
    if expected is not None and expected <= london_date(window.deadline):
        problems.append(
            Reason(
                f"Decisions can be expected only after the deadline, {london(window.deadline)}: choose a "
                "later day, or leave it empty.",
                field="expected_decision_on",
            )
        )
    return problems


def agreement_takes_windows(window: Any, actor: Any, now: datetime) -> str | None:
    """Return that the agreement has ended, so that no window can open in it, or nothing."""
    return refusal_to_schedule(window.agreement, now)


def dates_still_stand(window: Any, actor: Any, now: datetime) -> Reason | None:
    """Return what is wrong by now with the dates of a window that was saved before, or nothing."""
    problems = coming_date_refusals(window, now)
    return Reason(" ".join(one.text for one in problems), field=problems[0].field) if problems else None


def deadline_doubts(
    deadline: datetime, *, since: datetime, what: str, calendar: str, holidays: Holidays | None = None
) -> list[str]:
    """Return what is unusual in a deadline, a sentence each: asked about, never refused.

    It falls on no working day, outside 08:00 to 18:00 in London, or more than a year after `since`, which
    `what` names. Of a year without bank holidays on record only Saturdays and Sundays are known.
    """
    doubts = []
    on, at = london_date(deadline), london_time(deadline).time()
    if (off := _no_working_day(on, calendar, holidays)) is not None:
        doubts.append(f"{day(on)} is no working day{off}: whoever is stuck may find nobody to help.")
    if not FROM <= at <= UNTIL:
        doubts.append(
            f"{london(deadline)} is outside 08:00 to 18:00: whoever is stuck may find nobody to help."
        )
    if deadline - since > A_YEAR:
        doubts.append(f"{london(deadline)} is more than a year after {what}, {london(since)}.")
    return doubts


def short_opening_doubts(opens_at: datetime, deadline: datetime) -> list[str]:
    """Return that a window is open for less than 10 days by London's clock: asked about, never refused."""
    open_for = london_time(deadline).replace(tzinfo=None) - london_time(opens_at).replace(tzinfo=None)
    if open_for >= timedelta(days=LEAST_DAYS_OPEN):
        return []
    doubt = (
        f"The window is open for {_length(open_for)}, from {london(opens_at)} to {london(deadline)}: whoever "
        f"hears of it late may not finish. Give {LEAST_DAYS_OPEN} days or more."
    )
    return [doubt]


def _length(time: timedelta) -> str:
    minutes = max(int(time.total_seconds() // 60), 1)
    for unit, size in (("day", 24 * 60), ("hour", 60)):
        if minutes >= size:
            number = minutes // size
            return f"only {number} {unit}{'s' * (number != 1)}"
    return f"only {minutes} minute{'s' * (minutes != 1)}"


def _no_working_day(on: date, calendar: str, holidays: Holidays | None) -> str | None:
    if on.weekday() >= SATURDAY:
        return ""
    try:
        why = day_off(on, calendar, holidays)
    except HolidaysUnknownError:
        return None
    return why and f" ({why})"


def extension_of_deadline_refusals(
    window: Any, new_deadline: datetime, now: datetime, beside: Iterable[Any] = ()
) -> list[Reason]:
    """Return why the deadline cannot be moved so: only before it has passed, only later (rulebook G3).

    `beside` are lots of this window in other announced windows whose time would overlap. Those that
    overlapped before are no reason: more time in this window changes nothing for them.
    """
    if refusal := refusal_to_move_deadline(window, now):
        return [Reason(refusal)]
    problems = [
        replace(one, field="new_deadline")
        for one in window_refusals(
            agreement=window.agreement, opens_at=window.opens_at, deadline=new_deadline
        )
    ]
    if not problems and new_deadline <= window.deadline:
        problems.append(
            Reason(
                f"The new deadline must be later than the present one, {london(window.deadline)}.",
                field="new_deadline",
            )
        )
    for row in beside:
        if row.window.opens_at >= window.deadline:
            problems.append(
                Reason(
                    f"{row.lot} opens again on {london(row.window.opens_at)}, in “{row.window.title}”, and a "
                    "lot is in one window at a time: choose a deadline that is not later.",
                    field="new_deadline",
                )
            )
            break
    return problems


def moved_expectation(expected: date | None, old: datetime, new: datetime) -> date | None:
    """Return by when decisions are expected once the deadline has moved from `old` to `new`.

    The day stays while it comes after the deadline; else it moves by as many days as the deadline did.
    """
    if expected is None or expected > london_date(new):
        return expected
    return expected + (london_date(new) - london_date(old))


def window_is_complete(window: Any, actor: Any, now: datetime) -> str | None:
    """Return what a window still lacks before it can be announced, or nothing."""
    lots = list(window.lots.all())
    if not lots:
        # Where all must be in it, that is said instead: one mistake, one reason.
        whole = all_lots_are_in_it(window, actor, now)
        return None if whole else "Choose at least one lot for this window."
    if any(item.scheme.state != "published" for item in lots):
        return "Publish the scheme of each lot first: what is asked must be fixed before anybody applies."
    if window.common_scheme and window.common_scheme.state != "published":
        return "Publish the scheme of the common part first."
    if window.agreement.state != "published":
        return "Publish the agreement first."
    if any(item.lot.state == "removed" for item in lots):
        return "A removed lot cannot be opened again; take it out of this window."
    return None


def support_is_named(window: Any, actor: Any, now: datetime) -> Reason | None:
    """Return that nobody is named whom applicants may ask, and when, or nothing (product 10)."""
    agreement = window.agreement
    if agreement.support_contact and agreement.support_hours:
        return None
    lacks = "when they are there" if agreement.support_contact else "whom applicants may ask, and when"
    return Reason(
        f"Say {lacks}: it stands beside each deadline, so no window is announced without it.",
        field="support_hours" if agreement.support_contact else "support_contact",
    )


def support_refusals(before: Mapping[str, str], after: Mapping[str, str], ahead: Any) -> list[Reason]:
    """Return why the support contact or hours cannot be emptied: `ahead` is an announced window, or None."""
    if ahead is None:
        return []
    return [
        Reason(
            f"“{ahead.title}” is announced: applicants read this beside its deadline, so it cannot be empty.",
            field=name,
        )
        for name in ("support_contact", "support_hours")
        if before.get(name) and name in after and not after[name]
    ]


def lots_are_free(window: Any, actor: Any, now: datetime) -> Reason | None:
    """Return which lot is in another announced window at the same time, or nothing."""
    for row in window.beside():
        other = row.window
        return Reason(
            f"{row.lot} is in “{other.title}” too, which is open from {london(other.opens_at)} to "
            f"{london(other.deadline)}. A lot is in one window at a time: choose other dates, or take the "
            "lot out of this window.",
            field="opens_at",
        )
    return None


def all_lots_are_in_it(window: Any, actor: Any, now: datetime) -> Reason | None:
    """Return which lots are missing where the regime opens all together, or nothing (rulebook C18)."""
    agreement = window.agreement
    if agreement.regime not in regimes.REOPEN_AS_A_WHOLE:
        return None
    offered = {row.lot_id for row in window.lots.all()}
    missing = [lot for lot in agreement.lots.all() if lot.state != "removed" and lot.pk not in offered]
    if not missing:
        return None
    called = regimes.called(agreement.regime)
    return Reason(
        f"{called[:1].upper()}{called[1:]} opens again with all its lots together. Choose a "
        f"scheme for each; missing: {', '.join(str(lot) for lot in missing)}.",
        field="lots",
    )


def is_not_open_yet(window: Any, actor: Any, now: datetime) -> str | None:
    """Return that a window has opened and can no longer be cancelled, or nothing; its dates decide."""
    if window.state != "scheduled" or now < window.opens_at:
        return None
    if now > window.deadline:
        return (
            f"This window closed on {london(window.deadline)}, so it can no longer be cancelled: what was "
            "submitted in it is opened and judged."
        )
    return (
        f"This window opened on {london(window.opens_at)}, so it can no longer be cancelled: somebody may be "
        "applying. Its deadline can be extended."
    )


def state_by_the_clock(window: Any, now: datetime) -> str:
    """Return the state that a window has by its dates, also before the sweep has written it down."""
    state = str(window.state)
    if state == "scheduled" and now >= window.opens_at:
        state = "open"
    if state == "open" and now > window.deadline:
        state = "closed"
    return state
