"""What must hold for agreements, lots, schemes and windows: guards and arithmetic, no tables."""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from commissioning.clock import london_date
from commissioning.records.rules import refusal_to_open
from commissioning.web.text import day, london
from commissioning.workflow import Reason

HUNDRED = Decimal("100.00")
CPV_CODE = re.compile(r"[0-9]{8}(-[0-9])?")
REFERENCE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
# The formulas of `evaluation.rules.price_points`.
PRICE_FORMULAS = (
    ("lowest", "The lowest price divided by the bid's price"),
    ("benchmark", "A published benchmark divided by the bid's price, at most full points"),
    ("fixed", "A fixed price: every bid that keeps to it has full points"),
)
# What may decide between equal totals, in an order that each competition publishes (rulebook D16).
TIE_BREAKS = (
    ("quality", "The higher quality total"),
    ("price", "The lower price"),
    ("first_question", "The higher score on the question with the most weight"),
    ("lot", "Drawing lots, recorded"),
)


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
        return Reason(
            f"The board's quorum is {board.quorum}, and there are {authorities} authorities: "
            f"set a quorum from 1 to {authorities}.",
            field="quorum",
        )
    return None


def agreement_refusals(
    *, initial_years: int, extension_years: int, published_maximum: Decimal, reopen_every_months: int | None
) -> list[Reason]:
    """Return what is impossible in an agreement's term and money."""
    problems = []
    if not 1 <= initial_years <= 20:
        problems.append(Reason("The initial term must be 1 to 20 whole years.", field="initial_years"))
    if not 0 <= extension_years <= 20:
        problems.append(Reason("The option to extend must be 0 to 20 whole years.", field="extension_years"))
    if published_maximum <= 0:
        problems.append(Reason("The published maximum must be more than £0.", field="published_maximum"))
    if reopen_every_months is not None and not 1 <= reopen_every_months <= 60:
        problems.append(
            Reason("Re-opening must be every 1 to 60 months, or left empty.", field="reopen_every_months")
        )
    return problems


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


def extension_refusals(agreement: Any, new_end: date, decided_on: date, now: datetime) -> list[Reason]:
    """Return why the option to extend cannot be used so (rulebook E13): only while live, only within it."""
    today = london_date(now)
    if agreement.state != "published":
        return [Reason("Only a published agreement can be extended.")]
    if agreement.extended_until:
        return [Reason(f"The extension to {day(agreement.extended_until)} is recorded already.")]
    if not agreement.extension_years:
        return [Reason("This agreement was published without an option to extend.")]
    if today > agreement.ends_on:
        return [
            Reason(
                f"The agreement ended on {day(agreement.ends_on)}. An option to extend can be used only "
                "while the agreement is live."
            )
        ]
    latest = years_on(agreement.starts_on, agreement.initial_years + agreement.extension_years)
    problems = []
    if not agreement.ends_on < new_end <= latest:
        problems.append(
            Reason(
                f"The new last day must be after {day(agreement.ends_on)} and no later than {day(latest)}.",
                field="new_end",
            )
        )
    if decided_on > today:
        problems.append(Reason("Record the decision once it has been taken.", field="decided_on"))
    return problems


def scored(questions: Iterable[Any]) -> list[Any]:
    """Return the questions that are scored."""
    return [question for question in questions if question.kind != "information"]


def total_weight(questions: Iterable[Any]) -> Decimal:
    """Return the exact total of the scored questions' weights."""
    return sum((question.weight or Decimal(0) for question in scored(questions)), Decimal("0.00"))


def questions_are_complete(scheme: Any, actor: Any, now: datetime) -> Reason | None:
    """Return what the questions still lack, or nothing: weights total exactly 100 (rulebook D2)."""
    questions = list(scheme.questions.all())
    if scheme.kind == "common":
        if questions or scheme.standards.all():
            return None
        return Reason("Add at least one question or minimum standard.", field="questions")
    if any(question.weight is None or question.weight <= 0 for question in scored(questions)):
        return Reason("Give each scored question a weight above 0.", field="questions")
    total = total_weight(questions)
    if total != HUNDRED:
        return Reason(
            f"The weights of the questions total {total}; they must total exactly 100.", field="questions"
        )
    return None


def scale_is_complete(scheme: Any, actor: Any, now: datetime) -> Reason | None:
    """Return what the scale and threshold still lack, or nothing."""
    if scheme.kind == "common":
        return None
    if [level.score for level in scheme.scale.all()] != list(range(scheme.maximum + 1)):
        return Reason(f"Describe each score of the scale, from 0 to {scheme.maximum}.", field="scale")
    if scheme.kind == "admission" and scheme.threshold is None:
        return Reason("Set the quality threshold.", field="scheme")
    return None


def price_is_complete(scheme: Any, actor: Any, now: datetime) -> Reason | None:
    """Return what the price part still lacks, or nothing."""
    if scheme.quality_weight + scheme.price_weight != HUNDRED:
        return Reason("The quality and price weights must total exactly 100.", field="scheme")
    if scheme.price_weight and not (scheme.price_formula and scheme.price_lines.all()):
        return Reason(
            "Price has a weight, so choose a price formula and add at least one price line.",
            field="price_lines",
        )
    return None


