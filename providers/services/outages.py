"""More time after an outage: the deadline moved for everyone, and everyone told (rulebook D17)."""

from collections.abc import Collection
from datetime import datetime

from commissioning.audit.services import unit
from commissioning.people.models import User
from commissioning.web.text import london
from commissioning.workflow import Refused, lock
from lots import lost_time
from lots.models import DeadlineChange, Window
from lots.services import outages

from . import openings


def extend(
    *,
    window: Window,
    new_deadline: datetime,
    reason: str,
    actor: User,
    now: datetime,
    meant: Collection[str] | None = None,
) -> DeadlineChange:
    """Move the deadline by at least the time that was lost, and record it as the decision on those outages.

    Raises Denied and Refused as `openings.extend`, and Refused for less time than was lost.
    """
    with unit():
        # Parents first, as `windows.extend` locks them.
        lock(window.agreement)
        lock(window)
        found = outages.undecided(window=window, now=now)
        earliest = lost_time.deadline_after(window, found)
        if new_deadline < earliest:
            raise Refused(
                f"The new deadline must be {london(earliest)} or later, which gives back the time that was "
                "lost.",
                field="new_deadline",
            )
        change = openings.extend(
            window=window, new_deadline=new_deadline, reason=reason, actor=actor, now=now, meant=meant
        )
        outages.settle(window=window, found=found, change=change, reason=change.reason, actor=actor, now=now)
    return change
