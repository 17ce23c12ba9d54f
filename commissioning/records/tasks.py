"""Work of records that is due: messages, letters, heads, outages. Each may run twice, late or by hand."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import takewhile

from celery import shared_task

from commissioning import clock
from commissioning.records import unsaved
from commissioning.records.services import heads, letters, outages, outbox

BUDGET = timedelta(seconds=40)


@shared_task(name="records.send_message", ignore_result=True)
def send_message(message_id: int) -> None:
    """Send one message, unless another worker has it or it is done."""
    outbox.deliver(message_id, now=clock.now())


@shared_task(name="records.render_letter", ignore_result=True)
def render_letter(letter_id: int) -> None:
    """Render one letter, unless another worker has it or it is done."""
    letters.render(letter_id)


def sweep(now: datetime) -> dict[str, int]:
    """Render and send what waits, is to be tried again, or lost its worker; return how much was done.

    It stops after `BUDGET` of real time, so that a mail server that does not answer holds no worker for
    long; the next sweep goes on where this one stopped.
    """
    end = clock.real_now() + BUDGET
    return {
        "letters rendered": _done(letters.due(), letters.render, end),
        "messages sent": _done(outbox.due(now=now), lambda pk: outbox.deliver(pk, now=now), end),
    }


def sweep_heads(now: datetime) -> int:
    """Sign the record's heads once a day and send them to the auditors; return how many were signed."""
    return len(heads.sign_daily(now=now))


def sweep_outages(now: datetime) -> int:
    """Take in the saves that failed since; return how many outages were recorded or grew.

    Their minutes are the machine's own, which the training clock does not move (settled 12). It gives no sign
    of life: that the worker can save says nothing of the pages.
    """
    with unsaved.taken() as failed:
        return outages.fail(minutes=failed, ahead=clock.training_offset(), actor=outages.SWEEP, now=now)


def _done(waiting: Iterable[int], work: Callable[[int], bool], end: datetime) -> int:
    in_time = takewhile(lambda _: clock.real_now() < end, waiting)
    return sum(work(pk) for pk in in_time)
