"""The rows of a home page: what needs the person, and what the person is waiting for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from commissioning.clock import start_of_london_day

SOON = timedelta(days=3)


@dataclass(frozen=True)
class Task:
    """One thing to do: what, about which reference, by when, how long it takes, and where."""

    what: str
    reference: str
    due: date | datetime | None
    minutes: int
    url: str
    button: str = "Open"


@dataclass(frozen=True)
class Wait:
    """One thing the person waits for, and whose move it is; `due` is when it is expected."""

    what: str
    reference: str
    whose: str
    due: date | datetime | None = None
    url: str = ""


def moment(due: date | datetime | None) -> datetime:
    """Return when something is due, for comparing; a day from its beginning, nothing last of all."""
    if due is None:
        return datetime.max.replace(tzinfo=UTC)
    return due if isinstance(due, datetime) else start_of_london_day(due)


def duration(minutes: int) -> str:
    """Return "10 minutes", "1 hour", "2 hours"; what is over an hour is rounded up to whole hours."""
    if minutes < 60:
        return f"{minutes} minute{'s' * (minutes != 1)}"
    hours = -(-minutes // 60)
    return f"{hours} hour{'s' * (hours != 1)}"


def to_do(tasks: Iterable[Task], now: datetime) -> list[dict[str, Any]]:
    """Return the tasks soonest first, as `components/worklist.html` shows them."""
    return [
        {
            "title": task.what,
            "reference": task.reference,
            "due": task.due,
            "takes": duration(task.minutes),
            "url": task.url,
            "action": task.button,
            "soon": moment(task.due) <= now + SOON,
        }
        for task in sorted(tasks, key=lambda task: (moment(task.due), task.what, task.reference))
    ]


def to_wait_for(waits: Iterable[Wait]) -> list[dict[str, Any]]:
    """Return what is waited for, soonest first, as `components/worklist.html` shows it."""
    return [
        {
            "title": wait.what,
            "reference": wait.reference,
            "due": wait.due,
            "waits": wait.whose,
            "url": wait.url,
            "action": "Look",
        }
        for wait in sorted(waits, key=lambda wait: (moment(wait.due), wait.what, wait.reference))
    ]
