"""Due work of this app: remind before deadlines, settle drafts at the close, let admissions take effect."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from commissioning.people.actors import System
from commissioning.workflow import Refused
from providers.models import Admission, Entry
from providers.queries import reminders as due_reminders
from providers.services import admissions, reminders, standing

log = logging.getLogger(__name__)

SWEEP = System("providers sweep")


def sweep(*, now: datetime) -> dict[str, int]:
    """Do what is due, one transaction a row; return how much was done. It may run twice, late or by hand."""
    _each(
        due_reminders.due(now),
        lambda application: reminders.remind(application=application, actor=SWEEP, now=now),
    )
    settled = _each(
        Entry.objects.due_to_settle(now),
        lambda entry: standing.settle(entry=entry, actor=SWEEP, now=now),
    )
    effective = _each(
        Admission.objects.due(now),
        lambda admission: admissions.take_effect(admission=admission, actor=SWEEP, now=now),
    )
    # SECURITY: one number for what went in and what was set aside, and none of who was reminded: before the
    # opening nobody learns how many apply, not from a log either (settled 18).
    return {"drafts settled": settled, "admissions in force": effective}


def _each(rows: Any, act: Callable[[Any], object]) -> int:
    done = 0
    for pk in list(rows.values_list("pk", flat=True)):
        try:
            act(rows.model.objects.get(pk=pk))
            done += 1
        except Refused:
            # Another worker was first, or the row's time has not quite come: the next sweep looks again.
            continue
        except Exception:
            # One row's trouble must not hold up the others.
            log.exception("%s %s could not be moved on", rows.model.__name__, pk)
    return done
