"""Dates of windows and events for a person's calendar, and of one window for anybody's."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from commissioning.people.models import User
from commissioning.web.calendars import Occasion, still_shown
from lots.models import Agreement, EventSignUp, Window

from . import Viewer


def dated_windows(user: Viewer) -> QuerySet[Window]:
    """Return the announced windows this person may see whose dates stand, with how they were moved."""
    rows = Window.objects.visible_to(user).dated().exclude(state__in=("draft", "cancelled"))
    rows = rows.filter(agreement__state="published").select_related("agreement")
    return rows.prefetch_related("deadline_changes")


def published_window(reference: str) -> Window | None:
    """Return a window whose dates everybody could take home, cancelled since or not; else None.

    SECURITY: what a visitor may see, so that the file tells nothing of who asked for it.
    """
    if window := dated_windows(AnonymousUser()).filter(reference=reference).first():
        return window
    ended = Window.objects.visible_to(AnonymousUser()).dated().filter(state="cancelled")
    ended = ended.filter(reference=reference).select_related("agreement")
    return ended.prefetch_related("deadline_changes").first()


def dates(user: User, now: datetime) -> Iterator[Occasion]:
    """Yield the dates of the windows of this person's agreements, and of the events they signed up for."""
    rows = dated_windows(user).filter(agreement__in=Agreement.objects.sighted_by(user))
    yield from occasions_of(rows.filter(deadline__gte=still_shown(now)))
    yield from _events(user, now)


def occasions_of(windows: Iterable[Window]) -> Iterator[Occasion]:
    """Yield when each of these windows opens, takes its last questions and closes.

    Of a cancelled one, what was still to come is cancelled.
    """
    for window in windows:
        changes = [change.changed_at for change in window.deadline_changes.all()]
        cancelled = window.state == "cancelled"
        moves, changed_at = len(changes), max(changes, default=window.created_at)
        if cancelled:
            changed_at = window.state_since
        for name, what, at, moved in (
            ("opening", "Opens for applications", window.opens_at, False),
            ("questions", "Last questions", window.questions_close_at, True),
            ("deadline", "Deadline for applications", window.deadline, True),
        ):
            if at is not None:
                yield Occasion(
                    key=f"{window.reference}-{name}",
                    title=f"{what}: {window.agreement.reference}, {window.title}",
                    at=at,
                    url=window.get_absolute_url(),
                    changed_at=changed_at if moved or cancelled else window.created_at,
                    moves=(moves if moved else 0) + cancelled,
                    is_cancelled=cancelled and at >= window.state_since,
                )


def _events(user: User, now: datetime) -> Iterator[Occasion]:
    # SECURITY: a place held under the person's own, proved address; the row goes when they cancel.
    held = EventSignUp.objects.confirmed().filter(email=user.email, notice__event_at__gte=still_shown(now))
    for row in held.select_related("notice__agreement").prefetch_related("notice__event_changes"):
        notice = row.notice
        if notice.event_at is None:
            continue
        changes = [change.changed_at for change in notice.event_changes.all()]
        off = notice.called_off_at
        yield Occasion(
            key=f"{notice.reference}-event",
            title=f"{notice.title}: {notice.place}" if notice.place else notice.title,
            at=notice.event_at,
            url=notice.get_absolute_url(),
            changed_at=off or max(changes, default=notice.published_at),
            moves=len(changes) + (off is not None),
            is_cancelled=off is not None,
        )
