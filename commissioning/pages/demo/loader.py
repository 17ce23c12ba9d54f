"""Loads the demonstration chapter by chapter; a chapter that has been told is left as it is."""

from collections.abc import Callable
from datetime import datetime

from commissioning.audit.services import unit
from commissioning.records import presses
from commissioning.records.services import letters, outbox

from . import calloffs, first_window, next_agreement, people, printing, setting_up, today

CHAPTERS = (
    ("People and organisations", people),
    ("The agreement, its lots and schemes", setting_up),
    ("The first window, 2020 to 2021", first_window),
    ("The years since, and the windows of today", today),
    ("Call-offs at every stage", calloffs),
    ("What follows in 2028, under the Procurement Act", next_agreement),
)


def load(*, now: datetime, report: Callable[[str], None]) -> int:
    """Tell every chapter that is missing, and return how many were told; `report` gets a line a chapter.

    The messages of days gone by are noted as sent: nobody's mail is flooded with history.
    """
    told = 0
    for title, chapter in CHAPTERS:
        if chapter.told():
            report(f"{title}: already there.")
            continue
        if not told:
            presses.warm_up()
        # Whole or not at all: a loader that was stopped in the middle begins the chapter again.
        with unit():
            chapter.tell(now=now)
            outbox.note_history(before=now, now=now)
        printing.print_all(letters.due())
        told += 1
        report(f"{title}: loaded.")
    presses.put_away()
    return told
