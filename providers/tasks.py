"""Due work of this app: reminders, drafts at the close, admissions in force, the standing watch."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from commissioning import clock
from commissioning.people.actors import System
from commissioning.records import sealing
from commissioning.workflow import Refused
from lots.models import WindowLot
from providers.models import Admission, Entry, ProfileDocument
from providers.queries import files as due_files
from providers.queries import reminders as due_reminders
from providers.queries import watch as watched
from providers.services import admissions, damage, files, reminders, standing, watch

log = logging.getLogger(__name__)

SWEEP = System("providers sweep")
# Of real time: a scanner that is slow holds no worker for long, and the next sweep goes on.
SCANNING = timedelta(seconds=40)


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
    kept = _each(
        Admission.objects.filter(pk__in=watched.out_of_step(now)),
        lambda admission: watch.keep(admission=admission, now=now),
    )
    due = {document.pk: days for document, days in watched.running_out(now)}
    warned = _each(
        ProfileDocument.objects.filter(pk__in=due),
        lambda document: watch.remind(document=document, days=due[document.pk], now=now),
    )
    damaged = _each(
        WindowLot.objects.filter(round__in=sealing.rounds_to_tell_of()),
        lambda offered: damage.tell_of_window_lot(offered=offered, actor=SWEEP, now=now),
    )
    # SECURITY: one number for what went in and what was set aside, and none of who was reminded: before the
    # opening nobody learns how many apply, not from a log either (settled 18).
    return {
        "drafts settled": settled,
        "admissions in force": effective,
        "holds begun, changed or ended": kept,
        "reminders of documents": warned,
        "lots with damage told of": damaged,
    }


def sweep_files(*, now: datetime) -> int:
    """Look again at opened files that were not found clean; return how many changed. As `sweep` (settled 16).

    A scanner that does not answer ends it: other files would fare no better. Before their opening no file is
    looked at, and none is counted.
    """
    end, changed = clock.real_now() + SCANNING, 0
    for due in takewhile(lambda _: clock.real_now() < end, due_files.due(now)):
        try:
            looked = files.look_again(file=due.file, round=due.round, actor=SWEEP, now=now)
        except Exception:
            # No numbers here and below: from them could be counted what is sealed (settled 18).
            log.exception("a file could not be looked at")
            continue
        changed += looked.has_changed
        if looked.is_unreachable:
            break
    return changed


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
            log.exception("one %s could not be moved on", rows.model.__name__)
    return done
