"""What is asked of a window's draft, and of a new deadline, before they are saved."""

from collections.abc import Collection, Sequence
from datetime import datetime

from commissioning.clock import HolidaysUnknownError
from commissioning.clock.queries import holidays_in_force
from commissioning.workflow import Reason, Refused
from lots import rules
from lots.models import Lot, Scheme, Window
from lots.rules import questions

from .checks import SENT_TWICE, ask_about, refuse_any


def check(
    window: Window, lots: Sequence[tuple[Lot, Scheme]], *, now: datetime, meant: Collection[str] | None
) -> None:
    """Refuse impossible dates, lots and schemes, ask about unusual dates, set the usual cut-off.

    Raises Refused.
    """
    agreement = window.agreement
    problems = rules.window_refusals(agreement=agreement, opens_at=window.opens_at, deadline=window.deadline)
    if not problems:
        problems = rules.coming_date_refusals(window, now)
    if len({lot.pk for lot, _ in lots}) != len(lots):
        problems.append(Reason("Each lot can be in a window once.", field="lots"))
    for lot, scheme in lots:
        if lot.agreement_id != agreement.pk or scheme.agreement_id != agreement.pk:
            problems.append(Reason("A lot and its scheme must be of this agreement.", field="lots"))
        elif scheme.kind != Scheme.Kind.ADMISSION:
            problems.append(
                Reason(f"“{scheme}” is not a scheme for admission.", field=f"scheme_{lot.number}")
            )
    common = window.common_scheme
    if common and (common.kind != Scheme.Kind.COMMON or common.agreement_id != agreement.pk):
        problems.append(Reason(f"“{common}” is not a common part of this agreement.", field="common_scheme"))
    refuse_any(problems)
    short = rules.short_opening_doubts(window.opens_at, window.deadline)
    ask(window, window.deadline, since=window.opens_at, what="the opening", meant=meant, doubts=short)
    if window.questions_close_at is None:
        _set_cut_off(window, now)


def ask(
    window: Window,
    deadline: datetime,
    *,
    since: datetime,
    what: str,
    meant: Collection[str] | None,
    doubts: Sequence[str] = (),
) -> None:
    """Ask about an unusual deadline (`rules.deadline_doubts`), and further `doubts`, unless that is `meant`.

    Raises Refused.
    """
    calendar, holidays = window.agreement.regime_profile.holiday_calendar, holidays_in_force()
    unusual = rules.deadline_doubts(deadline, since=since, what=what, calendar=calendar, holidays=holidays)
    ask_about([*unusual, *doubts], meant)


def sent_before(
    window: Window, lots: Sequence[tuple[Lot, Scheme]], now: datetime, *, usual_cut_off: bool
) -> Window | None:
    """Return the draft that the same page made a moment ago, or nothing.

    Where the page left the cut-off for questions to the portal (`usual_cut_off`), it is no mark of the page:
    of a window that opens at once it is counted from now.
    """
    names = ["title", "opens_at", "deadline", "common_scheme", "expected_decision_on"]
    names += [] if usual_cut_off else ["questions_close_at"]
    same = {name: getattr(window, name) for name in names}
    drafts = window.agreement.windows.filter(state="draft", created_at__gt=now - SENT_TWICE, **same)
    chosen = {(lot.pk, scheme.pk) for lot, scheme in lots}
    for draft in drafts.prefetch_related("lots"):
        if {(row.lot_id, row.scheme_id) for row in draft.lots.all()} == chosen:
            return draft
    return None


def _set_cut_off(window: Window, now: datetime) -> None:
    calendar = window.agreement.regime_profile.holiday_calendar
    # One that opens at once takes questions from its announcement on, which is still to come.
    opens_at = max(window.opens_at, now)
    try:
        window.questions_close_at = questions.questions_close(
            opens_at, window.deadline, calendar, holidays_in_force()
        )
    except HolidaysUnknownError as error:
        raise Refused(
            f"Say until when questions can be asked. {error}", field="questions_close_at"
        ) from error
