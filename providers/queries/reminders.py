"""Which applications are to be looked at before a deadline, and what each still lacks, lot by lot.

Nothing is opened for it: what is complete was computed at save (settled 15).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, QuerySet

from lots.models import Window
from providers import rules
from providers.models import Application, Reminder

from .applications import Board
from .parts import Part


def due(now: datetime) -> QuerySet[Application]:
    """Return the applications whose newest reminder has come and was not dealt with.

    One that was started after the reminder's time waits for the next.
    """
    found: list[int] = []
    for window, before in _windows(now):
        dealt_with = Reminder.objects.filter(application=OuterRef("pk"), **key(window, before))
        rows = Application.objects.filter(window=window, started_at__lte=window.deadline - before)
        found += rows.exclude(Exists(dealt_with)).values_list("pk", flat=True)
    return Application.objects.filter(pk__in=found).order_by("pk")


def due_before(application: Application, now: datetime) -> timedelta | None:
    """Return how long before the deadline the reminder falls that this application is due now, or nothing."""
    window = application.window
    moved_at = window.deadline_changes.aggregate(at=Max("changed_at"))["at"]
    before = rules.reminder_due(window.deadline, now, moved_at=moved_at)
    if before is None or application.started_at > window.deadline - before:
        return None
    dealt_with = application.reminders.filter(**key(window, before)).exists()
    return None if dealt_with else before


def key(window: Window, before: timedelta) -> dict[str, datetime | int]:
    """Return what makes a reminder of an application one and the same."""
    return {"deadline": window.deadline, "hours_before": before // timedelta(hours=1)}


def missing(board: Board) -> list[str]:
    """Return one line for each lot that is not in as it now stands, naming what it lacks; else nothing."""
    return [line for part in board.entries if (line := _line(board, part))]


def _windows(now: datetime) -> Iterator[tuple[Window, timedelta]]:
    near = Window.objects.filter(
        state__in=("scheduled", "open"), deadline__gt=now, deadline__lte=now + max(rules.REMINDERS)
    )
    for window in near.annotate(moved_at=Max("deadline_changes__changed_at")):
        if before := rules.reminder_due(window.deadline, now, moved_at=window.moved_at):
            yield window, before


def _line(board: Board, part: Part) -> str:
    if part.entry is None or (part.package is not None and not part.is_changed):
        return ""
    missing = [
        item.title if of is part else f"{item.title} (asked once for all lots)"
        for of, item in board.missing_for(part)
    ]
    if board.application.lacks_share_code:
        missing.append("Share code of the central digital platform (in your organisation's details)")
    lacking = "; ".join(missing)
    goes_in_by_itself = board.application.instruction is not None and part.entry.state == "draft"
    if goes_in_by_itself and not lacking:
        return ""
    return f"{part.entry.window_lot.lot}: {_standing(part, bool(lacking))}" + (f": {lacking}" * bool(lacking))


def _standing(part: Part, lacks: bool) -> str:
    if part.package is not None:
        return (
            "changed since it was submitted, and what you submitted stands" + "; missing in the draft" * lacks
        )
    if part.entry is not None and part.entry.state == "withdrawn":
        return "you withdrew it and have not submitted it again" + "; missing" * lacks
    return "not submitted; missing" if lacks else "complete, but not submitted"