def scheme_refusals(scheme: Any) -> list[Reason]:
    """Return what is impossible in a scheme's own settings, whatever its questions."""
    problems = []
    if scheme.threshold is not None and not 0 <= scheme.threshold <= 100:
        problems.append(Reason("The threshold must be 0 to 100 per cent.", field="threshold"))
    if scheme.kind == "common" and scheme.threshold is not None:
        problems.append(Reason("The common part is not scored, so it has no threshold.", field="threshold"))
    if scheme.kind != "competition" and scheme.price_weight:
        problems.append(Reason("Only a mini-competition has a price.", field="price_weight"))
    if not 0 <= scheme.price_weight <= 100 or scheme.quality_weight + scheme.price_weight != HUNDRED:
        problems.append(
            Reason(
                f"The quality weight ({scheme.quality_weight}) and the price weight ({scheme.price_weight}) "
                "must total exactly 100.",
                field="price_weight",
            )
        )
    if scheme.price_formula and scheme.price_formula not in dict(PRICE_FORMULAS):
        problems.append(Reason("Choose one of the price formulas.", field="price_formula"))
    if scheme.price_weight and not scheme.price_formula:
        problems.append(Reason("Price has a weight, so choose a price formula.", field="price_formula"))
    if scheme.price_formula == "benchmark" and not (scheme.price_benchmark and scheme.price_benchmark > 0):
        problems.append(Reason("Give the benchmark, more than £0.", field="price_benchmark"))
    unknown = [one for one in scheme.tie_break if one not in dict(TIE_BREAKS)]
    if unknown or len(set(scheme.tie_break)) != len(scheme.tie_break):
        problems.append(Reason("Give each tie-break once, in its order.", field="tie_break"))
    return problems


def question_refusals(scheme: Any, question: Any) -> list[Reason]:
    """Return what is impossible in one question."""
    problems = []
    if question.kind == "information":
        if question.weight is not None or question.floor is not None:
            problems.append(
                Reason("A question that is not scored has no weight and no floor.", field="weight")
            )
    elif scheme.kind == "common":
        problems.append(Reason("The common part is not scored: ask for information only.", field="kind"))
    elif question.weight is None or not 0 < question.weight <= 100:
        problems.append(Reason("The weight must be more than 0 and at most 100.", field="weight"))
    if not 1 <= question.word_limit <= 10_000:
        problems.append(Reason("The word limit must be 1 to 10,000 words.", field="word_limit"))
    if question.floor is not None and not 1 <= question.floor <= scheme.maximum:
        problems.append(Reason(f"The lowest score that passes must be 1 to {scheme.maximum}.", field="floor"))
    if not 0 <= question.files_allowed <= 5:
        problems.append(Reason("At most 5 files may be asked for.", field="files_allowed"))
    return problems


def line_refusals(line: Any) -> list[Reason]:
    """Return what is impossible in one price line."""
    problems = []
    if line.quantity <= 0:
        problems.append(Reason("The quantity must be more than 0.", field="quantity"))
    if line.ceiling is not None and line.ceiling <= 0:
        problems.append(Reason("The ceiling must be more than £0, or left empty.", field="ceiling"))
    return problems


def window_refusals(*, agreement: Any, opens_at: datetime, deadline: datetime) -> list[Reason]:
    """Return what is impossible in a window's dates."""
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


def extension_of_deadline_refusals(window: Any, new_deadline: datetime, now: datetime) -> list[Reason]:
    """Return why the deadline cannot be moved so: only before it has passed, only later (rulebook G3)."""
    if window.state not in {"scheduled", "open"}:
        return [Reason(f"This window is “{window.state_label}”, so its deadline cannot be moved.")]
    if now > window.deadline:
        return [
            Reason(
                f"The deadline passed on {london(window.deadline)}. It can be extended only before it passes."
            )
        ]
    problems = window_refusals(agreement=window.agreement, opens_at=window.opens_at, deadline=new_deadline)
    if not problems and new_deadline <= window.deadline:
        problems.append(
            Reason(
                f"The new deadline must be later than the present one, {london(window.deadline)}.",
                field="deadline",
            )
        )
    return problems


def window_is_complete(window: Any, actor: Any, now: datetime) -> str | None:
    """Return what a window still lacks before it can be announced, or nothing."""
    lots = list(window.lots.all())
    if not lots:
        return "Choose at least one lot for this window."
    if any(item.scheme.state != "published" for item in lots):
        return "Publish the scheme of each lot first: what is asked must be fixed before anybody applies."
    if window.common_scheme and window.common_scheme.state != "published":
        return "Publish the scheme of the common part first."
    if window.agreement.state != "published":
        return "Publish the agreement first."
    if any(item.lot.state == "removed" for item in lots):
        return "A removed lot cannot be opened again; take it out of this window."
    if window.deadline <= now:
        return "The deadline has already passed; choose a later one."
    return None


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
    refuse a timely one. A window that was closed while a timely request was under way still takes it.
    """
    takes = window.state in {"scheduled", "open", "closed"}
    return takes and window.opens_at <= now and is_in_time(now, window.deadline)


def refusal_to_submit(window: Any, now: datetime) -> str | None:
    """Return why nothing can be submitted or withdrawn now, both times named; or nothing (rulebook G1)."""
    if is_open_for_submissions(window, now):
        return None
    if window.state == "cancelled":
        return "This window was cancelled."
    if now < window.opens_at:
        return f"This window opens on {london(window.opens_at)}."
    if is_in_time(now, window.deadline):
        return "This window takes no entries."
    return (
        f"This was received on {london(now, 'microseconds')}, after the deadline of "
        f"{london(window.deadline, 'microseconds')}. A late submission cannot be taken."
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
