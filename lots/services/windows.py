"""Verbs on a window: schedule, announce, keep its time, extend, open its entries, cancel."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.clock import HolidaysUnknownError
from commissioning.clock.queries import holidays_in_force
from commissioning.people.actors import System
from commissioning.people.models import User
from commissioning.records import sealing
from commissioning.records.models import OpeningProposal, SealedBlob
from commissioning.records.services import openings
from commissioning.workflow import Reason, Refused, lock
from lots import rules
from lots.models import Agreement, DeadlineChange, Lot, Scheme, Window, WindowLot
from lots.queries import standing
from lots.rules import questions
from lots.workflow import WINDOW

from . import telling
from .checks import refuse_any, refuse_overtaken

SWEEP = System("windows sweep")


def create(
    *,
    agreement: Agreement,
    title: str,
    opens_at: datetime,
    deadline: datetime,
    lots: Sequence[tuple[Lot, Scheme]],
    actor: User,
    now: datetime,
    common_scheme: Scheme | None = None,
    expected_decision_on: date | None = None,
    questions_close_at: datetime | None = None,
) -> Window:
    """Set up a window for these lots, each with its scheme, as a draft; nobody sees it yet.

    Times are aware instants; forms make them from London's clock. Without `questions_close_at` questions
    close at the usual time before the deadline (`rules.questions.questions_close`). Raises Denied, Refused.
    """
    policies.require(actor, "window.schedule", agreement)
    with unit():
        window = Window(
            agreement=agreement,
            title=title.strip(),
            opens_at=opens_at,
            deadline=deadline,
            questions_close_at=questions_close_at,
            common_scheme=common_scheme,
            expected_decision_on=expected_decision_on,
            state="draft",
            state_since=now,
            created_at=now,
        )
        _check(window, lots)
        window.save()
        _set_lots(window, lots)
        record("window.create", window, actor=actor, at=now, after=_facts(window, lots))
    return window


def change(
    *,
    window: Window,
    title: str,
    opens_at: datetime,
    deadline: datetime,
    lots: Sequence[tuple[Lot, Scheme]],
    common_scheme: Scheme | None,
    expected_decision_on: date | None,
    actor: User,
    now: datetime,
    questions_close_at: datetime | None = None,
    seen: Mapping[str, Any] | None = None,
) -> None:
    """Change a window that is not yet announced; the same again changes nothing.

    `seen` is what stood when the page was drawn (`queries.standing.window`). Raises Denied, Refused, and
    Overtaken where something else stands by now.
    """
    with unit():
        lock(window)
        policies.require(actor, "window.schedule", window)
        if window.state != "draft":
            raise Refused("This window is announced: its deadline can be extended, nothing else changed.")
        before = _facts(
            window, [(row.lot, row.scheme) for row in window.lots.select_related("lot", "scheme")]
        )
        stands = standing.window(window)
        window.title, window.opens_at, window.deadline = title.strip(), opens_at, deadline
        window.common_scheme, window.expected_decision_on = common_scheme, expected_decision_on
        window.questions_close_at = questions_close_at
        _check(window, lots)
        after = _facts(window, lots)
        if before == after:
            return
        refuse_overtaken(seen=seen, stands=stands, changed=standing.last_change(window, "window.change"))
        window.save()
        window.lots.all().delete()
        _set_lots(window, lots)
        record("window.change", window, actor=actor, at=now, before=before, after=after)


def announce(*, window: Window, actor: User, now: datetime) -> None:
    """Announce the window: from now on everybody sees it, and time opens and closes it.

    A sealed round is made for each lot, and whoever follows the agreement is told. Raises Denied, Refused,
    and SealingKeyWrong without a sealing key.
    """
    with unit():
        WINDOW.move(window, "announce", actor=actor, now=now, changes={"next_due_at": window.opens_at})
        for row in window.lots.select_related("lot").prefetch_related("lot__points"):
            fix(row, now)
        telling.tell_of_announcement(window, now=now)


def fix(row: WindowLot, now: datetime) -> None:
    """Give a lot of a window its sealed round, and keep which skills and outcomes it goes by."""
    window = row.window
    row.round = sealing.create_round(
        title=f"{window.reference} {row.lot}",
        not_before=window.deadline,
        now=now,
        audit_chain=window.audit_chain,
        by_two=window.agreement.opened_by_two,
    )
    row.skills_version, row.outcomes_version = row.lot.version_of("skill"), row.lot.version_of("outcome")
    row.save(update_fields=["round", "skills_version", "outcomes_version"])


def keep_time(*, window_id: int, now: datetime) -> list[str]:
    """Take the steps that time alone asks for, each once however often this runs; return their names.

    A row that another worker holds is left to that worker (rulebook G11).
    """
    with unit():
        rows = Window.with_unsent.select_for_update(
            skip_locked=connection.features.has_select_for_update_skip_locked, of=("self",)
        )
        window = rows.filter(pk=window_id, next_due_at__lte=now).select_related("agreement").first()
        return _catch_up(window, now) if window else []


def extend(
    *, window: Window, new_deadline: datetime, reason: str, actor: User, now: datetime
) -> DeadlineChange:
    """Move the deadline later, before it has passed and for a reason, for every lot (rulebook G3).

    Old and new time are kept; each lot's sealed round and the cut-off for questions move with it. Telling
    those who began to apply is `providers.services.openings`. Raises Denied, Refused.
    """
    with unit():
        _now_open(window, now)
        policies.require(actor, "window.extend", window)
        problems = rules.extension_of_deadline_refusals(window, new_deadline, now)
        if not reason.strip():
            problems.append(Reason("Give the reason, which every applicant will read.", field="reason"))
        refuse_any(problems)
        moved = DeadlineChange.objects.create(
            window=window,
            old=window.deadline,
            new=new_deadline,
            reason=reason.strip(),
            changed_at=now,
            changed_by=actor,
        )
        questions_closed = window.questions_close_at
        window.deadline = new_deadline
        window.questions_close_at = questions.moved_cut_off(questions_closed, moved.old, moved.new)
        window.next_due_at = rules.next_due(window)
        window.save(update_fields=["deadline", "questions_close_at", "next_due_at"])
        for row in window.lots.select_related("round"):
            sealing.set_not_before(round=row.sealed_round, not_before=new_deadline)
        record(
            "window.extend",
            window,
            actor=actor,
            at=now,
            before={"deadline": moved.old, "questions_close_at": questions_closed},
            after={"deadline": moved.new, "questions_close_at": window.questions_close_at},
            reason=moved.reason,
        )
    return moved


def cancel(*, window: Window, reason: str, actor: User, now: datetime) -> None:
    """Cancel a window that has not opened; the reason is shown on its page.

    Of one that was announced, whoever asked about it or follows the agreement is told why. Nobody can have
    applied: that begins with the opening. Raises Denied, Refused.
    """
    if not reason.strip():
        raise Refused("Give the reason, which everybody can read.", field="reason")
    with unit():
        _now_open(window, now)
        was_announced = window.state != "draft"
        changes = {"cancelled_reason": reason.strip(), "next_due_at": None}
        WINDOW.move(window, "cancel", actor=actor, now=now, changes=changes)
        if was_announced:
            telling.tell_of_end(window, now=now)


def propose_opening(*, window: Window, actor: User, now: datetime) -> OpeningProposal:
    """Propose the opening of the entries to a second person, where the agreement takes two (settled 14).

    Refused before the entries may be opened. Raises Denied, Refused.
    """
    with unit():
        _now_open(window, now)
        policies.require(actor, "opening.propose", window)
        refuse_any(WINDOW.refusals(window, "unseal", actor=actor, now=now))
        return openings.propose(
            thing=window,
            authority=window.agreement.lead,
            what=f"the entries of “{window.title}”",
            rounds=[row.sealed_round for row in window.lots.select_related("round")],
            compartment=SealedBlob.Compartment.QUALITY,
            actor=actor,
            now=now,
        )


def stop(*, window: Window, reason: str, actor: User, now: datetime) -> None:
    """End a window unopened, with the agreement or the lot it belongs to; what was sent stays sealed.

    The reason is shown on its page. Raises Denied, Refused where what it belongs to goes on.
    """
    with unit():
        _now_open(window, now)
        WINDOW.move(
            window, "stop", actor=actor, now=now, changes={"cancelled_reason": reason, "next_due_at": None}
        )


def unseal(
    *,
    window: Window,
    actor: User,
    now: datetime,
    blobs: Mapping[int, Iterable[SealedBlob]] | None = None,
) -> dict[int, sealing.Opening]:
    """Record the opening of the entries and open every lot's round (rulebook R22-e).

    Where the agreement takes two people, this is the second one's confirmation (settled 14).
    `blobs` are the submitted pieces to check, by the window lot's id; what the checks found comes back by
    the same id. The entries themselves are moved by `providers.services.openings`, which calls this.
    Raises Denied, Refused.
    """
    with unit():
        _now_open(window, now)
        changes = {"unsealed_at": now, "unsealed_by": actor}
        WINDOW.move(window, "unseal", actor=actor, now=now, changes=changes)
        offered = list(window.lots.select_related("round"))
        openings.confirm(
            thing=window,
            rounds=[row.sealed_round for row in offered],
            compartment=SealedBlob.Compartment.QUALITY,
            actor=actor,
            now=now,
        )
        return {
            row.pk: sealing.open_round(
                round=row.sealed_round, actor=actor, now=now, blobs=(blobs or {}).get(row.pk, ())
            )
            for row in offered
        }


def decide(*, window: Window, actor: User, now: datetime) -> None:
    """Mark the window as decided, once the outcomes of all its lots are released. Raises Denied, Refused."""
    with unit():
        WINDOW.move(window, "decide", actor=actor, now=now)


def _now_open(window: Window, now: datetime) -> None:
    """Lock the window and take what time asks for, where no sweep has done it yet."""
    lock(window)
    _catch_up(window, now)


def _catch_up(window: Window, now: datetime) -> list[str]:
    taken = []
    while step := rules.due_step(window, now):
        WINDOW.move(window, step, actor=SWEEP, now=now)
        taken.append(step)
    if taken:
        window.next_due_at = rules.next_due(window)
        window.save(update_fields=["next_due_at"])
    return taken


def _check(window: Window, lots: Sequence[tuple[Lot, Scheme]]) -> None:
    agreement = window.agreement
    problems = rules.window_refusals(agreement=agreement, opens_at=window.opens_at, deadline=window.deadline)
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
    _set_cut_off(window)


def _set_cut_off(window: Window) -> None:
    """Give the window its usual cut-off for questions where none was chosen; refuse one that cannot be."""
    if window.questions_close_at is None:
        calendar = window.agreement.regime_profile.holiday_calendar
        try:
            window.questions_close_at = questions.questions_close(
                window.opens_at, window.deadline, calendar, holidays_in_force()
            )
        except HolidaysUnknownError as error:
            raise Refused(
                f"Say until when questions can be asked. {error}", field="questions_close_at"
            ) from error
    elif problem := questions.cut_off_problem(window.questions_close_at, window.deadline):
        raise Refused(problem)


def _set_lots(window: Window, lots: Sequence[tuple[Lot, Scheme]]) -> None:
    WindowLot.objects.bulk_create(WindowLot(window=window, lot=lot, scheme=scheme) for lot, scheme in lots)


def _facts(window: Window, lots: Iterable[tuple[Lot, Scheme]]) -> dict[str, Any]:
    return {
        "title": window.title,
        "opens_at": window.opens_at,
        "deadline": window.deadline,
        "questions_close_at": window.questions_close_at,
        "lots": {str(lot.number): scheme.reference for lot, scheme in lots},
        "common": window.common_scheme.reference if window.common_scheme else None,
        "expected_decision_on": window.expected_decision_on,
    }
