"""The one periodic task: runs a sweep of `settings.SWEEPS` by its name."""

import logging
from collections.abc import Callable
from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.utils.module_loading import import_string

from commissioning import clock
from commissioning.records.sealing import SealingKeyWrong

log = logging.getLogger("portal.sweep")


@shared_task(name="commissioning.sweep")
def sweep(path: str) -> None:
    """Run the sweep at this dotted path with the portal's time; a path that is not listed is a ValueError."""
    if path not in settings.SWEEPS:
        raise ValueError(f"{path} is no sweep of settings.SWEEPS.")
    try:
        find(path)(now=clock.now())
    except SealingKeyWrong as problem:
        say_key_is_wrong(path, problem)


def say_key_is_wrong(path: str, problem: SealingKeyWrong) -> None:
    """Log the sentence alone: it is a setting to mend, and a trace each minute would bury it."""
    log.error("a sweep waits for the right sealing key: %s", problem, extra={"task": path})


def find(path: str) -> Callable[..., object]:
    """Return the function at this path; an ImportError for one that is not there."""
    function: Callable[..., object] = import_string(path)
    return function


def run_all(*, now: datetime) -> list[str]:
    """Run every sweep once, one after the other, and return the paths of those that failed, each logged."""
    failed = []
    for path in settings.SWEEPS:
        try:
            find(path)(now=now)
        except SealingKeyWrong as problem:
            say_key_is_wrong(path, problem)
            failed.append(path)
        except Exception:  # one app's trouble must not stop the others' due work
            log.exception("a sweep failed", extra={"task": path})
            failed.append(path)
    return failed
