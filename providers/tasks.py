"""Due work of this app: set unsubmitted drafts aside, let admissions take effect, keep the standing watch."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from commissioning.people.actors import System
from commissioning.workflow import Refused
from providers.models import Admission, Entry, ProfileDocument
from providers.queries import standing
from providers.services import admissions, applications, watch

log = logging.getLogger(__name__)

SWEEP = System("providers sweep")


def sweep(*, now: datetime) -> dict[str, int]:
    """Do what is due, one transaction a row; return how much was done. It may run twice, late or by hand."""
    lapsed = _each(
        Entry.objects.due_to_lapse(now),
        lambda entry: applications.lapse(entry=entry, actor=SWEEP, now=now),
    )
    effective = _each(
        Admission.objects.due(now),
        lambda admission: admissions.take_effect(admission=admission, actor=SWEEP, now=now),
    )
    kept = _each(
        Admission.objects.filter(pk__in=standing.out_of_step(now)),
        lambda admission: watch.keep(admission=admission, now=now),
    )
    due = {document.pk: days for document, days in standing.running_out(now)}
    reminded = _each(
        ProfileDocument.objects.filter(pk__in=due),
        lambda document: watch.remind(document=document, days=due[document.pk], now=now),
    )
    return {
        "drafts set aside": lapsed,
        "admissions in force": effective,
        "holds begun, changed or ended": kept,
        "reminders of documents": reminded,
    }


def _each(rows: Any, act: Callable[[Any], None]) -> int:
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
