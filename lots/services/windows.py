"""Verbs on a window: schedule, announce, keep its time, extend, open its entries, cancel."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.actors import System
from commissioning.people.models import User
from commissioning.records import sealing
from commissioning.records.models import OpeningProposal, SealedBlob
from commissioning.records.services import openings
from commissioning.workflow import Reason, Refused, lock
from lots import rules
from lots.models import Agreement, DeadlineChange, Lot, Scheme, Window, WindowLot
from lots.queries import standing
from lots.rules import ended, questions
from lots.workflow import WINDOW

from . import telling, window_checks
from .checks import refuse_any, refuse_if, refuse_overtaken

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
    meant: Collection[str] | None = None,
) -> Window:
    """Set up a window for these lots, each with its scheme, as a draft; nobody sees it yet.

    Times are aware instants; forms make them from London's clock. Without `questions_close_at` questions
    close at the usual time before the deadline (`rules.questions.questions_close`). What is unusual
    in its dates is asked about (`checks.ask_about`). The same within minutes is the same page sent twice: the
    draft that was saved is returned. Raises Denied, Refused.
    """
    policies.require(actor, "window.schedule", agreement)
    with unit():
        lock(agreement)
        refuse_if(ended.refusal_to_schedule(agreement, now))
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
        window_checks.check(window, lots, now=now, meant=meant)
        if sent := window_checks.sent_before(window, lots, now, usual_cut_off=questions_close_at is None):
            return sent
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
    meant: Collection[str] | None = None,
) -> None:
    """Change a window that is not yet announced; the same again changes nothing.

    `seen` is what stood when the page was drawn (`queries.standing.window`), `meant` as in `create`. Raises
    Denied, Refused, and Overtaken where something else stands by now.
    """
    with unit():
        lock(window)
        policies.require(actor, "window.schedule", window)
        refuse_if(ended.refusal_to_change_window(window, now))
        before = _facts(
            window, [(row.lot, row.scheme) for row in window.lots.select_related("lot", "scheme")]
        )
        stands = standing.window(window)
        window.title, window.opens_at, window.deadline = title.strip(), opens_at, deadline
        window.common_scheme, window.expected_decision_on = common_scheme, expected_decision_on
        window.questions_close_at = questions_close_at
        changed = standing.last_change(window, "window.change")
        refuse_overtaken(seen=seen, stands=stands, given=standing.window(window, lots), changed=changed)
        window_checks.check(window, lots, now=now, meant=meant)
        after = _facts(window, lots)
        if before == after:
            return
        window.save()
        window.lots.all().delete()
        _set_lots(window, lots)
        record("window.change", window, actor=actor, at=now, before=before, after=after)


def announce(*, window: Window, actor: User, now: datetime) -> None:
    """Announce the window: from now on everybody sees it, and time opens and closes it.

    A sealed round is made for each lot, and whoever follows the agreement is told. One whose opening time
    came earlier today opens with its announcement, so that no time before it counts as the window's. Raises
    Denied, Refused, and SealingKeyWrong without a sealing key.
    """
    with unit():
        # Two drafts announced at once wait for each other here: a lot goes into one of them.
        lock(window.agreement)
        lock(window)
        opens_at = max(window.opens_at, now)
        changes = {"next_due_at": opens_at} | ({"opens_at": now} if window.opens_at < now else {})
        WINDOW.move(window, "announce", actor=actor, now=now, changes=changes)
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
    *,
    window: Window,
    new_deadline: datetime,
    reason: str,
    actor: User,
    now: datetime,
    meant: Collection[str] | None = None,
) -> DeadlineChange:
    """Move the deadline later, before it has passed and for a reason, for every lot (rulebook G3).

    Old and new time are kept; each lot's sealed round and the cut-off for questions move with it, and the
    day by which decisions are expected where it would come before the deadline. A deadline that is unusual
    is asked about, as in `create`. Telling those who began to apply is `providers.services.openings`. Raises
    Denied, Refused.
    """
    with unit():
        # As in `announce`: no other window of these lots is announced meanwhile.
        lock(window.agreement)
        _now_open(window, now)
        policies.require(actor, "window.extend", window)
        beside = window.beside(until=new_deadline)
        problems = rules.extension_of_deadline_refusals(window, new_deadline, now, beside)
        if not reason.strip():
            problems.append(Reason("Give the reason, which every applicant will read.", field="reason"))
        refuse_any(problems)
        window_checks.ask(
            window, new_deadline, since=window.deadline, what="the present deadline", meant=meant
        )
        before = _moved_dates(window)
        moved = DeadlineChange.objects.create(
            window=window,
            old=window.deadline,
            new=new_deadline,
            reason=reason.strip(),
            changed_at=now,
            changed_by=actor,
        )
        window.deadline = new_deadline
        window.questions_close_at = questions.moved_cut_off(window.questions_close_at, moved.old, moved.new)
        window.expected_decision_on = rules.moved_expectation(
            window.expected_decision_on, moved.old, moved.new
        )
        window.next_due_at = rules.next_due(window)
        after = _moved_dates(window)
        window.save(update_fields=[*after, "next_due_at"])
        for row in window.lots.select_related("round"):
            sealing.set_not_before(round=row.sealed_round, not_before=new_deadline)
        record(
            "window.extend",
            window,
            actor=actor,
            at=now,
            before=before,
            after=after,
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


def _moved_dates(window: Window) -> dict[str, Any]:
    names = ("deadline", "questions_close_at", "expected_decision_on")
    return {name: getattr(window, name) for name in names}


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
